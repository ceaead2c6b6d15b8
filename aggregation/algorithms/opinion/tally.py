"""Sums by place."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def sum_by_place(places: NDArray[np.signedinteger], amounts: ArrayLike, n_places: int) -> NDArray[np.float64]:
    """Sum of the amounts that fall on each of the places 0 to ``n_places`` - 1, of shape (n_places,)."""
    return np.asarray(np.bincount(places, weights=amounts, minlength=n_places), dtype=np.float64)
