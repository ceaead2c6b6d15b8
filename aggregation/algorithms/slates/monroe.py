"""Greedy Monroe: each member of the slate speaks for an equal part of the voters."""

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.slate import Slate, check_size, first_greatest

_ROWS_AT_ONCE = 8192


def greedy_monroe(approvals: Approvals, k: int) -> Slate:
    """Take the candidate approved by most of those not yet represented, and let it represent up to n/k of them.

    With equal weights the first n − k·floor(n/k) members represent up to ceil(n/k) voters and the others up to
    floor(n/k); with unequal weights each represents up to a k-th of the weight, the last voter's weight being split.
    Ties between candidates go to the earlier column. Where a candidate has more supporters than it can represent,
    those come first whose ballots come first when read column by column with approved before not approved: an order of
    ballots, not of people, so that the order of voters changes nothing. Scores are shares of the weight that approve
    the member and were not represented before.

    References
    ----------
    Skowron, Faliszewski and Slinko (2015), Achieving fully proportional representation, algorithm A; as an approval
    rule in Lackner and Skowron (2023), Multi-winner voting with approval preferences, chapter 2.
    """
    check_size(k, approvals.n_candidates)
    rank_V = _ballot_ranks(approvals)
    left_V, quotas = _units(approvals, k)
    free_C = np.ones(approvals.n_candidates, dtype=np.bool_)
    chosen: list[int] = []
    scores: list[float] = []
    for quota in quotas:
        support_C = approvals.sums(left_V) / approvals.n_voters
        winner = first_greatest(support_C, free_C)
        supporters = approvals.supporters(winner)
        in_turn = supporters[np.argsort(rank_V[supporters], kind="stable")]
        before = np.cumsum(left_V[in_turn]) - left_V[in_turn]
        left_V[in_turn] -= np.clip(quota - before, 0, left_V[in_turn])
        free_C[winner] = False
        chosen.append(winner)
        scores.append(float(support_C[winner]))
    return Slate(tuple(chosen), tuple(scores))


def _units(approvals: Approvals, k: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each voter's weight (mean 1) and what each member represents at most; whole numbers where weights are equal."""
    n = approvals.n_voters
    weight_V = approvals.share_V * n
    if np.allclose(weight_V, 1, rtol=1e-9, atol=0):
        return np.ones(n), (n // k + (np.arange(k) < n % k)).astype(np.float64)
    return weight_V, np.full(k, n / k)


def _ballot_ranks(approvals: Approvals) -> NDArray[np.int64]:
    """Each voter's place when ballots are put in lexicographic order, approved before not; equal ballots share one."""
    by_voter = approvals.by_candidate.T.tocsr()
    bits = np.empty((approvals.n_voters, (approvals.n_candidates + 7) // 8), dtype=np.uint8)
    for start in range(0, approvals.n_voters, _ROWS_AT_ONCE):
        rows = by_voter[start : start + _ROWS_AT_ONCE].toarray() > 0
        bits[start : start + len(rows)] = ~np.packbits(rows, axis=1)
    keys = np.ascontiguousarray(bits).view(np.dtype((np.void, bits.shape[1]))).ravel()
    return np.unique(keys, return_inverse=True)[1].ravel().astype(np.int64)
