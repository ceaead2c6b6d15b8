"""Tables of ballots on files, and the small tables that stand beside them."""

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from polyphony.errors import BadInput
from polyphony.files import numbers, read_table, refuse_repeated_columns

_LISTED = 8


@dataclass(frozen=True)
class BallotTable:
    """Voters in rows, candidates in columns.

    Attributes
    ----------
    path : the file
    voters, candidates : ids as in the file
    values_VC : the cells as numbers, nan where nothing stands
    """

    path: Path
    voters: list[str]
    candidates: list[str]
    values_VC: NDArray[np.float64]

    def require_approvals(self, why: str) -> None:
        """Refuse a table whose cells are not all 1, 0 or empty."""
        wrong = np.argwhere(~(np.isnan(self.values_VC) | np.isin(self.values_VC, (0, 1))))
        if len(wrong):
            found = self.values_VC[tuple(wrong[0])]
            raise BadInput(f"{self.cell(*wrong[0])}: {found:g} is not 1, 0 or empty, and {why} takes approvals.")

    def require_answers(self, remedy: str) -> None:
        """Refuse a table with empty cells."""
        empty = np.argwhere(np.isnan(self.values_VC))
        if len(empty):
            raise BadInput(
                f"{self.cell(*empty[0])}: the first of {len(empty)} empty cells among {self.values_VC.size}; {remedy}."
            )

    def cell(self, voter: int, candidate: int) -> str:
        """Where a cell stands, the header being row 1."""
        return f"{self.path}, row {voter + 2}, column {self.candidates[candidate]!r}"

    def positions(self, ids: Sequence[str], source: str) -> list[int]:
        """The columns of candidates named in an option or a side file."""
        place = {candidate: position for position, candidate in enumerate(self.candidates)}
        for name in ids:
            if name not in place:
                listed = ", ".join(self.candidates[:_LISTED]) + (", …" if len(self.candidates) > _LISTED else "")
                raise BadInput(f"{source}: {name!r} is not a candidate of {self.path}; those are {listed}.")
        return [place[name] for name in ids]


def read_ballots(path: Path) -> BallotTable:
    """Read a table whose first column is the voter, with a column per candidate.

    Raises
    ------
    BadInput
        If the file cannot be read, has no voter or no candidate, a voter stands twice or has no id, or a cell is
        neither a number nor empty.
    """
    quick = _all_numbers(path)
    table = read_table(path) if quick is None else quick
    if len(table.columns) < 2:
        raise BadInput(f"{path}: {len(table.columns)} columns; the voter and at least one candidate are needed.")
    if table.empty:
        raise BadInput(f"{path}: there is no voter; at least one row is needed.")
    voters = [str(voter) for voter in table.iloc[:, 0]]
    _check_ids(path, str(table.columns[0]), voters)
    candidates = [str(candidate) for candidate in table.columns[1:]]
    if quick is not None:
        values = quick.iloc[:, 1:].to_numpy(dtype=np.float64)
    else:
        values = np.column_stack([numbers(table, candidate, path, missing=np.nan) for candidate in candidates])
    return BallotTable(path, voters, candidates, values)


def read_numbers_by_id(path: Path, key: str, value: str, *, blank: float | None = None) -> dict[str, float]:
    """A side file with one number per id; an empty number is refused unless ``blank`` says what it stands for."""
    table = read_table(path, needs=[key, value])
    _check_ids(path, key, list(table[key]))
    found: list[float] = numbers(table, value, path, missing=blank).tolist()
    return dict(zip(table[key], found, strict=True))


def read_texts_by_id(path: Path, key: str, value: str) -> dict[str, str]:
    """A side file with one text per id; none is empty."""
    table = read_table(path, needs=[key, value])
    _check_ids(path, key, list(table[key]))
    for position, text in enumerate(table[value]):
        if text == "":
            raise BadInput(f"{path}, row {position + 2}, column {value!r}: the cell is empty.")
    return dict(zip(table[key], table[value], strict=True))


def read_slate(text: str) -> list[str]:
    """Ids from an option, separated by commas (an id with a comma in quotes), or one per line from standard input."""
    lines = sys.stdin.read().splitlines() if text == "-" else [text]
    ids = [name.strip() for row in csv.reader(lines, skipinitialspace=True) for name in row if name.strip()]
    if not ids:
        raise BadInput(f"--slate {text}: no candidate is named.")
    return ids


def for_voters(table: BallotTable, known: dict[str, float], path: Path, what: str) -> NDArray[np.float64]:
    """A side file's numbers in the order of the table's voters, all of whom must be there."""
    for voter in table.voters:
        if voter not in known:
            raise BadInput(f"{path}: voter {voter!r} of {table.path} has no {what}.")
    return np.array([known[voter] for voter in table.voters])


def _check_ids(path: Path, column: str, ids: list[str]) -> None:
    seen: dict[str, int] = {}
    for position, name in enumerate(ids):
        if name == "":
            raise BadInput(f"{path}, row {position + 2}, column {column!r}: the id is empty.")
        if name in seen:
            before = seen[name] + 2
            raise BadInput(f"{path}, row {position + 2}, column {column!r}: {name!r} stands in row {before} too.")
        seen[name] = position


def _all_numbers(path: Path) -> pd.DataFrame | None:
    """A CSV table of numbers and empty cells, read at once; None for others, read cell by cell for the fault."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        return None
    try:
        refuse_repeated_columns(path)
        first = pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns[:1]
        table = pd.read_csv(
            path,
            dtype=dict.fromkeys(first, str),
            keep_default_na=False,
            na_values=[""],
            encoding="utf-8-sig",
        )
    except (ValueError, OSError, csv.Error):
        return None
    cells = table.iloc[:, 1:]
    if not all(isinstance(kind, np.dtype) and kind.kind in "if" for kind in cells.dtypes):
        return None
    if np.isinf(cells.to_numpy(dtype=np.float64)).any():
        return None
    return table.assign(**{str(first[0]): table.iloc[:, 0].fillna("")})
