"""Choosing among candidates when rewards are vectors: no rule hides a loss in one dimension behind a gain in another.

Shapes: Y candidates, D dimensions, G groups.  Rewards: higher is better.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """The chosen candidate, or None with the reason for abstaining; scores where the rule has them."""

    chosen: int | None
    reason: str
    score: Floats  # (Y,) higher is better; nan for candidates that the rule excluded


def pareto_set(reward_YD: Floats) -> NDArray[np.bool_]:
    """True for candidates that no other matches everywhere and beats somewhere, (Y,)."""
    _check(reward_YD)
    as_good = (reward_YD[:, None, :] >= reward_YD[None, :, :]).all(axis=2)
    better = (reward_YD[:, None, :] > reward_YD[None, :, :]).any(axis=2)
    return np.asarray(~(as_good & better).any(axis=0))


def chebyshev(reward_YD: Floats, weight_D: Floats | None = None, *, rho: float = 0.05) -> Choice:
    """argmin_y max_d w_d (z*_d - r_d) + rho sum_d w_d (z*_d - r_d), z* the ideal point of these candidates.

    Unlike a weighted sum it reaches every Pareto candidate for some weights, also in a concave front; the small sum
    keeps weakly dominated candidates out.

    References
    ----------
    Steuer and Choo (1983). An interactive weighted Tchebycheff procedure for multiple objective programming.
    """
    _check(reward_YD)
    weight = _weights(weight_D, reward_YD.shape[1])
    if not rho >= 0:
        raise ValueError(f"rho={rho} should be >= 0")
    regret = weight * (reward_YD.max(axis=0) - reward_YD)
    score = -(regret.max(axis=1) + rho * regret.sum(axis=1))
    chosen = int(np.argmax(score))
    worst = int(np.argmax(regret[chosen]))
    return Choice(chosen, f"least worst weighted regret {regret[chosen, worst]:.4g}, in dimension {worst}", score)


def weighted_sum(reward_YD: Floats, weight_D: Floats | None = None) -> Choice:
    """argmax_y sum_d w_d r_d: the rule to steer by, and the one that cannot reach a concave front."""
    _check(reward_YD)
    score = reward_YD @ _weights(weight_D, reward_YD.shape[1])
    return Choice(int(np.argmax(score)), "largest weighted sum", score)


def lexicographic(
    reward_YD: Floats,
    *,
    tolerance: float = 0.0,
    cost_Y: Floats | None = None,
    cost_sigma_Y: Floats | None = None,
    kappa: float = 1.0,
) -> Choice:
    """Dimensions in order of priority: keep what is within ``tolerance`` of the best in the first, then in the second.

    With costs, only candidates whose pessimistic cost mu + kappa sigma is at most 0 take part; where none does, the
    rule abstains.

    References
    ----------
    Skalse et al. (2022). Lexicographic multi-objective reinforcement learning.
    """
    _check(reward_YD)
    if not tolerance >= 0 or not kappa >= 0:
        raise ValueError(f"tolerance={tolerance} and kappa={kappa} should be >= 0")
    left = np.ones(len(reward_YD), dtype=np.bool_)
    if cost_Y is not None:
        spread = np.zeros(len(cost_Y)) if cost_sigma_Y is None else cost_sigma_Y
        bound = cost_Y + kappa * spread
        left = bound <= 0
        if not left.any():
            nothing = np.full(len(reward_YD), np.nan)
            return Choice(None, f"no candidate is safe: the least pessimistic cost is {bound.min():.4g} > 0", nothing)
    for place in range(reward_YD.shape[1]):
        column = np.where(left, reward_YD[:, place], -np.inf)
        left &= column >= column.max() - tolerance
    chosen = int(np.flatnonzero(left)[0])
    return Choice(chosen, f"first of {int(left.sum())} left after all priorities", np.where(left, 1.0, np.nan))


def best_for_the_worst_off(reward_YG: Floats, share_G: Floats | None = None, *, alpha: float) -> Choice:
    """argmax_y of the mean reward of the worst ``alpha`` of the population: CVaR over groups.

    Raises
    ------
    ValueError
        If alpha * G < 1, as for the reduction of the same name.
    """
    _check(reward_YG)
    groups = reward_YG.shape[1]
    if not 0 < alpha <= 1:
        raise ValueError(f"alpha={alpha} should lie in (0, 1]")
    if alpha * groups < 1 - 1e-12:
        raise ValueError(f"alpha={alpha} times groups={groups} is {alpha * groups:g}; it should be >= 1")
    score = lower_tail_mean(reward_YG, share_G, alpha)
    return Choice(int(np.argmax(score)), f"best for the worst-off {alpha:g} of the population", score)


def above_floors(reward_YD: Floats, floor_D: Floats, weight_D: Floats | None = None) -> Choice:
    """The largest weighted sum among candidates that clear every floor; abstains where none does."""
    _check(reward_YD)
    clears = (reward_YD >= floor_D).all(axis=1)
    score = np.where(clears, reward_YD @ _weights(weight_D, reward_YD.shape[1]), np.nan)
    if not clears.any():
        return Choice(None, "no candidate clears every floor", score)
    return Choice(int(np.nanargmax(score)), f"best of {int(clears.sum())} that clear every floor", score)


def risk_adjusted(reward_YS: Floats, share_S: Floats | None = None, *, lam: float, alpha: float) -> Floats:
    """E[R] - lambda CVaR_alpha(-R) over members, raters or groups (S), (Y,): a score that fears the tail."""
    _check(reward_YS)
    if not 0 < alpha <= 1 or not lam >= 0:
        raise ValueError(f"alpha={alpha} should lie in (0, 1] and lam={lam} be >= 0")
    mean = reward_YS @ _shares(share_S, reward_YS.shape[1])
    return np.asarray(mean + lam * lower_tail_mean(reward_YS, share_S, alpha))


def best_risk_adjusted(reward_YS: Floats, share_S: Floats | None = None, *, lam: float, alpha: float) -> Choice:
    """argmax_y E[R] - lambda CVaR_alpha(-R): the mean counts, and so does the worst-off tail.

    References
    ----------
    Rockafellar and Uryasev (2000). Optimization of conditional value-at-risk, section 3.
    """
    score = risk_adjusted(reward_YS, share_S, lam=lam, alpha=alpha)
    return Choice(int(np.argmax(score)), f"best mean plus {lam:g} times the mean of the worst-off {alpha:g}", score)


def abstain(choice: Choice, epistemic_Y: Floats, disagreement_Y: Floats, *, unsure: float, divided: float) -> Choice:
    """Abstain where the model does not know; send to deliberation where groups disagree. The two are not the same."""
    if choice.chosen is None:
        return choice
    if epistemic_Y[choice.chosen] > unsure:
        return Choice(None, f"abstained: epistemic {epistemic_Y[choice.chosen]:.4g} > {unsure:g}", choice.score)
    if disagreement_Y[choice.chosen] > divided:
        reason = f"to deliberation: group disagreement {disagreement_Y[choice.chosen]:.4g} > {divided:g}"
        return Choice(None, reason, choice.score)
    return choice


def lower_tail_mean(reward_YS: Floats, share_S: Floats | None, alpha: float) -> Floats:
    """Mean of the lowest ``alpha`` of each row, (Y,), counted by share."""
    share = _shares(share_S, reward_YS.shape[1])
    order = np.argsort(reward_YS, axis=1)
    part = share[order]
    taken = np.clip(alpha - (np.cumsum(part, axis=1) - part), 0.0, part) / alpha
    return np.asarray((taken * np.take_along_axis(reward_YS, order, axis=1)).sum(axis=1))


def _check(reward: Floats) -> None:
    if reward.ndim != 2 or not reward.size:
        raise ValueError(f"rewards of shape {reward.shape} should be candidates by dimensions, at least one of each")
    if not np.isfinite(reward).all():
        raise ValueError(f"{int((~np.isfinite(reward)).sum())} rewards are not finite numbers")


def _weights(weight: Floats | None, dimensions: int) -> Floats:
    if weight is None:
        return np.full(dimensions, 1.0 / dimensions)
    if weight.shape != (dimensions,) or (weight < 0).any() or not weight.sum() > 0:
        raise ValueError(f"weights {weight.tolist()} should be {dimensions} numbers >= 0, not all zero")
    return np.asarray(weight / weight.sum())


def _shares(share: Floats | None, scenarios: int) -> Floats:
    return _weights(share, scenarios)
