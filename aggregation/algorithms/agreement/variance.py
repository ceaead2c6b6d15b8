"""How much answers vary between items, between the groups of people and within them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.agreement.answers import dense_codes


@dataclass(frozen=True)
class Variance:
    """Sums of squares over the number of answers, in squared units of the values.

    ``total = between_items + within_items`` and ``within_items = between_groups + within_groups``, exactly; the last
    two are None without groups.
    """

    answers: int
    total: float
    between_items: float
    within_items: float
    between_groups: float | None
    within_groups: float | None


def decompose_variance(items: ArrayLike, values: ArrayLike, groups: ArrayLike | None = None) -> Variance | None:
    """Split the variance of the answers by item, and within items by group.

    Parameters
    ----------
    items : integer codes of shape (n_answers,)
    values : shape (n_answers,), or (n_answers, n_coordinates) where categories stand as unit vectors
    groups : integer codes of shape (n_answers,), below 0 where not known: such answers are left out

    Returns
    -------
    Variance, or None where no answer is left.

    Raises
    ------
    ValueError
        If the columns differ in length.
    """
    item_N, value_NF = np.asarray(items), np.asarray(values, dtype=np.float64)
    value_NF = value_NF.reshape(len(value_NF), -1)
    group_N = None if groups is None else np.asarray(groups)
    if len(item_N) != len(value_NF) or (group_N is not None and len(group_N) != len(value_NF)):
        raise ValueError(f"n_items={len(item_N)} and n_values={len(value_NF)} should be equal")
    known = ~np.isnan(value_NF).any(axis=1)
    if group_N is not None:
        known &= group_N >= 0
    if not known.any():
        return None
    item_N, value_NF = item_N[known], value_NF[known]
    count = len(value_NF)
    centred = value_NF - value_NF.mean(axis=0)
    dense_N, n_items = dense_codes(item_N)
    of_item = _means(dense_N, n_items, centred)[dense_N]
    total, between_items = _squares(centred), _squares(of_item)
    within_items = _squares(centred - of_item)
    if group_N is None:
        return Variance(count, total / count, between_items / count, within_items / count, None, None)
    cell_N, n_cells = dense_codes(dense_N * (int(group_N[known].max()) + 1) + group_N[known])
    of_cell = _means(cell_N, n_cells, centred)[cell_N]
    between_groups, within_groups = _squares(of_cell - of_item), _squares(centred - of_cell)
    return Variance(
        count,
        total / count,
        between_items / count,
        within_items / count,
        between_groups / count,
        within_groups / count,
    )


def decompose_category_variance(
    items: ArrayLike, labels: ArrayLike, groups: ArrayLike | None = None
) -> Variance | None:
    """The same for categories, as if each stood as a unit vector, from counts alone: many labels take no more room.

    A sum of squares is then a number of answers less the sum, over cells, of the squared counts of labels by the size
    of the cell, so that the total is Gini's impurity.

    Parameters
    ----------
    items, labels : integer codes of shape (n_answers,)
    groups : integer codes of shape (n_answers,), below 0 where not known: such answers are left out

    Raises
    ------
    ValueError
        If the columns differ in length.
    """
    item_N, label_N = np.asarray(items), np.asarray(labels)
    group_N = None if groups is None else np.asarray(groups)
    if len(item_N) != len(label_N) or (group_N is not None and len(group_N) != len(label_N)):
        raise ValueError(f"n_items={len(item_N)} and n_labels={len(label_N)} should be equal")
    if group_N is not None:
        known = group_N >= 0
        item_N, label_N, group_N = item_N[known], label_N[known], group_N[known]
    count = len(item_N)
    if count == 0:
        return None
    dense_N, _ = dense_codes(item_N)
    total = _impurity(np.zeros(count, dtype=np.int64), label_N)
    within_items = _impurity(dense_N, label_N)
    parts = (count, total / count, max(0.0, total - within_items) / count, within_items / count)
    if group_N is None:
        return Variance(*parts, None, None)
    cell_N, _ = dense_codes(dense_N * (int(group_N.max()) + 1) + group_N)
    within_groups = _impurity(cell_N, label_N)
    return Variance(*parts, max(0.0, within_items - within_groups) / count, within_groups / count)


def _impurity(cell_N: NDArray[np.int64], label_N: NDArray[np.int64]) -> float:
    """Sum over the cells of their size less the squared counts of their labels by that size."""
    size = np.bincount(cell_N)
    dense_N, n_labels = dense_codes(label_N)
    pairs, counts = np.unique(cell_N * n_labels + dense_N, return_counts=True)
    return float(len(cell_N) - (counts.astype(np.float64) ** 2 / size[pairs // n_labels]).sum())


def _means(code_N: NDArray[np.int64], n_codes: int, value_NF: NDArray[np.float64]) -> NDArray[np.float64]:
    size = np.bincount(code_N, minlength=n_codes)
    sums = np.column_stack([np.bincount(code_N, column, minlength=n_codes) for column in value_NF.T])
    return sums / size[:, None]


def _squares(value_NF: NDArray[np.float64]) -> float:
    return float((value_NF**2).sum())
