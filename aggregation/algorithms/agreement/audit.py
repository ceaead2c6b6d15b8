"""What a majority vote would erase, and whose answers they are."""

# Shapes: N answers, I items, G groups, C categories.

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.agreement.answers import dense_codes


@dataclass(frozen=True)
class MajorityAudit:
    """Items that a majority vote would flatten.

    Attributes
    ----------
    items : items with an answer
    split_items : items whose answers are not all equal: a majority vote loses at least one answer of each
    tied_items : split items without a single most frequent answer
    erased_answers : answers that differ from the most frequent one of their item (where tied, from all of the tied)
    """

    items: int
    split_items: int
    tied_items: int
    erased_answers: int


@dataclass(frozen=True)
class GroupFlips:
    """What each group loses; arrays of shape (G,).

    Attributes
    ----------
    items : items that the group answered
    flips : of these, where none of the group's most frequent answers is among the most frequent ones of all
    answers, erased : the group's answers, and those of them that the majority vote erases
    """

    items: NDArray[np.int64]
    flips: NDArray[np.int64]
    answers: NDArray[np.int64]
    erased: NDArray[np.int64]


def audit_majority(items: ArrayLike, values: ArrayLike) -> MajorityAudit:
    """How many items lose a minority answer under a majority vote.

    Parameters
    ----------
    items, values : integer codes of shape (n_answers,)
    """
    item_N, n_items = dense_codes(items)
    value_N, n_values = dense_codes(values)
    cells, counts = np.unique(item_N * max(1, n_values) + value_N, return_counts=True)
    item_of = cells // max(1, n_values)
    most = _most(item_of, counts, n_items)
    leading = counts == most[item_of]
    distinct, leaders = np.bincount(item_of, minlength=n_items), np.bincount(item_of[leading], minlength=n_items)
    return MajorityAudit(
        items=n_items,
        split_items=int((distinct > 1).sum()),
        tied_items=int((leaders > 1).sum()),
        erased_answers=int(counts[~leading].sum()),
    )


def audit_groups(items: ArrayLike, values: ArrayLike, groups: ArrayLike, n_groups: int) -> GroupFlips:
    """Where the majority of a group is not the majority of all; answers without a group count only among all.

    Parameters
    ----------
    items, values : integer codes of shape (n_answers,)
    groups : integer codes of shape (n_answers,), below 0 where not known
    """
    item_N, n_items = dense_codes(items)
    value_N, n_values = dense_codes(values)
    group_N = np.asarray(groups)
    width = max(1, n_values)
    cell_N = item_N * width + value_N
    cells, counts = np.unique(cell_N, return_counts=True)
    leading_cells = cells[counts == _most(cells // width, counts, n_items)[cells // width]]
    is_leading_N = np.isin(cell_N, leading_cells)
    result = GroupFlips(*(np.zeros(n_groups, dtype=np.int64) for _ in range(4)))
    for group in range(n_groups):
        mine = group_N == group
        own_cells, own_counts = np.unique(cell_N[mine], return_counts=True)
        own_items = own_cells // width
        own_leading = own_counts == _most(own_items, own_counts, n_items)[own_items]
        shared = np.isin(own_cells, leading_cells) & own_leading
        answered = np.unique(own_items)
        result.items[group] = len(answered)
        result.flips[group] = len(answered) - len(np.unique(own_items[shared]))
        result.answers[group] = int(mine.sum())
        result.erased[group] = int((mine & ~is_leading_N).sum())
    return result


def _most(item_of: NDArray[np.int64], counts: NDArray[np.int64], n_items: int) -> NDArray[np.int64]:
    most = np.zeros(n_items, dtype=np.int64)
    np.maximum.at(most, item_of, counts)
    return most
