"""How each group voted on each statement.

Shapes: P participants, S statements, G groups.

References
----------
Wilson (1927). Probable inference, the law of succession, and statistical inference. JASA 22.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.votes import VoteMatrix

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

VOTES_AT_ONCE = 1_000_000


@dataclass(frozen=True, eq=False)
class VoteCounts:
    """Votes on each statement by group and by all voters, grouped or not.

    Attributes
    ----------
    groups : array of shape (G,)
        Names of the groups, ascending.
    sizes : array of shape (G,)
        Members of each group.
    agree, disagree, seen : arrays of shape (G, S)
        ``seen`` counts passes too.
    agree_all, disagree_all, seen_all : arrays of shape (S,)
    """

    groups: NDArray[np.intp]
    sizes: Counts
    agree: Counts
    disagree: Counts
    seen: Counts
    agree_all: Counts
    disagree_all: Counts
    seen_all: Counts


def count_votes(votes: VoteMatrix, labels: NDArray[np.intp]) -> VoteCounts:
    """Count the votes of each group on each statement.

    Parameters
    ----------
    votes : VoteMatrix
    labels : array of shape (P,)
        Name of each participant's group, at least 0; -1 for those in none.

    Raises
    ------
    ValueError
        If there is not one label for each participant.
    """
    if labels.shape != (votes.n_participants,):
        raise ValueError(f"labels={labels.size} should be one for each of n_participants={votes.n_participants}")
    groups, sizes = np.unique(labels[labels >= 0], return_counts=True)
    # Row 0 of the tally is of those in no group, rows 1 to G are the groups.
    rows = np.where(labels >= 0, np.searchsorted(groups, labels) + 1, 0)
    shape = (groups.size + 1, votes.n_statements, 3)
    tally = np.zeros(int(np.prod(shape)), dtype=np.int64)
    of_vote = np.diff(votes.starts)
    for first, last in _spans(votes):
        votes_here = slice(int(votes.starts[first]), int(votes.starts[last]))
        cells = np.repeat(rows[first:last] * votes.n_statements, of_vote[first:last])
        cells += votes.statements[votes_here]
        cells *= 3
        cells += votes.values[votes_here]
        cells += 1
        tally += np.bincount(cells, minlength=tally.size)
    table = tally.reshape(shape)
    by_group = table[1:]
    return VoteCounts(
        groups=groups,
        sizes=sizes,
        agree=by_group[..., 2],
        disagree=by_group[..., 0],
        seen=by_group.sum(axis=2),
        agree_all=table[..., 2].sum(axis=0),
        disagree_all=table[..., 0].sum(axis=0),
        seen_all=table.sum(axis=(0, 2)),
    )


def wilson_interval(
    successes: NDArray[np.int64], trials: NDArray[np.int64], *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Lower and upper bound of a share by Wilson's score interval (1927); 0 and 1 where nobody was asked.

    Parameters
    ----------
    successes, trials : arrays of one shape
    level : float
        Confidence, 0.95 for a 95 % interval.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    n = np.maximum(trials, 1)
    share = successes / n
    middle = share + z * z / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low, high = np.clip((middle - half) / scale, 0.0, 1.0), np.clip((middle + half) / scale, 0.0, 1.0)
    return np.where(trials > 0, low, 0.0), np.where(trials > 0, high, 1.0)


def _spans(votes: VoteMatrix) -> list[tuple[int, int]]:
    """Ranges of participants with about a million votes each, so that the work space stays small."""
    cuts = np.searchsorted(votes.starts, np.arange(0, votes.n_votes, VOTES_AT_ONCE), side="right") - 1
    edges = np.unique(np.append(cuts, votes.n_participants)).tolist()
    return list(pairwise(edges))
