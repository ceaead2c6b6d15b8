"""Agreement and division of a study as pages show them: figures with words and tables, both sides' reasons."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from aggregation.algorithms.agreement.alpha import krippendorff_alpha
from aggregation.algorithms.privacy.suppression import suppress_small_cells
from annotation.divided import Column, agreement_with_others, commonest_share, division
from annotation.models import Study
from annotation.presentation.clarifying import ANSWER, INTENT
from annotation.queries.rows import AnswerRow
from annotation.queries.watching import Answered, Person, Unit, rows_about
from annotation.summaries import VERDICTS
from frontend.figures import Estimate, Figure, Panel, dots_with_intervals

REPLICATES = 200
MOST_DIVIDED, LOOKED_AT = 8, 24
MOST_REASONS = 4
SEED = 7


@dataclass(frozen=True)
class Agreement:
    """The picture, what could not be measured, and how many groups are too small to show."""

    figure: Figure | None
    unmeasured: tuple[str, ...]
    n_hidden: int


def agreement(
    answered: Answered, texts: dict[str, str], groups: dict[tuple[str, str], str], *, small_cell: int
) -> Agreement:
    """Krippendorff's alpha of each question: of everyone, with those left out where there are any, and of each group.

    A group is shown where at least ``small_cell`` people are in it and its number cannot be told from the others'.
    """
    shown, n_hidden = _groups_shown(answered, small_cell)
    panels, unmeasured = [], []
    for column in answered.columns:
        name = _column_words(column, texts)
        whole = _estimate("Everyone", answered.counted(column))
        if whole is None:
            unmeasured.append(name)
            continue
        estimates: list[Estimate | None] = [whole]
        if answered.excluded:
            estimates.append(_estimate("With those left out", column))
        for question, code in shown:
            among = column.only(answered.of_group(question, code)[column.raters])
            estimates.append(_estimate(groups.get((question, code), code), among))
        panels.append(Panel(name, tuple(one for one in estimates if one is not None)))
    if not panels:
        return Agreement(None, tuple(unmeasured), n_hidden)
    best = max(panels, key=lambda panel: panel.estimates[0].value)
    figure = dots_with_intervals(
        panels,
        title=f"People agree most on {best.label}" if len(panels) > 1 else "How far people agree",
        words="Krippendorff's alpha: 1 where all answers to an item are the same, 0 where they are as if given at "
        "random (the dashed line), below 0 where people differ more than that. Each line spans 95 % of what other "
        "items of this kind would give. Low agreement can mean that views differ.",
        value_name="Agreement (alpha)",
        name="agreement",
        as_share=False,
        baseline=0.0,
    )
    return Agreement(figure, tuple(unmeasured), n_hidden)


def _groups_shown(answered: Answered, small_cell: int) -> tuple[list[tuple[str, str]], int]:
    people: dict[str, Counter[str]] = {}
    for rater in answered.raters:
        if rater not in answered.excluded:
            for question, codes in answered.groups.get(rater, {}).items():
                people.setdefault(question, Counter()).update(codes)
    shown, n_hidden = [], 0
    for question, numbers in sorted(people.items()):
        listed = sorted(numbers)
        hidden = suppress_small_cells([numbers[code] for code in listed], k=max(small_cell, 2)).hidden
        for code, is_hidden in zip(listed, hidden, strict=False):
            if is_hidden:
                n_hidden += 1
            else:
                shown.append((question, code))
    return shown, n_hidden


def _estimate(label: str, column: Column) -> Estimate | None:
    found = krippendorff_alpha(
        column.units, column.values, level=column.level, rng=np.random.default_rng(SEED), replicates=REPLICATES
    )
    if found.value is None:
        return None
    low, high = found.interval or (None, None)
    return Estimate(label, found.value, low, high, len(np.unique(column.raters)))


def _column_words(column: Column, texts: dict[str, str]) -> str:
    question, _, dimension = column.name.partition(".")
    text = texts.get(question, question)
    return f"{text} ({dimension})" if dimension else text


@dataclass(frozen=True)
class Side:
    """What part of the people answered, and why."""

    label: str
    n: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Divided:
    """An item on which people lie far apart."""

    item: int
    name: str
    question: str
    share: float
    sides: tuple[Side, Side]


def most_divided(study: Study, answered: Answered, texts: dict[str, str]) -> list[Divided]:
    """The items with the largest division, each by the question that divides most, and what both sides say.

    Those with reasons from both sides come first. People who are left out count not, and neither does what people want
    for themselves. Two queries.
    """
    found: list[tuple[float, Column, Unit]] = []
    for column in map(answered.counted, answered.columns):
        if column.name in (ANSWER, INTENT):
            continue
        apart_U = division(column, len(answered.units))
        worst = np.argsort(-np.nan_to_num(apart_U, nan=-1.0), kind="stable")[:LOOKED_AT]
        found += [(float(apart_U[place]), column, answered.units[int(place)]) for place in worst if apart_U[place] > 0]
    wanted = {(column.name, unit) for _, column, unit in found}
    rows: dict[tuple[str, Unit], list[AnswerRow]] = {}
    for row in rows_about(study, {item for _, (item, _) in wanted}, answered.excluded):
        key = (row.column, (row.item_id, row.target))
        if key in wanted:
            rows.setdefault(key, []).append(row)
    listed = [
        Divided(unit[0], said[0].item, _column_words(column, texts), share, _sides(column, said))
        for share, column, unit in found
        if (said := rows.get((column.name, unit), []))
    ]
    listed.sort(key=lambda one: (not all(side.reasons for side in one.sides), -one.share))
    return list({one.item: one for one in reversed(listed)}.values())[::-1][:MOST_DIVIDED]


def _sides(column: Column, rows: list[AnswerRow]) -> tuple[Side, Side]:
    if column.level == "nominal":
        (first, _), (second, _) = Counter(row.value for row in rows).most_common(2)
        return _side(_value_words(rows, first), [row for row in rows if row.value == first]), _side(
            _value_words(rows, second), [row for row in rows if row.value == second]
        )
    numbers = [row.number for row in rows if row.number is not None]
    middle = (min(numbers) + max(numbers)) / 2
    low = [row for row in rows if row.number is not None and row.number < middle]
    high = [row for row in rows if row.number is not None and row.number >= middle]
    return _side(_range_words(low), low), _side(_range_words(high), high)


def _side(label: str, rows: list[AnswerRow]) -> Side:
    reasons = tuple(dict.fromkeys(row.why.strip() for row in rows if row.why.strip()))
    return Side(label, len(rows), reasons[:MOST_REASONS])


def _value_words(rows: list[AnswerRow], value: str) -> str:
    for row in rows:
        if row.value == value and row.extra.get("chosen_text"):
            return f"“{str(row.extra['chosen_text'])[:80]}” is better"
    return VERDICTS.get(value, value.replace(",", ", ")).capitalize()


def _range_words(rows: list[AnswerRow]) -> str:
    numbers = [row.number for row in rows if row.number is not None]
    low, high = min(numbers), max(numbers)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


#: What can draw attention to a person, and how it is called on record.
RULES = {
    "too_fast": "Much faster than the others",
    "attention_missed": "Missed attention checks",
    "gold_wrong": "Gold items mostly wrong",
    "always_the_same": "Nearly always the same answer",
    "own_wish": "The person asked for it",
    "other": "Something else",
}


def compare_people(study: Study, answered: Answered, people: list[Person]) -> dict[int, list[str]]:
    """Fill in the figures that compare answers; returns the rules that draw attention, by member id.

    Low agreement with others is none of them: an uncommon view is no fault.
    """
    columns = list(answered.columns)
    near_R = agreement_with_others(columns, len(answered.units), len(answered.raters))
    same_R = commonest_share(columns, len(answered.raters))
    place = {rater: code for code, rater in enumerate(answered.raters)}
    for person in people:
        code = place.get(person.member)
        if code is not None:
            person.agreement = None if np.isnan(near_R[code]) else float(near_R[code])
            person.commonest = None if np.isnan(same_R[code]) else float(same_R[code])
    medians = [one.median_seconds for one in people if one.median_seconds is not None]
    usual = float(np.median(medians)) if medians else 0.0
    allowed = int(study.screening.get("attention_missed") or 1)
    return {one.member: list(_drawn(one, usual, allowed)) for one in people}


def _drawn(person: Person, usual: float, allowed: int) -> list[str]:
    found = []
    median = person.median_seconds
    if median is not None and person.answered >= 5 and median < usual / 3:
        found.append("too_fast")
    if person.attention_missed >= allowed:
        found.append("attention_missed")
    if person.gold_wrong > person.gold_right:
        found.append("gold_wrong")
    if person.answered >= 10 and person.commonest is not None and person.commonest >= 0.95:
        found.append("always_the_same")
    return found
