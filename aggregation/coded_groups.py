"""Groupings of members by what they told about themselves, where they let it be used for analysis."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from accounts.models import DemographicAnswer, Question, Use
from aggregation.sources import Grouping

CODED = (Question.Kind.SINGLE, Question.Kind.ORDINAL, Question.Kind.MULTIPLE)
UNCODED = "in their own words"


def coded_groups(member_P: NDArray[np.int64]) -> list[Grouping]:
    """One grouping for each question with options that at least one of the members answered, in their order.

    Parameters
    ----------
    member_P : ids of member rows, shape (P,)

    Several options of one answer make one level ("a, b"). Newer versions of a question come under the same name.
    """
    place = {member: row for row, member in enumerate(member_P.tolist())}
    answers = (
        DemographicAnswer.objects.filter(
            member__in=list(place),
            status=DemographicAnswer.Status.ANSWERED,
            uses__contains=[Use.ANALYSIS],
            question__kind__in=CODED,
        )
        .order_by("question__questionnaire__version", "question__position", "id")
        .values_list("question__name", "question__text", "question__options", "member", "codes")
    )
    titles: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    given: dict[str, dict[int, tuple[str, ...]]] = {}
    for name, title, options, member, codes in answers:
        titles[name] = title
        texts.setdefault(name, {}).update({str(o["code"]): str(o.get("text", o["code"])) for o in options})
        given.setdefault(name, {})[place[member]] = tuple(codes)
    return [_grouping(name, titles[name], texts[name], rows, len(member_P)) for name, rows in given.items()]


def _grouping(name: str, title: str, texts: dict[str, str], rows: dict[int, tuple[str, ...]], n: int) -> Grouping:
    order = {code: rank for rank, code in enumerate(texts)}

    def sort_key(codes: Sequence[str]) -> tuple[int, list[int]]:
        return len(codes), [order.get(code, len(order)) for code in codes]

    levels = sorted(set(rows.values()), key=sort_key)
    level_of = {codes: place for place, codes in enumerate(levels)}
    level_P = np.full(n, -1, dtype=np.intp)
    for row, codes in rows.items():
        level_P[row] = level_of[codes]
    names = tuple(", ".join(texts.get(code, code) for code in codes) or UNCODED for codes in levels)
    return Grouping(name, title, names, level_P, "demographic")
