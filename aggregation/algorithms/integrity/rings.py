"""Rings: accounts whose ballots are copies of one another, up to noise.

A pair of like-minded people also agrees far more than item marginals say. So each suspected ring is compared with the
people outside who vote most like it: a ring is what those cannot explain. Copies also vote on the same statements:
where nobody votes on all, that tells even a few accounts with some twenty votes each (see :mod:`.exposure`).

Shapes: P participants, S statements, 3 kinds of votes (agree, disagree, pass).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from aggregation.algorithms.integrity.exposure import SeenModel
from aggregation.algorithms.opinion.votes import VoteMatrix, as_vote_matrix

NOISE = 0.1
"""Share of votes that a copy changes, as assumed of rings."""
LEAST_VOTES = 10
"""Accounts with fewer votes are not judged."""
_SEEDS = 400
_SIZES = (3, 6, 12, 25, 50, 100, 200, 400)
_PATIENCE = 40
_ROUNDS = 8
_STABLE = 0.9
_ROWS_AT_ONCE = 512
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ring:
    """Accounts that vote alike beyond what like-minded outsiders show.

    Attributes
    ----------
    members : positions of the accounts
    evidence : of each, in nats: log of how much more probable its votes are as a copy of the ring's ballot than as
        those of one of the like-minded outsiders; log(P) is what chance among all accounts would give
    match : share of each one's votes that are the ring's
    """

    members: tuple[int, ...]
    evidence: tuple[float, ...]
    match: tuple[float, ...]


def find_rings(
    votes: VoteMatrix | ArrayLike,
    *,
    skip: ArrayLike | None = None,
    noise: float = NOISE,
    least_votes: int = LEAST_VOTES,
    margin: float = 5.0,
    progress: Callable[[int, int], object] | None = None,
) -> tuple[Ring, ...]:
    """Find rings, the one with the most evidence first; an account stands in one ring at most.

    Around each of the accounts whose nearest ballots are nearest, sets of the most similar accounts are tried. The
    ballot of a set is its members' most frequent votes; it explains a member's vote with probability 1 − noise. The
    alternative is the frequency of that vote among the outsiders who vote most like the ballot, drawn to the frequency
    among all. Which statements were voted on counts likewise where that explains more: as a copy of the selection of
    most of the set, against what exposure and activity, or the outsiders with the nearest selections, predict. A set is
    a ring when the logarithm of the ratio, summed over members, exceeds the cost of naming its ballot (its surprise
    under the alternative) and its members (ln P + margin each), and then holds the accounts that exceed it alone.

    Parameters
    ----------
    skip : mask of accounts to leave alone, such as those who always vote the same
    noise : share of a ring's votes that may differ from its ballot
    margin : evidence, in nats, over ln P that an account needs; a chance of exp(−margin) that an account of the size of
        this conversation is taken in wrongly where outsiders describe it well

    Raises
    ------
    ValueError
        If noise does not lie between 0 and 0.5.

    References
    ----------
    Description length as in Rissanen (1978); likelihood ratios of copying as in forensic answer-copying indices, such
    as Wollack (1997), A nominal response model approach for detecting answer copying.
    """
    if not 0 < noise < 0.5:
        raise ValueError(f"noise={noise:g} should lie between 0 and 0.5")
    matrix = as_vote_matrix(votes)
    judged = matrix.votes_per_participant() >= least_votes
    if skip is not None:
        judged &= ~np.asarray(skip, dtype=np.bool_)
    rows = np.flatnonzero(judged)
    if len(rows) < 3:
        return ()
    finder = _Finder(matrix.to_dense()[rows], noise, margin)
    found = finder.all_rings(progress)
    return tuple(
        Ring(tuple(rows[ring.members_R].tolist()), tuple(ring.evidence_R.tolist()), tuple(ring.match_R.tolist()))
        for ring in found
    )


@dataclass(frozen=True)
class _Candidate:
    members_R: NDArray[np.intp]
    suspects_R: NDArray[np.intp]
    evidence_R: Floats
    match_R: Floats
    total: float


class _Finder:
    """The votes as indicator columns (agree, disagree, pass side by side), and the search."""

    def __init__(self, votes_PS: Floats, noise: float, margin: float) -> None:
        kinds_3PS = np.stack([votes_PS == kind for kind in (1, -1, 0)]).astype(np.float32)
        self.n_statements = votes_PS.shape[1]
        self.flat_PX = np.ascontiguousarray(np.concatenate(list(kinds_3PS), axis=1))
        self.seen_PS = kinds_3PS.sum(axis=0)
        self.votes_P = self.seen_PS.sum(axis=1)
        self.hit, self.miss = float(np.log(1 - noise)), float(np.log(noise / 2))
        count_3S = kinds_3PS.sum(axis=1)
        self.all_3S = (count_3S + 1) / (count_3S.sum(axis=0) + 3)
        self.surprise_PS = -sum(kinds_3PS[kind] * np.log(self.all_3S[kind]) for kind in range(3)).astype(np.float32)
        # Most people have voted on few statements: what is multiplied again and again is kept sparse too.
        self.flat, self.seen, self.surprise = (
            csr_array(table) for table in (self.flat_PX, self.seen_PS, self.surprise_PS)
        )
        self.noise = noise
        self.naming = float(np.log(len(votes_PS))) + margin
        self.free_P = np.ones(len(votes_PS), dtype=np.bool_)
        self.outsiders = int(np.clip(len(votes_PS) // 10, 30, 200))
        self.exposure = SeenModel(self.seen_PS)

    def all_rings(self, progress: Callable[[int, int], object] | None) -> list[_Candidate]:
        seeds = self._seeds()
        found: list[_Candidate] = []
        fruitless = 0
        for done, seed in enumerate(seeds.tolist(), start=1):
            tried = False
            while self.free_P[seed] and fruitless <= _PATIENCE:
                tried = True
                best = self._best_around(seed)
                if best is None:
                    fruitless += 1
                    break
                found.append(best)
                self.free_P[best.members_R] = False
                fruitless = 0
            if progress and tried:
                progress(done, len(seeds))
        return sorted(found, key=lambda ring: -ring.total)

    def _seeds(self) -> NDArray[np.intp]:
        """Accounts in the order of how like their second nearest other is to them, item marginals considered."""
        nearest = np.empty(len(self.free_P))
        for start in range(0, len(nearest), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            hits, both = self.flat_PX[rows] @ self.flat_PX.T, self.seen_PS[rows] @ self.seen_PS.T
            like = hits * self.hit + (both - hits) * self.miss + self.seen_PS[rows] @ self.surprise_PS.T
            like += np.maximum(self.exposure.copied_by_each(self.seen_PS[rows]), 0)
            like[np.arange(len(like)), np.arange(len(like)) + start] = -np.inf
            nearest[rows] = np.partition(like, -2, axis=1)[:, -2]
        return np.argsort(-nearest, kind="stable")[:_SEEDS].astype(np.intp)

    def _best_around(self, seed: int) -> _Candidate | None:
        """The ring with the most evidence among sets of the accounts nearest to one, or None."""
        same = np.maximum(self.exposure.copied(self.seen_PS[seed]), 0)
        hits, both, surprise = (half.sum(axis=1) for half in self._halves(self.flat_PX[seed].reshape(3, -1)))
        order = self._nearest(hits, both, surprise, same)
        best: _Candidate | None = None
        for size in _SIZES:
            if size > len(order) // 2:
                break
            members = suspects = order[:size]
            for _ in range(_ROUNDS):
                tried = self._judge(members, suspects)
                if tried is None:
                    break
                common = len(np.intersect1d(tried.members_R, members))
                if common >= _STABLE * max(len(tried.members_R), len(members)):
                    best = tried if best is None or tried.total > best.total else best
                    break
                members, suspects = tried.members_R, tried.suspects_R
        return best if best is not None and best.total > self.naming else None

    def _nearest(
        self, hits_P: Floats, both_P: Floats, surprise_P: Floats, same_P: Floats | float = 0.0
    ) -> NDArray[np.intp]:
        """Accounts not yet in a ring, those first whose votes are most surprising as no copies of the ballot."""
        like = hits_P * self.hit + (both_P - hits_P) * self.miss + surprise_P + same_P
        like = np.where(self.free_P, like, -np.inf)
        return np.argsort(-like, kind="stable")[: int(self.free_P.sum())].astype(np.intp)

    def _halves(self, ballot_3S: NDArray[np.float32]) -> tuple[Floats, Floats, Floats]:
        """For the statements at even and at odd places: votes that are the ballot's, votes, and their surprise.

        Each of shape (P, 2).
        """
        halves_23S = np.zeros((2, *ballot_3S.shape), dtype=np.float32)
        for half in (0, 1):
            halves_23S[half, :, half::2] = ballot_3S[:, half::2]
        seen_S2 = halves_23S.sum(axis=1).T
        return self.flat @ halves_23S.reshape(2, -1).T, self.seen @ seen_S2, self.surprise @ seen_S2

    def _like_minded(
        self,
        ballot_3S: NDArray[np.float32],
        halves: tuple[Floats, Floats, Floats],
        suspects: NDArray[np.intp],
    ) -> NDArray[np.float32]:
        """Logarithm of how often those outside who vote most like the ballot give each vote, 0 where it has none.

        Those for every other statement are chosen by the remaining ones, so that nobody is taken for like-minded by
        luck on the very statements that are judged.
        """
        log_3S, seen_S = np.zeros_like(ballot_3S), ballot_3S.sum(axis=0)
        inside_P = np.zeros(len(self.free_P), dtype=np.bool_)
        inside_P[suspects] = True
        for half in (0, 1):
            hits, both, surprise = (of_half[:, 1 - half] for of_half in halves)
            order = self._nearest(hits, both, surprise)
            outside = order[~inside_P[order]][: self.outsiders]
            near_3S = self.flat_PX[outside].sum(axis=0).reshape(3, -1) + 2 * self.all_3S
            log_3S[:, half::2] = (np.log(near_3S / near_3S.sum(axis=0)) * seen_S)[:, half::2]
        return log_3S

    def _judge(self, members: NDArray[np.intp], suspects: NDArray[np.intp]) -> _Candidate | None:
        """The accounts that a set's ballot explains better than outsiders do, and by how much in all.

        Once by what was voted, and once also by which statements were voted on; the better explanation counts.
        """
        count_3S = self.flat_PX[members].sum(axis=0).reshape(3, -1)
        ballot = np.zeros_like(count_3S)
        ballot[count_3S.argmax(axis=0), np.arange(self.n_statements)] = count_3S.sum(axis=0) > 0
        halves = self._halves(ballot)
        hits, both = (half.sum(axis=1) for half in halves[:2])
        log_3S = self._like_minded(ballot, halves, suspects)
        evidence = hits * self.hit + (both - hits) * self.miss - self.flat @ log_3S.ravel()
        match = hits / np.maximum(both, 1)
        alike = self.free_P & (match >= 1 - 2 * self.noise) & (2 * both >= self.votes_P)
        of_ballot = -float((ballot * log_3S).sum())
        by_votes = self._taken(evidence, of_ballot, match, alike, len(members))
        pattern_S = (2 * count_3S.sum(axis=0) > len(members)).astype(np.float32)
        # What outsiders explain is taken off later, which takes longest: here is the most that it can come to.
        asked = np.flatnonzero(alike)
        at_most = evidence[asked] + self.exposure.copied(pattern_S, rows=asked)
        if np.count_nonzero(at_most > self.naming - float(np.log(len(members)))) < 2:
            return by_votes
        outside = self.free_P.copy()
        outside[suspects] = False
        same, of_pattern = self.exposure.beyond_outsiders(pattern_S, outside, self.outsiders)
        by_both = self._taken(evidence + same, of_ballot + of_pattern, match, alike, len(members))
        if by_votes is None or by_both is None:
            return by_votes or by_both
        return max(by_votes, by_both, key=lambda one: one.total)

    def _taken(
        self, evidence_P: Floats, of_ballot: float, match_P: Floats, alike_P: NDArray[np.bool_], size: int
    ) -> _Candidate | None:
        """Who exceeds the cost of being named, given what the ballot itself costs."""
        cost = self.naming - float(np.log(size))
        taken = np.flatnonzero(alike_P & (evidence_P > cost))
        if len(taken) < 2:
            return None
        return _Candidate(
            taken,
            np.flatnonzero(alike_P & (evidence_P > cost / 3)),
            evidence_P[taken].astype(np.float64),
            match_P[taken].astype(np.float64),
            float((evidence_P[taken] - cost).sum()) - of_ballot,
        )
