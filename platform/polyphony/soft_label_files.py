"""Soft labels in files: LeWiDi JSON and submissions, JSON lines, and tables wide or long."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.formats.dataset import FormatError, in_order
from annotation.formats.json_text import read_json, read_json_lines, read_text
from annotation.formats.missing import canonical_id, left_blank
from annotation.formats.text_files import column_name
from polyphony.errors import BadInput
from polyphony.files import read_table, row_numbers

_IDS = ("item", "item_id", "id", "instance_id")
_LABELS = ("label", "value", "category")
_SHARES = ("share", "p", "probability", "prob", "soft_label")
_SLACK = 0.02  # published shares are rounded, such as .33 and .67

Soft = Mapping[str, Any] | list[Any]


@dataclass(frozen=True)
class SoftLabels:
    """Soft labels of items: per item {label: share}, {label: {"0": share, "1": share}}, or bare lists of either.

    Attributes
    ----------
    warnings : what the file says twice
    """

    path: Path
    of_item: dict[str, Soft]
    warnings: list[str] = field(default_factory=list)

    def questions(self) -> list[str]:
        """The labels that have a distribution of their own (several labels per person); empty where items have one."""
        first = next(iter(self.of_item.values()))
        if isinstance(first, Mapping):
            return in_order(canonical_id(key) for key, held in first.items() if isinstance(held, Mapping | list))
        return [str(place) for place, held in enumerate(first) if isinstance(held, Mapping | list)]


def read_soft_labels(path: Path) -> SoftLabels:
    """Read soft labels by item.

    Raises
    ------
    BadInput
        If the file cannot be read or holds no soft label.
    """
    warnings: list[str] = []
    try:
        of_item = _from_json(path, warnings) if path.suffix.lower() == ".json" else _from_table(path)
    except FormatError as refused:
        raise BadInput(str(refused)) from None
    if not of_item:
        raise BadInput(f"{path}: holds no soft label.")
    return SoftLabels(path, of_item, warnings)


def aligned(truth: SoftLabels, predicted: SoftLabels) -> tuple[list[str], list[tuple[list[str], Any, Any]], list[str]]:
    """The items of the truth; per distribution its labels and two arrays of shape (items, labels); and warnings.

    Raises
    ------
    BadInput
        If an item has no prediction, or shares are negative or do not add up to 1.
    """
    items = list(truth.of_item)
    lacking = [item for item in items if item not in predicted.of_item]
    if lacking:
        raise BadInput(
            f"{predicted.path}: no prediction for {len(lacking)} of {len(items)} items of {truth.path},"
            f" such as {lacking[0]!r}."
        )
    more = len(predicted.of_item) - len(items)
    warnings = [*truth.warnings, *predicted.warnings]
    if more:
        warnings.append(f"{more} predicted items are not in {truth.path.name} and do not count")
    questions = truth.questions()
    pairs = []
    for place, question in enumerate(questions or [""]):
        ours = _distributions(truth, items, question, place)
        theirs = _distributions(predicted, items, question, place)
        labels = in_order({label for held in (*ours, *theirs) if isinstance(held, Mapping) for label in held})
        if not labels:
            width = max(len(held) for held in (*ours, *theirs))
            labels = [str(number) for number in range(width)]
        pairs.append((labels, _array(truth.path, items, ours, labels), _array(predicted.path, items, theirs, labels)))
    return items, pairs, warnings


def _distributions(source: SoftLabels, items: list[str], question: str, place: int) -> list[Soft]:
    found: list[Soft] = []
    for item in items:
        held: Any = source.of_item[item]
        if question:
            if isinstance(held, Mapping):
                held = next((inner for key, inner in held.items() if canonical_id(key) == question), None)
            else:
                held = held[place] if place < len(held) else None
            if isinstance(held, float | int):
                held = {"0": 1 - held, "1": held}
        if not isinstance(held, Mapping | list):
            raise BadInput(f"{source.path}, item {item!r}: {question or 'a soft label'} should be a list or an object.")
        named = {canonical_id(key): share for key, share in held.items()} if isinstance(held, Mapping) else held
        if len(named) < len(held):
            alike = ", ".join(repr(key) for key in held)
            raise BadInput(f"{source.path}, item {item!r}: two of its labels {alike} are the same.")
        found.append(named)
    return found


def _array(path: Path, items: list[str], held: list[Soft], labels: list[str]) -> NDArray[np.float64]:
    place = {label: number for number, label in enumerate(labels)}
    array = np.zeros((len(items), len(labels)))
    for row, (item, one) in enumerate(zip(items, held, strict=True)):
        pairs = one.items() if isinstance(one, Mapping) else zip(labels, one, strict=False)
        if isinstance(one, list) and len(one) != len(labels):
            raise BadInput(
                f"{path}, item {item!r}: {len(one)} shares for the {len(labels)} labels {', '.join(labels)}."
            )
        for label, share in pairs:
            try:
                array[row, place[label]] = float(share)
            except (TypeError, ValueError):
                raise BadInput(f"{path}, item {item!r}, label {label!r}: {share!r} is not a number.") from None
        if not (array[row] >= 0).all() or abs(array[row].sum() - 1) > _SLACK:
            raise BadInput(
                f"{path}, item {item!r}: shares of {', '.join(f'{share:g}' for share in array[row])} add up to"
                f" {array[row].sum():g}; they should be at least 0 and add up to 1."
            )
    return array


def _from_json(path: Path, warnings: list[str]) -> dict[str, Soft]:
    document, twice = read_json(path)
    warnings += [f"{path.name}: the key {key!r} is given twice; only the last one can be read" for key in twice]
    if isinstance(document, list):
        pairs = [(_id_of(entry, f"{path}, entry {place}"), entry) for place, entry in enumerate(document, start=1)]
    elif isinstance(document, dict):
        pairs = list(document.items())
    else:
        raise BadInput(f"{path}: an object of items should stand here.")
    found: dict[str, Soft] = {}
    for key, entry in pairs:
        _take(found, key, _soft_of(entry, f"{path}, item {key!r}"), f"{path}, item {key!r}")
    return found


def _soft_of(entry: Any, where: str) -> Soft:
    """The soft label of an entry: what it calls so, or the entry itself."""
    named = {column_name(key): held for key, held in entry.items()} if isinstance(entry, dict) else {}
    soft = named.get("soft_label", entry)
    if "soft_label" not in named and {"annotations", "annotators"} & {key.casefold() for key in named}:
        raise BadInput(f"{where}: no soft_label; it has {', '.join(named)}.")
    if not isinstance(soft, dict | list) or not soft:
        raise BadInput(f"{where}: a soft label should be a list or an object, not {soft!r}.")
    return soft


def _take(found: dict[str, Soft], key: str, soft: Soft, where: str) -> None:
    item = canonical_id(key)
    if left_blank(item):
        raise BadInput(f"{where}: no item.")
    if item in found:
        raise BadInput(f"{where}: item {item!r} stands twice.")
    found[item] = soft


def _id_of(entry: Any, where: str) -> str:
    for name in _IDS:
        if isinstance(entry, dict) and name in entry:
            return "" if entry[name] is None else str(entry[name])
    raise BadInput(f"{where}: every entry should have one of {', '.join(_IDS)}.")


def _from_table(path: Path) -> dict[str, Soft]:
    bare = _from_submission(path)
    if bare is not None:
        return bare
    columns, rows = _rows(path)
    item = next((name for name in _IDS if name in columns), columns[0] if columns else "")
    label = next((name for name in _LABELS if name in columns), None)
    share = next((name for name in _SHARES if name in columns), None)
    if item in (label, share):
        raise BadInput(f"{path}: no column of items; it should be named one of {', '.join(_IDS)}.")
    if len(columns) == 1:
        raise BadInput(f"{path}: has only the column {item!r}, and none of labels.")
    found: dict[str, Any] = {}
    for number, row in rows:
        where, key = f"{path}, row {number}", canonical_id(_text(row.get(item)))
        if label is not None and share is not None:
            if left_blank(key):
                raise BadInput(f"{where}: no item.")
            cells = found.setdefault(key, {})
            name = canonical_id(_text(row.get(label)))
            if name == "":
                raise BadInput(f"{where}: no label.")
            if name in cells:
                raise BadInput(f"{where}: item {key!r} has a share of {name!r} already.")
            cells[name] = row.get(share)
        elif share is not None:
            _take(found, key, _parsed(row.get(share), where), where)
        else:
            _take(found, key, {canonical_id(name): row.get(name) for name in columns if name != item}, where)
    return found


def _rows(path: Path) -> tuple[list[str], Iterable[tuple[int, Mapping[str, Any]]]]:
    """The columns and the numbered rows of a table; those of JSON Lines keep their lists and objects."""
    if path.suffix.lower() != ".jsonl":
        table = read_table(path)
        cells = ({str(name): held for name, held in row.items()} for row in table.to_dict("records"))
        return list(table.columns), zip(row_numbers(table, path), cells, strict=True)
    rows: list[tuple[int, Mapping[str, Any]]] = []
    for number, row in read_json_lines(path):
        if isinstance(row, str):
            raise BadInput(f"{path}, line {number}: {row}.")
        rows.append((number, {column_name(name): held for name, held in row.items()}))
    return list(dict.fromkeys(name for _, row in rows for name in row)), rows


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _from_submission(path: Path) -> dict[str, Soft] | None:
    """Lines of "id<TAB>[shares]" without a header, as LeWiDi submissions have them; None where the file is no such."""
    if path.suffix.lower() not in (".tsv", ".txt") or not path.is_file():
        return None
    lines = [(number, line) for number, line in enumerate(read_text(path).split("\n"), start=1) if line.strip()]
    if not all("\t[" in line for _, line in lines):
        return None
    found: dict[str, Soft] = {}
    for number, line in lines:
        key, _, shares = line.partition("\t")
        _take(found, key, _parsed(shares, f"{path}, row {number}"), f"{path}, row {number}")
    return found


def _parsed(held: Any, where: str) -> Soft:
    """A list or an object of shares, also as text, and as Python writes it."""
    found = held
    for text in (held, held.replace("'", '"')) if isinstance(held, str) else ():
        try:
            found = json.loads(text)
            break
        except (ValueError, RecursionError):
            continue
    if not isinstance(found, dict | list) or not found:
        stated = "nothing" if held in (None, "") else repr(str(held)[:60])
        raise BadInput(f"{where}: {stated} is not a list or an object of shares.")
    return found
