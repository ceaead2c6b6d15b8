"""Extractive generation: statements are taken from a pool whose utilities are known, with no language model.

Shapes: V voters, C candidates of the pool.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.slates.balanced import floor_to_hundredths
from aggregation.algorithms.slates.fish import Round, fish_rounds
from aggregation.algorithms.slates.matching import finite_utilities
from aggregation.algorithms.slates.prose import prose_rounds

_FINE = 400
"""Above this many distinct utilities PROSE tries hundredths: as fine as its checker looks."""


@dataclass(frozen=True)
class MatchedSlate:
    """A slate with the people whom each seat was given for.

    Attributes
    ----------
    chosen : candidates in the order chosen; one that stands for twice as many people stands twice
    seat_V : for each voter a position in ``chosen``; -1 only where PROSE accepts nothing at all
    unmatched : positions of the voters whom the process itself left over; their seat is the one they like best
    rounds : what was proposed and matched in each round
    """

    chosen: tuple[int, ...]
    seat_V: NDArray[np.intp]
    unmatched: NDArray[np.intp]
    rounds: tuple[Round[int], ...]

    def renamed(self, names: NDArray[np.intp]) -> "MatchedSlate":
        """The same slate where candidate c is called names[c]."""
        rounds = tuple(
            Round(int(names[r.chosen]), r.level, r.matched, tuple((int(names[c]), level) for c, level in r.proposed))
            for r in self.rounds
        )
        return MatchedSlate(tuple(r.chosen for r in rounds), self.seat_V, self.unmatched, rounds)


@dataclass(frozen=True)
class Pool:
    """A pool of statements with everybody's utility, shape (V, C), and optionally costs, shape (C,)."""

    utility_VC: NDArray[np.float64]
    cost_C: NDArray[np.float64] | None = None

    def discriminate(self, candidate: int) -> NDArray[np.float64]:
        """DISC: every voter's utility for a candidate, shape (V,)."""
        return np.asarray(self.utility_VC[:, candidate])

    def generate(self, unmatched: NDArray[np.intp], r: int) -> list[int]:
        """GEN(S, r): the candidates with the greatest r-th largest utility in S; all that tie."""
        among = self.utility_VC[unmatched]
        levels = np.partition(among, len(unmatched) - r, axis=0)[len(unmatched) - r]
        return [int(candidate) for candidate in np.flatnonzero(levels == levels.max())]

    def generate_within(self, unmatched: NDArray[np.intp], level: float, limit: float) -> list[int]:
        """GEN(S, t, x): the candidates of cost <= x with most support at level t in S; all that tie."""
        if self.cost_C is None:
            raise ValueError("a pool without costs has no statements within a cost")
        affordable = np.flatnonzero(self.cost_C <= limit)
        if not len(affordable):
            return []
        support = (self.utility_VC[np.ix_(unmatched, affordable)] >= level).sum(axis=0)
        return [int(candidate) for candidate in affordable[support == support.max()]]


def balanced_slate(utility_VC: ArrayLike, k: int) -> MatchedSlate:
    """The democratic process over a pool: k seats, each for n/k voters, which satisfies BJR.

    Raises
    ------
    ValueError
        If a utility is not finite, or there are fewer voters than seats.
    """
    pool = Pool(finite_utilities(utility_VC))
    rounds = tuple(fish_rounds(pool.discriminate, pool.generate, len(pool.utility_VC), k))
    return _matched(pool, rounds)


def prose_slate(
    utility_VC: ArrayLike, costs_C: ArrayLike, budget: float, levels: list[float] | None = None
) -> MatchedSlate:
    """The PROSE process over a pool, which satisfies cBJR.

    Levels are all utilities that occur (their floors to hundredths where there are more than 400) unless given.

    Raises
    ------
    ValueError
        If a utility is not finite, or a cost or the budget is not > 0.
    """
    utilities = finite_utilities(utility_VC)
    costs = np.asarray(costs_C, dtype=np.float64)
    if costs.shape != (utilities.shape[1],) or not (np.isfinite(costs) & (costs > 0)).all():
        raise ValueError(f"costs should be {utilities.shape[1]} finite numbers > 0, one per candidate")
    pool = Pool(utilities, costs)
    if levels is None:
        occurring = np.unique(utilities)
        levels = (occurring if len(occurring) <= _FINE else np.unique(floor_to_hundredths(occurring))).tolist()
    rounds = prose_rounds(
        pool.discriminate,
        pool.generate_within,
        lambda candidate: float(costs[candidate]),
        len(utilities),
        budget,
        levels=levels,
        cost_limits=np.unique(costs).tolist(),
    )
    return _matched(pool, tuple(rounds))


def _matched(pool: Pool, rounds: tuple[Round[int], ...]) -> MatchedSlate:
    chosen = tuple(past.chosen for past in rounds)
    seat_V = np.full(len(pool.utility_VC), -1, dtype=np.intp)
    for seat, past in enumerate(rounds):
        seat_V[past.matched] = seat
    unmatched = np.flatnonzero(seat_V < 0)
    if chosen and len(unmatched):
        seat_V[unmatched] = pool.utility_VC[np.ix_(unmatched, np.array(chosen))].argmax(axis=1)
    return MatchedSlate(chosen, seat_V, unmatched, rounds)
