"""A data set as three long CSV files: answers.csv, raters.csv and items.csv."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from annotation.formats.cells import neutral, restored
from annotation.formats.dataset import Dataset, FormatError, Item
from annotation.formats.gathering import short
from annotation.formats.json_text import read_json
from annotation.formats.rows import as_text, columns_of, read_rows
from annotation.formats.table import check_columns
from annotation.formats.tables import ANNOTATIONS, dataset_of, tables_of

FILES = {"annotations": "answers.csv", "raters": "raters.csv", "items": "items.csv"}
INFO = "about.json"
ROWS_AT_ONCE = 10_000
_LISTS = ("labels", "justifications", "flags")
_JSON = {"annotations": (*_LISTS, "extra"), "raters": (), "items": ("extra",)}
_JSON_TEXT = "_json"
_NEEDED = {
    "annotations": ("item_id", "rater_id", "question", "value", "justifications", "flags", "extra"),
    "raters": ("rater_id",),
    "items": ("item_id", "extra"),
}


def write_csv_folder(dataset: Dataset, target: Path) -> dict[str, int]:
    """Write the three files and about.json; returns the rows of each.

    Where the target is named as a .csv file, it holds the answers, and the others stand beside it under its name.
    Cells that a spreadsheet would run as formulas are written with an apostrophe before them.
    """
    files = _files(target)
    files[INFO].parent.mkdir(parents=True, exist_ok=True)
    tables = tables_of(dataset)
    for name in FILES:
        write_rows(files[name], tables[name].schema, tables[name].to_batches())
    info = {name: held for name, held in dataset.info.items() if _is_plain(held)}
    files[INFO].write_text(json.dumps(info, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return {files[name].name: tables[name].num_rows for name in FILES}


def is_answers_file(path: Path) -> bool:
    """Whether a file is the answers.csv of such a set, under whatever name."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        return False
    try:
        return set(columns_of(path)) >= set(ANNOTATIONS.names)
    except FormatError:
        return False  # whoever reads it as what it is instead says why it cannot be read


def read_csv_folder(source: Path) -> Dataset:
    """Read what :func:`write_csv_folder` wrote.

    Raises
    ------
    FormatError
        If answers.csv is missing, or a row is broken.
    """
    files = _files(source)
    tables: dict[str, list[dict[str, Any]]] = {}
    for name in FILES:
        path = files[name]
        if not path.is_file() and name != "annotations":
            continue
        check_columns(path, _NEEDED[name])
        rows = tables.setdefault(name, [])
        for number, row in read_rows(path):
            if isinstance(row, str):
                raise FormatError(f"{path}, row {number}: {row}.")
            cells: dict[str, Any] = {column: restored(as_text(cell)) for column, cell in row.items()}
            for column, held in cells.items():
                if held and (column in _JSON[name] or column.endswith(_JSON_TEXT)):
                    read = _from_json(held, f"{path}, row {number}, column {column!r}")
                    cells[column] = read if column in _LISTS else held
            rows.append(cells | {column: cells[column] or [] for column in _LISTS if column in cells})
    found = dataset_of(tables, _about(files[INFO], source))
    return _with_every_item(found) if "items" not in tables else found


def _about(path: Path, source: Path) -> dict[str, Any]:
    if not path.is_file():
        return {"name": source.stem}
    about, _ = read_json(path)
    if not isinstance(about, dict):
        raise FormatError(f"{path}: a JSON object should stand here, not {type(about).__name__}.")
    return about


def _from_json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise FormatError(f"{where}: {short(text)} is not JSON.") from None


def _with_every_item(dataset: Dataset) -> Dataset:
    """The same with an item for each answer, where no file describes the items."""
    items = tuple(Item(item, {}) for item in dict.fromkeys(answer.item for answer in dataset.answers))
    return replace(dataset, items=items)


def _files(target: Path) -> dict[str, Path]:
    if target.suffix.lower() != ".csv":
        return {name: target / file for name, file in FILES.items()} | {INFO: target / INFO}
    beside = {name: target.with_name(f"{target.stem}_{file}") for name, file in FILES.items()}
    return {**beside, "annotations": target, INFO: target.with_name(f"{target.stem}_{INFO}")}


def write_rows(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write one table, batch by batch, its cells safe for spreadsheets; returns the number of rows."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([neutral(name) for name in schema.names])
        for batch in batches:
            for start in range(0, batch.num_rows, ROWS_AT_ONCE):
                writer.writerows(_cells(batch.slice(start, ROWS_AT_ONCE).to_pylist()))
            written += batch.num_rows
    return written


def _cells(rows: Iterable[Mapping[str, Any]]) -> Iterable[list[str]]:
    for row in rows:
        yield [neutral(as_text(cell)) for cell in row.values()]


def _is_plain(held: Any) -> bool:
    return isinstance(held, str | int | float | bool | list | dict | None)
