"""What each group stands for: statements on which it votes as a whole and unlike the others.

Shapes: G groups, S statements.

References
----------
Small et al. (2021). Polis: Scaling deliberation by mapping high dimensional opinion spaces. Section "Representative
comments".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.counts import VoteCounts
from aggregation.algorithms.opinion.proportions import Z_90, one_proportion_z, smoothed_share, two_proportions_z
from aggregation.algorithms.opinion.votes import Mask

Floats = NDArray[np.float64]
Direction = Literal["agree", "disagree"]

MOST_STATEMENTS = 5


@dataclass(frozen=True)
class RepresentativeStatement:
    """A statement that sets one group apart.

    Attributes
    ----------
    statement : int
        Column of the statement.
    direction : "agree" or "disagree"
        How the group votes more than the others do.
    count, seen : int
        Votes of the group in that direction, and all its votes on the statement, passes included.
    probability, probability_z : float
        Smoothed share of that vote in the group, and its test against one half.
    ratio, ratio_z : float
        Share in the group over share in the other groups, and the test of their difference.
    """

    statement: int
    direction: Direction
    count: int
    seen: int
    probability: float
    probability_z: float
    ratio: float
    ratio_z: float


@dataclass(frozen=True, eq=False)
class _Side:
    """One direction of the vote in one group, on every statement: arrays of shape (S,)."""

    direction: Direction
    count: NDArray[np.int64]
    seen: NDArray[np.int64]
    probability: Floats
    probability_z: Floats
    ratio: Floats
    ratio_z: Floats

    def pick(self, statement: int) -> RepresentativeStatement:
        return RepresentativeStatement(
            statement,
            self.direction,
            int(self.count[statement]),
            int(self.seen[statement]),
            float(self.probability[statement]),
            float(self.probability_z[statement]),
            float(self.ratio[statement]),
            float(self.ratio_z[statement]),
        )

    def weight(self) -> Floats:
        return self.ratio * self.ratio_z * self.probability * self.probability_z

    def significant(self) -> Mask:
        return (self.ratio_z > Z_90) & (self.probability_z > Z_90)


def representative_statements(
    counts: VoteCounts, *, skip: Mask, most: int = MOST_STATEMENTS
) -> dict[int, tuple[RepresentativeStatement, ...]]:
    """Up to five statements for each group, agreements before disagreements.

    A statement qualifies where the group's share passes both tests at 90 % in one direction. The best agreement leads,
    even if nothing else qualifies; the rest follow by ratio x its z x share x its z. A group in which nothing qualifies
    and nothing is agreed on gets the one statement that tells it apart best.

    Parameters
    ----------
    counts : VoteCounts
    skip : mask of shape (S,)
        Rejected and meta statements.
    most : int

    Returns
    -------
    dict from name of group to its statements
    """
    chosen = {}
    for position, name in enumerate(counts.groups.tolist()):
        agree = _side("agree", counts.agree, counts.seen, position)
        disagree = _side("disagree", counts.disagree, counts.seen, position)
        chosen[name] = _select(agree, disagree, np.flatnonzero(~skip), most)
    return chosen


def _side(direction: Direction, votes: NDArray[np.int64], seen: NDArray[np.int64], group: int) -> _Side:
    count, trials = votes[group], seen[group]
    count_rest, trials_rest = votes.sum(axis=0) - count, seen.sum(axis=0) - trials
    probability = smoothed_share(count, trials)
    return _Side(
        direction=direction,
        count=count,
        seen=trials,
        probability=probability,
        probability_z=one_proportion_z(count, trials),
        ratio=probability / smoothed_share(count_rest, trials_rest),
        ratio_z=two_proportions_z(count, trials, count_rest, trials_rest),
    )


def _select(
    agree: _Side, disagree: _Side, eligible: NDArray[np.intp], most: int
) -> tuple[RepresentativeStatement, ...]:
    if eligible.size == 0:
        return ()
    leans_agree = agree.ratio_z > disagree.ratio_z
    weight = np.where(leans_agree, agree.weight(), disagree.weight())
    qualifies = (agree.significant() | disagree.significant())[eligible]
    qualified = eligible[qualifies]
    ranked = qualified[np.argsort(-weight[qualified], kind="stable")].tolist()
    first = _best_agreement(agree, disagree, eligible)
    if first is not None:
        ranked = [first, *(statement for statement in ranked if statement != first)]
    elif not ranked:
        ranked = [int(eligible[np.argmax(np.maximum(agree.ratio_z, disagree.ratio_z)[eligible])])]
    picked = [(agree if leans_agree[statement] else disagree).pick(statement) for statement in ranked[:most]]
    return tuple(sorted(picked, key=lambda one: one.direction))


def _best_agreement(agree: _Side, disagree: _Side, eligible: NDArray[np.intp]) -> int | None:
    """The statement that best says what the group agrees on: a walk in which each candidate challenges the best so far.

    The challenge is on ratio and share together, but on the share alone while the best so far is no more agreed to
    inside the group than outside; so the outcome may depend on the order of the statements.
    """
    by_share = agree.probability * agree.probability_z
    by_both = agree.weight()
    acceptable = (agree.probability_z > Z_90) | ((agree.ratio > 1.0) & (agree.probability > 0.5))
    voted = (agree.count > 0) | (disagree.count > 0)
    best: int | None = None
    for statement in eligible[voted[eligible]].tolist():
        if best is None:
            better = bool(acceptable[statement])
        elif agree.ratio[best] > 1.0:
            better = bool(by_both[statement] > by_both[best])
        else:
            better = bool(by_share[statement] > by_share[best])
        if better:
            best = statement
    return best
