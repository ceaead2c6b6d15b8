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


def _means(code_N: NDArray[np.int64], n_codes: int, value_NF: NDArray[np.float64]) -> NDArray[np.float64]:
    size = np.bincount(code_N, minlength=n_codes)
    sums = np.column_stack([np.bincount(code_N, column, minlength=n_codes) for column in value_NF.T])
    return sums / size[:, None]


def _squares(value_NF: NDArray[np.float64]) -> float:
    return float((value_NF**2).sum())
