"""Weights of raters in files: a table, or what `polyphony weights` writes."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotation.formats.missing import canonical_id
from polyphony.errors import BadInput
from polyphony.files import numbers, read_table, row_numbers

_IDS = ("rater", "rater_id", "voter", "user_id", "annotator", "annotator_id", "worker_id", "id")


def read_rater_weights(path: Path, raters: Sequence[str], id_column: str | None = None) -> NDArray[np.float64]:
    """The weight of each rater, in their order.

    Raises
    ------
    BadInput
        If the file cannot be read, a weight is negative, a rater stands twice or has none, or all are 0.
    """
    known = _from_json(path) if path.suffix.lower() == ".json" else _from_table(path, id_column)
    lacking = [rater for rater in raters if rater not in known]
    if lacking:
        raise BadInput(f"{path}: {len(lacking)} of {len(raters)} raters have no weight, such as {lacking[0]!r}.")
    found = np.array([known[rater] for rater in raters])
    if not found.sum() > 0:
        raise BadInput(f"{path}: the weights of all {len(raters)} raters are 0.")
    return found


def _from_json(path: Path) -> dict[str, float]:
    try:
        held = json.loads(path.read_text("utf-8"))["weights"]
        known = {canonical_id(rater): float(weight) for rater, weight in held.items()}
    except OSError as problem:
        raise BadInput(f"{path}: cannot be read ({problem.strerror}).") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadInput(f"{path}: should be what `polyphony weights` writes: an object with weights by rater.") from None
    for rater, weight in known.items():
        _check(weight, f"{path}, rater {rater!r}")
    return known


def _from_table(path: Path, id_column: str | None) -> dict[str, float]:
    table = read_table(path, needs=["weight"])
    names = [name for name in (id_column, *_IDS) if name in table.columns]
    if not names:
        tried = ", ".join(dict.fromkeys(name for name in (id_column, *_IDS) if name))
        raise BadInput(f"{path}: no column of raters; it should be named one of {tried}.")
    known: dict[str, float] = {}
    weights, rows = numbers(table, "weight", path), row_numbers(table, path)
    for row, text, weight in zip(rows, table[str(names[0])], weights.tolist(), strict=True):
        rater = canonical_id(text)
        if rater in known:
            raise BadInput(f"{path}, row {row}, column {names[0]!r}: {rater!r} has a weight already.")
        _check(weight, f"{path}, row {row}, column 'weight'")
        known[rater] = weight
    return known


def _check(weight: float, where: str) -> None:
    if not 0 <= weight < float("inf"):
        raise BadInput(f"{where}: {weight:g} should be a number of at least 0.")
