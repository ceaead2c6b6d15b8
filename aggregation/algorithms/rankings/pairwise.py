"""Rules that compare options two at a time: Borda, Schulze, Kemeny.

Shapes: V voters, C options.
"""

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.rankings.profile import TOLERANCE, Floats, Profile, Ranking, Settings, order_by

EXACT = 8
"""Up to so many options Kemeny's order is found exactly."""


def preferred(values_VC: Floats, weight_V: Floats) -> Floats:
    """Weight of the voters who put option a above option b, shape (C, C); who says nothing of one compares nothing."""
    options = values_VC.shape[1]
    above = np.zeros((options, options))
    for a in range(options):
        above[a] = weight_V @ (values_VC[:, [a]] > values_VC)
    return above


def compared(values_VC: Floats, weight_V: Floats) -> Floats:
    """Weight of the voters who said something of both options, shape (C, C)."""
    known = (~np.isnan(values_VC)).astype(np.float64)
    return np.asarray(known.T @ (known * weight_V[:, None]))


def borda(profile: Profile, settings: Settings) -> Ranking:
    """For each option, how many others it is above, plus half of those it ties with, on average over voters.

    Options that a voter said nothing of are compared with nothing and count as ties.

    References
    ----------
    Borda (1784); for ties, Gärdenfors (1973).
    """
    above = preferred(profile.values_VC, profile.weight_V)
    score = ((above - above.T).sum(axis=1) + profile.n_options - 1) / 2
    return Ranking(order_by(score), score)


def schulze(profile: Profile, settings: Settings) -> Ranking:
    """Beat paths with winning votes: a path is as strong as its weakest victory, told by the weight of its winners.

    First come the options that no other beats by a stronger path, then those that none of the rest beats, and so on.

    References
    ----------
    Schulze (2011), A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
    election method, section 2.
    """
    above = preferred(profile.values_VC, profile.weight_V)
    path = np.where(above > above.T + TOLERANCE, above, 0.0)
    for middle in range(profile.n_options):
        path = np.maximum(path, np.minimum(path[:, [middle]], path[[middle]]))
    np.fill_diagonal(path, 0.0)
    beats = path > path.T + TOLERANCE
    order: list[tuple[int, ...]] = []
    left = np.ones(profile.n_options, dtype=np.bool_)
    while left.any():
        first = left & ~beats[left].any(axis=0)
        order.append(tuple(np.flatnonzero(first).tolist()))
        left &= ~first
    return Ranking(tuple(order), beats.sum(axis=1).astype(np.float64), {"strongest_paths": path.tolist()})


def kemeny(profile: Profile, settings: Settings) -> Ranking:
    """The order with the least weight of pairwise disagreement with the voters.

    Found by dynamic programming over subsets up to 8 options, beyond by local search from Borda's order and from random
    ones. Of equally good orders the one with earlier columns first; ``optimal_orders`` says how many there are.

    References
    ----------
    Kemeny (1959), Mathematics without numbers.
    """
    above = preferred(profile.values_VC, profile.weight_V)
    if profile.n_options <= EXACT:
        found: tuple[list[int], float, int | None] = _exact(above)
        order, cost, count = found
    else:
        order, cost = _search(above, borda(profile, settings), settings)
        count = None
    details = {"exact": count is not None, "disagreement": cost, "optimal_orders": count}
    return Ranking(tuple((option,) for option in order), None, details)


def disagreement(order: list[int], above_CC: Floats) -> float:
    """Weight of the pairs in which voters put the later option above the earlier one."""
    ranked = above_CC[np.ix_(order, order)]
    return float(np.tril(ranked, -1).sum())


def _exact(above: Floats) -> tuple[list[int], float, int]:
    """cost[S] is the least disagreement within the set S; whichever comes first in S pays all who put others above."""
    options = len(above)
    cost, count = [0.0] * (1 << options), [1] * (1 << options)

    def first(option: int, rest: int) -> float:
        return cost[rest] + float(sum(above[b, option] for b in range(options) if rest >> b & 1))

    for members in range(1, 1 << options):
        tried = [(first(c, members & ~(1 << c)), members & ~(1 << c)) for c in range(options) if members >> c & 1]
        cost[members] = min(value for value, _ in tried)
        count[members] = sum(count[rest] for value, rest in tried if value <= cost[members] + TOLERANCE)
    order, left = [], (1 << options) - 1
    while left:
        chosen = next(
            c for c in range(options) if left >> c & 1 and first(c, left & ~(1 << c)) <= cost[left] + TOLERANCE
        )
        order.append(chosen)
        left &= ~(1 << chosen)
    return order, float(cost[-1]), count[-1]


def _search(above: Floats, start: Ranking, settings: Settings) -> tuple[list[int], float]:
    rng = np.random.default_rng(settings.seed)
    options = len(above)
    starts = [[option for tied in start.order for option in tied]]
    starts += [rng.permutation(options).tolist() for _ in range(settings.restarts)]
    found = [_improved(order, above) for order in starts]
    costs = [disagreement(order, above) for order in found]
    best = min(range(len(found)), key=lambda place: (round(costs[place], 12), found[place]))
    return found[best], costs[best]


def _improved(order: list[int], above: Floats) -> list[int]:
    """Move one option to another place as long as that lessens disagreement."""
    improving = True
    while improving:
        improving = False
        for option in sorted(order):
            place = order.index(option)
            rest = np.array(order[:place] + order[place + 1 :], dtype=np.intp)
            # Cost of standing before all of the rest, and what each step down changes.
            steps = above[option, rest] - above[rest, option]
            costs: NDArray[np.float64] = np.concatenate([[0.0], np.cumsum(steps)])
            best = int(np.argmax(costs <= costs.min() + TOLERANCE))
            if costs[best] < costs[place] - TOLERANCE:
                order = rest.tolist()
                order.insert(best, option)
                improving = True
    return order
