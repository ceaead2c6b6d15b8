"""A study as those who run it watch it: a fixed number of queries, one pass over the answers, then arrays."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from django.db.models import Count, Q, Sum
from numpy.typing import NDArray

from accounts.models import Question as AskedOfPeople
from annotation.divided import LEVELS, Column
from annotation.models import Assignment, Exclusion, Item, Question, Quota, Response, Study
from annotation.queries.rows import AnswerRow, Groups, answer_rows

MOST_ROWS = 60_000
Unit = tuple[int, str]


@dataclass(frozen=True)
class Answered:
    """The answers of a study, read once.

    Attributes
    ----------
    rows : those with something said, people who are left out included; at most ``MOST_ROWS``
    columns : by question and scale, only of kinds that compare; indices into ``units`` and ``raters``
    units : item and the response it is about
    raters : member ids
    groups : by member id
    excluded : member ids of those left out
    is_whole : whether all answers were read
    """

    rows: tuple[AnswerRow, ...]
    columns: tuple[Column, ...]
    units: tuple[Unit, ...]
    raters: tuple[int, ...]
    groups: dict[int, Groups]
    excluded: frozenset[int]
    is_whole: bool

    def counted(self, column: Column) -> Column:
        """Without the people who are left out."""
        out_R = np.array([rater in self.excluded for rater in self.raters], dtype=np.bool_)
        return column.only(~out_R[column.raters]) if out_R.any() else column

    def of_group(self, question: str, code: str) -> NDArray[np.bool_]:
        """Which raters count and are in a group, of shape (R,)."""
        found = [
            rater not in self.excluded and code in self.groups.get(rater, {}).get(question, ()) for rater in self.raters
        ]
        return np.array(found, dtype=np.bool_)


def read_answers(study: Study) -> Answered:
    """Read what was answered: four queries."""
    read = islice(answer_rows(study, with_excluded=True), MOST_ROWS + 1)
    rows = tuple(read)
    excluded = frozenset(study.exclusions.filter(lifted_at=None).values_list("member_id", flat=True))
    whole = len(rows) <= MOST_ROWS
    rows = rows[:MOST_ROWS]
    units: dict[Unit, int] = {}
    raters: dict[int, int] = {}
    groups: dict[int, Groups] = {}
    kept: dict[str, list[AnswerRow]] = defaultdict(list)
    for row in rows:
        raters.setdefault(row.rater, len(raters))
        units.setdefault((row.item_id, row.target), len(units))
        groups[row.rater] = row.groups
        if row.kind in LEVELS and row.value != "" and (LEVELS[row.kind] == "nominal" or row.number is not None):
            kept[row.column].append(row)
    columns = tuple(_column(name, found, units, raters) for name, found in kept.items())
    return Answered(rows, columns, tuple(units), tuple(raters), groups, excluded, whole)


def _column(name: str, rows: Sequence[AnswerRow], units: dict[Unit, int], raters: dict[int, int]) -> Column:
    kind = rows[0].kind
    labels: tuple[str, ...] = ()
    if LEVELS[kind] == "nominal":
        labels = tuple(sorted({row.value for row in rows}))
        place = {label: code for code, label in enumerate(labels)}
        values = [float(place[row.value]) for row in rows]
    else:
        values = [float(row.number) for row in rows if row.number is not None]
    return Column(
        name=name,
        kind=kind,
        units=np.array([units[(row.item_id, row.target)] for row in rows], dtype=np.int64),
        raters=np.array([raters[row.rater] for row in rows], dtype=np.int64),
        values=np.array(values, dtype=np.float64),
        labels=labels,
    )


@dataclass(frozen=True)
class StratumProgress:
    """How far one stratum is."""

    stratum: str
    given: int
    in_hand: int
    wanted: int

    @property
    def words(self) -> str:
        """Its codes, or who it is open to."""
        return self.stratum.replace("|", ", ") or "Anyone"


def progress_of(study: Study) -> list[StratumProgress]:
    """Answers given, in hand and wanted, by stratum: two queries."""
    quotas = Quota.objects.filter(study=study, item__retired_at=None).order_by("stratum").values("stratum")
    hand = study.assignments.filter(state=Assignment.State.ASSIGNED, quota__item__retired_at=None)
    held = dict(hand.order_by().values_list("quota__stratum").annotate(n=Count("pk")))
    return [
        StratumProgress(
            one["stratum"], one["taken"] - held.get(one["stratum"], 0), held.get(one["stratum"], 0), one["wanted"]
        )
        for one in quotas.annotate(taken=Sum("taken"), wanted=Sum("wanted"))
    ]


@dataclass
class Person:
    """One annotator's figures, besides those that compare answers.

    Attributes
    ----------
    seconds : on each item
    flags : how often each was set
    gold : right and wrong
    """

    number: int
    member: int
    name: str
    state: str
    attention_passed: int
    attention_missed: int
    seconds: list[float] = field(default_factory=list)
    flags: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    skipped: int = 0
    abandoned: int = 0
    gold_right: int = 0
    gold_wrong: int = 0
    exclusion: Exclusion | None = None
    agreement: float | None = None
    commonest: float | None = None

    @property
    def median_seconds(self) -> float | None:
        """Middle time on an item."""
        return float(np.median(self.seconds)) if self.seconds else None

    @property
    def checks(self) -> str:
        """Attention checks and gold items in words."""
        attention = self.attention_passed + self.attention_missed
        gold = self.gold_right + self.gold_wrong
        said = [f"{self.attention_passed} of {attention} attention checks"] if attention else []
        return "; ".join([*said, f"{self.gold_right} of {gold} gold items"] if gold else said)


def people_of(study: Study, answered: Answered) -> list[Person]:
    """Everyone who takes part, in the order they started: four queries."""
    skipped = Count("pk", filter=Q(state=Assignment.State.SKIPPED))
    left = Count("pk", filter=Q(state=Assignment.State.ABANDONED))
    work = study.assignments.order_by().values_list("member_id").annotate(skips=skipped, lefts=left)
    gone = {member: (skips, lefts) for member, skips, lefts in work}
    gold = study.responses.filter(item__kind=Item.Kind.GOLD, state=Response.State.ACCEPTED).order_by()
    right = {
        member: (yes, no)
        for member, yes, no in gold.values_list("member_id").annotate(
            yes=Count("pk", filter=Q(passed=True)), no=Count("pk", filter=Q(passed=False))
        )
    }
    in_force = {one.member_id: one for one in study.exclusions.filter(lifted_at=None).select_related("decided_by")}
    found: dict[int, Person] = {}
    for one in study.enrolments.select_related("member").order_by("pk"):
        found[one.member_id] = Person(
            one.pk,
            one.member_id,
            str(one.member),
            one.get_state_display(),
            one.attention_passed,
            one.attention_missed,
            skipped=gone.get(one.member_id, (0, 0))[0],
            abandoned=gone.get(one.member_id, (0, 0))[1],
            gold_right=right.get(one.member_id, (0, 0))[0],
            gold_wrong=right.get(one.member_id, (0, 0))[1],
            exclusion=in_force.get(one.member_id),
        )
    _count(found, answered.rows)
    return list(found.values())


def _count(found: dict[int, Person], rows: Sequence[AnswerRow]) -> None:
    seen, flagged = set(), set()
    for row in rows:
        person = found.get(row.rater)
        if person is None:
            continue
        if row.response not in seen:
            seen.add(row.response)
            person.answered += 1
            if row.seconds is not None:
                person.seconds.append(row.seconds)
        if row.flags and (row.response, row.question) not in flagged:
            flagged.add((row.response, row.question))
            person.flags.update(row.flags.keys())


def texts_of_questions(study: Study) -> dict[str, str]:
    """What each question asks, by name, newest wording: one query."""
    asked = Question.objects.filter(version__study=study, version__published_at__isnull=False)
    return dict(asked.order_by("version__number", "position").values_list("name", "text"))


def words_of_groups(study: Study) -> dict[tuple[str, str], str]:
    """What each code of the community's questionnaires means: one query."""
    asked = AskedOfPeople.objects.filter(questionnaire__community=study.community_id)
    return {
        (name, str(option["code"])): str(option.get("text") or option["code"])
        for name, options in asked.values_list("name", "options")
        for option in options
    }
