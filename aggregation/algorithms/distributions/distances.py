"""How far two distributions over the same options are apart.

Shapes: any leading dimensions, K options last.  Rows add up to 1; a row with a nan has no distance.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_SLACK = 1e-6


def total_variation(p: ArrayLike, q: ArrayLike) -> NDArray[np.float64]:
    """½ Σ |p − q|: the share of answers that would have to change, between 0 and 1."""
    first, second = _pair(p, q)
    return np.asarray(0.5 * np.abs(first - second).sum(axis=-1))


def jensen_shannon(p: ArrayLike, q: ArrayLike, *, base: float = 2.0, root: bool = False) -> NDArray[np.float64]:
    """Jensen–Shannon divergence, or its square root, which is a metric.

    Parameters
    ----------
    base : of the logarithm: 2 for bits (greatest value 1), e for nats (greatest value ln 2)
    root : whether to take the square root

    Raises
    ------
    ValueError
        If the base is not a number above 1, or a row is no distribution.

    References
    ----------
    Lin (1991). Divergence measures based on the Shannon entropy. Endres and Schindelin (2003) for the root.
    """
    first, second = _pair(p, q)
    if not base > 1 or not np.isfinite(base):
        raise ValueError(f"base={base:g} should be a number > 1")
    middle = (first + second) / 2
    divergence = (_relative_entropy(first, middle) + _relative_entropy(second, middle)) / 2 / np.log(base)
    divergence = np.maximum(divergence, 0.0)
    return np.asarray(np.sqrt(divergence) if root else divergence)


def wasserstein(p: ArrayLike, q: ArrayLike, values_K: ArrayLike, *, normalised: bool = True) -> NDArray[np.float64]:
    """First Wasserstein distance of answers on option values: how far, on average, answers must move along the scale.

    Parameters
    ----------
    values_K : the number that each option stands for; leading dimensions as of p are allowed, and nan for options that
        an item does not have (their shares must be 0)
    normalised : divide by the greatest less the least option value, so that it lies between 0 and 1

    Returns
    -------
    nan where fewer than two options have different values

    Raises
    ------
    ValueError
        If a row is no distribution or the values do not fit the options.
    """
    first, second = _pair(p, q)
    values = np.asarray(values_K, dtype=np.float64)
    if values.shape[-1] != first.shape[-1]:
        raise ValueError(f"{values.shape[-1]} option values should be as many as options ({first.shape[-1]})")
    known = ~np.isnan(values)
    low = np.where(known, values, np.inf).min(axis=-1)
    high = np.where(known, values, -np.inf).max(axis=-1)
    low, span = np.where(np.isfinite(low), low, 0.0), np.where(high > low, high - low, np.nan)
    filled = np.where(known, values, low[..., None])
    order = np.argsort(filled, axis=-1, kind="stable")
    steps = np.diff(np.take_along_axis(filled, order, axis=-1), axis=-1)
    gap = first - second
    gap = np.take_along_axis(gap, np.broadcast_to(order, gap.shape), axis=-1)
    moved = (np.abs(np.cumsum(gap, axis=-1)[..., :-1]) * steps).sum(axis=-1)
    return np.asarray(moved / span if normalised else np.where(np.isnan(span), np.nan, moved))


def representativeness(p: ArrayLike, q: ArrayLike, values_K: ArrayLike) -> NDArray[np.float64]:
    """1 − normalised Wasserstein distance (Santurkar et al. 2023, OpinionQA): 1 is a perfect match."""
    return np.asarray(1.0 - wasserstein(p, q, values_K))


def _relative_entropy(p: NDArray[np.float64], middle: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = np.divide(p, middle, out=np.ones_like(p), where=p > 0)
    total: NDArray[np.float64] = (p * np.log(ratio)).sum(axis=-1)
    return total


def _pair(p: ArrayLike, q: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    if not first.ndim or not second.ndim or first.shape[-1] != second.shape[-1]:
        raise ValueError(f"distributions of shapes {first.shape} and {second.shape} should have the same options")
    for rows in (first, second):
        total = rows.sum(axis=-1)
        if (rows < 0).any() or (np.abs(total - 1)[~np.isnan(total)] > _SLACK).any():
            raise ValueError("shares should be >= 0 and add up to 1")
    first, second = np.broadcast_arrays(first, second)
    return first, second
