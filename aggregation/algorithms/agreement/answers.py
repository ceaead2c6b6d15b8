"""Answers as arrays: who said what of which item, in codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = get_args(Level)
MOST_SQUARED = 1e150  # squares of larger values are no numbers


@dataclass(frozen=True)
class Answers:
    """One entry per answer; codes index the names, and the values' names stand in the order of the scale.

    Attributes
    ----------
    items, raters, values : int arrays of shape (n_answers,)
    item_names, rater_names, labels : the names behind the codes
    points : array of shape (n_labels,), or None
        The number that each label stands for; None where some label is not a number.
    """

    items: NDArray[np.int64]
    raters: NDArray[np.int64]
    values: NDArray[np.int64]
    item_names: tuple[str, ...]
    rater_names: tuple[str, ...]
    labels: tuple[str, ...]
    points: NDArray[np.float64] | None

    def __len__(self) -> int:
        return len(self.values)

    def numbers(self, level: Level) -> NDArray[np.float64]:
        """The answers on the scale of a level, of shape (n_answers,).

        Raises
        ------
        ValueError
            If the level needs numbers (interval, ratio) or non-negative ones (ratio) and a label is not.
        """
        if level in ("nominal", "ordinal"):
            return self.values.astype(np.float64)
        if self.points is None:
            worst = next(label for label in self.labels if not _is_number(label))
            raise ValueError(f"the {level} level needs numbers; {worst!r} is not one")
        if level == "ratio" and len(self.points) and self.points.min() < 0:
            raise ValueError(f"the ratio level needs values of at least 0; the least is {self.points.min():g}")
        return self.points[self.values]


def code_answers(
    items: Sequence[str], raters: Sequence[str], values: Sequence[str], *, scale: Sequence[str] | None = None
) -> Answers:
    """Turn three columns of text into codes.

    Parameters
    ----------
    items, raters, values : columns of equal length
    scale : the labels from low to high; without it numbers are sorted as numbers and anything else as text

    Raises
    ------
    ValueError
        If the columns differ in length, or a value is not on the scale.
    """
    if not len(items) == len(raters) == len(values):
        raise ValueError(f"n_items={len(items)}, n_raters={len(raters)} and n_values={len(values)} should be equal")
    item_codes, item_names = pd.factorize(np.asarray(items, dtype=object))
    rater_codes, rater_names = pd.factorize(np.asarray(raters, dtype=object))
    found_codes, found = pd.factorize(np.asarray(values, dtype=object))
    names = [str(name) for name in found]
    numeric = all(_is_number(name) for name in names)
    if scale is None:
        labels = sorted(names, key=float) if numeric else sorted(names)
    else:
        labels = list(scale)
        strange = sorted(set(names) - set(labels))
        if strange:
            raise ValueError(f"{strange[0]!r} is not on the scale {', '.join(labels)}")
    place = {label: position for position, label in enumerate(labels)}
    recode = np.array([place[name] for name in names], dtype=np.int64)
    return Answers(
        items=item_codes.astype(np.int64),
        raters=rater_codes.astype(np.int64),
        values=recode[found_codes] if len(names) else found_codes.astype(np.int64),
        item_names=tuple(map(str, item_names)),
        rater_names=tuple(map(str, rater_names)),
        labels=tuple(labels),
        points=np.array([float(label) for label in labels]) if all(map(_is_number, labels)) else None,
    )


def dense_codes(column: ArrayLike) -> tuple[NDArray[np.int64], int]:
    """Renumber integer codes to 0..n-1 in their order; and n.  Small ranges are counted, not sorted."""
    codes = np.asarray(column)
    if codes.ndim != 1:
        raise ValueError(f"a column has one dimension; this one has shape {codes.shape}")
    if not len(codes):
        return codes.astype(np.int64), 0
    if np.issubdtype(codes.dtype, np.integer):
        low, high = int(codes.min()), int(codes.max())
        if high - low <= 4 * len(codes) + 1024:
            present = np.zeros(high - low + 1, dtype=np.bool_)
            present[codes - low] = True
            return (np.cumsum(present) - 1)[codes - low], int(present.sum())
    names, dense = np.unique(codes, return_inverse=True)
    return dense.astype(np.int64), len(names)


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
