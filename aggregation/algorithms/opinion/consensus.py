"""What all share: majorities over everybody, and consensus that heeds every group.

Shapes: G groups, S statements.

References
----------
Small et al. (2021). Polis: Scaling deliberation by mapping high dimensional opinion spaces. Sections "Majority opinion"
and "Group-informed consensus".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.counts import VoteCounts
from aggregation.algorithms.opinion.proportions import Z_90, one_proportion_z, smoothed_share
from aggregation.algorithms.opinion.votes import Mask

MOST_STATEMENTS = 5


@dataclass(frozen=True)
class ConsensusStatement:
    """A statement on which most voters vote alike.

    Attributes
    ----------
    statement : int
        Column of the statement.
    count, seen : int
        Votes in the direction of the consensus, and all votes, passes included.
    probability, z : float
        Smoothed share of that vote, and its test against one half.
    """

    statement: int
    count: int
    seen: int
    probability: float
    z: float


@dataclass(frozen=True)
class MajorityConsensus:
    """Statements that most voters agree with, and that most disagree with, strongest first."""

    agree: tuple[ConsensusStatement, ...]
    disagree: tuple[ConsensusStatement, ...]


def majority_consensus(counts: VoteCounts, *, skip: Mask, most: int = MOST_STATEMENTS) -> MajorityConsensus:
    """Up to five agreements and five disagreements of all voters, whether they are in a group or not.

    A statement qualifies with a smoothed share above one half that passes the test at 90 %; they are ranked by share
    times z. Passes count as seen.

    Parameters
    ----------
    counts : VoteCounts
    skip : mask of shape (S,)
        Rejected and meta statements.
    most : int
    """
    return MajorityConsensus(
        agree=_majority(counts.agree_all, counts.seen_all, skip, most),
        disagree=_majority(counts.disagree_all, counts.seen_all, skip, most),
    )


def group_informed_consensus(counts: VoteCounts) -> NDArray[np.float64]:
    """For every statement the product over groups of (agrees + 1) / (seen + 2), of shape (S,); 1 without groups."""
    consensus = np.ones(counts.agree_all.size)
    for agree, seen in zip(counts.agree, counts.seen, strict=True):
        consensus *= smoothed_share(agree, seen)
    return consensus


def _majority(
    count: NDArray[np.int64], seen: NDArray[np.int64], skip: Mask, most: int
) -> tuple[ConsensusStatement, ...]:
    probability, z = smoothed_share(count, seen), one_proportion_z(count, seen)
    qualified = np.flatnonzero((probability > 0.5) & (z > Z_90) & ~skip)
    ranked = qualified[np.argsort(-(probability * z)[qualified], kind="stable")][:most]
    return tuple(
        ConsensusStatement(one, int(count[one]), int(seen[one]), float(probability[one]), float(z[one]))
        for one in ranked.tolist()
    )
