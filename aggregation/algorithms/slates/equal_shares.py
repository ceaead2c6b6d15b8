"""The Method of Equal Shares."""

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.phragmen import continue_phragmen
from aggregation.algorithms.slates.slate import TOLERANCE, Slate, check_size


def equal_shares(approvals: Approvals, k: int) -> Slate:
    """Give every voter an equal share of k units and let supporters buy candidates at price 1.

    A candidate costs its supporters ρ each, or all they have left where that is less: Σ_{i∈N_c} w_i min(b_i, ρ) = 1.
    The candidate with the least ρ is bought; ties go to the earlier column. When nothing can be bought any more, the
    slate is completed by sequential Phragmén, starting from what each voter has spent, k/n − b_i.

    Parameters
    ----------
    approvals : the ballots
    k : number of candidates to choose, 1 <= k <= candidates

    Returns
    -------
    Slate, with ρ per voter (weights of mean 1) as score, and from the completion on the Phragmén load.

    References
    ----------
    Peters and Skowron (2020), Proportionality and the limits of welfarism, section 3; the completion as in Lackner and
    Skowron (2023), Multi-winner voting with approval preferences, chapter 2.
    """
    check_size(k, approvals.n_candidates)
    share_V = approvals.share_V
    budget_V = np.full(approvals.n_voters, float(k))  # per unit of weight share: shares sum to 1, so budgets to k
    support_C = approvals.sums(share_V)
    # Budgets only fall, so a candidate's last ρ stays a lower bound: only those that could win are looked at again.
    bound_C = np.full(approvals.n_candidates, np.inf)
    np.divide(1.0, support_C, out=bound_C, where=support_C > 0)
    slate: list[int] = []
    prices: list[float] = []
    while len(slate) < k:
        winner = _cheapest(approvals, budget_V, bound_C)
        if winner is None:
            break
        price = float(bound_C[winner])
        buyers = approvals.supporters(winner)
        budget_V[buyers] -= np.minimum(budget_V[buyers], price)
        bound_C[winner] = np.inf
        slate.append(winner)
        prices.append(price / approvals.n_voters)
    slate, loads = continue_phragmen(approvals, k, slate, k - budget_V)
    return Slate(tuple(slate), (*prices, *loads))


def _cheapest(approvals: Approvals, budget_V: NDArray[np.float64], bound_C: NDArray[np.float64]) -> int | None:
    """The earliest candidate with the least ρ, or None; raises the bounds of those it looked at (inf: unaffordable)."""
    least = np.inf
    looked: list[int] = []
    for candidate in np.argsort(bound_C, kind="stable"):
        if np.isinf(bound_C[candidate]) or bound_C[candidate] > least + TOLERANCE:
            break
        buyers = approvals.supporters(int(candidate))
        bound_C[candidate] = equal_price(budget_V[buyers], approvals.share_V[buyers])
        least = min(least, bound_C[candidate])
        looked.append(int(candidate))
    if np.isinf(least):
        return None
    return min(candidate for candidate in looked if bound_C[candidate] <= least + TOLERANCE)


def equal_price(budget_S: NDArray[np.float64], weight_S: NDArray[np.float64]) -> float:
    """The ρ with Σ w_i min(b_i, ρ) = 1 over a candidate's supporters, or infinity where they cannot pay.

    Starts from ρ as if all could pay in full and moves those who cannot into "pay all they have" until none is left
    to move; ρ only rises, so this ends after at most as many steps as there are distinct budgets.
    """
    if weight_S @ budget_S < 1 - TOLERANCE:
        return np.inf
    rich_S = np.ones(len(budget_S), dtype=np.bool_)
    price = 1 / float(weight_S.sum())
    while True:
        # Who was moved stays moved: price rises but for rounding, which must not move anybody to and fro.
        still_S = rich_S & (budget_S >= price)
        if still_S.sum() == rich_S.sum():
            return price
        rich_S = still_S
        weight = float(weight_S[rich_S].sum())
        if weight <= 0:  # rounding alone: together they hold exactly the price
            return float(budget_S.max())
        price = (1 - float((weight_S * budget_S)[~rich_S].sum())) / weight
