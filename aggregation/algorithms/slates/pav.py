"""Sequential proportional approval voting, and approval voting as the baseline that fails."""

import numpy as np

from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.slate import Slate, check_size, first_greatest


def seq_pav(approvals: Approvals, k: int) -> Slate:
    """Fill the slate with the candidate that adds most, a voter's j-th approved member being worth 1/j.

    The gain of c is Σ_{i∈N_c} w_i / (1 + |A_i ∩ W|); ties go to the earlier column. Scores are gains per voter.

    References
    ----------
    Thiele (1895); Lackner and Skowron (2023), Multi-winner voting with approval preferences, chapter 2.
    """
    check_size(k, approvals.n_candidates)
    approved_V = np.zeros(approvals.n_voters)
    free_C = np.ones(approvals.n_candidates, dtype=np.bool_)
    chosen: list[int] = []
    gains: list[float] = []
    while len(chosen) < k:
        gain_C = approvals.sums(approvals.share_V / (1 + approved_V))
        winner = first_greatest(gain_C, free_C)
        approved_V[approvals.supporters(winner)] += 1
        free_C[winner] = False
        chosen.append(winner)
        gains.append(float(gain_C[winner]))
    return Slate(tuple(chosen), tuple(gains))


def approval_voting(approvals: Approvals, k: int) -> Slate:
    """Take the k candidates with most approval; ties go to the earlier column. Scores are shares of the weight.

    A majority takes every seat, so this stands here as the baseline that proportional rules are compared with.
    """
    check_size(k, approvals.n_candidates)
    support_C = approvals.sums(approvals.share_V)
    free_C = np.ones(approvals.n_candidates, dtype=np.bool_)
    chosen: list[int] = []
    while len(chosen) < k:
        winner = first_greatest(support_C, free_C)
        free_C[winner] = False
        chosen.append(winner)
    return Slate(tuple(chosen), tuple(float(support_C[c]) for c in chosen))
