"""Who takes part in the grouping: participants who voted often enough to be placed."""

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.votes import Mask, VoteMatrix

ENOUGH_VOTES = 7
FEW_PARTICIPANTS = 15


def in_conversation(votes: VoteMatrix, *, order: NDArray[np.intp], already_in: Mask | None = None) -> Mask:
    """Participants with at least min(7, statements voted on) votes; the keenest voters while these are under 15.

    Counts are those of the raw matrix, rejected statements included (Small et al. 2021, section "Filtering").

    Parameters
    ----------
    votes : VoteMatrix
    order : array of shape (P,)
        Participants in order of their first vote; among equally keen voters the earlier come in first.
    already_in : mask of shape (P,), optional
        Participants of an earlier computation: once in, always in.

    Returns
    -------
    mask of shape (P,)
    """
    counts = votes.votes_per_participant()
    enough = min(ENOUGH_VOTES, int(np.count_nonzero(votes.votes_per_statement())))
    inside = counts >= max(enough, 1)
    if already_in is not None:
        inside |= already_in & (counts > 0)
    lacking = FEW_PARTICIPANTS - int(np.count_nonzero(inside))
    if lacking > 0:
        outside = order[~inside[order] & (counts[order] > 0)]
        keenest = np.argsort(-counts[outside], kind="stable")[:lacking]
        inside[outside[keenest]] = True
    return inside
