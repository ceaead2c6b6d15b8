"""A study as those who run it watch it: a fixed number of queries, one pass over the answers, then arrays."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.models import Count, Q, Sum
from numpy.typing import NDArray

from accounts.models import Question as AskedOfPeople
from annotation.divided import LEVELS, Column
from annotation.models import Assignment, Exclusion, Item, Question, Quota, Response, Study
from annotation.queries.rows import AnswerRow, Groups, answer_rows

MOST_AT_ONCE = 20_000  # responses; more are read by a worker, and the page shows what it found
EVERY = 5_000
Unit = tuple[int, str]
Report = Callable[[int], None]


@dataclass
class Work:
    """What one person did, counted while the answers were read.

    Attributes
    ----------
    seconds : on each item
    flags : how often each was set
    """

    answered: int = 0
    seconds: array[float] = field(default_factory=lambda: array("d"))
    flags: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Answered:
    """The answers of a study, read once into arrays.

    Attributes
    ----------
    columns : by question and scale, only of kinds that compare; indices into ``units`` and ``raters``
    units : item and the response it is about
    raters : member ids
    groups : by member id
    excluded : member ids of those left out, whose answers are in the columns too
    work : by member id
    """

    columns: tuple[Column, ...]
    units: tuple[Unit, ...]
    raters: tuple[int, ...]
    groups: dict[int, Groups]
    excluded: frozenset[int]
    work: dict[int, Work]

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


@dataclass
class _Column:
    """One column while it is read."""

    kind: str
    units: array[int] = field(default_factory=lambda: array("q"))
    raters: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))
    codes: dict[str, int] = field(default_factory=dict)

    def take(self, row: AnswerRow, unit: int, rater: int) -> None:
        if LEVELS[self.kind] == "nominal":
            value = float(self.codes.setdefault(row.value, len(self.codes)))
        elif row.number is not None:
            value = row.number
        else:
            return
        self.units.append(unit)
        self.raters.append(rater)
        self.values.append(value)

    def made(self, name: str) -> Column:
        """As arrays, labels in the order of the alphabet."""
        values = np.array(self.values, dtype=np.float64)
        labels = sorted(self.codes)
        if labels:
            place = {label: code for code, label in enumerate(labels)}
            values = np.array([place[label] for label in self.codes], dtype=np.float64)[values.astype(np.int64)]
        units, raters = np.array(self.units, dtype=np.int64), np.array(self.raters, dtype=np.int64)
        return Column(name, self.kind, units, raters, values, tuple(labels))


def is_large(study: Study) -> bool:
    """Whether a worker has to read the answers: one query."""
    return study.responses.count() > MOST_AT_ONCE


def read_answers(study: Study, report: Report = lambda number: None, *, member: int | None = None) -> Answered:
    """Read what was answered: four queries, and memory for a few numbers of each answer.

    Parameters
    ----------
    report : told now and then how many responses were read
    member : read only this person's answers
    """
    excluded = frozenset(study.exclusions.filter(lifted_at=None).values_list("member_id", flat=True))
    units: dict[Unit, int] = {}
    raters: dict[int, int] = {}
    groups: dict[int, Groups] = {}
    columns: dict[str, _Column] = {}
    work: dict[int, Work] = {}
    n_read, response = 0, None
    flagged: set[str] = set()
    for row in answer_rows(study, with_excluded=True, member=member):
        mine = work.setdefault(row.rater, Work())
        if row.response != response:
            response, flagged, n_read = row.response, set(), n_read + 1
            mine.answered += 1
            if row.seconds is not None:
                mine.seconds.append(row.seconds)
            if n_read % EVERY == 0:
                report(n_read)
        if row.flags and row.question not in flagged:
            flagged.add(row.question)
            mine.flags.update(row.flags.keys())
        rater = raters.setdefault(row.rater, len(raters))
        unit = units.setdefault((row.item_id, row.target), len(units))
        groups[row.rater] = row.groups
        if row.kind in LEVELS and row.value != "":
            columns.setdefault(row.column, _Column(row.kind)).take(row, unit, rater)
    made = tuple(column.made(name) for name, column in columns.items() if column.values)
    return Answered(made, tuple(units), tuple(raters), groups, excluded, work)


def rows_about(study: Study, items: Collection[int], excluded: Collection[int]) -> Iterator[AnswerRow]:
    """What was said of a few items, reasons included, without the people who are left out: a query more."""
    names = list(study.items.filter(pk__in=items).values_list("name", flat=True))
    for row in answer_rows(study, items=names) if names else ():
        if row.value != "" and row.rater not in excluded:
            yield row


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
    usual_seconds : the middle of ``seconds``, where only that is known
    """

    number: int
    member: int
    name: str
    state: str
    attention_passed: int
    attention_missed: int
    seconds: Sequence[float] = ()
    flags: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    skipped: int = 0
    abandoned: int = 0
    gold_right: int = 0
    gold_wrong: int = 0
    exclusion: Exclusion | None = None
    agreement: float | None = None
    commonest: float | None = None
    usual_seconds: float | None = None

    @property
    def median_seconds(self) -> float | None:
        """Middle time on an item."""
        return float(np.median(self.seconds)) if self.seconds else self.usual_seconds

    @property
    def checks(self) -> str:
        """Attention checks and gold items in words."""
        attention = self.attention_passed + self.attention_missed
        gold = self.gold_right + self.gold_wrong
        said = [f"{self.attention_passed} of {attention} attention checks"] if attention else []
        return "; ".join([*said, f"{self.gold_right} of {gold} gold items"] if gold else said)


def people_of(study: Study, work: Mapping[int, Work]) -> list[Person]:
    """Everyone who takes part, in the order they started, with what they did by member id: four queries."""
    skipped = Count("pk", filter=Q(state=Assignment.State.SKIPPED))
    left = Count("pk", filter=Q(state=Assignment.State.ABANDONED))
    given = study.assignments.order_by().values_list("member_id").annotate(skips=skipped, lefts=left)
    gone = {member: (skips, lefts) for member, skips, lefts in given}
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
    for member, person in found.items():
        if done := work.get(member):
            person.answered, person.seconds, person.flags = done.answered, done.seconds, done.flags
    return list(found.values())


def texts_of_questions(study: Study) -> dict[str, str]:
    """What each question asks, by name, newest wording: one query."""
    asked = Question.objects.filter(version__study=study, version__published_at__isnull=False)
    return dict(asked.order_by("version__number", "position").values_list("name", "text"))


def words_of_questions(study: Study) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """What each question asks, by name, and what each code of its options means, in the newest wording: one query."""
    asked = Question.objects.filter(version__study=study, version__published_at__isnull=False)
    texts: dict[str, str] = {}
    options: dict[tuple[str, str], str] = {}
    for name, text, settings in asked.order_by("version__number", "position").values_list("name", "text", "settings"):
        texts[name] = text
        for option in [*settings.get("options", ()), *settings.get("harms", ())]:
            options[name, str(option["code"])] = str(option.get("text") or option["code"])
    return texts, options


def words_of_groups(study: Study) -> dict[tuple[str, str], str]:
    """What each code of the community's questionnaires means: one query."""
    asked = AskedOfPeople.objects.filter(questionnaire__community=study.community_id)
    return {
        (name, str(option["code"])): str(option.get("text") or option["code"])
        for name, options in asked.values_list("name", "options")
        for option in options
    }
