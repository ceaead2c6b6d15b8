"""What the shares of answers probably are, given a sample: Dirichlet posteriors and effective sample sizes.

Shapes: any leading dimensions, K options last.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

LEVEL = 0.95


@dataclass(frozen=True)
class Posterior:
    """Marginals of a Dirichlet distribution, each of the shape of the counts.

    Attributes
    ----------
    mean, sd : nan for options that an item does not have
    low, high : equal-tailed interval
    """

    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def dirichlet_posterior(
    counts: ArrayLike,
    *,
    alpha0: ArrayLike | None = None,
    offered: NDArray[np.bool_] | None = None,
    level: float = LEVEL,
) -> Posterior:
    """Posterior of shares from counts under a symmetric Dirichlet prior of total weight alpha0.

    Parameters
    ----------
    counts : (weighted) counts >= 0; where answers have weights, weighted counts times n_eff / n
    alpha0 : total weight of the prior, broadcast over the leading dimensions; K / 2 (Jeffreys) without it
    offered : which options there are, of the shape of ``counts``; all without it
    level : of the interval

    Raises
    ------
    ValueError
        If a count is negative or not finite, alpha0 is not > 0, or the level does not lie between 0 and 1.
    """
    given = np.asarray(counts, dtype=np.float64)
    if not given.ndim or not np.isfinite(given).all() or (given < 0).any():
        raise ValueError("counts should be finite numbers >= 0 with one dimension of options")
    if not 0 < level < 1:
        raise ValueError(f"level={level:g} should lie between 0 and 1")
    there = np.ones(given.shape, dtype=np.bool_) if offered is None else np.broadcast_to(offered, given.shape)
    options = np.maximum(there.sum(axis=-1), 1)
    weight = options / 2 if alpha0 is None else np.broadcast_to(np.asarray(alpha0, dtype=np.float64), options.shape)
    if not (weight > 0).all() or not np.isfinite(weight).all():
        raise ValueError("alpha0 should be a number > 0")
    alpha = np.where(there, given + (weight / options)[..., None], np.nan)
    total = np.nansum(alpha, axis=-1, keepdims=True)
    mean = alpha / total
    sd = np.sqrt(mean * (1 - mean) / (total + 1))
    rest = np.where(total - alpha > 0, total - alpha, np.nan)
    tail = (1 - level) / 2
    low, high = stats.beta.ppf(tail, alpha, rest), stats.beta.ppf(1 - tail, alpha, rest)
    alone = there & (options == 1)[..., None]
    return Posterior(mean, sd, np.where(alone, 1.0, low), np.where(alone, 1.0, high))


def effective_n(weights: ArrayLike) -> float:
    """(Σ w)² / Σ w²: the number of equal answers worth as much (Kish 1965); 0 where nothing has weight."""
    weight = np.asarray(weights, dtype=np.float64)
    squares = float((weight**2).sum())
    return float(weight.sum() ** 2 / squares) if squares > 0 else 0.0
