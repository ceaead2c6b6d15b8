"""Everything that is said of one grouping, computed here or brought along by an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.opinion.consensus import MajorityConsensus, group_informed_consensus, majority_consensus
from aggregation.algorithms.opinion.counts import VoteCounts, count_votes
from aggregation.algorithms.opinion.dividing import DividingStatement, dividing_statements
from aggregation.algorithms.opinion.priorities import statement_priorities
from aggregation.algorithms.opinion.representative import RepresentativeStatement, representative_statements
from aggregation.algorithms.opinion.votes import VoteMatrix, as_vote_matrix, statement_mask


@dataclass(frozen=True, eq=False)
class GroupStatistics:
    """What the groups hold and what they share.

    Attributes
    ----------
    counts : VoteCounts
    representative : mapping from name of group to statements
    consensus : MajorityConsensus
    group_informed_consensus : array of shape (S,)
        Of every statement, rejected ones included.
    dividing : statements, the surest difference first
    priorities : array of shape (S,)
    """

    counts: VoteCounts
    representative: Mapping[int, tuple[RepresentativeStatement, ...]]
    consensus: MajorityConsensus
    group_informed_consensus: NDArray[np.float64]
    dividing: tuple[DividingStatement, ...]
    priorities: NDArray[np.float64]


def describe_groups(
    votes: VoteMatrix | ArrayLike,
    labels: ArrayLike,
    *,
    moderated_out: ArrayLike | None = None,
    meta: ArrayLike | None = None,
    extremity: ArrayLike | None = None,
) -> GroupStatistics:
    """Compute the statistics of any grouping.

    Parameters
    ----------
    votes : VoteMatrix, or table of shape (P, S) with nan where nothing was voted
    labels : array of shape (P,)
        Name of each participant's group, at least 0; -1 for those in none.
    moderated_out : mask of shape (S,) or positions, optional
        Rejected and meta statements: they neither represent a group nor count as consensus.
    meta : mask of shape (S,) or positions, optional
        Statements about the conversation itself.
    extremity : array of shape (S,), optional
        Of the opinion space; priorities take 0 without it.
    """
    matrix = as_vote_matrix(votes)
    counts = count_votes(matrix, np.asarray(labels, dtype=np.intp))
    about_itself = statement_mask(meta, matrix.n_statements)
    skip = statement_mask(moderated_out, matrix.n_statements) | about_itself
    spread = np.zeros(matrix.n_statements) if extremity is None else np.asarray(extremity, dtype=np.float64)
    return GroupStatistics(
        counts=counts,
        representative=representative_statements(counts, skip=skip),
        consensus=majority_consensus(counts, skip=skip),
        group_informed_consensus=group_informed_consensus(counts),
        dividing=dividing_statements(counts, skip=skip),
        priorities=statement_priorities(counts, spread, meta=about_itself),
    )
