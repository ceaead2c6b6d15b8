"""What an export will hold, told before it is built."""

from dataclasses import dataclass
from typing import Any

from aggregation.algorithms.privacy.k_anonymity import plan
from exports.building import read_people
from exports.models import Export
from exports.people import describe
from exports.privacy import Choices, Column, Protected, protect, ways_to_generalise
from exports.sources import source_of

MOST_COMBINATIONS = 12
MOST_VALUES = 30
FOR_A_PLAN = 20_000  # people up to whose number steps are proposed while a page is made


@dataclass(frozen=True)
class ColumnChoice:
    """One column as the privacy page shows it.

    Attributes
    ----------
    values : each answer and how many people gave it, most frequent first
    unique, below_k : people who would be alone with their answer, or among fewer than k, by this column alone
    ways : ways to make it coarser, each as pairs of a coarser value and the values that it stands for
    """

    name: str
    values: list[tuple[str, int]]
    unique: int
    below_k: int
    ways: list[list[tuple[str, list[str]]]]
    mappings: list[dict[str, str]]
    chosen: str


@dataclass(frozen=True)
class PrivacyPreview:
    """The people of an export before and after what was chosen."""

    people: int
    withheld: int
    columns: list[ColumnChoice]
    result: Protected
    steps: list[str]


def preview_of(export: Export) -> dict[str, Any]:
    """What will leave with the choices as they stand: numbers, columns, combinations of answers."""
    source = source_of(export)
    people, withheld = read_people(source, Choices.from_json(export.privacy))
    left_out = {why: number for why, number in source.left_out().items() if number}
    if people.left_out:
        left_out["people whose combination was too rare"] = len(people.left_out)
    cells = people.after.cells if people.after else ()
    return {
        "people": len(people.table),
        "blanked": len(people.blanked),
        "withheld": withheld,
        "columns": list(people.table.columns),
        "questions": source.questions(),
        "item_texts": list(source.item_texts()),
        "combinations": [(list(cell), size) for cell, size in reversed(cells)][:MOST_COMBINATIONS],
        "more_combinations": max(0, len(cells) - MOST_COMBINATIONS),
        "after": people.after,
        "left_out": list(left_out.items()),
    }


def privacy_preview(export: Export, choices: Choices) -> PrivacyPreview:
    """The columns with their answers, and what the choices would make of them."""
    source = source_of(export)
    people, withheld = describe(set(source.members()) - source.nobody())
    columns = []
    for name in people.columns:
        values = people[name].tolist()
        counts = people[name].value_counts()
        mappings = [dict(way) for way in ways_to_generalise(values, k=choices.k)]
        chosen = choices.columns.get(str(name), Column("drop"))
        place = next((n for n, way in enumerate(mappings) if way == dict(chosen.mapping)), 0)
        columns.append(
            ColumnChoice(
                str(name),
                [(str(value), int(n)) for value, n in counts.head(MOST_VALUES).items()],
                int((counts == 1).sum()),
                int(counts[counts < choices.k].sum()),
                [_grouped(way) for way in mappings],
                mappings,
                f"generalise-{place}" if chosen.do == "generalise" and mappings else chosen.do,
            )
        )
    steps: dict[str, str] = {}  # a later step of a column takes the place of an earlier one
    if len(people) and people.shape[1] and len(people) <= FOR_A_PLAN:
        for step in plan(people, k=choices.k):
            words = {
                "generalise": f"make {step.column} coarser",
                "drop": f"leave out {step.column}",
                "suppress": f"hold back what is told of {step.people} people",
            }
            steps.pop(step.column, None)
            steps[step.column] = words[step.kind]
    return PrivacyPreview(len(people), withheld, columns, protect(people, choices), list(steps.values()))


def _grouped(way: dict[str, str]) -> list[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for value, coarser in way.items():
        groups.setdefault(coarser, []).append(value)
    return [(coarser, values) for coarser, values in groups.items() if values != [coarser]]
