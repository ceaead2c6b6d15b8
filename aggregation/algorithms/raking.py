"""Raking: weights under which a sample has the margins of its population (iterative proportional fitting)."""

# Shapes: R raters, L levels of one margin, M margins.

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-9
WEIGHT_TO_WARN_OF = 5.0


@dataclass(frozen=True)
class Margin:
    """One target: a variable, or several taken together (joint cells).

    Attributes
    ----------
    name : of the variable
    levels : names of the levels
    codes_R : each rater's level, below 0 where not known or without a target; such a rater keeps the weight that the
        other margins give
    shares_L : the population's shares, adding up to 1
    """

    name: str
    levels: tuple[str, ...]
    codes_R: NDArray[np.int64]
    shares_L: NDArray[np.float64]


@dataclass(frozen=True)
class Raking:
    """Weights with mean 1, and what they cost.

    Attributes
    ----------
    weights_R : weights with mean 1
    n_eff : Kish's effective sample size, (sum w)^2 / sum w^2
    design_effect : n / n_eff
    iterations : rounds over all margins
    largest_gap : largest difference between a weighted and a target share
    converged : whether every gap is at most 1e-9
    warnings : sentences on large weights, levels that nobody has, trimming and convergence
    """

    weights_R: NDArray[np.float64]
    n_eff: float
    design_effect: float
    iterations: int
    largest_gap: float
    converged: bool
    warnings: tuple[str, ...]


def rake(
    margins: Sequence[Margin], *, trim: float | None = None, iterations: int = 10_000, tolerance: float = TOLERANCE
) -> Raking:
    """Fit weights to margins, one margin after the other, until all hold to ``tolerance``.

    A level that nobody has cannot be weighted up: the others of its margin share its part in proportion, with a
    warning.

    Parameters
    ----------
    margins : at least one, over the same raters
    trim : largest weight allowed (the mean being 1), above 1; None allows any.  Trimmed weights meet the
        margins only as far as the bound lets them
    iterations : the most rounds

    Raises
    ------
    ValueError
        If there is no margin or rater, margins differ in length, a share is negative or no share belongs to anybody,
        or ``trim`` is not above 1.

    References
    ----------
    Deming & Stephan (1940). On a least squares adjustment of a sampled frequency table.
    Kish (1965). Survey Sampling, section 11.7.
    """
    if not margins:
        raise ValueError("n_margins=0 should be >= 1")
    n_raters = len(margins[0].codes_R)
    if n_raters == 0:
        raise ValueError("n_raters=0 should be >= 1")
    if trim is not None and not trim > 1:
        raise ValueError(f"trim={trim:g} should be > 1, the mean weight")
    for margin in margins:
        _check(margin, n_raters)
    reachable = [_reachable(margin) for margin in margins]
    warnings = [text for margin in margins if (text := _unreachable(margin))]
    weights, rounds, gap = np.ones(n_raters), 0, np.inf
    while rounds < iterations:
        before = weights
        for margin, shares in zip(margins, reachable, strict=True):
            weights = _fit(weights, margin, shares)
        weights = weights / weights.mean() if trim is None else _bounded(weights / weights.mean(), trim)
        rounds += 1
        gap = max(_gap(weights, margin, shares) for margin, shares in zip(margins, reachable, strict=True))
        still = trim is not None and float(np.abs(weights - before).max()) <= tolerance
        if gap <= tolerance or still:
            break
    n_eff = float(weights.sum() ** 2 / (weights**2).sum())
    if trim is not None and gap > tolerance:
        warnings.append(f"weights are trimmed at {trim:g}: shares differ from their targets by up to {gap:.4f}")
    elif gap > tolerance:
        warnings.append(f"not converged in {rounds} rounds: shares differ from their targets by up to {gap:.2e}")
    if weights.max() > WEIGHT_TO_WARN_OF:
        heavy = int((weights > WEIGHT_TO_WARN_OF).sum())
        warnings.append(
            f"{heavy} of {n_raters} weights exceed {WEIGHT_TO_WARN_OF:g}; the largest is {weights.max():.2f}:"
            " few people speak for many"
        )
    return Raking(weights, n_eff, n_raters / n_eff, rounds, float(gap), bool(gap <= tolerance), tuple(warnings))


def weighted_shares(margin: Margin, weights_R: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each level among the raters whose level is known, of shape (L,)."""
    known = margin.codes_R >= 0
    totals = np.bincount(margin.codes_R[known], weights_R[known], minlength=len(margin.levels))
    return np.asarray(totals / totals.sum(), dtype=np.float64)


def _check(margin: Margin, n_raters: int) -> None:
    if len(margin.codes_R) != n_raters:
        raise ValueError(f"margin {margin.name!r} has {len(margin.codes_R)} raters; the first margin has {n_raters}")
    if len(margin.levels) != len(margin.shares_L):
        raise ValueError(f"margin {margin.name!r} has {len(margin.levels)} levels and {len(margin.shares_L)} shares")
    if not np.isfinite(margin.shares_L).all() or (margin.shares_L < 0).any():
        raise ValueError(f"margin {margin.name!r} has a share of {margin.shares_L.min():g}; shares should be >= 0")
    if margin.codes_R.max() >= len(margin.levels):
        raise ValueError(f"level code {margin.codes_R.max()} should be < n_levels={len(margin.levels)}")
    known = margin.codes_R >= 0
    if not (margin.shares_L[margin.codes_R[known]] > 0).any():
        raise ValueError(f"nobody has a level of {margin.name!r} with a share above 0")


def _reachable(margin: Margin) -> NDArray[np.float64]:
    present = np.bincount(margin.codes_R[margin.codes_R >= 0], minlength=len(margin.levels)) > 0
    shares = np.where(present, margin.shares_L, 0.0)
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _unreachable(margin: Margin) -> str:
    present = np.bincount(margin.codes_R[margin.codes_R >= 0], minlength=len(margin.levels)) > 0
    absent = ~present & (margin.shares_L > 0)
    if not absent.any():
        return ""
    named = ", ".join(repr(level) for level, gone in zip(margin.levels, absent, strict=True) if gone)
    part = margin.shares_L[absent].sum() / margin.shares_L.sum()
    return f"nobody has {margin.name} {named} (share {part:.4f}): the other levels share it in proportion"


def _fit(weights_R: NDArray[np.float64], margin: Margin, shares_L: NDArray[np.float64]) -> NDArray[np.float64]:
    known = margin.codes_R >= 0
    codes, totals = margin.codes_R[known], np.zeros(len(margin.levels))
    np.add.at(totals, codes, weights_R[known])
    wanted = shares_L * totals.sum()
    factor = np.divide(wanted, totals, out=np.ones(len(totals)), where=totals > 0)
    fitted = weights_R.copy()
    fitted[known] *= factor[codes]
    return fitted


def _gap(weights_R: NDArray[np.float64], margin: Margin, shares_L: NDArray[np.float64]) -> float:
    return float(np.abs(weighted_shares(margin, weights_R) - shares_L).max())


def _bounded(weights_R: NDArray[np.float64], bound: float) -> NDArray[np.float64]:
    """Weights cut at the bound, the others scaled up until the mean is 1 again."""
    weights = weights_R
    while True:
        cut = weights >= bound
        weights = np.minimum(weights, bound)
        free = ~cut & (weights > 0)
        missing = len(weights) - weights.sum()
        if missing <= 1e-12 * len(weights) or not free.any():
            return weights
        weights = np.where(free, weights * (1 + missing / weights[free].sum()), weights)
