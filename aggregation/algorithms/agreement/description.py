"""What a table of answers looks like: Fleiss' kappa, full agreement, entropy."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.agreement.units import Profiles, profile_items


def fleiss_kappa(items: ArrayLike, values: ArrayLike) -> float | None:
    """Fleiss' kappa, or None where it does not apply: items differ in their number of answers, or have fewer than two.

    Parameters
    ----------
    items, values : columns of shape (n_answers,); values are category codes, nan where missing

    References
    ----------
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin 76.
    """
    value_N = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(value_N)
    sizes = np.unique(np.asarray(items)[known], return_counts=True)[1]
    if not len(sizes) or sizes.min() != sizes.max() or sizes[0] < 2:
        return None
    profiles = profile_items(items, values)
    size = float(sizes[0])
    squares_P = np.asarray(profiles.counts_PC.power(2).sum(axis=1)).ravel()
    agreement = float(profiles.items_P @ (squares_P - size)) / (profiles.n_items * size * (size - 1))
    shares_C = (profiles.items_P @ profiles.counts_PC) / profiles.n_answers
    chance = float((shares_C**2).sum())
    return None if np.isclose(chance, 1.0) else (agreement - chance) / (1 - chance)


def full_agreement(items: ArrayLike, values: ArrayLike) -> float | None:
    """Share of the items with at least two answers whose answers are all equal; None without such items."""
    profiles = profile_items(items, values)
    if not profiles.n_items:
        return None
    alone_P = np.diff(profiles.counts_PC.indptr) == 1
    return float(profiles.items_P @ alone_P) / profiles.n_items


def mean_entropy_bits(items: ArrayLike, values: ArrayLike) -> float | None:
    """Mean Shannon entropy, in bits, of the answers to items with at least two; None without such items."""
    profiles = profile_items(items, values)
    if not profiles.n_items:
        return None
    return float(profiles.items_P @ _entropies(profiles)) / profiles.n_items


def _entropies(profiles: Profiles) -> NDArray[np.float64]:
    counts = profiles.counts_PC
    profile_of = np.repeat(np.arange(len(profiles.size_P)), np.diff(counts.indptr))
    shares = counts.data / profiles.size_P[profile_of]
    bits = -shares * np.log2(shares)
    return np.bincount(profile_of, bits, minlength=len(profiles.size_P)).astype(np.float64, copy=False)
