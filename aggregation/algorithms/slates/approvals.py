"""Who approves what, stored sparsely.  Shapes: V voters, C candidates."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse


@dataclass(frozen=True)
class Approvals:
    """Approval ballots of weighted voters.

    Only approvals are stored, candidate by candidate, so that 100,000 voters who each saw a few dozen of 1,000
    candidates fit in tens of megabytes.

    Attributes
    ----------
    by_candidate : sparse array of shape (C, V), 1.0 where the voter approves the candidate
    share_V : each voter's share of the total weight; sums to 1, so that scaling all weights changes nothing
    """

    by_candidate: "sparse.csr_array[Any]"
    share_V: NDArray[np.float64]

    @classmethod
    def from_dense(cls, approved_VC: ArrayLike, weights_V: ArrayLike | None = None) -> "Approvals":
        """Take a table of shape (V, C) whose cells are 1 (approved) or 0 (not approved).

        Raises
        ------
        ValueError
            If a cell is missing or neither 0 nor 1, or the weights do not fit (see :meth:`from_pairs`).
        """
        table = np.asarray(approved_VC)
        if table.ndim != 2:
            raise ValueError(f"approvals have {table.ndim} dimensions and should have 2: voters and candidates")
        if table.dtype != np.bool_:
            wrong = np.argwhere((table != 0) & (table != 1))
            if len(wrong):
                voter, candidate = (int(x) for x in wrong[0])
                raise ValueError(f"voter {voter}, candidate {candidate}: {table[voter, candidate]} should be 0 or 1")
            table = table.astype(np.bool_)
        candidates, voters = np.divmod(np.flatnonzero(np.ascontiguousarray(table.T)), max(table.shape[0], 1))
        return cls.from_pairs(voters, candidates, table.shape[0], table.shape[1], weights_V)

    @classmethod
    def from_pairs(
        cls,
        voters: ArrayLike,
        candidates: ArrayLike,
        n_voters: int,
        n_candidates: int,
        weights_V: ArrayLike | None = None,
    ) -> "Approvals":
        """Take one (voter, candidate) pair of positions per approval; a pair given twice counts once.

        Raises
        ------
        ValueError
            If there is no voter or no candidate, a position lies outside, or the weights are not ``n_voters``
            finite numbers >= 0 with a positive sum.
        """
        if n_voters < 1 or n_candidates < 1:
            raise ValueError(f"n_voters={n_voters} and n_candidates={n_candidates} should both be >= 1")
        rows, columns = np.asarray(candidates, dtype=np.int64), np.asarray(voters, dtype=np.int64)
        for positions, limit, what in ((rows, n_candidates, "candidate"), (columns, n_voters, "voter")):
            if len(positions) and (positions.min() < 0 or positions.max() >= limit):
                raise ValueError(f"a {what} position lies outside 0..{limit - 1}")
        array = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(n_candidates, n_voters))
        array.sum_duplicates()
        array.data[:] = 1.0
        return cls(array, voter_shares(weights_V, n_voters))

    @property
    def n_candidates(self) -> int:
        return int(self.by_candidate.shape[0])

    @property
    def n_voters(self) -> int:
        return int(self.by_candidate.shape[1])

    def supporters(self, candidate: int) -> NDArray[np.int32]:
        """Positions of the voters who approve a candidate, ascending."""
        start, end = self.by_candidate.indptr[candidate : candidate + 2]
        found: NDArray[np.int32] = self.by_candidate.indices[start:end]
        return found

    def sums(self, values_V: NDArray[np.float64]) -> NDArray[np.float64]:
        """For each candidate the sum of a value over its supporters, shape (C,)."""
        return np.asarray(self.by_candidate @ values_V, dtype=np.float64)

    def approved_in(self, slate: ArrayLike) -> NDArray[np.int64]:
        """For each voter the number of distinct slate members that the voter approves, shape (V,)."""
        counts = np.zeros(self.n_voters, dtype=np.int64)
        for candidate in np.unique(np.asarray(slate, dtype=np.int64)):
            counts[self.supporters(int(candidate))] += 1
        return counts

    def dense(self) -> NDArray[np.bool_]:
        """The ballots as a table of shape (V, C)."""
        return np.asarray(self.by_candidate.toarray().T > 0)


def voter_shares(weights_V: ArrayLike | None, n_voters: int) -> NDArray[np.float64]:
    """Weights as shares of their sum; equal shares where no weights are given.

    Raises
    ------
    ValueError
        If the weights are not ``n_voters`` finite numbers >= 0 with a positive sum.
    """
    if weights_V is None:
        return np.full(n_voters, 1.0 / n_voters)
    weights = np.asarray(weights_V, dtype=np.float64)
    if weights.shape != (n_voters,):
        raise ValueError(f"weights of shape {weights.shape} should have shape ({n_voters},), one per voter")
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise ValueError("weights should be finite, >= 0 and not all 0")
    # A power of two brings any scale near 1 without rounding, so that huge or tiny weights neither overflow nor vanish.
    scaled = np.ldexp(weights, -int(np.frexp(weights.max())[1]))
    return np.asarray(scaled / scaled.sum())
