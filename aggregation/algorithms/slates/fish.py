"""The democratic process of generative social choice: statements that are balanced and justified.

A statement is whatever the caller's two queries speak of: a column of a pool (:mod:`.pool`) or a text that a language
model has just written.  DISC(i, a) tells a voter's utility for a statement; GEN(S, r) proposes statements that at
least r people in S like well.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.slate import TOLERANCE

Statement = TypeVar("Statement", bound=Hashable)
Discriminate = Callable[[Statement], NDArray[np.float64]]
"""DISC: a statement -> the utility of each of the V voters."""
Generate = Callable[[NDArray[np.intp], int], Sequence[Statement]]
"""GEN: the positions of the unmatched voters and r -> candidates, aiming at a high r-th largest utility among them."""


@dataclass(frozen=True)
class Round(Generic[Statement]):
    """One round of a process, with all that was proposed, whether chosen or not.

    Attributes
    ----------
    chosen : the statement that takes a seat
    level : the least utility among those matched to it
    matched : positions of the voters matched to it in this round
    proposed : every candidate of the round and its r-th highest utility among the unmatched
    """

    chosen: Statement
    level: float
    matched: NDArray[np.intp]
    proposed: tuple[tuple[Statement, float], ...]


def fish_rounds(
    discriminate: "Discriminate[Statement]",
    generate: "Generate[Statement]",
    n_voters: int,
    k: int,
    *,
    fixed: Sequence[Statement] = (),
    done: "Sequence[Round[Statement]]" = (),
) -> "Iterator[Round[Statement]]":
    """Run the process round by round, so that a caller can store, show, stop and resume.

    Round j matches r_j voters: ceil(n/k) in the first n − k·floor(n/k) rounds, then floor(n/k). Candidates are what
    GEN proposes for the unmatched, and the fixed statements; the one with the greatest r_j-th highest utility among the
    unmatched takes the seat and the r_j unmatched with the highest utility for it are matched and leave. Ties go to a
    statement that has no seat yet, then to the earlier candidate; ties between voters to the earlier voter. A
    statement may take several seats: the guarantee needs that where most people want the same.

    Parameters
    ----------
    discriminate, generate : the two queries
    n_voters : number of voters, at least k
    k : number of seats
    fixed : statements that stand for election in every round
    done : rounds that were finished before; the process goes on after them

    Raises
    ------
    ValueError
        If k < 1, there are fewer voters than seats, or nothing is proposed in a round.

    References
    ----------
    Fish, Gölz, Parkes, Procaccia, Rusak, Shapira and Wüthrich (2023), Generative social choice, section 3.
    """
    if k < 1 or n_voters < k:
        raise ValueError(f"n_voters={n_voters} should be >= k={k} and k >= 1")
    unmatched = np.setdiff1d(
        np.arange(n_voters), np.concatenate([[], *(past.matched for past in done)]).astype(np.intp)
    )
    seated = {past.chosen for past in done}
    for number in range(len(done), k):
        r = n_voters // k + (number < n_voters % k)
        candidates = list(dict.fromkeys([*generate(unmatched, r), *fixed]))
        if not candidates:
            raise ValueError(f"round {number + 1}: nothing was proposed and there is no fixed statement")
        utilities = [discriminate(candidate)[unmatched] for candidate in candidates]
        levels = np.array([np.sort(utility)[len(utility) - r] for utility in utilities])
        winner = _winner(levels, [candidate in seated for candidate in candidates])
        matched = unmatched[np.argsort(-utilities[winner], kind="stable")[:r]]
        unmatched = np.setdiff1d(unmatched, matched)
        seated.add(candidates[winner])
        proposed = tuple(zip(candidates, levels.tolist(), strict=True))
        yield Round(candidates[winner], float(levels[winner]), matched, proposed)


def _winner(levels: NDArray[np.float64], seated: list[bool]) -> int:
    best = np.flatnonzero(levels >= levels.max() - TOLERANCE)
    return int(min(best, key=lambda candidate: (seated[candidate], candidate)))
