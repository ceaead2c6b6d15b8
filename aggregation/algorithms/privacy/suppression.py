"""Hide small cells of a table, and as many others as it takes that no difference of totals gives them away."""

# Shapes: X entries of the extended table (cells and their totals, flattened), E equations between them.

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog


@dataclass(frozen=True)
class SuppressedTable:
    """A table with its totals, every axis one longer than the counts: the last entry along an axis is the total.

    Attributes
    ----------
    counts : the counts with their totals
    hidden : True where an entry must not be published
    primary : True where it is hidden because it is itself small; the others protect these
    """

    counts: NDArray[np.int64]
    hidden: NDArray[np.bool_]
    primary: NDArray[np.bool_]

    @property
    def published(self) -> NDArray[np.float64]:
        """The entries that may be shown, nan elsewhere."""
        return np.where(self.hidden, np.nan, self.counts.astype(np.float64))


def suppress_small_cells(counts: ArrayLike, *, k: int, also: ArrayLike | None = None) -> SuppressedTable:
    """Choose the entries of a table of people that stay hidden.

    Hidden are all entries between 1 and ``k`` - 1, then the least further entries such that, to somebody who adds and
    subtracts everything published and knows that hidden entries are at least 1, each small entry could still be as
    large as ``k`` and no hidden entry is certain.  Entries of 0 are published.  Totals are entries too and are hidden
    last.

    Parameters
    ----------
    counts : whole numbers of people, at least 0, of any number of dimensions
    k : the least number of people that may be shown, at least 1
    also : True for cells that stay hidden for another reason, of the shape of counts; they help to protect the small
        ones, and are protected themselves only in tables of several dimensions

    Raises
    ------
    ValueError
        If k is below 1 or a count is negative or not whole.

    References
    ----------
    Cox (1980). Suppression methodology and statistical disclosure control. JASA 75.
    Hundepool et al. (2012). Statistical Disclosure Control, chapter 4: complementary suppression.
    """
    given = np.asarray(counts)
    if k < 1:
        raise ValueError(f"k={k} should be >= 1")
    if given.ndim < 1:
        raise ValueError("counts should have at least one dimension")
    if (given < 0).any() or not np.array_equal(given, np.floor(given)):
        raise ValueError(f"counts should be whole and at least 0; the least is {given.min()}")
    extended = _with_totals(given.astype(np.int64))
    primary = (extended > 0) & (extended < k)
    hidden = primary.copy()
    if also is not None:
        hidden[tuple(slice(0, -1) for _ in given.shape)] |= np.asarray(also, dtype=np.bool_) & (given > 0)
    if given.ndim == 1:
        return _of_one_line(extended, hidden, primary, k)
    equations_EX = _equations(extended.shape)
    value_X, primary_X, hidden_X = extended.ravel(), primary.ravel(), hidden.ravel()
    depth_X = _depth(extended.shape)
    while True:
        exposed = _first_exposed(value_X, hidden_X, primary_X, equations_EX, k)
        if exposed is None:
            break
        further = _next_to_hide(exposed, value_X, hidden_X, depth_X, equations_EX)
        if further is None:
            break
        hidden_X[further] = True
    shape = extended.shape
    return SuppressedTable(extended, hidden_X.reshape(shape), primary_X.reshape(shape))


def _of_one_line(
    extended: NDArray[np.int64], hidden: NDArray[np.bool_], primary: NDArray[np.bool_], k: int
) -> SuppressedTable:
    """One line of cells with its total: of h hidden cells that make t together, none can be larger than t - h + 1."""
    hidden = hidden.copy()
    left = sorted(np.flatnonzero(~hidden[:-1] & (extended[:-1] > 0)).tolist(), key=lambda x: (extended[x], x))
    while primary[:-1].any() and not hidden[-1]:
        cells = extended[:-1][hidden[:-1]]
        if cells.sum() - len(cells) + 1 >= k:
            break
        hidden[left.pop(0) if left else -1] = True
    return SuppressedTable(extended, hidden, primary)


def _with_totals(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts


def _equations(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """One row per line of the extended table along each axis: its cells less its total make 0."""
    place = np.arange(int(np.prod(shape))).reshape(shape)
    rows = []
    for axis in range(len(shape)):
        for line in np.moveaxis(place, axis, -1).reshape(-1, shape[axis]):
            row = np.zeros(place.size)
            row[line[:-1]], row[line[-1]] = 1.0, -1.0
            rows.append(row)
    return np.array(rows)


def _depth(shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Over how many axes an entry is a total."""
    depth = np.zeros(shape, dtype=np.int64)
    for axis, length in enumerate(shape):
        last = [slice(None)] * len(shape)
        last[axis] = slice(length - 1, length)
        depth[tuple(last)] += 1
    return depth.ravel()


def _first_exposed(
    value_X: NDArray[np.int64],
    hidden_X: NDArray[np.bool_],
    primary_X: NDArray[np.bool_],
    equations_EX: NDArray[np.float64],
    k: int,
) -> int | None:
    """The first hidden entry that what is published gives away, or None."""
    hidden = np.flatnonzero(hidden_X)
    matrix = equations_EX[:, hidden]
    used = (matrix != 0).any(axis=1)
    matrix, rest = matrix[used], -(equations_EX[used][:, ~hidden_X] @ value_X[~hidden_X])
    for position, entry in enumerate(hidden):
        high = _extreme(matrix, rest, position, sign=-1.0)
        if high < (k if primary_X[entry] else value_X[entry]) - 1e-6:
            return int(entry)
        if not primary_X[entry] and high < value_X[entry] + 0.5:
            low = _extreme(matrix, rest, position, sign=1.0)
            if low > value_X[entry] - 0.5:
                return int(entry)
    return None


def _extreme(matrix: NDArray[np.float64], rest: NDArray[np.float64], position: int, *, sign: float) -> float:
    """The least (sign 1) or greatest (sign -1) value that a hidden entry can have."""
    aim = np.zeros(matrix.shape[1])
    aim[position] = sign
    found = linprog(aim, A_eq=matrix, b_eq=rest, bounds=(1, None), method="highs")
    if found.status == 3:
        return -sign * np.inf
    if found.status != 0 or found.fun is None:
        raise RuntimeError(f"the bounds of a hidden entry could not be found: {found.message}")
    return float(sign * found.fun)


def _next_to_hide(
    exposed: int,
    value_X: NDArray[np.int64],
    hidden_X: NDArray[np.bool_],
    depth_X: NDArray[np.int64],
    equations_EX: NDArray[np.float64],
) -> int | None:
    """A published entry, totals last and small ones first, preferably where it leaves no hidden entry alone in a line.

    Looked for in lines that hold a single hidden entry and hang together with the exposed one; where there is none, in
    the exposed entry's own lines, then ever further away.
    """
    in_line_EX = equations_EX != 0
    free_X = ~hidden_X & (value_X > 0)
    reach_X = np.zeros(len(value_X), dtype=np.bool_)
    reach_X[exposed] = True
    nearest: NDArray[np.int64] | None = None
    while True:
        lines_E = in_line_EX[:, reach_X].any(axis=1)
        alone_E = lines_E & ((in_line_EX & hidden_X).sum(axis=1) == 1)
        candidates = np.flatnonzero(in_line_EX[alone_E].any(axis=0) & free_X)
        if len(candidates):
            mended_X = in_line_EX[alone_E].sum(axis=0)
            return int(min(candidates, key=lambda x: (depth_X[x], -mended_X[x], value_X[x], x)))
        near_X = in_line_EX[lines_E].any(axis=0)
        if nearest is None and (near_X & free_X).any():
            nearest = np.flatnonzero(near_X & free_X)
        grown_X = reach_X | (near_X & hidden_X)
        if np.array_equal(grown_X, reach_X):
            break
        reach_X = grown_X
    return None if nearest is None else int(min(nearest, key=lambda x: (depth_X[x], value_X[x], x)))
