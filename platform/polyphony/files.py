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

from polyphony import __version__
from polyphony.errors import BadInput

READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": lambda path: _separated(path, ","),
    ".tsv": lambda path: _separated(path, "\t"),
    ".jsonl": lambda path: _json_lines(path),
    ".parquet": pd.read_parquet,
}


def read_table(path: Path, *, needs: Iterable[str] = ()) -> pd.DataFrame:
    """Read a CSV, TSV, JSONL or Parquet file into strings, an empty string where nothing stands.

    Raises
    ------
    BadInput
        If the file cannot be read, its suffix is unknown, or one of the columns in ``needs`` is missing.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise BadInput(f"{path}: the suffix {path.suffix!r} is not one of {', '.join(READERS)}.")
    try:
        refuse_repeated_columns(path)
        table = reader(path)
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file.") from None
    except pd.errors.EmptyDataError:
        raise BadInput(f"{path}: is empty; a line with the columns' names is needed.") from None
    except (ValueError, OSError, csv.Error) as problem:
        raise BadInput(f"{path}: cannot be read as {path.suffix[1:]} ({str(problem).splitlines()[0]}).") from None
    table = pd.DataFrame(
        {str(name): _texts(table.iloc[:, place]) for place, name in enumerate(table.columns)}, index=table.index
    )
    for column in needs:
        if column not in table.columns:
            raise BadInput(f"{path}: no column {column!r}; the columns are {', '.join(table.columns)}.")
    return table


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
    header, _ = _first_rows(path, separator)
    first: dict[str, int] = {}
    for place, name in enumerate(header, start=1):
        if name and first.setdefault(name, place) != place:
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
    for position, text in enumerate(table[column]):
        if text == "" and missing is not None:
            values[position] = missing
            continue
        try:
            values[position] = float(text)
        except ValueError:
            values[position] = math.nan
        if not math.isfinite(values[position]):
            raise BadInput(f"{path}, row {position + 2}, column {column!r}: {text!r} is not a number.")
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
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as problem:
        raise BadInput(f"--out {out}: cannot be written ({problem.strerror}).") from None


def show_progress() -> bool:
    """Long work shows a bar only to a person at a terminal."""
    return sys.stderr.isatty()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _separated(path: Path, separator: str) -> pd.DataFrame:
    """Columns as the header names them; cells beyond it may only be empty, as a separator at the end makes them.

    pandas would take a first row that is longer than the header to begin with a nameless index, and move all names.
    """
    header, second = _first_rows(path, separator)
    more = len(second) - len(header) if header else 0
    beyond = list(range(len(header), len(header) + more))
    names: dict[str, Any] = {"names": [*range(len(header)), *beyond], "header": 0} if more > 0 else {}
    table: pd.DataFrame = pd.read_csv(
        path, dtype=str, keep_default_na=False, encoding="utf-8-sig", sep=separator, index_col=False, **names
    )
    if more <= 0:
        return table
    for place in beyond:
        wrong = table[place].fillna("").ne("")
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise ValueError(
                f"row {row + 2} has a cell {table[place].iloc[row][:60]!r} beyond the {len(header)} columns"
            )
    kept: pd.DataFrame = table.drop(columns=beyond).set_axis(header, axis="columns")
    return kept


def _first_rows(path: Path, separator: str) -> tuple[list[str], list[str]]:
    """The header and the first row of a text file that have cells."""
    limit = csv.field_size_limit(1 << 30)  # others have reasons for a lower one
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = (row for row in csv.reader(file, delimiter=separator) if row)
            return next(rows, []), next(rows, [])
    finally:
        csv.field_size_limit(limit)


def _json_lines(path: Path) -> pd.DataFrame:
    """One object per line; line separators inside a text do not end it, as they would with ``str.splitlines``."""
    with path.open(encoding="utf-8-sig") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("every line should be a JSON object")
    return pd.DataFrame(rows)


def _texts(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column as text; a column that is text already, as all of a CSV file are, is not gone through cell by cell."""
    known = column.astype(object).where(column.notna(), "")
    return known if isinstance(column.dtype, pd.StringDtype) else known.map(_as_text)


def _as_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
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
