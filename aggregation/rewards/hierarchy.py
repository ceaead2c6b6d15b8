"""How strongly each level of people is pulled towards the level above: rater to group to everybody.

Every table has a prior N(0, scale^2). The scale of each factor's severities is learnt from the data by the evidence
approximation, so that a factor without an effect falls back to the pooled model, and a factor with one is let free.

References
----------
MacKay (1992). Bayesian interpolation, eq. 3.23 (the fixed point scale^2 = |b|^2 / gamma).
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aggregation.rewards.data import Floats, Ints

LEAST = 0.02
MOST = 5.0
LIKELIHOOD_RATIO = 2.706  # 5 % point of the mixture 0.5 chi2_0 + 0.5 chi2_1 that a variance of zero follows


@dataclass(frozen=True)
class Scales:
    """Prior standard deviations and penalties."""

    severity: tuple[float, ...]  # one per factor
    slope: tuple[float, ...]  # one per factor, of the slope coordinate
    turn: tuple[float, ...]  # one per factor, of the learnt coordinates
    weight_l2: float = 0.4
    direction_l2: float = 3.0

    @classmethod
    def start(cls, factors: int, *, weight_l2: float = 0.4) -> "Scales":
        """Wide for the rater (the last factor), narrow for attributes, no interactions yet."""
        return cls((0.5,) * (factors - 1) + (1.5,), (0.0,) * factors, (0.0,) * factors, weight_l2)

    @classmethod
    def read(cls, plain: dict[str, Any]) -> "Scales":
        """From the dictionary that ``dataclasses.asdict`` makes."""
        severity, slope, turn = (tuple(float(one) for one in plain[name]) for name in ("severity", "slope", "turn"))
        return cls(severity, slope, turn, float(plain["weight_l2"]), float(plain["direction_l2"]))

    def without_interactions(self) -> "Scales":
        """The same with every slope and turn switched off."""
        off = (0.0,) * len(self.severity)
        return replace(self, slope=off, turn=off)

    def with_severity(self, severity: tuple[float, ...]) -> "Scales":
        """The same but for the severities' scales."""
        return replace(self, severity=severity)


def learnt_severity_scales(
    scales: Scales, severities: list[Floats], codes_NL: Ints, information_N: Floats
) -> tuple[float, ...]:
    """One fixed-point step for each factor's scale.

    Parameters
    ----------
    severities : one array (n_levels, n_dimensions) per factor
    codes_NL : levels of each row, -1 for none
    information_N : Fisher information of each row's latent, p (1 - p) times the row's weight

    A level above the rater is known only as well as its raters are: rater u contributes 1 / (scale_u^2 + 1 / h_u).
    """
    rater = codes_NL[:, -1]
    known = rater >= 0
    n_raters = len(severities[-1])
    held = np.bincount(rater[known], information_N[known], n_raters) if n_raters else np.zeros(0)
    through = held / (1.0 + held * scales.severity[-1] ** 2)
    learnt = []
    for place, table in enumerate(severities):
        scale = scales.severity[place]
        levels, dimensions = table.shape
        if levels == 0:
            learnt.append(scale)
            continue
        if place == len(severities) - 1:
            precision = held
        else:
            seen = known & (codes_NL[:, place] >= 0)
            first = np.full(n_raters, -1, dtype=np.int64)
            first[rater[seen]] = codes_NL[seen, place]
            precision = np.bincount(first[first >= 0], through[first >= 0], levels)
        variance = 1.0 / (precision / dimensions + 1.0 / scale**2)
        gamma = float(np.sum(1.0 - variance / scale**2)) * dimensions
        square = float((table**2).sum())
        learnt.append(float(np.clip(np.sqrt(square / max(gamma, 1e-6)), LEAST, MOST)) if gamma > 1e-3 else scale)
    return tuple(learnt)


def evidence_of_levels(estimate_U: Floats, variance_U: Floats, level_U: Ints, scale: float) -> float:
    """Twice the log-likelihood gained by letting levels differ: the statistic of the test that ``scale`` is zero.

    Rater u's own estimate is normal around the level's effect with its variance; level effects are N(0, scale^2).

    References
    ----------
    Self and Liang (1987). Asymptotic properties of maximum likelihood estimators under nonstandard conditions, case 5.
    """
    weight = 1.0 / variance_U
    centre = float((weight * estimate_U).sum() / weight.sum())
    gained = 0.0
    for level in np.unique(level_U[level_U >= 0]):
        here = level_U == level
        total, pull = float(weight[here].sum()), float((weight[here] * (estimate_U[here] - centre)).sum())
        gained += scale**2 * pull**2 / (1.0 + scale**2 * total) - float(np.log1p(scale**2 * total))
    return gained


def supported_scales(
    scales: Scales, severities: list[Floats], codes_NL: Ints, information_N: Floats, profiles_UL: Ints
) -> tuple[float, ...]:
    """The learnt scales, with those of attributes that the raters' own severities do not support set to the least.

    A scale fitted to a handful of levels is never quite zero; without the test, an attribute that tells nothing about
    strangers would still move their predictions.
    """
    known = codes_NL[:, -1] >= 0
    held = np.bincount(codes_NL[known, -1], information_N[known], len(severities[-1]))
    informed = (held > 0)[profiles_UL[:, -1]] if len(profiles_UL) else np.zeros(0, dtype=np.bool_)
    profiles = profiles_UL[informed]
    own = profiles[:, -1]
    spread = 1.0 / held[own] + scales.severity[-1] ** 2
    unshrunk = severities[-1][own, 0] * (1.0 + 1.0 / (held[own] * scales.severity[-1] ** 2))
    kept = list(scales.severity)
    for place in range(len(severities) - 2):
        if not len(own) or not len(severities[place]):
            continue
        level = profiles[:, place]
        effect = np.where(level >= 0, severities[place][level, 0], 0.0)
        if evidence_of_levels(unshrunk + effect, spread, level, scales.severity[place]) < LIKELIHOOD_RATIO:
            kept[place] = LEAST
    return tuple(kept)
