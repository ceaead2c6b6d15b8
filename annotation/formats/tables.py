"""A data set as Arrow tables: the five configurations of an exported folder, and back.

``annotations`` has one row per answer, ``raters`` one per person, ``items`` one per item, ``soft_labels`` one per item,
question and label, where ``target`` names the part of the item that an answer is about (a response, or empty);
``preferences_trl`` one per pairwise judgement with a winner (in TRL's conversational form), and
``preferences_undecided`` the judgements without one.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from annotation.formats.dataset import Answer, Dataset, Item, Rater, are_numbers
from annotation.formats.missing import missing_kind
from annotation.formats.pairs import Judgement, judgements
from annotation.formats.trl_write import preference_row, undecided_row

MOST_LABELS = 101  # a question with more different answers (a scale of 0 to 100 has 101) gets no soft labels
_TEXT, _JSON = "text_", "_json"
_TEXTS, _TURNS = pa.list_(pa.string()), pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))

ANNOTATIONS = pa.schema(
    [
        ("item_id", pa.string()),
        ("rater_id", pa.string()),
        ("question", pa.string()),
        ("target", pa.string()),
        ("value", pa.string()),
        ("value_number", pa.float64()),
        ("labels", _TEXTS),
        ("justifications", _TEXTS),
        ("flags", _TEXTS),
        ("extra", pa.string()),
    ]
)
SOFT_LABELS = pa.schema(
    [
        ("item_id", pa.string()),
        ("question", pa.string()),
        ("target", pa.string()),
        ("label", pa.string()),
        ("share", pa.float64()),
        ("raters", pa.int64()),
    ]
)
_JUDGEMENT = [
    ("rater_id", pa.string()),
    ("item_id", pa.string()),
    ("question", pa.string()),
    ("weight", pa.float64()),
    ("strength", pa.float64()),
    ("flags", _TEXTS),
    ("why", _TEXTS),
    ("extra", pa.string()),
]
PREFERENCES = pa.schema(
    [("prompt", _TURNS), ("chosen", _TURNS), ("rejected", _TURNS), *_JUDGEMENT, ("chosen_is", pa.string())]
)
UNDECIDED = pa.schema(
    [*((name, pa.string()) for name in ("prompt", "response_a", "response_b", "verdict")), *_JUDGEMENT]
)


def raters_schema(columns: Iterable[str]) -> pa.Schema:
    """One text column per demographic question, as answered, and the kinds of missing as JSON."""
    return pa.schema([("rater_id", pa.string()), *((name, pa.string()) for name in columns), ("missing", pa.string())])


def items_schema(columns: Iterable[str]) -> pa.Schema:
    """One text column per named text (``text_<name>``, or ``text_<name>_json`` for turns), the rest as JSON."""
    return pa.schema([("item_id", pa.string()), *((name, pa.string()) for name in columns), ("extra", pa.string())])


def tables_of(dataset: Dataset) -> dict[str, pa.Table]:
    """The tables of a data set; some may have no row."""
    preferences, undecided = [], []
    for judgement in judgements(dataset):
        if judgement.verdict in ("a", "b"):
            preferences.append(preference_row(judgement, "conversational"))
        else:
            undecided.append(undecided_table_row(judgement))
    columns = dataset.demographic_columns()
    return {
        "annotations": pa.Table.from_pylist(list(_annotations(dataset)), ANNOTATIONS),
        "raters": pa.Table.from_pylist([rater_row(rater) for rater in dataset.raters], raters_schema(columns)),
        "items": _items(dataset),
        "soft_labels": pa.Table.from_pylist(list(soft_label_rows(dataset)), SOFT_LABELS),
        "preferences_trl": pa.Table.from_pylist(preferences, PREFERENCES),
        "preferences_undecided": pa.Table.from_pylist(undecided, UNDECIDED),
    }


def undecided_table_row(judgement: Judgement) -> dict[str, Any]:
    """One row of the table preferences_undecided; texts that are turns stand as JSON."""
    row = undecided_row(judgement)
    return {name: _as_json(held) if name in UNDECIDED.names[:3] else held for name, held in row.items()}


def dataset_of(tables: Mapping[str, Iterable[Mapping[str, Any]]], info: Mapping[str, Any]) -> Dataset:
    """The data set behind the rows of the tables annotations, raters and items."""
    answers = tuple(
        Answer(
            item=row["item_id"],
            rater=row["rater_id"],
            question=row["question"],
            value=row["value"],
            why=tuple(row["justifications"] or ()),
            flags=tuple(row["flags"] or ()),
            extra=extra_of(row),
        )
        for row in tables["annotations"]
    )
    raters = tuple(
        Rater(row["rater_id"], {n: v for n, v in row.items() if n not in ("rater_id", "missing") and v is not None})
        for row in tables.get("raters", ())
    )
    return Dataset(tuple(item_of(row) for row in tables.get("items", ())), raters, answers, info=info)


def extra_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside an answer, the part of the item that it is about included."""
    extra = json.loads(row["extra"]) if row["extra"] else {}
    return {**extra, "target": row["target"]} if row.get("target") else extra


def soft_label_rows(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Share of the raters of each item who gave each label, for questions with at most 101 different labels."""
    for question in dataset.questions():
        labels = dataset.labels(question)
        if len(labels) > MOST_LABELS:
            continue
        several = question in dataset.info.get("multiple", ())
        counts: dict[tuple[str, str], Counter[str]] = {}
        raters: Counter[tuple[str, str]] = Counter()
        for answer in dataset.answers:
            if answer.question == question:
                given = set(answer.value.split(",")) if several else {answer.value}
                unit = (answer.item, str(answer.extra.get("target", "")))
                counts.setdefault(unit, Counter()).update(given)
                raters[unit] += 1
        for unit, found in counts.items():
            for label in labels:
                row = {"item_id": unit[0], "question": question, "target": unit[1], "label": label}
                yield {**row, "raters": raters[unit], "share": found[label] / raters[unit]}


def _annotations(dataset: Dataset) -> Iterator[dict[str, Any]]:
    several = set(dataset.info.get("multiple", ()))
    for answer in dataset.answers:
        extra = {name: held for name, held in answer.extra.items() if name != "target"}
        yield {
            "item_id": answer.item,
            "rater_id": answer.rater,
            "question": answer.question,
            "target": str(answer.extra.get("target", "")),
            "value": answer.value,
            "value_number": float(answer.value) if are_numbers([answer.value]) else None,
            "labels": answer.value.split(",") if answer.question in several else [],
            "justifications": list(answer.why),
            "flags": list(answer.flags),
            "extra": _as_json(extra) if extra else "",
        }


def rater_row(rater: Rater) -> dict[str, Any]:
    """One row of the table raters."""
    kinds = {name: kind for name, cell in rater.demographics.items() if (kind := missing_kind(cell)) is not None}
    return {"rater_id": rater.id, **rater.demographics, "missing": _as_json(kinds) if kinds else ""}


def _items(dataset: Dataset) -> pa.Table:
    names = list(dict.fromkeys(name for item in dataset.items for name in item.texts))
    plain = {n for n in names if all(isinstance(item.texts.get(n, ""), str) for item in dataset.items)}
    columns = {name: f"{_TEXT}{name}" if name in plain else f"{_TEXT}{name}{_JSON}" for name in names}
    rows = [
        {
            "item_id": item.id,
            **{
                columns[n]: held if n in plain else json.dumps(held, ensure_ascii=False)
                for n, held in item.texts.items()
            },
            "extra": _as_json(item.extra) if item.extra else "",
        }
        for item in dataset.items
    ]
    return pa.Table.from_pylist(rows, items_schema(columns.values()))


def row_of_item(item: Mapping[str, Any], turns: Mapping[str, bool]) -> dict[str, Any]:
    """One row of the table items, of an item given as id, texts and extra; ``turns`` says which texts are turns."""
    texts = {
        f"{_TEXT}{name}{_JSON}" if turns[name] else f"{_TEXT}{name}": _turns_as_json(held) if turns[name] else held
        for name, held in item["texts"].items()
    }
    return {"item_id": item["id"], **texts, "extra": _as_json(item["extra"]) if item["extra"] else ""}


def _turns_as_json(held: Any) -> str:
    turns = [{"role": "user", "content": held}] if isinstance(held, str) else held
    return json.dumps(turns, ensure_ascii=False)


def item_of(row: Mapping[str, Any]) -> Item:
    """The item behind a row of the table items."""
    texts: dict[str, Any] = {}
    for column, held in row.items():
        if column.startswith(_TEXT) and held is not None:
            name = column.removeprefix(_TEXT)
            if not name.endswith(_JSON):
                texts[name] = held
            elif held != "":  # a CSV file has no other word for an item without this text
                texts[name.removesuffix(_JSON)] = json.loads(held)
    return Item(row["item_id"], texts, json.loads(row["extra"]) if row["extra"] else {})


def _as_json(held: Any) -> str:
    return held if isinstance(held, str) else json.dumps(held, ensure_ascii=False)
