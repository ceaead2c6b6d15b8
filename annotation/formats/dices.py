"""DICES (Aroyo et al. 2023): one row per rater and conversation, a column per safety question, people described beside.

Columns: rater_id, rater_gender, rater_race, rater_age, rater_education, phase, item_id, answer_time_ms, context,
response, and questions named ``Q<number>_...`` or ``Q_overall``, answered Yes, No or Unsure.
"""

import csv
import re
from pathlib import Path

from annotation.formats.cells import neutral, restored
from annotation.formats.dataset import Dataset, FormatError
from annotation.formats.gathering import Gathering
from annotation.formats.rows import as_text, columns_of, read_rows
from annotation.formats.table import Columns, check_columns, take_row

_QUESTION = re.compile(r"Q(\d+)?_\w+", re.IGNORECASE)
_TEXTS = ("context", "response")
_BESIDE = ("id", "phase", "answer_time_ms")


def read_dices(path: Path) -> Dataset:
    """Read a DICES-like table; columns of the conversation other than its texts are kept with the item.

    Raises
    ------
    FormatError
        If the file cannot be read, or has no item_id, rater_id or question.
    """
    check_columns(path, ("item_id", "rater_id"))
    names = columns_of(path)
    questions = tuple(name for name in names if _QUESTION.fullmatch(name))
    if not questions:
        raise FormatError(f"{path}: no column of answers; they are named Q_overall, Q1_..., Q2_....")
    people = tuple(name for name in names if name.startswith("rater_") and name != "rater_id")
    columns = Columns(
        item="item_id",
        rater="rater_id",
        values=questions,
        texts=tuple(name for name in _TEXTS if name in names),
        demographics=people,
        beside=tuple(name for name in _BESIDE if name in names),
    )
    of_item = [name for name in names if name not in columns.named()]
    found = Gathering()
    for number, row in read_rows(path):
        if isinstance(row, str):
            found.refuse(number, row)
            continue
        cells = {name: restored(as_text(cell)) for name, cell in row.items()}
        before = len(found.items)
        take_row(found, number, cells, columns)
        if len(found.items) > before:
            item = next(reversed(found.items.values()))
            found.items[item.id] = type(item)(item.id, item.texts, {name: cells[name] for name in of_item})
    return found.dataset(name=path.stem, kind="dices")


def write_dices(dataset: Dataset, path: Path) -> int:
    """Write one row per rater and item with a column per question; returns the number of rows.

    Raises
    ------
    FormatError
        If an answer names no rater.
    """
    questions = dataset.questions()
    columns = {name: name if _QUESTION.fullmatch(name) else f"Q_{name}" for name in questions}
    people, described = dataset.demographic_columns(), {rater.id: rater.demographics for rater in dataset.raters}
    titles = {name: name if name.startswith("rater_") else f"rater_{name}" for name in people}
    items = {item.id: item for item in dataset.items}
    of_item = list(dict.fromkeys(name for item in dataset.items for name in (*item.texts, *item.extra)))
    beside = list(dict.fromkeys(name for answer in dataset.answers for name in answer.extra if name not in people))
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for answer in dataset.answers:
        if not answer.rater:
            raise FormatError(f"item {answer.item!r} has an answer of nobody; DICES needs a rater for every row.")
        row = rows.setdefault((answer.rater, answer.item), {})
        row[columns[answer.question]] = answer.value
        row.update({name: as_text(cell) for name, cell in answer.extra.items()})
    header = ["rater_id", *titles.values(), "item_id", *beside, *of_item, *columns.values()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(header)), restval="", extrasaction="ignore")
        writer.writeheader()
        for (rater, item), row in rows.items():
            texts = {**items[item].texts, **items[item].extra}
            told = {titles[name]: cell for name, cell in described.get(rater, {}).items()}
            cells = {**told, **{name: as_text(cell) for name, cell in texts.items()}, **row}
            cells = {name: neutral(cell) for name, cell in cells.items()}
            writer.writerow({**cells, "rater_id": rater, "item_id": item})
    return len(rows)
