"""What the people of an export told about themselves and let be released."""

from collections.abc import Iterable

import pandas as pd

from accounts.models import DemographicAnswer, Question, Use

DECLINED, EXPIRED, NOT_ASKED = "Prefer not to say", "DATA_EXPIRED", ""
BETWEEN = " | "


def describe(members: Iterable[int]) -> tuple[pd.DataFrame, int]:
    """One row per member and one text column per question; and how many answers were not given for release.

    Options stand in their words, numbers in digits. What was said in own words never leaves. *Not asked*, *declined*
    and *expired* stay apart; an answer that may be used but not released counts as declined.
    """
    ids = sorted(set(members))
    Status = DemographicAnswer.Status
    answers = DemographicAnswer.objects.filter(member__in=ids).exclude(question__kind=Question.Kind.FREE)
    columns = ("member_id", "question__name", "question__options", "status", "codes", "number", "uses")
    listed = answers.order_by("question__questionnaire", "question__position", "id").values_list(*columns)
    told: dict[str, dict[int, str]] = {}
    withheld = 0
    for member, name, options, status, codes, number, uses in listed.iterator(chunk_size=5_000):
        if status == Status.ANSWERED and Use.RELEASE not in uses:
            cell, withheld = DECLINED, withheld + 1
        elif status == Status.ANSWERED:
            words = {str(option["code"]): str(option["text"]) for option in options}
            cell = (
                BETWEEN.join(words.get(code, code) for code in codes)
                if codes
                else ""
                if number is None
                else f"{number:g}"
            )
        else:
            cell = DECLINED if status == Status.DECLINED else EXPIRED
        told.setdefault(name, {})[member] = cell
    table = pd.DataFrame(
        {name: [held.get(member, NOT_ASKED) for member in ids] for name, held in told.items()}, index=ids, dtype=object
    )
    return table, withheld
