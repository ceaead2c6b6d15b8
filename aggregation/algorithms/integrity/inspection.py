"""Everything that speaks against the good faith of accounts, and what the conversation is without them.

A flag is a question to a person, who decides with a reason; nobody is left out by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.integrity.rings import Ring, find_rings
from aggregation.algorithms.integrity.signals import (
    Burst,
    Pace,
    StraightLines,
    arrival_bursts,
    copied_texts,
    straight_lines,
    voting_pace,
)
from aggregation.algorithms.opinion import OpinionMap, VoteMatrix, map_opinions
from aggregation.algorithms.opinion.votes import as_vote_matrix

SIGNALS = {
    "ring": "Votes are copies of other accounts' votes, beyond what like-minded people with the same statements show.",
    "straight-line": "Nearly all votes are of one kind, against what the statements call for.",
    "speed": "The median time between votes is shorter than reading takes.",
    "copied-text": "A statement repeats another author's, nearly word for word.",
}
"""The signals that speak against an account, in plain words."""
TOO_FAST = 0.3
"""Median seconds between votes under which speed alone flags an account."""


@dataclass(frozen=True)
class Events:
    """When votes were cast: seconds and positions of participants, one entry per vote."""

    seconds_E: NDArray[np.float64]
    participant_E: NDArray[np.intp]


@dataclass(frozen=True)
class Texts:
    """Statements with their authors; an author's position among the participants, -1 where unknown."""

    texts: Sequence[str]
    authors: Sequence[str]
    author_positions: Sequence[int]


@dataclass(frozen=True, eq=False)
class Inspection:
    """What was found.

    Attributes
    ----------
    flags : for each flagged participant the signals with their scores: evidence in nats (rings, straight lines), median
        seconds (speed), number of copied statements
    noticed : the same of participants with one weak signal alone, whom it does not flag
    rings, bursts, copied : sets of positions; of statements for copied texts
    straight, pace : of everybody; pace is None without times
    """

    flags: dict[int, dict[str, float]]
    noticed: dict[int, dict[str, float]]
    rings: tuple[Ring, ...]
    bursts: tuple[Burst, ...]
    copied: tuple[tuple[int, ...], ...]
    straight: StraightLines
    pace: Pace | None
    n_participants: int = field(default=0)

    @property
    def flagged(self) -> NDArray[np.bool_]:
        mask = np.zeros(self.n_participants, dtype=np.bool_)
        mask[list(self.flags)] = True
        return mask


def inspect_conversation(
    votes: VoteMatrix | ArrayLike,
    *,
    events: Events | None = None,
    texts: Texts | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Inspection:
    """Look for every signal that the data allow."""
    matrix = as_vote_matrix(votes)
    straight = straight_lines(matrix)
    lines = np.nan_to_num(straight.share_P) >= 0.9
    rings = find_rings(matrix, skip=lines, progress=progress)
    flags: dict[int, dict[str, float]] = {}
    for ring in rings:
        for member, evidence in zip(ring.members, ring.evidence, strict=True):
            flags.setdefault(member, {})["ring"] = evidence
    for member in np.flatnonzero(straight.flagged_P).tolist():
        flags.setdefault(member, {})["straight-line"] = float(straight.surprise_P[member])
    pace: Pace | None = None
    bursts: tuple[Burst, ...] = ()
    if events is not None and len(events.seconds_E):
        pace = voting_pace(events.seconds_E, events.participant_E, matrix.n_participants)
        for member in np.flatnonzero(pace.flagged_P).tolist():
            flags.setdefault(member, {})["speed"] = float(pace.median_seconds_P[member])
        first = np.full(matrix.n_participants, np.inf)
        np.minimum.at(first, events.participant_E, events.seconds_E)
        bursts = arrival_bursts(np.where(np.isinf(first), np.nan, first))
    copied: list[list[int]] = []
    if texts is not None:
        copied = copied_texts(texts.texts, texts.authors)
        for same in copied:
            for place in same[1:]:
                author = texts.author_positions[place]
                if author >= 0 and texts.authors[place] != texts.authors[same[0]]:
                    held = flags.setdefault(author, {})
                    held["copied-text"] = held.get("copied-text", 0.0) + 1
    strong = {member: signals for member, signals in sorted(flags.items()) if _is_strong(signals)}
    weak = {member: signals for member, signals in sorted(flags.items()) if member not in strong}
    same_texts = tuple(map(tuple, copied))
    return Inspection(strong, weak, rings, bursts, same_texts, straight, pace, matrix.n_participants)


def _is_strong(signals: dict[str, float]) -> bool:
    """A ring, a pace at which nobody reads, or two signals at once; many honest people give one of the others."""
    return "ring" in signals or signals.get("speed", np.inf) < TOO_FAST or len(signals) > 1


@dataclass(frozen=True, eq=False)
class WithAndWithout:
    """The opinion map of everybody and of those who are not left out."""

    everybody: OpinionMap
    without: OpinionMap


def with_and_without(
    votes: VoteMatrix | ArrayLike, left_out: NDArray[np.bool_], *, moderated_out: ArrayLike | None = None, seed: int = 0
) -> WithAndWithout:
    """Map the conversation twice: with all votes, and with those of some participants taken back."""
    matrix = as_vote_matrix(votes)
    table = matrix.to_dense()
    table[np.asarray(left_out, dtype=np.bool_)] = np.nan
    everybody, without = (
        map_opinions(held, moderated_out=moderated_out, seed=seed, stability_resamples=0) for held in (matrix, table)
    )
    return WithAndWithout(everybody, without)
