"""Distances of a reference from each group's answers, with intervals over participants.

Shapes: I items, G groups (G + 1 with everybody last), K options, B resamples.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.distributions.describe import CodedAnswers, shares, sums
from aggregation.algorithms.distributions.distances import (
    jensen_shannon,
    representativeness,
    total_variation,
    wasserstein,
)
from aggregation.algorithms.distributions.posterior import LEVEL

Floats = NDArray[np.float64]
_MOST_HELD = 100_000_000
"""Resampled distances held in memory at most; with more, only means over items get intervals."""


@dataclass(frozen=True)
class Metric:
    """A distance by name, with the base of its logarithm and whether its root is taken where that applies."""

    name: str
    base: float | None = None
    root: bool | None = None
    needs_values: bool = False

    def measure(self, p: Floats, q: Floats, values_IK: Floats | None) -> Floats:
        """The distance; nan where the options have no values and the metric needs them."""
        if self.base is not None:
            return jensen_shannon(p, q, base=self.base, root=bool(self.root))
        if not self.needs_values:
            return total_variation(p, q)
        if values_IK is None:
            return np.full(np.broadcast_shapes(p.shape, q.shape)[:-1], np.nan)
        distance = representativeness if self.name == "representativeness" else wasserstein
        return distance(p, q, values_IK[:, None, :])


METRICS = (
    Metric("total_variation"),
    Metric("jensen_shannon", 2.0, False),
    Metric("jensen_shannon", 2.0, True),
    Metric("jensen_shannon", float(np.e), False),
    Metric("jensen_shannon", float(np.e), True),
    Metric("wasserstein_normalised", needs_values=True),
    Metric("representativeness", needs_values=True),
)
"""The distances, in the order in which they are listed; only representativeness is greater for a better match."""


@dataclass(frozen=True)
class Measured:
    """One metric: its values with intervals, per item and group, and its mean over the items of each group.

    The intervals are None where no resample was asked for, those of single items also where there are too many; entries
    are nan where something is missing.
    """

    metric: Metric
    value_IG: Floats
    interval_IG: tuple[Floats, Floats] | None
    mean_G: Floats
    mean_interval_G: tuple[Floats, Floats] | None


def compare_answers(
    answers: CodedAnswers,
    reference_IGK: Floats,
    *,
    values_IK: Floats | None = None,
    replicates: int = 1000,
    rng: np.random.Generator,
    level: float = LEVEL,
    progress: Callable[[int, int], object] | None = None,
) -> tuple[Measured, ...]:
    """Distances between each group's weighted shares and a reference, with percentile intervals.

    The bootstrap draws participants with all their answers, never single answers; the reference is taken as known.

    Parameters
    ----------
    reference_IGK : shares, axis 1 of length 1 (the same for all) or G + 1; nan where there is none
    values_IK : numbers that the options of each item stand for, nan for options it has not; None where they have none
    replicates : 0 for no intervals

    Raises
    ------
    ValueError
        If shares of the reference are negative or do not add up to 1, or shapes do not fit.
    """
    share = shares(sums(answers, answers.weight_R))
    if reference_IGK.shape[0] != share.shape[0] or reference_IGK.shape[1] not in (1, share.shape[1]):
        raise ValueError(f"a reference of shape {reference_IGK.shape} should fit shares of shape {share.shape}")
    value = np.stack([metric.measure(share, reference_IGK, values_IK) for metric in METRICS])
    low, high, mean_low, mean_high = (None,) * 4
    if replicates:
        single = replicates * value.size <= _MOST_HELD
        drawn_BMIG = np.empty((replicates, *value.shape) if single else (0, *value.shape), dtype=np.float32)
        mean_BMG = np.empty((replicates, len(METRICS), value.shape[2]))
        for replicate in range(replicates):
            times_R = np.bincount(rng.integers(answers.n_raters, size=answers.n_raters), minlength=answers.n_raters)
            again = shares(sums(answers, answers.weight_R * times_R))
            drawn_MIG = np.stack([metric.measure(again, reference_IGK, values_IK) for metric in METRICS])
            mean_BMG[replicate] = _mean_over_items(drawn_MIG)
            if single:
                drawn_BMIG[replicate] = drawn_MIG
            if progress:
                progress(replicate + 1, replicates)
        tails = [(1 - level) / 2, (1 + level) / 2]
        if single:
            low, high = _quantiles(drawn_BMIG, tails)
        mean_low, mean_high = _quantiles(mean_BMG, tails)
    mean = _mean_over_items(value)
    return tuple(
        Measured(
            metric,
            value[place],
            None if low is None or high is None else (low[place], high[place]),
            mean[place],
            None if mean_low is None or mean_high is None else (mean_low[place], mean_high[place]),
        )
        for place, metric in enumerate(METRICS)
    )


def compare_groups(
    share_IGK: Floats, values_IK: Floats | None = None
) -> dict[tuple[int, int], dict[Metric, tuple[Floats, float]]]:
    """Distances between every two groups: per item, and their mean over items that both answered."""
    found: dict[tuple[int, int], dict[Metric, tuple[Floats, float]]] = {}
    groups = share_IGK.shape[1]
    for a in range(groups):
        for b in range(a + 1, groups):
            pair = {}
            for metric in METRICS:
                value = metric.measure(share_IGK[:, [a]], share_IGK[:, [b]], values_IK)[:, 0]
                pair[metric] = (value, float(_mean_over_items(value[:, None])[0]))
            found[a, b] = pair
    return found


def _mean_over_items(value: Floats) -> Floats:
    """Mean over the items (axis -2) that have a value, nan where none has."""
    known = ~np.isnan(value)
    count = known.sum(axis=-2)
    total = np.where(known, value, 0).sum(axis=-2, dtype=np.float64)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))


def _quantiles(drawn: Floats, tails: list[float]) -> Floats:
    """Quantiles over resamples (axis 0) without nan; nan where every resample is."""
    everywhere = np.isnan(drawn).all(axis=0)
    found = np.nanquantile(np.where(everywhere, 0, drawn), tails, axis=0)
    return np.asarray(np.where(everywhere, np.nan, found), dtype=np.float64)
