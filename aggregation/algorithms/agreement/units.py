"""Items as counts of values, and how much the answers to one item disagree.

Items whose answers are the same multiset are kept once with their number, so that a million answers on a short scale
shrink to a few hundred profiles; everything computed from them is exact.
"""

# Shapes: N answers, U items with at least two answers, P profiles of such items, C distinct values.

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from aggregation.algorithms.agreement.answers import LEVELS, Level, dense_codes

_DENSE_CELLS = 20_000_000


@dataclass(frozen=True)
class Profiles:
    """The pairable items of a table, grouped by equal answers.

    Attributes
    ----------
    counts_PC : sparse counts of each value in each profile
    items_P : number of items with this profile
    size_P : number of answers to one such item, at least 2
    points_C : the distinct values, ascending
    of_item_U : the profile of each pairable item
    """

    counts_PC: sparse.csr_array
    items_P: NDArray[np.float64]
    size_P: NDArray[np.float64]
    points_C: NDArray[np.float64]
    of_item_U: NDArray[np.int64]

    @property
    def n_items(self) -> int:
        return len(self.of_item_U)

    @property
    def n_answers(self) -> float:
        return float(self.items_P @ self.size_P)


def profile_items(items: ArrayLike, values: ArrayLike) -> Profiles:
    """Count the values of each item that has at least two; missing values (nan) are left out.

    Parameters
    ----------
    items : integer codes of shape (n_answers,)
    values : numbers of shape (n_answers,)

    Raises
    ------
    ValueError
        If the columns differ in length.
    """
    item_N, value_N = np.asarray(items), np.asarray(values, dtype=np.float64)
    if item_N.shape != value_N.shape:
        raise ValueError(f"n_items={len(item_N)} and n_values={len(value_N)} should be equal")
    known = ~np.isnan(value_N)
    if not known.all():
        item_N, value_N = item_N[known], value_N[known]
    item_N, n_items = dense_codes(item_N)
    code_N, points_C = _distinct(value_N)
    size_U = np.bincount(item_N, minlength=n_items)
    if len(size_U) and size_U.min() < 2:
        pairable = size_U[item_N] >= 2
        item_N, n_items = dense_codes(item_N[pairable])
        code_N, kept = _distinct(code_N[pairable].astype(np.float64))
        points_C = points_C[kept.astype(np.int64)]
    counts_UC = _counts(item_N, code_N, n_items, len(points_C))
    first, of_item_U, items_P = _equal_rows(counts_UC)
    counts_PC = counts_UC[first]
    size_P = np.asarray(counts_PC.sum(axis=1), dtype=np.float64).ravel()
    return Profiles(counts_PC, items_P.astype(np.float64), size_P, points_C, of_item_U)


def midranks(totals_C: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean rank of each value given how often each occurs, along the last axis.

    The squared difference of two of them is Krippendorff's ordinal metric (2019, section 12.3.3).
    """
    return np.cumsum(totals_C, axis=-1) - totals_C / 2


def disagreement(profiles: Profiles, level: Level) -> NDArray[np.float64]:
    """Per profile, the metric summed over ordered pairs of one item's answers, over (answers - 1); shape (P,).

    Raises
    ------
    ValueError
        If the level is unknown.
    """
    size_P, points_C = profiles.size_P, profiles.points_C
    if level == "nominal":
        squares_P = np.asarray(profiles.counts_PC.power(2).sum(axis=1)).ravel()
        return (size_P**2 - squares_P) / (size_P - 1)
    if level == "ratio":
        return _ratio_pairs(profiles) / (size_P - 1)
    if level not in LEVELS:
        raise ValueError(f"level={level!r} should be one of {', '.join(LEVELS)}")
    if level == "ordinal":
        points_C = midranks(profiles.items_P @ profiles.counts_PC)
    centred_C = points_C - points_C.mean() if len(points_C) else points_C
    sum_P, square_P = profiles.counts_PC @ centred_C, profiles.counts_PC @ centred_C**2
    return np.asarray(2 * np.maximum(size_P * square_P - sum_P**2, 0) / (size_P - 1), dtype=np.float64)


def ratio_metric(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """((a - b) / (a + b))^2, zero where both are zero (Krippendorff 2019, section 12.3.3)."""
    total = a + b
    share = np.divide(a - b, total, out=np.zeros(np.broadcast(a, b).shape), where=total > 0)
    return np.asarray(share**2, dtype=np.float64)


def _ratio_pairs(profiles: Profiles) -> NDArray[np.float64]:
    counts_PC, points_C = profiles.counts_PC, profiles.points_C
    sums_P = np.zeros(counts_PC.shape[0])
    for row in range(counts_PC.shape[0]):
        cells = slice(counts_PC.indptr[row], counts_PC.indptr[row + 1])
        weight, point = counts_PC.data[cells], points_C[counts_PC.indices[cells]]
        sums_P[row] = weight @ ratio_metric(point[:, None], point[None, :]) @ weight
    return sums_P


def _distinct(values_N: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Codes of values in ascending order, and the distinct values."""
    if len(values_N) and np.abs(values_N).max() < 2**31:
        whole_N = values_N.astype(np.int64)
        if np.array_equal(whole_N, values_N) and np.ptp(whole_N) <= 4 * len(whole_N) + 1024:
            code_N, n_values = dense_codes(whole_N)
            points = np.empty(n_values)
            points[code_N] = values_N
            return code_N, points
    points, code_N = np.unique(values_N, return_inverse=True)
    return code_N.astype(np.int64), points


def _counts(item_N: NDArray[np.int64], value_N: NDArray[np.int64], n_items: int, n_values: int) -> sparse.csr_array:
    shape = (n_items, n_values)
    if n_items * n_values <= _DENSE_CELLS:
        dense = np.bincount(item_N * n_values + value_N, minlength=n_items * n_values).reshape(shape)
        return sparse.csr_array(dense.astype(np.float64))
    counts = sparse.coo_array((np.ones(len(item_N)), (item_N, value_N)), shape=shape).tocsr()
    counts.sort_indices()
    return counts


def _equal_rows(
    counts_UC: sparse.csr_array,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """First row of each kind, the kind of each row, and how many rows each kind has.

    Rows are compared by two independent random 64-bit sums: two different rows share both with a chance of 2^-128.
    """
    rng = np.random.default_rng(20210)
    sums: list[NDArray[np.uint64]] = []
    for _ in range(2):
        key_C = rng.integers(1, 2**63, size=counts_UC.shape[1], dtype=np.uint64)
        whole = sparse.csr_array(
            (counts_UC.data.astype(np.uint64), counts_UC.indices, counts_UC.indptr), shape=counts_UC.shape
        )
        sums.append(np.asarray(whole @ key_C, dtype=np.uint64))
    # Sorting one number per row is many times faster than sorting pairs; the pairs are needed only where two rows
    # share the first number and not the second.
    _, first, kind, number = np.unique(sums[0], return_index=True, return_inverse=True, return_counts=True)
    if not np.array_equal(sums[1][first][kind], sums[1]):
        pairs = np.stack(sums, axis=1)
        _, first, kind, number = np.unique(pairs, axis=0, return_index=True, return_inverse=True, return_counts=True)
    return first, kind.astype(np.int64), number
