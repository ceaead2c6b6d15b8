"""Rows of CSV, TSV, JSON Lines and Parquet files as text, each with the number a person would give it."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pyarrow.parquet as pq

from annotation.formats.dataset import FormatError
from annotation.formats.json_text import read_json_lines
from annotation.formats.text_files import check_text, column_name, column_names

SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")
Row = dict[str, Any]


def read_rows(path: Path) -> Iterator[tuple[int, Row | str]]:
    """Each row's number and cells, or its number and what is wrong with it.

    The header of a CSV file is row 1.  Cells of CSV are text; JSON and Parquet keep their types.  Names of columns
    stand without the blanks around them.

    Raises
    ------
    FormatError
        If the file is missing, has another suffix, or cannot be read as what its suffix says.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FormatError(f"{path}: the suffix {path.suffix!r} is not one of {', '.join(SUFFIXES)}.")
    if not path.is_file():
        raise FormatError(f"{path}: there is no such file.")
    if suffix == ".jsonl":
        for number, row in read_json_lines(path):
            yield number, row if isinstance(row, str) else _named(row)
    elif suffix == ".parquet":
        yield from _parquet(path)
    else:
        yield from _csv(path, "\t" if suffix == ".tsv" else ",")


def columns_of(path: Path) -> list[str]:
    """The names of the columns; for JSON Lines, the keys of the first hundred rows.

    Raises
    ------
    FormatError
        If the file cannot be read as what its suffix says.
    """
    if path.suffix.lower() == ".parquet":
        try:
            return column_names(pq.read_schema(path).names)
        except (OSError, ValueError) as problem:
            raise FormatError(f"{path}: not Parquet ({str(problem).splitlines()[0]}).") from None
    names: dict[str, None] = {}
    wrong = ""
    for number, row in read_rows(path):
        if isinstance(row, dict):
            names.update(dict.fromkeys(row))
        else:
            wrong = wrong or f"{path}, row {number}: {row}."
        if number > 100 or path.suffix.lower() != ".jsonl":
            break
    known = list(names) or _header(path)
    if wrong and not known:
        raise FormatError(wrong)
    return known


def as_text(cell: Any) -> str:
    """A cell as text: nothing is empty, lists and objects are JSON, floats without a fraction are integers."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else str(cell)


def _named(row: Row) -> Row | str:
    """The row under the names of its columns, or why they cannot be told apart."""
    found = {column_name(name): cell for name, cell in row.items()}
    return found if len(found) == len(row) else "two of its keys differ only in the blanks around them"


def _csv(path: Path, separator: str) -> Iterator[tuple[int, Row | str]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    check_text(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=separator)
            above, names = _first_row(reader)
            if not names:
                raise FormatError(f"{path}: is empty.")
            header = column_names(names)
            twice = {name for name in header if header.count(name) > 1}
            if twice:
                raise FormatError(f"{path}: the columns {', '.join(sorted(twice))} stand twice in the header.")
            for number, cells in enumerate(reader, start=above + 2):
                if not cells or (len(cells) == 1 < len(header) and not cells[0].strip()):
                    continue
                if len(cells) > len(header) and not any(cells[len(header) :]):
                    cells = cells[: len(header)]  # a separator at the end of the line
                if len(cells) != len(header):
                    yield number, f"has {len(cells)} cells; the header has {len(header)}"
                    continue
                yield number, dict(zip(header, cells, strict=True))
            _refuse_open_quote(file, separator, path)
    except csv.Error as problem:
        raise FormatError(f"{path}: not a table ({problem}).") from None


def _first_row(reader: Iterator[list[str]]) -> tuple[int, list[str]]:
    """How many blank rows stand above the header, and the header; empty where there is none."""
    for above, cells in enumerate(reader):
        if any(cell.strip() for cell in cells):
            return above, cells
    return 0, []


def _refuse_open_quote(file: TextIO, separator: str, path: Path) -> None:
    """Refuse a file whose last cell begins with a quotation mark that nothing closes: it holds the rows after it."""
    file.seek(0)
    if sum(line.count('"') for line in file) % 2 == 0:
        return
    file.seek(0)
    rows, number = csv.reader(file, delimiter=separator, strict=True), 1
    try:
        while next(rows, None) is not None:
            number += 1
    except csv.Error as problem:
        if "unexpected end" in str(problem):
            raise FormatError(f"{path}, row {number}: a quotation mark is opened and never closed.") from None


def _header(path: Path) -> list[str]:
    if path.suffix.lower() == ".jsonl":
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return column_names(_first_row(csv.reader(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ","))[1])


def _parquet(path: Path) -> Iterator[tuple[int, Row | str]]:
    try:
        file = pq.ParquetFile(path)
    except (OSError, ValueError) as problem:
        raise FormatError(f"{path}: not Parquet ({str(problem).splitlines()[0]}).") from None
    number = 0
    for batch in file.iter_batches():
        for row in batch.to_pylist():
            number += 1
            yield number, _named(row)
