"""Whether a clarifying question was worth it: what its answer tells of what people want, item by item."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.clarification import ClarificationValue, clarification_value
from annotation.divided import Column
from annotation.models import Item, Study
from annotation.queries.watching import Answered

ANSWER, INTENT = "clarifying_answer", "intent"  # the questions of the ready-made set
LEAST, MOST_SHOWN = 2, 30


@dataclass(frozen=True)
class Clarified:
    """What the answers to the clarifying question told, in bits, of all items and of each.

    Attributes
    ----------
    n : people and items together: pairs of an answer and a stated intent
    before, after, gained, by_chance : means over these pairs, each compared within its item
    items : the item, and its figures; those that gained most first
    """

    n: int
    before: float
    after: float
    gained: float
    by_chance: float
    items: tuple[tuple[Item, ClarificationValue], ...]

    @property
    def share(self) -> float | None:
        """Of what was unknown, the part that the answer takes away."""
        return self.gained / self.before if self.before > 0 else None


def clarified(study: Study, answered: Answered) -> Clarified | None:
    """What the study's clarifying question tells; None where it asks none, or no two people answered it. One query."""
    columns = {column.name: answered.counted(column) for column in answered.columns}
    if ANSWER not in columns or INTENT not in columns:
        return None
    tables = {
        answered.units[unit][0]: clarification_value(table)
        for unit, table in counts_by_unit(columns[ANSWER], columns[INTENT]).items()
        if table.sum() >= LEAST
    }
    n = sum(value.n for value in tables.values())
    if not n:
        return None

    def mean(name: str) -> float:
        return sum(value.n * float(getattr(value, name)) for value in tables.values()) / n

    best = sorted(tables, key=lambda item: -float(tables[item].gained or 0))[:MOST_SHOWN]
    items = Item.objects.filter(study=study).defer("content").in_bulk(best)
    return Clarified(
        n,
        mean("before"),
        mean("after"),
        mean("gained"),
        mean("gained_by_chance"),
        tuple((items[item], tables[item]) for item in best),
    )


def counts_by_unit(answer: Column, intent: Column) -> dict[int, NDArray[np.int64]]:
    """How many people gave each answer and stated each intent, of shape (A, I), by unit; who gave only one is not in.

    Both columns are nominal and index the same units and raters.
    """
    stated = {(u, r): int(v) for u, r, v in zip(intent.units, intent.raters, intent.values, strict=True)}
    tables: dict[int, NDArray[np.int64]] = {}
    for unit, rater, value in zip(answer.units, answer.raters, answer.values, strict=True):
        wanted = stated.get((unit, rater))
        if wanted is not None:
            shape = (len(answer.labels), len(intent.labels))
            tables.setdefault(int(unit), np.zeros(shape, dtype=np.int64))[int(value), wanted] += 1
    return tables
