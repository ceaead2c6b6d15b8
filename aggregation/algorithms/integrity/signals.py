"""Signals of careless, automatic or copied contributions that do not need other ballots to be compared with.

Shapes: P participants, S statements, V votes, E vote events.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.opinion.votes import VoteMatrix, as_vote_matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StraightLines:
    """How one-sided each ballot is.

    Attributes
    ----------
    share_P : share of the most frequent kind of vote; nan without votes
    surprise_P : −log of the chance that somebody who votes as people do on these statements votes so one-sidedly, nats
    flagged_P : all votes but a twentieth of one kind, in ballots that chance would hardly give anybody here
    """

    share_P: Floats
    surprise_P: Floats
    flagged_P: NDArray[np.bool_]


def straight_lines(votes: VoteMatrix | ArrayLike, *, least_votes: int = 15, margin: float = 5.0) -> StraightLines:
    """Find ballots that are nearly all agree, all disagree or all pass against what the statements call for.

    Most people may well agree with most statements; so the chance of each vote under the statement's own frequencies
    counts, and a ballot is flagged only where it is below exp(−margin) / P.
    """
    table = as_vote_matrix(votes).to_dense()
    kinds_3PS = np.stack([table == kind for kind in (1, -1, 0)])
    count_3S = kinds_3PS.sum(axis=1)
    log_3S = np.log((count_3S + 1) / (count_3S.sum(axis=0) + 3))
    seen_PS = kinds_3PS.any(axis=0)
    n_P = seen_PS.sum(axis=1)
    of_kind_3P = kinds_3PS.sum(axis=2)
    kind_P = of_kind_3P.argmax(axis=0)
    share = np.divide(of_kind_3P.max(axis=0), n_P, out=np.full(len(n_P), np.nan), where=n_P > 0)
    # Of the ballot's votes of that kind; the few others count as free.
    surprise = np.zeros(len(n_P))
    for kind in range(3):
        mine = kind_P == kind
        surprise[mine] = -(kinds_3PS[kind][mine] @ log_3S[kind])
    flagged = (n_P >= least_votes) & (np.nan_to_num(share) >= 0.95) & (surprise > np.log(max(len(n_P), 1)) + margin)
    return StraightLines(share, surprise, flagged)


@dataclass(frozen=True)
class Pace:
    """How fast each participant votes: the median time between votes, nan with fewer than two, and who is too fast."""

    median_seconds_P: Floats
    flagged_P: NDArray[np.bool_]


def voting_pace(
    seconds_E: ArrayLike, participant_E: ArrayLike, n_participants: int, *, least_votes: int = 10, fastest: float = 1.0
) -> Pace:
    """Flag participants whose median time between consecutive votes is under what reading takes.

    Parameters
    ----------
    seconds_E : when each vote was cast
    participant_E : positions 0..P-1
    fastest : seconds under which nobody reads a statement
    """
    seconds, participant = np.asarray(seconds_E, dtype=np.float64), np.asarray(participant_E, dtype=np.intp)
    if seconds.shape != participant.shape:
        raise ValueError(f"{seconds.shape} times should be as many as participants of votes {participant.shape}")
    order = np.lexsort((seconds, participant))
    participant, gap = participant[order], np.diff(seconds[order])
    same = participant[1:] == participant[:-1]
    median = np.full(n_participants, np.nan)
    holder, gap = participant[1:][same], gap[same]
    starts = np.flatnonzero(np.r_[True, holder[1:] != holder[:-1]]) if len(holder) else np.empty(0, dtype=np.intp)
    for start, part in zip(starts.tolist(), np.split(gap, starts[1:]), strict=True):
        median[holder[start]] = float(np.median(part))
    votes = np.bincount(participant, minlength=n_participants)
    flagged = (votes >= least_votes) & (np.where(np.isnan(median), np.inf, median) < fastest)
    return Pace(median, flagged)


@dataclass(frozen=True)
class Burst:
    """Far more newcomers in a short time than in the hours around it.

    Attributes
    ----------
    start, end : seconds
    members : positions of the newcomers
    expected : newcomers that the rate around would give
    """

    start: float
    end: float
    members: tuple[int, ...]
    expected: float


def arrival_bursts(
    first_seconds_P: ArrayLike, *, window: float = 300.0, around: float = 21600.0, least: int = 10, level: float = 1e-6
) -> tuple[Burst, ...]:
    """Windows in which so many arrive that the Poisson chance, times the number of windows, is below ``level``.

    A burst may be an invitation that was just read out: it is shown, and flags nobody by itself.

    Parameters
    ----------
    first_seconds_P : when each participant first voted, nan where unknown
    window, around : length of a window, and of the time around it that gives the usual rate, in seconds
    least : the fewest newcomers of a burst
    """
    from scipy import stats

    first = np.asarray(first_seconds_P, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(first))
    order = known[np.argsort(first[known], kind="stable")]
    times = first[order]
    bursts: list[Burst] = []
    place = 0
    while place < len(times):
        end = int(np.searchsorted(times, times[place] + window, side="right"))
        count = end - place
        low = np.searchsorted(times, times[place] - around / 2)
        high = np.searchsorted(times, times[place] + window + around / 2, side="right")
        expected = max(float(high - low - count) * window / around, 0.5)
        if count >= least and stats.poisson.sf(count - 1, expected) * len(times) < level:
            bursts.append(Burst(float(times[place]), float(times[end - 1]), tuple(order[place:end].tolist()), expected))
            place = end
        else:
            place += 1
    return tuple(bursts)


def copied_texts(
    texts: Sequence[str], authors: Sequence[str], *, least: int = 20, alike: float = 0.9
) -> list[list[int]]:
    """Sets of texts by different authors that are the same up to case, marks and a few letters.

    Compared by the share of common sequences of five letters (Jaccard); texts shorter than ``least`` letters are left
    alone, since people do write "I agree" alike.
    """
    plain = ["".join(mark for mark in text.casefold() if mark.isalnum()) for text in texts]
    pieces = [frozenset(text[start : start + 5] for start in range(len(text) - 4)) for text in plain]
    places = [place for place, text in enumerate(plain) if len(text) >= least]
    holders: dict[str, list[int]] = {}
    for place in places:
        for piece in pieces[place]:
            holders.setdefault(piece, []).append(place)
    leader = list(range(len(texts)))

    def root(place: int) -> int:
        while leader[place] != place:
            place = leader[place]
        return place

    for place in places:
        shared: dict[int, int] = {}
        for piece in pieces[place]:
            for other in holders[piece]:
                if other < place:
                    shared[other] = shared.get(other, 0) + 1
        for other, common in shared.items():
            union = len(pieces[place]) + len(pieces[other]) - common
            if common >= alike * union and authors[place] != authors[other]:
                leader[root(place)] = root(other)
    sets: dict[int, list[int]] = {}
    for place in places:
        sets.setdefault(root(place), []).append(place)
    return [found for found in sets.values() if len({authors[place] for place in found}) > 1]
