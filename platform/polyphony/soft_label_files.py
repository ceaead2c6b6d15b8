"""Soft labels in files: LeWiDi JSON and submissions, JSON lines, and tables wide or long."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.formats.dataset import FormatError, in_order
from annotation.formats.json_text import read_json
from annotation.formats.missing import canonical_id
from polyphony.errors import BadInput
from polyphony.files import read_table
from polyphony.ratings import first_row

_IDS = ("item", "item_id", "id", "instance_id")
_LABELS = ("label", "value", "category")
_SHARES = ("share", "p", "probability", "prob", "soft_label")
_SLACK = 0.02  # published shares are rounded, such as .33 and .67

Soft = Mapping[str, Any] | list[Any]


@dataclass(frozen=True)
class SoftLabels:
    """Soft labels of items: per item {label: share}, {label: {"0": share, "1": share}}, or bare lists of either."""

    path: Path
    of_item: dict[str, Soft]

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
    of_item = _from_json(path) if path.suffix.lower() == ".json" else _from_table(path)
    if not of_item:
        raise BadInput(f"{path}: holds no soft label.")
    return SoftLabels(path, of_item)


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
    warnings = [f"{more} predicted items are not in {truth.path.name} and do not count"] if more else []
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
        found.append({canonical_id(key): share for key, share in held.items()} if isinstance(held, Mapping) else held)
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


def _from_json(path: Path) -> dict[str, Soft]:
    try:
        document, _ = read_json(path)
    except FormatError as refused:
        raise BadInput(str(refused)) from None
    if isinstance(document, list):
        pairs = [(_id_of(entry, path), entry) for entry in document]
    elif isinstance(document, dict):
        pairs = list(document.items())
    else:
        raise BadInput(f"{path}: an object of items should stand here.")
    found: dict[str, Soft] = {}
    for key, entry in pairs:
        soft = entry.get("soft_label", entry) if isinstance(entry, dict) else entry
        if isinstance(entry, dict) and "annotations" in entry and "soft_label" not in entry:
            raise BadInput(f"{path}, item {key!r}: no soft_label.")
        if not isinstance(soft, dict | list) or not soft:
            raise BadInput(f"{path}, item {key!r}: a soft label should be a list or an object, not {soft!r}.")
        found[canonical_id(key)] = soft
    return found


def _id_of(entry: Any, path: Path) -> str:
    for name in _IDS:
        if isinstance(entry, dict) and name in entry:
            return str(entry[name])
    raise BadInput(f"{path}: every entry should have one of {', '.join(_IDS)}.")


def _from_table(path: Path) -> dict[str, Soft]:
    bare = _from_submission(path)
    if bare is not None:
        return bare
    table = read_table(path)
    columns = list(table.columns)
    item = next((name for name in _IDS if name in columns), columns[0])
    label = next((name for name in _LABELS if name in columns), None)
    share = next((name for name in _SHARES if name in columns), None)
    found: dict[str, Any] = {}
    for place, row in enumerate(table.to_dict("records")):
        where, key = f"{path}, row {place + first_row(path)}", canonical_id(row[item])
        if label is not None and share is not None:
            cells = found.setdefault(key, {})
            name = canonical_id(row[label])
            if name in cells:
                raise BadInput(f"{where}: item {key!r} has a share of {name!r} already.")
            cells[name] = row[share]
            continue
        if key in found:
            raise BadInput(f"{where}: item {key!r} stands twice.")
        if share is not None:
            found[key] = _parsed(row[share], where)
        else:
            found[key] = {canonical_id(name): row[name] for name in columns if name != item}
    return found


def _from_submission(path: Path) -> dict[str, Soft] | None:
    """Lines of "id<TAB>[shares]" without a header, as LeWiDi submissions have them; None where the file is no such."""
    if path.suffix.lower() not in (".tsv", ".txt") or not path.is_file():
        return None
    lines = [line for line in path.read_text("utf-8-sig").split("\n") if line.strip()]
    if not all("\t[" in line for line in lines):
        return None
    found: dict[str, Soft] = {}
    for number, line in enumerate(lines, start=1):
        key, _, shares = line.partition("\t")
        if canonical_id(key) in found:
            raise BadInput(f"{path}, row {number}: item {key!r} stands twice.")
        found[canonical_id(key)] = _parsed(shares, f"{path}, row {number}")
    return found


def _parsed(text: str, where: str) -> Soft:
    try:
        found = json.loads(text.replace("'", '"'))
    except json.JSONDecodeError:
        raise BadInput(f"{where}: {text[:60]!r} is not a list or an object of shares.") from None
    if not isinstance(found, dict | list) or not found:
        raise BadInput(f"{where}: {text[:60]!r} is not a list or an object of shares.")
    return found
