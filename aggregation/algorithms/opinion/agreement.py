"""How far two groupings of the same people agree.

References
----------
Hubert & Arabie (1985). Comparing partitions. Journal of Classification 2, equation 5.
"""

import numpy as np
from numpy.typing import NDArray


def adjusted_rand_index(first: NDArray[np.integer], second: NDArray[np.integer]) -> float:
    """The Rand index corrected for chance: 1 for equal groupings, about 0 for unrelated ones.

    Two groupings that cannot differ (all in one group, or nobody) have 1.

    Parameters
    ----------
    first, second : integer arrays of shape (N,)

    Raises
    ------
    ValueError
        If the groupings differ in length.
    """
    if first.shape != second.shape:
        raise ValueError(f"groupings of {first.size} and {second.size} people should be of the same people")
    if first.size < 2:
        return 1.0
    _, a = np.unique(first, return_inverse=True)
    _, b = np.unique(second, return_inverse=True)
    table = np.bincount(a * (b.max() + 1) + b, minlength=(a.max() + 1) * (b.max() + 1)).reshape(-1, b.max() + 1)
    together = _pairs(table)
    in_first, in_second = _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    expected = in_first * in_second / _pairs(np.array([first.size]))
    most = (in_first + in_second) / 2
    return float((together - expected) / (most - expected)) if most != expected else 1.0


def _pairs(counts: NDArray[np.integer]) -> float:
    numbers = counts.astype(np.float64)
    return float((numbers * (numbers - 1)).sum() / 2)
