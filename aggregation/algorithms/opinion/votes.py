"""The vote matrix: who voted what on which statement, holding only the votes that were given.

Shapes: P participants, S statements, V votes.  Votes: +1 agree, -1 disagree, 0 pass, nan unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class VoteMatrix:
    """Votes in compressed rows: nine bytes a vote at most, whatever the number of unseen statements.

    Attributes
    ----------
    starts : array of shape (P + 1,)
        Row ``i`` holds the votes ``starts[i]:starts[i + 1]``.
    statements : array of shape (V,)
        Column of each vote, ascending within a row, each at most once.
    values : int8 array of shape (V,)
        +1, -1 or 0.
    n_statements : int
    """

    starts: NDArray[np.signedinteger[Any]]
    statements: NDArray[np.signedinteger[Any]]
    values: NDArray[np.int8]
    n_statements: int

    @classmethod
    def from_dense(cls, votes: ArrayLike) -> VoteMatrix:
        """Read a table of shape (P, S) with nan where nothing was voted.

        Raises
        ------
        ValueError
            If the table has not two dimensions or holds a number other than +1, -1, 0 and nan.
        """
        table = np.asarray(votes, dtype=np.float64)
        if table.ndim != 2:
            raise ValueError(f"votes.ndim={table.ndim} should be 2: participants by statements")
        seen = ~np.isnan(table)
        given = table[seen]
        _refuse_other_votes(given)
        starts = np.zeros(table.shape[0] + 1, dtype=_index_type(given.size))
        np.cumsum(seen.sum(axis=1), out=starts[1:])
        statements = np.flatnonzero(seen)
        statements %= max(table.shape[1], 1)
        return cls(starts, statements.astype(starts.dtype), given.astype(np.int8), table.shape[1])

    @classmethod
    def from_triples(
        cls, participants: ArrayLike, statements: ArrayLike, votes: ArrayLike, *, shape: tuple[int, int]
    ) -> VoteMatrix:
        """Read (participant, statement, vote) in any order, one vote per participant and statement.

        Parameters
        ----------
        participants, statements : integer arrays of shape (V,)
            Positions below ``shape[0]`` and ``shape[1]``.
        votes : array of shape (V,)
        shape : (P, S)

        Raises
        ------
        ValueError
            If the arrays differ in length, a position lies outside the shape, a vote is none of +1, -1, 0, or a
            participant has two votes on one statement.
        """
        rows, columns, given = np.asarray(participants), np.asarray(statements), np.asarray(votes)
        if not rows.shape == columns.shape == given.shape or rows.ndim != 1:
            raise ValueError(f"lengths {rows.shape}, {columns.shape} and {given.shape} should be one and the same")
        for name, places, bound in (("participants", rows, shape[0]), ("statements", columns, shape[1])):
            if places.size and (places.min() < 0 or places.max() >= bound):
                raise ValueError(f"{name} span {places.min()}..{places.max()} but should lie within 0..{bound - 1}")
        _refuse_other_votes(given)
        kind = _index_type(max(given.size, *shape))
        coordinates = (rows.astype(kind, copy=False), columns.astype(kind, copy=False))
        matrix = coo_array((given.astype(np.int8), coordinates), shape=shape).tocsr()
        if matrix.nnz != given.size:
            raise ValueError(f"votes={given.size} should be distinct, found {matrix.nnz} pairs of voter and statement")
        return cls(matrix.indptr, matrix.indices, matrix.data, shape[1])

    @property
    def n_participants(self) -> int:
        return self.starts.size - 1

    @property
    def n_votes(self) -> int:
        return self.values.size

    def votes_per_participant(self) -> NDArray[np.int64]:
        """Number of votes of each participant, passes included, of shape (P,)."""
        return np.diff(self.starts).astype(np.int64)

    @cached_property
    def votes_per_statement(self) -> NDArray[np.int64]:
        """Number of votes on each statement, passes included, of shape (S,)."""
        return np.bincount(self.statements, minlength=self.n_statements)

    def to_dense(self) -> NDArray[np.float64]:
        """The table of shape (P, S) with nan where nothing was voted."""
        table = np.full((self.n_participants, self.n_statements), np.nan)
        table[np.repeat(np.arange(self.n_participants), np.diff(self.starts)), self.statements] = self.values
        return table


def as_vote_matrix(votes: VoteMatrix | ArrayLike) -> VoteMatrix:
    """The votes themselves, or a table (array, list of rows, data frame) read by :meth:`VoteMatrix.from_dense`."""
    return votes if isinstance(votes, VoteMatrix) else VoteMatrix.from_dense(votes)


def statement_mask(chosen: ArrayLike | None, n_statements: int) -> Mask:
    """Statements given as a boolean mask, as positions or not at all, as a boolean mask of shape (S,).

    Raises
    ------
    ValueError
        If a mask has another length, or a position lies outside the statements.
    """
    mask = np.zeros(n_statements, dtype=np.bool_)
    if chosen is None:
        return mask
    places = np.asarray(chosen)
    if places.dtype == np.bool_:
        if places.shape != mask.shape:
            raise ValueError(f"mask of length {places.size} should have n_statements={n_statements} entries")
        return places.copy()
    if places.size == 0:
        return mask
    if places.min() < 0 or places.max() >= n_statements:
        raise ValueError(f"statements {places.min()}..{places.max()} should lie within 0..{n_statements - 1}")
    mask[places.astype(np.intp)] = True
    return mask


def _index_type(largest: int) -> type[np.signedinteger[Any]]:
    return np.int32 if largest <= np.iinfo(np.int32).max else np.int64


def _refuse_other_votes(given: NDArray[Any]) -> None:
    wrong = given[np.abs(given) > 1] if given.dtype.kind in "iu" else given[given != np.sign(given)]
    if wrong.size:
        raise ValueError(f"vote {wrong[0]} should be +1 (agree), -1 (disagree), 0 (pass) or nan (unseen)")
