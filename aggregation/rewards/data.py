"""Answers about texts, with who gave them: points (ratings), pairs (comparisons) and the levels they refer to.

Shapes: N answers, P pairs, T texts, A attributes, U raters.  A code of -1: withheld or unknown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
WITHHELD = -1


@dataclass(frozen=True)
class Vocabulary:
    """The levels of one attribute (or the raters, contexts, dimensions) in the order of their codes."""

    levels: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[str]) -> "Vocabulary":
        """All distinct values, sorted, except the empty one, which means withheld."""
        return cls(tuple(sorted({value for value in values if value != ""})))

    def codes(self, values: Iterable[str]) -> Ints:
        """Codes of shape (n,); a level that is not in the vocabulary becomes -1."""
        place = {level: code for code, level in enumerate(self.levels)}
        return np.array([place.get(value, WITHHELD) for value in values], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.levels)


@dataclass(frozen=True)
class Points:
    """N absolute answers: one person's value for one text in one dimension."""

    item: Ints  # (N,) place of the text
    rater: Ints  # (N,)
    groups: Ints  # (N, A)
    value: Floats  # (N,)
    dimension: Ints  # (N,)
    context: Ints  # (N,)

    def __len__(self) -> int:
        return len(self.item)

    def take(self, rows: NDArray[np.bool_] | Ints) -> "Points":
        """The chosen rows, as a mask or as positions."""
        return replace(self, **{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


@dataclass(frozen=True)
class Pairs:
    """P comparisons by one person: how much ``a`` was preferred to ``b`` (1 wholly, 0 not at all)."""

    item_a: Ints  # (P,)
    item_b: Ints  # (P,)
    rater: Ints  # (P,)
    groups: Ints  # (P, A)
    preferred: Floats  # (P,) in [0, 1]
    tie: NDArray[np.bool_]  # (P,) said to be equal
    dimension: Ints  # (P,)
    context: Ints  # (P,)

    def __len__(self) -> int:
        return len(self.item_a)

    def take(self, rows: NDArray[np.bool_] | Ints) -> "Pairs":
        """The chosen rows, as a mask or as positions."""
        return replace(self, **{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


def points(
    item: Sequence[int] | Ints,
    rater: Sequence[int] | Ints,
    value: Sequence[float] | Floats,
    *,
    groups: Ints | None = None,
    dimension: Ints | None = None,
    context: Ints | None = None,
) -> Points:
    """Build :class:`Points`, with no attributes, one dimension and no context where they are not given.

    Raises
    ------
    ValueError
        If lengths differ or a value is not finite.
    """
    n = len(item)
    made = Points(
        np.asarray(item, dtype=np.int64),
        np.asarray(rater, dtype=np.int64),
        np.zeros((n, 0), dtype=np.int64) if groups is None else np.asarray(groups, dtype=np.int64),
        np.asarray(value, dtype=np.float64),
        np.zeros(n, dtype=np.int64) if dimension is None else np.asarray(dimension, dtype=np.int64),
        np.full(n, WITHHELD, dtype=np.int64) if context is None else np.asarray(context, dtype=np.int64),
    )
    _same_length(made)
    if not np.isfinite(made.value).all():
        raise ValueError(f"value: {int((~np.isfinite(made.value)).sum())} of {n} answers are not finite numbers")
    return made


def joined(first: Points, second: Points) -> Points:
    """The rows of the first, then those of the second."""
    names = first.__dataclass_fields__
    return Points(**{name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in names})


def pairs(
    item_a: Sequence[int] | Ints,
    item_b: Sequence[int] | Ints,
    rater: Sequence[int] | Ints,
    preferred: Sequence[float] | Floats,
    *,
    tie: NDArray[np.bool_] | None = None,
    groups: Ints | None = None,
    dimension: Ints | None = None,
    context: Ints | None = None,
) -> Pairs:
    """Build :class:`Pairs`; ``preferred`` is the share (or probability) with which ``a`` was preferred.

    Raises
    ------
    ValueError
        If lengths differ or a preference lies outside [0, 1].
    """
    n = len(item_a)
    made = Pairs(
        np.asarray(item_a, dtype=np.int64),
        np.asarray(item_b, dtype=np.int64),
        np.asarray(rater, dtype=np.int64),
        np.zeros((n, 0), dtype=np.int64) if groups is None else np.asarray(groups, dtype=np.int64),
        np.asarray(preferred, dtype=np.float64),
        np.zeros(n, dtype=np.bool_) if tie is None else np.asarray(tie, dtype=np.bool_),
        np.zeros(n, dtype=np.int64) if dimension is None else np.asarray(dimension, dtype=np.int64),
        np.full(n, WITHHELD, dtype=np.int64) if context is None else np.asarray(context, dtype=np.int64),
    )
    _same_length(made)
    if n and not ((made.preferred >= 0) & (made.preferred <= 1)).all():
        raise ValueError(f"preferred should lie in [0, 1], found {made.preferred.min()} to {made.preferred.max()}")
    return made


def within_rater_pairs(answers: Points, *, prefer: str = "high") -> Pairs:
    """All pairs of one person's answers (same dimension and context) with different values; ``a`` is the preferred one.

    Any additive severity of the person cancels in such a pair. Equal values make no pair.

    Raises
    ------
    ValueError
        If ``prefer`` is neither "high" nor "low".
    """
    if prefer not in ("high", "low"):
        raise ValueError(f"prefer={prefer!r} should be 'high' or 'low'")
    sign = 1.0 if prefer == "high" else -1.0
    key = np.stack([answers.rater, answers.dimension, answers.context], axis=1)
    order = np.lexsort(key.T[::-1])
    bounds = np.flatnonzero(np.any(np.diff(key[order], axis=0) != 0, axis=1)) + 1
    better: list[Ints] = []
    worse: list[Ints] = []
    for rows in np.split(order, bounds):
        value = sign * answers.value[rows]
        first, second = np.nonzero(value[:, None] > value[None, :])
        better.append(rows[first])
        worse.append(rows[second])
    a = np.concatenate(better) if better else np.zeros(0, dtype=np.int64)
    b = np.concatenate(worse) if worse else np.zeros(0, dtype=np.int64)
    return pairs(
        answers.item[a],
        answers.item[b],
        answers.rater[a],
        np.ones(len(a)),
        groups=answers.groups[a],
        dimension=answers.dimension[a],
        context=answers.context[a],
    )


def _same_length(rows: Points | Pairs) -> None:
    lengths = {name: len(getattr(rows, name)) for name in rows.__dataclass_fields__}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns differ in length: {lengths}")
