"""Sequential Phragmén."""

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.slate import Slate, check_size, first_least


def seq_phragmen(approvals: Approvals, k: int) -> Slate:
    """Fill the slate one by one, always with the candidate that loads its supporters least.

    Electing a candidate puts one unit of load on its supporters, shared so that all of them end with the same load
    l_c = (1 + Σ_{i∈N_c} w_i y_i) / Σ_{i∈N_c} w_i, where y_i is what voter i carries already. The least l_c wins; ties
    go to the earlier column, and a candidate whom nobody approves comes after all others.

    Parameters
    ----------
    approvals : the ballots
    k : number of candidates to choose, 1 <= k <= candidates

    Returns
    -------
    Slate, with the load l_c per voter (weights of mean 1) at each election as score.

    References
    ----------
    Phragmén (1899); Brill, Freeman, Janson and Lackner (2017), Phragmén's voting methods and justified representation,
    section 3.
    """
    check_size(k, approvals.n_candidates)
    chosen, loads = continue_phragmen(approvals, k, [], np.zeros(approvals.n_voters))
    return Slate(tuple(chosen), tuple(loads))


def continue_phragmen(
    approvals: Approvals, k: int, chosen: list[int], start_V: NDArray[np.float64]
) -> tuple[list[int], list[float]]:
    """Complete a slate to k from given loads (per unit of weight share); return the whole slate and the new loads."""
    slate, scores = list(chosen), []
    load_V = start_V.copy()
    support_C = approvals.sums(approvals.share_V)
    free_C = np.ones(approvals.n_candidates, dtype=np.bool_)
    free_C[slate] = False
    while len(slate) < k:
        carried_C = approvals.sums(approvals.share_V * load_V)
        load_C = np.full(approvals.n_candidates, np.inf)
        np.divide(1 + carried_C, support_C, out=load_C, where=support_C > 0)
        winner = first_least(load_C, free_C)
        load_V[approvals.supporters(winner)] = load_C[winner]
        slate.append(winner)
        scores.append(float(load_C[winner]) / approvals.n_voters)
        free_C[winner] = False
    return slate, scores
