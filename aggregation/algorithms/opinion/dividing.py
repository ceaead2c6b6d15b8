"""What divides: statements on which two groups stand far apart, and surely so.

Shapes: G groups, S statements.

References
----------
Agresti & Caffo (2000). Simple and effective confidence intervals for proportions and differences of proportions result
from adding two successes and two failures. The American Statistician 54: one pseudo-vote of each kind per group.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np

from aggregation.algorithms.opinion.counts import VoteCounts
from aggregation.algorithms.opinion.votes import Mask

MOST_STATEMENTS = 5
KINDS_OF_VOTE = 3


@dataclass(frozen=True)
class DividingStatement:
    """A statement and the two groups that it sets furthest apart.

    Attributes
    ----------
    statement : int
        Column of the statement.
    agreeing_group, disagreeing_group : int
        Names of the group that leans more to agreement and of the one that leans less.
    difference : float
        Half the difference of their mean votes: 0 the same, 1 when all of one agree and all of the other disagree.
    low, high : float
        95 % interval of the difference.
    opposed : bool
        Whether one group mostly agrees and the other mostly disagrees; otherwise they differ in degree.
    """

    statement: int
    agreeing_group: int
    disagreeing_group: int
    difference: float
    low: float
    high: float
    opposed: bool


def dividing_statements(
    counts: VoteCounts, *, skip: Mask, most: int = MOST_STATEMENTS, level: float = 0.95
) -> tuple[DividingStatement, ...]:
    """The statements with the surest difference between two groups, largest lower bound first.

    Ranking by the lower bound of the interval keeps statements out on which a few votes happen to differ; those whose
    bound does not exceed 0 are not listed.

    Parameters
    ----------
    counts : VoteCounts
    skip : mask of shape (S,)
        Rejected and meta statements.
    most : int
    level : float
        Confidence of the interval.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    n = counts.seen + KINDS_OF_VOTE
    mean = (counts.agree - counts.disagree) / n
    variance = ((counts.agree + counts.disagree + 2) / n - mean**2) / n
    best: dict[int, DividingStatement] = {}
    for one, other in combinations(range(len(counts.groups)), 2):
        gap = (mean[one] - mean[other]) / 2
        half = z * np.sqrt(variance[one] + variance[other]) / 2
        low = np.abs(gap) - half
        asked = (counts.seen[one] > 0) & (counts.seen[other] > 0)
        for statement in np.flatnonzero((low > 0) & asked & ~skip).tolist():
            if statement in best and best[statement].low >= low[statement]:
                continue
            agreeing, disagreeing = (one, other) if gap[statement] > 0 else (other, one)
            best[statement] = DividingStatement(
                statement,
                int(counts.groups[agreeing]),
                int(counts.groups[disagreeing]),
                float(abs(gap[statement])),
                float(low[statement]),
                min(float(abs(gap[statement]) + half[statement]), 1.0),
                bool(mean[agreeing, statement] > 0 > mean[disagreeing, statement]),
            )
    return tuple(sorted(best.values(), key=lambda found: (-found.low, found.statement))[:most])
