"""95 % intervals that know that answers of one person, and answers about one text, hang together.

Shapes: N rows, B draws.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aggregation.rewards.data import Floats, Ints


@dataclass(frozen=True)
class TwoWayWeights:
    """B bootstrap weights per row, (B, N): products of a multinomial draw over items and one over raters.

    References
    ----------
    Owen (2007). The pigeonhole bootstrap.
    """

    weight: Floats

    @classmethod
    def draw(cls, item: Ints, rater: Ints, *, draws: int, rng: np.random.Generator) -> "TwoWayWeights":
        """Draw items and raters with replacement, each as often as there are; an unnamed rater (-1) is its own."""
        alone = np.where(rater < 0, rater.max(initial=0) + 1 + np.arange(len(rater)), rater)
        weight = np.ones((draws, len(item)))
        for cluster in (item, alone):
            _, place = np.unique(cluster, return_inverse=True)
            clusters = int(place.max(initial=-1)) + 1
            drawn = rng.multinomial(clusters, np.full(clusters, 1.0 / max(clusters, 1)), size=draws)
            weight *= drawn[:, place]
        return cls(weight)

    def mean_interval(self, value: Floats, *, rows: Ints | None = None, level: float = 0.95) -> tuple[float, float]:
        """Percentile interval of a mean over all rows, or over some."""
        weight = self.weight if rows is None else self.weight[:, rows]
        chosen = value if rows is None else value[rows]
        total = weight.sum(axis=1)
        means = (weight @ chosen)[total > 0] / total[total > 0]
        return _percentiles(means, level)

    def raised_by_chance(self, statistic: Callable[[Floats], float], *, level: float = 0.95) -> tuple[float, float]:
        """Interval of a statistic that is never below 0 and that chance only raises, such as a calibration error.

        A resample adds its own chance to that of the rows, so that percentiles would lie above what was measured. The
        basic bootstrap takes as much away as resampling adds; the interval reaches at least up to what was measured.

        References
        ----------
        Davison and Hinkley (1997). Bootstrap methods and their application, section 5.2.
        """
        measured = statistic(np.ones(self.weight.shape[1]))
        low, high = _percentiles(np.array([statistic(weight) for weight in self.weight if weight.sum() > 0]), level)
        return max(2 * measured - high, 0.0), max(2 * measured - low, measured)


def _percentiles(values: Floats, level: float) -> tuple[float, float]:
    if not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
