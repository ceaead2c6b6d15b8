"""Reading tables and writing results: what every command shares."""

import csv
import hashlib
import json
import math
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from annotation.formats.dataset import FormatError
from annotation.formats.json_text import read_json_lines
from annotation.formats.text_files import check_text, column_names, similar
from polyphony import __version__
from polyphony.errors import BadInput
from polyphony.separated import ROWS, first_rows, read_separated, why_not

READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": lambda path: read_separated(path, ","),
    ".tsv": lambda path: read_separated(path, "\t"),
    ".jsonl": lambda path: _json_lines(path),
    ".parquet": lambda path: pq.read_table(path).to_pandas(integer_object_nulls=True),
}


def read_table(path: Path, *, needs: Iterable[str] = ()) -> pd.DataFrame:
    """Read a CSV, TSV, JSONL or Parquet file into strings, an empty string where nothing stands.

    Names of columns stand without the blanks around them; :func:`row_numbers` tells where each row stands.

    Raises
    ------
    BadInput
        If the file cannot be read, its suffix is unknown, or one of the columns in ``needs`` is missing.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise BadInput(f"{path}: the suffix {path.suffix!r} is not one of {', '.join(READERS)}.")
    try:
        if path.suffix.lower() in (".csv", ".tsv"):
            check_text(path)
        refuse_repeated_columns(path)
        table = reader(path)
    except FormatError as refused:
        raise BadInput(str(refused)) from None
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file.") from None
    except pd.errors.EmptyDataError:
        raise BadInput(f"{path}: is empty; a line with the columns' names is needed.") from None
    except (ValueError, OSError, csv.Error) as problem:
        raise BadInput(why_not(path, str(problem))) from None
    names = column_names(list(table.columns))
    numbered = table.attrs.get(ROWS)
    table = pd.DataFrame({name: _texts(table.iloc[:, place]) for place, name in enumerate(names)}, index=table.index)
    if numbered is not None:
        table.attrs[ROWS] = numbered
    if not names:
        raise BadInput(f"{path}: is empty.")
    for column in needs:
        if column not in table.columns:
            listed = ", ".join(table.columns)
            raise BadInput(f"{path}: no column {column!r}; the columns are {listed}.{similar(column, table.columns)}")
    return table


def row_numbers(table: pd.DataFrame, path: Path) -> list[int]:
    """The number of each row of a table that :func:`read_table` read, as a person counts, blank lines included.

    The header of a CSV file is row 1; without a header, the first row is.
    """
    numbered: list[int] | None = table.attrs.get(ROWS)
    first = 2 if path.suffix.lower() in (".csv", ".tsv") else 1
    return list(range(first, first + len(table))) if numbered is None else numbered


def refuse_repeated_columns(path: Path) -> None:
    """Refuse a CSV or TSV file two of whose columns have one name; readers would rename the second one.

    Raises
    ------
    BadInput
        With the name and both places.
    """
    separator = {".csv": ",", ".tsv": "\t"}.get(path.suffix.lower())
    if separator is None:
        return
    header, _ = first_rows(path, separator)
    first: dict[str, int] = {}
    for place, name in enumerate(column_names(header), start=1):
        if first.setdefault(name, place) != place:
            raise BadInput(f"{path}, row 1: column {place} is called {name!r}, as column {first[name]} is.")


def numbers(
    table: pd.DataFrame, column: str, path: Path, *, missing: float | None = None
) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """One column as numbers; rows are counted as a person does, the header being row 1.

    Raises
    ------
    BadInput
        At the first cell that is not a finite number, or is empty while ``missing`` is None.
    """
    values = np.empty(len(table))
    rows = row_numbers(table, path)
    for position, text in enumerate(table[column]):
        if text == "" and missing is not None:
            values[position] = missing
            continue
        try:
            values[position] = float(text)
        except ValueError:
            values[position] = math.nan
        if not math.isfinite(values[position]):
            raise BadInput(f"{path}, row {rows[position]}, column {column!r}: {text!r} is not a number.")
    return values


def input_sha256(*paths: Path) -> str:
    """SHA-256 of one file's bytes, or of the sorted names and hashes where there are several or a folder."""
    files = sorted(f for path in paths for f in (path.rglob("*") if path.is_dir() else [path]) if f.is_file())
    if len(files) == 1 and files[0] in paths:
        return _sha256(files[0])
    lines = "".join(f"{_sha256(file)}  {file.name}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def engine(seed: int, parameters: dict[str, Any]) -> dict[str, Any]:
    """The block that tells by what a result was made."""
    return {"name": "polyphony", "version": __version__, "seed": seed, "parameters": parameters}


def write_result(result: dict[str, Any], out: Path | None) -> None:
    """Write JSON to a file or to standard output; numbers that are not finite become null."""
    text = json.dumps(_plain(result), ensure_ascii=False, indent=1, allow_nan=False)
    whole = text.encode("utf-8", "backslashreplace")  # half a character becomes the escape that JSON has for it
    if out is None:
        click.echo(whole.decode())
        return
    try:
        out.write_bytes(whole + b"\n")
    except OSError as problem:
        raise BadInput(f"--out {out}: cannot be written ({problem.strerror}).") from None


def show_progress() -> bool:
    """Long work shows a bar only to a person at a terminal."""
    return sys.stderr.isatty()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json_lines(path: Path) -> pd.DataFrame:
    """One object per line; line separators inside a text do not end it, as they would with ``str.splitlines``."""
    numbers, rows = [], []
    for number, row in read_json_lines(path):
        if isinstance(row, str):
            raise FormatError(f"{path}, line {number}: {row}.")
        numbers.append(number)
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names})
    table.attrs[ROWS] = numbers
    return table


def _texts(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column as text; a column that is text already, as all of a CSV file are, is not gone through cell by cell."""
    known = column.astype(object).where(column.notna(), "")
    return known if isinstance(column.dtype, pd.StringDtype) else known.map(_as_text)


def _as_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell)


def _plain(value: Any) -> Any:
    """Numpy and non-finite numbers as JSON has them."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Path):
        return str(value)
    return value
