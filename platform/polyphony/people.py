"""People in files: one entry per person, also where a file repeats them on every answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from annotation.formats.missing import canonical_id, left_blank
from polyphony.errors import BadInput
from polyphony.files import read_table, row_numbers
from polyphony.ratings import Refused


@dataclass(frozen=True)
class People:
    """One row per person.

    Attributes
    ----------
    ids : in the order of their first row
    table : one text column per question, rows as ``ids``
    refused : rows left out, each with ``row`` and ``reason``
    """

    ids: list[str]
    table: pd.DataFrame
    refused: Refused
    warnings: list[str]


def read_raters(path: Path, id_column: str, columns: Sequence[str]) -> People:
    """Read the people of a file; rows that repeat a person count once, rows that contradict an earlier one are refused.

    Raises
    ------
    BadInput
        If the file cannot be read, lacks a column, or has no person.
    """
    source = read_table(path, needs=[id_column, *columns])
    cells = [[_clean(text) for text in source[column]] for column in columns]
    first: dict[str, int] = {}
    refused: Refused = []
    repeats = 0
    rows = row_numbers(source, path)
    for place, text in enumerate(source[id_column]):
        row = rows[place]
        if left_blank(text):
            refused.append({"row": row, "reason": f"no {id_column}"})
            continue
        person = canonical_id(text)
        earlier = first.setdefault(person, place)
        if earlier == place:
            continue
        differing = [number for number, column in enumerate(cells) if column[earlier] != column[place]]
        if differing:
            column = cells[differing[0]]
            refused.append(
                {
                    "row": row,
                    "reason": f"{person!r} has {columns[differing[0]]} {column[earlier]!r} in row"
                    f" {rows[earlier]} and {column[place]!r} here",
                }
            )
        else:
            repeats += 1
    if not first:
        why = f"no row has a {id_column}" if len(source) else "only the names of columns stand in it, and no person"
        raise BadInput(f"{path}: {why}.")
    warnings = [f"{repeats} rows repeat a person; each person counts once."] if repeats else []
    table = pd.DataFrame(
        {column: [held[place] for place in first.values()] for column, held in zip(columns, cells, strict=True)},
        dtype=object,
    )
    return People(list(first), table, refused, warnings)


def _clean(text: str) -> str:
    return canonical_id(" ".join(text.split()))
