"""What it would cost to change a slate: added ballots and cloned statements."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.influence import ApprovalRule
from aggregation.algorithms.slates.slate import Slate


@dataclass(frozen=True)
class AddedBallots:
    """The least number of equal ballots found that changes the slate.

    Attributes
    ----------
    target : the candidate that the added ballots approve, and nothing else
    ballots : how many are needed; None where the limit was not enough
    slate : the slate with them; the slate as it was where they were not enough
    """

    target: int
    ballots: int | None
    slate: tuple[int, ...]


def least_added_ballots(
    approvals: Approvals,
    k: int,
    rule: ApprovalRule,
    *,
    limit: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> tuple[AddedBallots, ...]:
    """For each candidate outside the slate, how many ballots for it alone change the slate; cheapest first.

    An added ballot weighs as much as the average voter. The number is found by doubling and halving: with one ballot
    fewer the slate stays as it is. It is an upper bound on what an attacker needs, who might do better with ballots of
    several candidates.

    Parameters
    ----------
    limit : the most ballots to try per candidate; as many as there are voters where none is given
    progress : called with (done, total) candidates
    """
    before = rule(approvals, k)
    outside = np.setdiff1d(np.arange(approvals.n_candidates), np.array(before.chosen))
    most = approvals.n_voters if limit is None else limit
    if most < 1:
        raise ValueError(f"limit={most} should be >= 1")
    found = []
    for done, target in enumerate(outside, start=1):
        found.append(_least(approvals, k, rule, int(target), most, before))
        if progress:
            progress(done, len(outside))
    return tuple(sorted(found, key=lambda attack: (attack.ballots is None, attack.ballots or 0, attack.target)))


def _least(approvals: Approvals, k: int, rule: ApprovalRule, target: int, most: int, before: Slate) -> AddedBallots:
    column = sparse.csr_array(([1.0], ([target], [0])), shape=(approvals.n_candidates, 1))
    grown = sparse.csr_array(sparse.hstack([approvals.by_candidate, column]))

    def slate_with(ballots: int) -> tuple[int, ...]:
        weight_V = np.append(approvals.share_V * approvals.n_voters, ballots)
        return rule(Approvals(grown, weight_V / weight_V.sum()), k).chosen

    def changes(ballots: int) -> bool:
        return set(slate_with(ballots)) != set(before.chosen)

    low, high = 0, 1
    while high < most and not changes(high):
        low, high = high, min(2 * high, most)
    if high == most and not changes(high):
        return AddedBallots(target, None, before.chosen)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if changes(middle) else (middle, high)
    return AddedBallots(target, high, slate_with(high))


@dataclass(frozen=True)
class CloneEffect:
    """What happens when a candidate is put in again under another name.

    Attributes
    ----------
    candidate : the candidate that was cloned
    slate : the slate with its clones among the candidates, clones written as the candidate they copy
    seats : seats that the candidate and its clones hold together
    lost, gained : other candidates that leave or enter the slate
    """

    candidate: int
    slate: tuple[int, ...]
    seats: int
    lost: tuple[int, ...]
    gained: tuple[int, ...]


def clone_test(approvals: Approvals, k: int, rule: ApprovalRule, copies: int = 1) -> tuple[CloneEffect, ...]:
    """Clone each candidate in turn, as the last columns, and choose again.

    Clones crowd others out where a group puts the same idea forward many times; a proportional rule gives clones no
    more seats than their supporters' share pays for.

    Raises
    ------
    ValueError
        If copies < 1.
    """
    if copies < 1:
        raise ValueError(f"copies={copies} should be >= 1")
    before = set(rule(approvals, k).chosen)
    effects = []
    for candidate in range(approvals.n_candidates):
        rows = np.concatenate([np.arange(approvals.n_candidates), np.full(copies, candidate)])
        chosen = rule(Approvals(approvals.by_candidate[rows], approvals.share_V), k).chosen
        slate = tuple(int(rows[position]) for position in chosen)
        others = set(slate) - {candidate}
        effects.append(
            CloneEffect(
                candidate,
                slate,
                slate.count(candidate),
                tuple(sorted(before - {candidate} - others)),
                tuple(sorted(others - before)),
            )
        )
    return tuple(effects)
