"""CSV and TSV files through pandas, their rows numbered as a person counts them."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from annotation.formats.dataset import FormatError

ROWS = "rows"  # the attribute of a table that holds the numbers of its rows, where blank lines move them
_BLANK_LINE = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|\n|\r(?!\n))[ \t]*[\r\n]")
_TOO_LONG = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_OPEN_QUOTE = re.compile(r"EOF inside string starting at row (\d+)")


def read_separated(path: Path, separator: str) -> pd.DataFrame:
    """Columns as the header names them; cells beyond it may only be empty, as a separator at the end makes them.

    pandas would take a first row that is longer than the header to begin with a nameless index, and move all names;
    and it counts no blank line.

    Raises
    ------
    pandas.errors.EmptyDataError
        If there is no header.
    FormatError
        At the first row with a cell beyond the header.
    ValueError, OSError, csv.Error
        If pandas cannot read it; :func:`why_not` words it.
    """
    header, second = first_rows(path, separator)
    if not header:
        raise pd.errors.EmptyDataError
    wide = max(len(header), len(second))
    blank = _has_blank_lines(path.read_bytes())
    options: dict[str, Any] = {
        "dtype": str, "keep_default_na": False, "encoding": "utf-8-sig", "sep": separator, "index_col": False,
        "header": None, "names": list(range(wide)), "skip_blank_lines": not blank,
    }  # fmt: skip
    table: pd.DataFrame = pd.read_csv(path, **options)
    rows = np.arange(1, len(table) + 1)
    if blank:
        kept_rows = np.ones(len(table), dtype=np.bool_)
        kept_rows[_blank_rows(path, separator)] = False
        table, rows = table[kept_rows].reset_index(drop=True), rows[kept_rows]
    table, rows = table.iloc[1:].reset_index(drop=True), rows[1:]
    for place in range(len(header), wide):
        wrong = table[place].fillna("").ne("")
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise FormatError(
                f"{path}: row {rows[row]} has a cell {table[place].iloc[row][:60]!r} beyond the {len(header)} columns."
            )
    kept: pd.DataFrame = table[list(range(len(header)))].set_axis(header, axis="columns")
    if blank:
        kept.attrs[ROWS] = rows.tolist()
    return kept


def first_rows(path: Path, separator: str) -> tuple[list[str], list[str]]:
    """The header and the first row of a text file that have cells."""
    with _cells(path, separator) as rows:
        filled = (row for row in rows if not _is_blank(row))
        return next(filled, []), next(filled, [])


def why_not(path: Path, problem: str) -> str:
    """Why pandas could not read a table, in words that name the row."""
    if found := _TOO_LONG.search(problem):
        return f"{path}, row {found[2]}: has {found[3]} cells; the header has {found[1]}."
    if found := _OPEN_QUOTE.search(problem):
        return f"{path}, row {int(found[1]) + 1}: a quotation mark is opened and never closed."
    first = next(iter(problem.splitlines()), "")
    return f"{path}: cannot be read as {path.suffix[1:]} ({first.removeprefix('[Errno 21] ')})."


def _has_blank_lines(data: bytes) -> bool:
    """Whether a line may be blank; what can begin one is looked for first, which is much quicker."""
    start = data.removeprefix(b"\xef\xbb\xbf")[:1]
    starts = (b"\n\n", b"\n\r", b"\r\r", b"\n ", b"\n\t", b"\r ", b"\r\t")
    maybe = start in (b"\n", b"\r", b" ", b"\t") or any(mark in data for mark in starts)
    return maybe and _BLANK_LINE.search(data) is not None


def _blank_rows(path: Path, separator: str) -> list[int]:
    """Which rows, counted from 0, are blank lines."""
    with _cells(path, separator) as rows:
        return [place for place, row in enumerate(rows) if _is_blank(row)]


def _is_blank(row: list[str]) -> bool:
    """Whether a row has no cell, or one of blanks."""
    return not row or (len(row) == 1 and not row[0].strip())


@contextmanager
def _cells(path: Path, separator: str) -> Iterator[Iterator[list[str]]]:
    """The rows of a file, cell by cell, however long a cell is."""
    limit = csv.field_size_limit(1 << 30)  # others have reasons for a lower one
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield csv.reader(file, delimiter=separator)
    finally:
        csv.field_size_limit(limit)
