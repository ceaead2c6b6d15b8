"""What a slate rule returns, and the two habits all rules share: the size check and the tie rule."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-12
"""Scores closer than this are a tie; scores are taken on voters' shares of the weight, so they are of order 1."""


@dataclass(frozen=True)
class Slate:
    """Candidates in the order chosen.

    Attributes
    ----------
    chosen : positions of the candidates (columns)
    scores : what the rule compared when it chose each of them; each rule says what that is and in which unit
    """

    chosen: tuple[int, ...]
    scores: tuple[float, ...]

    def renamed(self, names: NDArray[np.intp]) -> "Slate":
        """The same slate where candidate c is called names[c]."""
        return Slate(tuple(int(names[candidate]) for candidate in self.chosen), self.scores)


def check_size(k: int, n_candidates: int) -> None:
    """Refuse a slate that is empty or larger than the field.

    Raises
    ------
    ValueError
        Unless 1 <= k <= n_candidates.
    """
    if k < 1:
        raise ValueError(f"k={k} should be >= 1")
    if k > n_candidates:
        raise ValueError(f"k={k} should be <= candidates={n_candidates}")


def first_least(values_C: NDArray[np.float64], free_C: NDArray[np.bool_]) -> int:
    """The earliest free candidate whose value is within the tolerance of the least; infinite values tie."""
    least = values_C[free_C].min()
    return int(np.flatnonzero(free_C & (values_C <= least + TOLERANCE))[0])


def first_greatest(values_C: NDArray[np.float64], free_C: NDArray[np.bool_]) -> int:
    """The earliest free candidate whose value is within the tolerance of the greatest."""
    return first_least(-values_C, free_C)
