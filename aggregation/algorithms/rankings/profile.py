"""What rankings are made of and what they are.

Shapes: V voters, C options, G groups.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
TOLERANCE = 1e-9
"""Scores closer than this, relative to the largest, are tied."""


@dataclass(frozen=True)
class Profile:
    """Utilities of options, higher is better; ranks stand as their negatives.

    Attributes
    ----------
    values_VC : nan where a voter said nothing of an option
    weight_V : weights that add up to 1
    group_V : each voter's group 0..G-1, or None where every voter is a group of one's own
    """

    values_VC: Floats
    weight_V: Floats
    group_V: NDArray[np.intp] | None = None

    @property
    def n_options(self) -> int:
        return int(self.values_VC.shape[1])

    @property
    def n_groups(self) -> int:
        return len(self.weight_V) if self.group_V is None else int(self.group_V.max()) + 1

    def group_weights(self) -> Floats:
        """Weight of each group, shape (G,)."""
        if self.group_V is None:
            return self.weight_V
        return np.bincount(self.group_V, self.weight_V, minlength=self.n_groups).astype(np.float64)

    def group_means(self) -> Floats:
        """Mean utility of each option in each group that has weight, shape (G', C), over those who said something.

        Raises
        ------
        ValueError
            If nobody in a group said anything of an option.
        """
        held = self.group_weights() > 0
        if self.group_V is None:
            means = self.values_VC[held]
        else:
            known = ~np.isnan(self.values_VC)
            total = np.zeros((self.n_groups, self.n_options))
            weight = np.zeros_like(total)
            np.add.at(total, self.group_V, np.where(known, self.values_VC, 0) * self.weight_V[:, None])
            np.add.at(weight, self.group_V, known * self.weight_V[:, None])
            means = np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)[held]
        if np.isnan(means).any():
            group, option = np.argwhere(np.isnan(means))[0]
            raise ValueError(f"nobody in group {group} said anything of option {option}")
        return means

    def with_values(self, values_VC: Floats) -> "Profile":
        """The same voters with other utilities."""
        return replace(self, values_VC=values_VC)


@dataclass(frozen=True)
class Settings:
    """What rules may be told.

    Attributes
    ----------
    zero, epsilon : Nash welfare is of u − zero + epsilon
    ridge : of Bradley–Terry and Plackett–Luce strengths
    seed, restarts : of local searches
    """

    zero: float = 0.0
    epsilon: float = 1e-9
    ridge: float = 1.0
    seed: int = 0
    restarts: int = 8


@dataclass(frozen=True)
class Ranking:
    """Options from first to last; those that tie stand together in the order of their columns.

    Attributes
    ----------
    order : positions of options
    score_C : what the rule compared, where it has one number per option, higher is better; else None
    details : further figures of the rule by name
    """

    order: tuple[tuple[int, ...], ...]
    score_C: Floats | None
    details: Mapping[str, Any] = field(default_factory=dict)

    def rank_C(self) -> NDArray[np.intp]:
        """0 for options that come first, 1 for those next, …"""
        rank = np.empty(sum(map(len, self.order)), dtype=np.intp)
        for place, tied in enumerate(self.order):
            rank[list(tied)] = place
        return rank


def make_profile(
    values_VC: ArrayLike,
    *,
    weight_V: ArrayLike | None = None,
    group_V: ArrayLike | None = None,
    equal_groups: bool = False,
) -> Profile:
    """Check utilities, weights and groups.

    Parameters
    ----------
    equal_groups : weigh voters so that every group counts the same

    Raises
    ------
    ValueError
        If there is no voter or option, a utility is infinite, weights are negative or all 0, or groups do not fit.
    """
    values = np.asarray(values_VC, dtype=np.float64)
    if values.ndim != 2 or not values.size:
        raise ValueError(f"utilities of shape {values.shape} should be voters by options, at least one of each")
    if np.isinf(values).any():
        raise ValueError("utilities should be finite")
    weights = np.ones(len(values)) if weight_V is None else np.asarray(weight_V, dtype=np.float64)
    if weights.shape != (len(values),) or not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise ValueError(f"weights should be {len(values)} finite numbers >= 0, not all 0")
    groups = None if group_V is None else np.asarray(group_V, dtype=np.intp)
    if groups is not None and (groups.shape != (len(values),) or groups.min() < 0):
        raise ValueError(f"groups should be {len(values)} integers >= 0")
    weights = weights / weights.max()
    if equal_groups and groups is not None:
        total = np.bincount(groups, weights)
        weights = np.divide(weights, total[groups], out=np.zeros(len(weights)), where=total[groups] > 0)
    return Profile(values, weights / weights.sum(), groups)


def order_by(score_C: Floats) -> tuple[tuple[int, ...], ...]:
    """Options by falling score; those within the tolerance of the one before tie."""
    by_score = np.argsort(-score_C, kind="stable")
    finite = score_C[np.isfinite(score_C)]
    slack = TOLERANCE * max(1.0, float(np.abs(finite).max())) if len(finite) else 0.0
    order: list[list[int]] = []
    last = np.inf
    for option in by_score.tolist():
        if order and (score_C[option] == last or last - score_C[option] <= slack):
            order[-1].append(option)
        else:
            order.append([option])
        last = score_C[option]
    return tuple(tuple(sorted(tied)) for tied in order)


def apply_floor(ranking: Ranking, means_GC: Floats, floor: float) -> Ranking:
    """Put options that some group's mean utility holds under a floor below all that clear it.

    Within both parts the order stays. A rule that only adds up leaves a group whose weight goes to 0 unprotected; a
    floor protects it whatever it weighs.
    """
    clears = np.asarray((means_GC >= floor - TOLERANCE * max(1.0, abs(floor))).all(axis=0))
    parts = [
        [option for option in tied if clears[option] == passes] for passes in (True, False) for tied in ranking.order
    ]
    below = tuple(np.flatnonzero(~clears).tolist())
    return replace(
        ranking, order=tuple(tuple(tied) for tied in parts if tied), details={**ranking.details, "under_floor": below}
    )
