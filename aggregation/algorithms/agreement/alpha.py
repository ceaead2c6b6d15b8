"""Krippendorff's alpha: agreement beyond chance, for any number of raters, with gaps, at four levels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from aggregation.algorithms.agreement.answers import LEVELS, Level
from aggregation.algorithms.agreement.units import Profiles, disagreement, midranks, profile_items, ratio_metric

_BLOCK_CELLS = 4_000_000
_COST_OF_A_BINOMIAL = 8  # one binomial draw costs about as much as this many integers


@dataclass(frozen=True)
class Alpha:
    """Agreement of a table.

    Attributes
    ----------
    value : alpha, or None where no two answers differ or none can be paired
    interval : percentile bootstrap over items, or None
    items, answers : what could be paired: items with at least two answers, and their answers
    """

    level: Level
    value: float | None
    interval: tuple[float, float] | None
    items: int
    answers: int


def krippendorff_alpha(
    items: ArrayLike,
    values: ArrayLike,
    *,
    level: Level,
    rng: np.random.Generator | None = None,
    replicates: int = 0,
    coverage: float = 0.95,
) -> Alpha:
    """Alpha = 1 - observed / expected disagreement, from the coincidences of values within items.

    Who gave an answer does not matter; an item with m answers contributes each ordered pair with weight 1 / (m - 1).

    Parameters
    ----------
    items : integer codes of shape (n_answers,)
    values : numbers of shape (n_answers,), nan where missing; category codes at the nominal level and codes in the
        order of the scale, or the numbers themselves, at the ordinal level
    level : nominal, ordinal, interval or ratio
    rng, replicates, coverage : with ``replicates`` above 0, the interval from resampling items with replacement

    Raises
    ------
    ValueError
        If the level is unknown, the columns differ in length, ``replicates`` is asked for without ``rng``, or a ratio
        value is negative.

    References
    ----------
    Krippendorff, K. (2019). Content Analysis, 4th edition, chapter 12.
    Zapf et al. (2016). Measuring inter-rater reliability for nominal data: bootstrap over items.
    """
    if level not in LEVELS:
        raise ValueError(f"level={level!r} should be one of {', '.join(LEVELS)}")
    if replicates and rng is None:
        raise ValueError(f"replicates={replicates} needs rng")
    if not 0 < coverage < 1:
        raise ValueError(f"coverage={coverage} should lie between 0 and 1")
    profiles = profile_items(items, values)
    if level == "ratio" and len(profiles.points_C) and profiles.points_C[0] < 0:
        raise ValueError(f"the ratio level needs values of at least 0; the least is {profiles.points_C[0]:g}")
    value = float(_alphas(profiles, profiles.items_P[None, :], level)[0]) if profiles.n_items else np.nan
    interval = None
    if replicates and rng is not None and np.isfinite(value):
        interval = _bootstrap(profiles, level, rng, replicates, coverage)
    return Alpha(
        level=level,
        value=value if np.isfinite(value) else None,
        interval=interval,
        items=profiles.n_items,
        answers=round(profiles.n_answers),
    )


def alpha_of_profiles(
    counts_PC: NDArray[np.int64], items_P: NDArray[np.int64], points_C: NDArray[np.float64], *, level: Level
) -> Alpha:
    """Alpha from items that are counted already, as a stream of answers leaves them; no interval.

    Parameters
    ----------
    counts_PC : how often each value was given to an item of the profile
    items_P : number of items with this profile
    points_C : the values, ascending, on the scale of the level

    Raises
    ------
    ValueError
        If the level is unknown or the shapes do not fit.
    """
    if level not in LEVELS:
        raise ValueError(f"level={level!r} should be one of {', '.join(LEVELS)}")
    if counts_PC.shape != (len(items_P), len(points_C)):
        raise ValueError(f"counts of shape {counts_PC.shape} should be of {(len(items_P), len(points_C))}")
    pairable_P = counts_PC.sum(axis=1) >= 2
    used_C = counts_PC[pairable_P].any(axis=0)
    counts = sparse.csr_array(counts_PC[pairable_P][:, used_C].astype(np.float64))
    size_P = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    items = items_P[pairable_P].astype(np.float64)
    profiles = Profiles(counts, items, size_P, points_C[used_C], np.empty(0, dtype=np.int64))
    value = float(_alphas(profiles, items[None, :], level)[0]) if len(items) else np.nan
    return Alpha(level, value if np.isfinite(value) else None, None, int(items.sum()), round(float(items @ size_P)))


def _alphas(profiles: Profiles, weights_BP: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    """Alpha for each row of item weights, nan where nothing could have disagreed; shape (B,)."""
    counts_PC, size_P = profiles.counts_PC, profiles.size_P
    total_B = weights_BP @ size_P
    if level == "interval":
        centred_C = profiles.points_C - profiles.points_C.mean()
        sum_B, square_B = weights_BP @ (counts_PC @ centred_C), weights_BP @ (counts_PC @ centred_C**2)
        observed_B = weights_BP @ disagreement(profiles, level)
        expected_B = 2 * (total_B * square_B - sum_B**2)
    else:
        totals_BC = weights_BP @ counts_PC
        if level == "nominal":
            observed_B = weights_BP @ disagreement(profiles, level)
            expected_B = total_B**2 - (totals_BC**2).sum(axis=1)
        elif level == "ordinal":
            observed_B, expected_B = _ordinal(profiles, weights_BP, totals_BC)
        else:
            observed_B = weights_BP @ disagreement(profiles, level)
            expected_B = _ratio_expected(totals_BC, profiles.points_C)
    # The answers cannot disagree where all are equal; rounding must not turn that into a number.
    possible = expected_B > 1e-12 * np.maximum(total_B**2, 1) * _scale(profiles, level)
    ratio_B = np.divide(observed_B * (total_B - 1), expected_B, out=np.full(len(total_B), np.nan), where=possible)
    return np.asarray(1 - ratio_B, dtype=np.float64)


def _ordinal(
    profiles: Profiles, weights_BP: NDArray[np.float64], totals_BC: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ranks depend on what was drawn, so the disagreement of an item differs between the rows of weights."""
    size_P, total_B = profiles.size_P, totals_BC.sum(axis=1)
    ranks_BC = midranks(totals_BC) - total_B[:, None] / 2
    sums_BP = ranks_BC @ profiles.counts_PC.T
    squares_BP = ranks_BC**2 @ profiles.counts_PC.T
    observed_BP = 2 * np.maximum(size_P * squares_BP - sums_BP**2, 0) / (size_P - 1)
    observed_B = np.einsum("bp,bp->b", weights_BP, observed_BP)
    sum_B, square_B = (totals_BC * ranks_BC).sum(axis=1), (totals_BC * ranks_BC**2).sum(axis=1)
    return observed_B, 2 * (total_B * square_B - sum_B**2)


def _ratio_expected(totals_BC: NDArray[np.float64], points_C: NDArray[np.float64]) -> NDArray[np.float64]:
    expected_B = np.zeros(len(totals_BC))
    step = max(1, _BLOCK_CELLS // max(1, len(points_C)))
    for start in range(0, len(points_C), step):
        block = slice(start, start + step)
        metric = ratio_metric(points_C[block, None], points_C[None, :])
        expected_B += ((totals_BC[:, block] @ metric) * totals_BC).sum(axis=1)
    return expected_B


def _scale(profiles: Profiles, level: Level) -> float:
    """The size of the metric, by which rounding errors are measured."""
    if level == "interval":
        return float(np.ptp(profiles.points_C)) ** 2
    return profiles.n_answers**2 if level == "ordinal" else 1.0


def _bootstrap(
    profiles: Profiles, level: Level, rng: np.random.Generator, replicates: int, coverage: float
) -> tuple[float, float] | None:
    """Percentile interval; replicates in which nothing could disagree are left out."""
    n_profiles = len(profiles.items_P)
    width = max(n_profiles, len(profiles.points_C), 1)
    step = max(1, _BLOCK_CELLS // width)
    drawn = []
    for start in range(0, replicates, step):
        weights_BP = _draw(profiles, rng, min(step, replicates - start))
        drawn.append(_alphas(profiles, weights_BP, level))
    alphas = np.concatenate(drawn)
    alphas = alphas[np.isfinite(alphas)]
    if not len(alphas):
        return None
    low, high = np.quantile(alphas, [(1 - coverage) / 2, (1 + coverage) / 2])
    return float(low), float(high)


def _draw(profiles: Profiles, rng: np.random.Generator, rows: int) -> NDArray[np.float64]:
    """Rows of how often each profile is drawn when as many items as there are come with replacement."""
    n_items, n_profiles = profiles.n_items, len(profiles.items_P)
    if n_profiles * _COST_OF_A_BINOMIAL <= n_items:
        return rng.multinomial(n_items, profiles.items_P / n_items, size=rows).astype(np.float64)
    weights = np.empty((rows, n_profiles))
    for row in range(rows):
        picks = profiles.of_item_U[rng.integers(0, n_items, size=n_items)]
        weights[row] = np.bincount(picks, minlength=n_profiles)
    return weights
