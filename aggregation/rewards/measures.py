"""Measures of probabilities against what people said, with optional weights of rows.

Shapes: N rows.  Losses are in nats.
"""

from dataclasses import asdict, dataclass

import numpy as np

from aggregation.rewards.data import Floats, Ints

NEAR = 1e-7
BINS = 15


def log_losses(probability: Floats, target: Floats) -> Floats:
    """Cross entropy of each row, (N,); soft targets allowed."""
    p = np.clip(probability, NEAR, 1 - NEAR)
    return np.asarray(-(target * np.log(p) + (1 - target) * np.log1p(-p)))


def right(probability: Floats, target: Floats) -> Floats:
    """1 where the likelier side was said, one half where p is exactly one half, (N,)."""
    return np.where(probability == 0.5, 0.5, ((probability > 0.5) == (target > 0.5)).astype(np.float64))


def calibration_error(
    probability: Floats, target: Floats, *, bins: int = BINS, adaptive: bool = False, weight: Floats | None = None
) -> float:
    """Expected calibration error: mean gap between what was predicted and what happened, over bins.

    Bins are of equal width, or (adaptive) of equal numbers of rows.

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015); Nixon et al. (2019), adaptive bins.
    """
    if not len(probability):
        return float("nan")
    share = np.ones(len(probability)) if weight is None else weight
    place = _bins(probability, bins, adaptive)
    gap = np.bincount(place, share * (probability - target), bins)
    return float(np.abs(gap).sum() / share.sum())


def calibration_error_by_chance(probability: Floats, *, bins: int = BINS) -> float:
    """The calibration error that these probabilities would show on so few rows if every one of them were right.

    With independent answers a bin's gap is a sum of centred Bernoulli variables: its mean absolute value is
    sqrt(2/pi) of its standard deviation. Answers about one text depend on each other, so that a model that is right
    on average over texts shows somewhat more than this.

    References
    ----------
    Bröcker and Smith (2007). Increasing the reliability of reliability diagrams.
    """
    if not len(probability):
        return float("nan")
    variance = np.bincount(_bins(probability, bins, adaptive=False), probability * (1 - probability), bins)
    return float(np.sqrt(2 * variance / np.pi).sum() / len(probability))


def _bins(probability: Floats, bins: int, adaptive: bool) -> Ints:
    if not adaptive:
        return np.minimum((probability * bins).astype(np.int64), bins - 1)
    place = np.empty(len(probability), dtype=np.int64)
    place[np.argsort(probability, kind="stable")] = np.arange(len(probability)) * bins // len(probability)
    return place


@dataclass(frozen=True)
class RiskCoverage:
    """How errors fall as the least certain rows are set aside."""

    aurc: float  # area under the risk-coverage curve
    excess_aurc: float  # above that of an ordering that knows the errors
    coverage_at_risk: float  # the largest share of rows answered at a risk of at most ``risk``
    risk: float


def risk_coverage(wrong: Floats, doubt: Floats, *, risk: float = 0.2) -> RiskCoverage:
    """Areas under the risk-coverage curve when rows are answered in the order of rising ``doubt``.

    References
    ----------
    Geifman, Uziel and El-Yaniv (2019). Bias-reduced uncertainty estimation for deep neural classifiers.
    """
    n = len(wrong)
    if n == 0:
        return RiskCoverage(float("nan"), float("nan"), float("nan"), risk)
    answered = np.arange(1, n + 1)
    curve = np.cumsum(wrong[np.argsort(doubt, kind="stable")]) / answered
    ideal = np.cumsum(np.sort(wrong)) / answered
    within = np.flatnonzero(curve <= risk)
    covered = float(answered[within[-1]] / n) if len(within) else 0.0
    return RiskCoverage(float(curve.mean()), float(curve.mean() - ideal.mean()), covered, risk)


def jensen_shannon(probability: Floats, target: Floats, item: Ints, *, least: int = 3) -> float:
    """Mean Jensen-Shannon divergence (base 2) per item between the mean prediction and the share of answers.

    Items with fewer than ``least`` answers are left out; nan when none is left.
    """
    _, place = np.unique(item, return_inverse=True)
    count = np.bincount(place)
    kept = count >= least
    if not kept.any():
        return float("nan")
    p = (np.bincount(place, probability) / count)[kept]
    q = (np.bincount(place, target) / count)[kept]

    def entropy(share: Floats) -> Floats:
        inside = np.clip(share, NEAR, 1 - NEAR)
        return np.asarray(-(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside)))

    return float((entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2).mean())


@dataclass(frozen=True)
class Measures:
    """All measures of one set of rows."""

    n: int
    raters: int
    items: int
    log_loss: float
    accuracy: float
    brier: float
    ece: float
    ece_adaptive: float
    ece_by_chance: float  # what a model that is right everywhere would show on as many rows
    aurc: float
    excess_aurc: float
    coverage_at_risk: float
    jsd: float

    def as_dict(self) -> dict[str, float | None]:
        """For JSON; figures that cannot be had become None."""
        return {name: None if value != value else value for name, value in asdict(self).items()}


def measure(probability: Floats, target: Floats, *, item: Ints, rater: Ints, doubt: Floats | None = None) -> Measures:
    """Every measure; ``doubt`` orders the rows for abstention (by default how near p is to one half)."""
    n = len(probability)
    correct = right(probability, target)
    curve = risk_coverage(1.0 - correct, -np.abs(probability - 0.5) if doubt is None else doubt)
    nothing = float("nan")
    return Measures(
        n=n,
        raters=len(np.unique(rater)),
        items=len(np.unique(item)),
        log_loss=float(log_losses(probability, target).mean()) if n else nothing,
        accuracy=float(correct.mean()) if n else nothing,
        brier=float(((probability - target) ** 2).mean()) if n else nothing,
        ece=calibration_error(probability, target),
        ece_adaptive=calibration_error(probability, target, adaptive=True),
        ece_by_chance=calibration_error_by_chance(probability),
        aurc=curve.aurc,
        excess_aurc=curve.excess_aurc,
        coverage_at_risk=curve.coverage_at_risk,
        jsd=jensen_shannon(probability, target, item) if n else nothing,
    )
