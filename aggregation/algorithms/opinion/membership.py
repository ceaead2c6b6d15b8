"""Who takes part in the grouping: participants who voted often enough to be placed."""

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.votes import Mask, VoteMatrix

ENOUGH_VOTES = 7
FEW_PARTICIPANTS = 15


def listing_order(votes: VoteMatrix) -> NDArray[np.intp]:
    """Participants in the order in which a list of all votes, by statement and then by participant, first names them.

    Polis lists votes so in its exports, and the rows of its matrix file stand in this order. It depends on nothing but
    the votes, so every source of a conversation gives the same order, whether or not it tells the time of a vote.

    Returns
    -------
    array of shape (P,); those without a vote come last
    """
    voted = np.diff(votes.starts) > 0
    firsts = np.full(votes.n_participants, votes.n_statements, dtype=np.int64)
    firsts[voted] = votes.statements[votes.starts[:-1][voted]]
    return np.argsort(firsts, kind="stable")


def in_conversation(votes: VoteMatrix, *, order: NDArray[np.intp], already_in: Mask | None = None) -> Mask:
    """Participants with at least min(7, statements voted on) votes; the keenest voters while these are under 15.

    Counts are those of the raw matrix, rejected statements included (Small et al. 2021, section "Filtering").

    Parameters
    ----------
    votes : VoteMatrix
    order : array of shape (P,)
        Participants in an order such as :func:`listing_order`; among equally keen voters the earlier come in first.
    already_in : mask of shape (P,), optional
        Participants of an earlier computation: once in, always in.

    Returns
    -------
    mask of shape (P,)
    """
    counts = votes.votes_per_participant()
    enough = min(ENOUGH_VOTES, int(np.count_nonzero(votes.votes_per_statement)))
    inside = counts >= max(enough, 1)
    if already_in is not None:
        inside |= already_in & (counts > 0)
    lacking = FEW_PARTICIPANTS - int(np.count_nonzero(inside))
    if lacking > 0:
        outside = order[~inside[order] & (counts[order] > 0)]
        keenest = np.argsort(-counts[outside], kind="stable")[:lacking]
        inside[outside[keenest]] = True
    return inside
