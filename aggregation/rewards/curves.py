"""What a page draws of probabilities: reliability, abstention, and what one way of scoring gains over another.

Shapes: N rows.  Losses are in nats.
"""

from typing import Any

import numpy as np

from aggregation.rewards.data import Floats, Ints
from aggregation.rewards.intervals import TwoWayWeights
from aggregation.rewards.measures import BINS, log_losses

STEPS = 20


def reliability_curve(probability: Floats, target: Floats, *, bins: int = BINS) -> list[dict[str, float]]:
    """Mean prediction and observed share per bin of equal width that holds any row, in rising order."""
    place = np.minimum((probability * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    said, happened = np.bincount(place, probability, bins), np.bincount(place, target, bins)
    return [
        {
            "low": b / bins,
            "high": (b + 1) / bins,
            "n": int(count[b]),
            "predicted": float(said[b] / count[b]),
            "observed": float(happened[b] / count[b]),
        }
        for b in range(bins)
        if count[b]
    ]


def abstention_curve(
    probability: Floats, target: Floats, doubt: Floats, *, steps: int = STEPS
) -> list[dict[str, float]]:
    """Error and log-loss of the rows answered as coverage rises: the rows least in ``doubt`` come first.

    References
    ----------
    El-Yaniv and Wiener (2010). On the foundations of noise-free selective classification.
    """
    n = len(probability)
    if not n:
        return []
    order = np.argsort(doubt, kind="stable")
    wrong = ((probability > 0.5) != (target > 0.5)).astype(np.float64)[order]
    loss = log_losses(probability, target)[order]
    answered = np.arange(1, n + 1)
    error, mean_loss = np.cumsum(wrong) / answered, np.cumsum(loss) / answered
    ends = np.unique(np.maximum(np.round(np.linspace(0, n, steps + 1)[1:]).astype(np.int64), 1))
    return [
        {
            "coverage": float(end / n),
            "error": float(error[end - 1]),
            "log_loss": float(mean_loss[end - 1]),
            "doubt": float(doubt[order[end - 1]]),
        }
        for end in ends
    ]


def gain_over(
    loss_N: Floats, base_N: Floats, item_N: Ints, rater_N: Ints, *, rng: np.random.Generator, draws: int = 500
) -> dict[str, Any]:
    """How much lower the first loss is than the second on the same rows, with a two-way bootstrap interval.

    ``better`` is true only where the whole interval lies above zero, ``worse`` only where it lies below.
    """
    weights = TwoWayWeights.draw(item_N, rater_N, draws=draws, rng=rng)
    difference = base_N - loss_N
    low, high = weights.mean_interval(difference)
    return {
        "gain": float(difference.mean()) if len(difference) else None,
        "interval": [low, high],
        "better": bool(low > 0),
        "worse": bool(high < 0),
    }
