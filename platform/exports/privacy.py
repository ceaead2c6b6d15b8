"""What is told of people: which columns, how coarsely, and what becomes of those who would stand out.

Pure: from a table of people and what somebody decided to a table that may leave.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from aggregation.algorithms.privacy.generalise import OTHER, coarser_values
from aggregation.algorithms.privacy.k_anonymity import Anonymity, anonymity, plan
from aggregation.algorithms.privacy.suppression import suppress_small_cells
from annotation.formats.missing import missing_kind

Do = Literal["keep", "generalise", "suppress", "drop"]
Rare = Literal["blank", "leave_out"]
HELD_BACK = "held back"  # stands where an answer would let somebody stand out


@dataclass(frozen=True)
class Column:
    """What somebody decided for one column.

    Its values are kept, made coarser by the mapping, held back where few people share them (and where the total would
    give these away), or the column is dropped.
    """

    do: Do = "keep"
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choices:
    """What somebody decided about the people of an export.

    Attributes
    ----------
    k : the least number of people who must share a combination
    columns : by name; a column without a decision is dropped
    rare : what happens to people whose combination fewer than ``k`` share: their description is blanked and their
        answers stay, or they are left out altogether
    """

    k: int = 5
    columns: Mapping[str, Column] = field(default_factory=dict)
    rare: Rare = "blank"

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> "Choices":
        """As :meth:`to_json` wrote them."""
        columns = {
            name: Column(held["do"], held.get("mapping", {})) for name, held in stored.get("columns", {}).items()
        }
        return Choices(int(stored.get("k", 5)), columns, stored.get("rare", "blank"))

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        columns = {name: {"do": column.do, "mapping": dict(column.mapping)} for name, column in self.columns.items()}
        return {"k": self.k, "rare": self.rare, "columns": columns}


@dataclass(frozen=True)
class Protected:
    """People as they may leave.

    Attributes
    ----------
    table : one row per person who stays, one text column per kept column, the index as given
    before, after : the combinations before anything was done, and after; None where nobody or no column is left
    blanked, left_out : index values of people whose description was blanked, or who were left out
    """

    table: pd.DataFrame
    before: Anonymity | None
    after: Anonymity | None
    blanked: tuple[Any, ...]
    left_out: tuple[Any, ...]


def protect(people: pd.DataFrame, choices: Choices) -> Protected:
    """Apply what was decided; afterwards each combination is shared by ``k`` people, or nothing is told of them.

    Where people are blanked and fewer than ``k`` are, the people of the smallest other combinations are blanked with
    them, since so few blanks would point at somebody too.

    Parameters
    ----------
    people : one row per person, one text column per question

    Raises
    ------
    ValueError
        If k is below 1.
    """
    before = anonymity(people, k=choices.k) if len(people) and people.shape[1] else None
    kept = [name for name in people.columns if choices.columns.get(name, Column("drop")).do != "drop"]
    table = people[kept].copy()
    for name in kept:
        column = choices.columns[name]
        if column.do == "generalise":
            # A value that came after the decision was taken is in no band of it.
            table[name] = [
                value if missing_kind(value) else column.mapping.get(value, OTHER) for value in table[name].tolist()
            ]
        elif column.do == "suppress":
            table[name] = _suppressed(table[name].tolist(), choices.k)
    rare = _rare(table, choices.k)
    left_out: tuple[Any, ...] = ()
    blanked: tuple[Any, ...] = ()
    if choices.rare == "leave_out":
        left_out, table = tuple(table.index[rare]), table[~rare]
    elif rare.any():
        rare = _enough(table, rare, choices.k)
        blanked = tuple(table.index[rare])
        table[rare] = HELD_BACK
    after = anonymity(table, k=choices.k) if len(table) and table.shape[1] else None
    return Protected(table, before, after, blanked, left_out)


def suggested(people: pd.DataFrame, *, k: int) -> Choices:
    """Choices that leave nobody exposed and lose little: the steps of the k-anonymity plan, put together."""
    columns = {str(name): Column("keep") for name in people.columns}
    mappings = {str(name): {value: value for value in people[name].tolist()} for name in people.columns}
    steps = plan(people, k=k) if len(people) and people.shape[1] else []
    for step in steps:
        if step.kind == "drop":
            columns[step.column] = Column("drop")
        elif step.kind == "generalise":
            earlier = mappings[step.column]
            mappings[step.column] = {value: step.mapping.get(held, held) for value, held in earlier.items()}
            columns[step.column] = Column("generalise", mappings[step.column])
    return Choices(k, columns, "blank")


def ways_to_generalise(values: Sequence[str], *, k: int) -> list[Mapping[str, str]]:
    """Coarser values for a column; answers that are missing stay what they are."""
    stated = [value for value in values if not missing_kind(value)]
    return [
        {value: coarser for value, coarser in way.items() if not missing_kind(value)}
        for way in coarser_values(stated, k=k)
    ]


def _suppressed(values: list[str], k: int) -> list[str]:
    """Values that few people share are held back, and with them as many others as it takes to hide their numbers."""
    counts = Counter(values)
    hidden = suppress_small_cells(list(counts.values()), k=k).hidden[:-1]
    gone = {value for value, is_hidden in zip(counts, hidden.tolist(), strict=True) if is_hidden}
    return [HELD_BACK if value in gone else value for value in values]


def _rare(table: pd.DataFrame, k: int) -> Any:
    if not len(table) or not table.shape[1]:
        return pd.Series(False, index=table.index)
    sizes = table.groupby(list(table.columns), dropna=False)[table.columns[0]].transform("size")
    return sizes < k


def _enough(table: pd.DataFrame, rare: Any, k: int) -> Any:
    """Blank whole further combinations, smallest first, until the blanked are ``k`` or everybody is."""
    rest = table[~rare]
    if rare.sum() >= k or not len(rest):
        return rare
    sizes = rest.groupby(list(rest.columns), dropna=False, sort=True).size().sort_values(kind="stable")
    blanked = rare.copy()
    for combination in sizes.index:
        if blanked.sum() >= k:
            break
        parts = combination if isinstance(combination, tuple) else (combination,)
        same = pd.Series(True, index=table.index)
        for name, part in zip(table.columns, parts, strict=True):
            same &= table[name] == part
        blanked |= same
    return blanked
