"""Shares with one vote added to each side, and the tests built on them, as Polis has them.

References
----------
Small et al. (2021). Polis: Scaling deliberation by mapping high dimensional opinion spaces. Section "Representative
comments".
"""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

Z_90 = NormalDist().inv_cdf(0.90)
"""One-sided test at 90 %: 1.2816 rounded."""


def smoothed_share(successes: Counts, trials: Counts) -> Floats:
    """(s + 1) / (n + 2), the mean of a Beta(1, 1) prior updated by the votes."""
    return (successes + 1) / (trials + 2)


def one_proportion_z(successes: Counts, trials: Counts) -> Floats:
    """z of a share against one half: 2 sqrt(n) (s / n - 0.5) with s and n one larger than counted."""
    s, n = successes + 1, trials + 1
    return np.asarray(2 * np.sqrt(n) * (s / n - 0.5), dtype=np.float64)


def two_proportions_z(successes: Counts, trials: Counts, successes_rest: Counts, trials_rest: Counts) -> Floats:
    """z of the difference of two shares, all four counts one larger than counted; 0 where everybody agrees."""
    s, n, s_rest, n_rest = successes + 1, trials + 1, successes_rest + 1, trials_rest + 1
    pooled = (s + s_rest) / (n + n_rest)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_rest))
    difference = s / n - s_rest / n_rest
    return np.where(spread > 0, difference / np.where(spread > 0, spread, 1.0), 0.0)
