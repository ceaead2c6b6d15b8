"""Strengths of options per group: Bradley–Terry on pairs, Plackett–Luce on whole rankings, both with a ridge.

A single model pooled over groups that differ tells none of them (it ranks as Borda does), so each group has its own and
the order is by the mean over groups; the pooled one stands beside.

Shapes: V voters, C options, G groups.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from aggregation.algorithms.rankings.pairwise import compared, preferred
from aggregation.algorithms.rankings.profile import Floats, Profile, Ranking, Settings, order_by


def bradley_terry(profile: Profile, settings: Settings) -> Ranking:
    """P(a above b) = σ(θ_a − θ_b), fitted in each group by penalised likelihood; a tie is half a win for both.

    References
    ----------
    Bradley and Terry (1952). Siththaranjan, Laidlaw and Hadfield-Menell (2024), Distributional preference learning, on
    what pooling hides.
    """
    return _by_group(profile, settings, _fit_pairs)


def plackett_luce(profile: Profile, settings: Settings) -> Ranking:
    """P(order) = Π exp(θ_first) / Σ_left exp(θ), fitted in each group by penalised likelihood.

    Options that tie are each taken as chosen among all of them and what is left (Breslow 1974); options of which a
    voter said nothing are left out for that voter.

    References
    ----------
    Plackett (1975); Luce (1959).
    """
    return _by_group(profile, settings, _fit_orders)


def _by_group(profile: Profile, settings: Settings, fit: Callable[[Floats, Floats, float], Floats]) -> Ranking:
    if not settings.ridge > 0:
        raise ValueError(f"ridge={settings.ridge:g} should be > 0")
    count_V = profile.weight_V * len(profile.weight_V)
    groups = np.zeros(len(count_V), dtype=np.intp) if profile.group_V is None else profile.group_V
    strength_GC = np.array(
        [fit(profile.values_VC[groups == g], count_V[groups == g], settings.ridge) for g in range(groups.max() + 1)]
    )
    share_G = np.bincount(groups, profile.weight_V)
    score = share_G @ strength_GC
    pooled = fit(profile.values_VC, count_V, settings.ridge)
    details = {"strength_GC": strength_GC, "share_G": share_G, "pooled_C": pooled, "ridge": settings.ridge}
    return Ranking(order_by(score), score, details)


def _fit_pairs(values_VC: Floats, count_V: Floats, ridge: float) -> Floats:
    above = preferred(values_VC, count_V)
    both = compared(values_VC, count_V)
    wins = above + (both - above - above.T) / 2
    np.fill_diagonal(wins, 0.0)
    games = wins + wins.T
    theta = np.zeros(values_VC.shape[1])
    for _ in range(100):
        chance = 1 / (1 + np.exp(theta[None, :] - theta[:, None]))
        gradient = (wins - games * chance).sum(axis=1) - ridge * theta
        spread = games * chance * (1 - chance)
        hessian = np.diag(spread.sum(axis=1) + ridge) - spread
        step = np.linalg.solve(hessian, gradient)
        theta = theta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < 1e-11:
            break
    return np.asarray(theta - theta.mean())


def _fit_orders(values_VC: Floats, count_V: Floats, ridge: float) -> Floats:
    """Minimise the penalised negative log-likelihood; voters stand best option first, those without a value last."""
    order_VC = np.argsort(np.where(np.isnan(values_VC), np.inf, -values_VC), axis=1, kind="stable")
    sorted_VC = np.take_along_axis(values_VC, order_VC, axis=1)
    known_VC = ~np.isnan(sorted_VC)
    # The first place of each block of ties: everybody in the block is chosen from there on.
    starts = np.ones(sorted_VC.shape, dtype=np.bool_)
    starts[:, 1:] = sorted_VC[:, 1:] != sorted_VC[:, :-1]
    first_VC = np.maximum.accumulate(np.where(starts, np.arange(sorted_VC.shape[1]), 0), axis=1)
    weight_VC = known_VC * count_V[:, None]
    chosen_C = np.bincount(order_VC.ravel(), weight_VC.ravel(), minlength=values_VC.shape[1])

    def loss(theta: Floats) -> tuple[float, Floats]:
        strength = np.where(known_VC, np.exp(theta[order_VC] - theta.max()), 0.0)
        left = np.cumsum(strength[:, ::-1], axis=1)[:, ::-1]
        among = np.where(known_VC, np.take_along_axis(left, first_VC, axis=1), 1.0)
        value = -(chosen_C @ theta) + (weight_VC * (np.log(among) + theta.max())).sum() + ridge / 2 * theta @ theta
        # An option gets strength / among from every choice that is made at or before its own block's start.
        each = weight_VC / among
        up_to = np.cumsum(each, axis=1)
        last_VC = _last_of_block(starts)
        pull = strength * np.take_along_axis(up_to, last_VC, axis=1)
        gradient = np.bincount(order_VC.ravel(), pull.ravel(), minlength=len(theta)) - chosen_C + ridge * theta
        return float(value), gradient

    found = minimize(
        loss, np.zeros(values_VC.shape[1]), jac=True, method="L-BFGS-B", options={"gtol": 1e-9, "ftol": 1e-14}
    )
    theta = np.asarray(found.x, dtype=np.float64)
    return np.asarray(theta - theta.mean())


def _last_of_block(starts: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The last place of the block of ties in which each place stands."""
    width = starts.shape[1]
    ends = np.ones(starts.shape, dtype=np.bool_)
    ends[:, :-1] = starts[:, 1:]
    places = np.where(ends, np.arange(width), width)
    return np.asarray(np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1], dtype=np.intp)
