"""Do people of one group agree more with each other than with the rest?  Figures with permutation p-values."""

# Shapes: N answers, G groups.

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.agreement.answers import LEVELS, Level, dense_codes
from aggregation.algorithms.agreement.cross import GroupAgreement, group_agreement
from aggregation.algorithms.agreement.metric import metric_of
from aggregation.algorithms.agreement.sums import SortedAnswers


@dataclass(frozen=True)
class GroupTest:
    """Agreement of groups and how often labels dealt at random give figures as far out; nan where undefined.

    Attributes
    ----------
    figures : the observed agreement
    xrr_p_GG, rest_p_G, gai_p_G : two-sided p-values, all nan without permutations
    """

    figures: GroupAgreement
    xrr_p_GG: NDArray[np.float64]
    rest_p_G: NDArray[np.float64]
    gai_p_G: NDArray[np.float64]


def compare_groups(
    items: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    groups: ArrayLike,
    n_groups: int,
    *,
    level: Level,
    permutations: int = 0,
    rng: np.random.Generator | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> GroupTest:
    """Agreement within groups (alpha), across groups (XRR) and the group association index.

    Parameters
    ----------
    items, raters : integer codes of shape (n_answers,)
    values : numbers of shape (n_answers,), nan where missing
    groups : integer codes of shape (n_answers,), 0 to ``n_groups`` - 1; below 0 where the group is not known: such
        answers are left out.  A rater whose answers stand in several groups counts once in each
    permutations : how many times group labels are dealt anew among the raters
    progress : called with the permutations done and their number

    Raises
    ------
    ValueError
        If columns differ in length, a code is too large, or permutations are asked for without ``rng``.

    References
    ----------
    Wong, Paritosh & Aroyo (2021). Cross-replication reliability. ACL.
    Prabhakaran et al. (2023). GRASP: A disagreement analysis framework to assess group associations in perspectives.
    Phipson & Smyth (2010). Permutation p-values should never be zero.
    """
    columns = [np.asarray(column) for column in (items, raters, groups)]
    value_N = np.asarray(values, dtype=np.float64)
    if any(column.shape != value_N.shape for column in columns):
        lengths = ", ".join(str(len(column)) for column in (*columns, value_N))
        raise ValueError(f"items, raters, groups and values should be equally long; they have {lengths} entries")
    if level not in LEVELS:
        raise ValueError(f"level={level!r} should be one of {', '.join(LEVELS)}")
    if permutations and rng is None:
        raise ValueError(f"permutations={permutations} needs rng")
    if len(columns[2]) and columns[2].max() >= n_groups:
        raise ValueError(f"group code {columns[2].max()} should be < n_groups={n_groups}")
    known = ~np.isnan(value_N) & (columns[2] >= 0)
    item_N, rater_N, group_N = (column[known] for column in columns)
    item_N, n_items = dense_codes(item_N)
    order = np.argsort(item_N, kind="stable")
    points_C, value_codes = np.unique(value_N[known], return_inverse=True)
    answers = SortedAnswers(item_N[order], value_codes[order].astype(np.int64), n_items, len(points_C))
    metric = metric_of(level, points_C, _pairable_totals(answers))
    group_N = group_N[order].astype(np.int64)
    observed = group_agreement(answers, group_N, n_groups, metric)
    unit_N, label_U = _units(rater_N[order], group_N, n_groups)
    tails = [_Tail(observed.xrr_GG), _Tail(observed.rest_G), _Tail(observed.gai_G)]
    for done in range(permutations if rng is not None else 0):
        assert rng is not None
        dealt = group_agreement(answers, rng.permutation(label_U)[unit_N], n_groups, metric)
        for tail, figure in zip(tails, (dealt.xrr_GG, dealt.rest_G, dealt.gai_G), strict=True):
            tail.add(figure)
        if progress is not None:
            progress(done + 1, permutations)
    return GroupTest(observed, *(tail.p_value() for tail in tails))


class _Tail:
    """Counts how often a dealt figure reaches the observed one from either side."""

    def __init__(self, observed: NDArray[np.float64]) -> None:
        self.observed = observed
        self.above = np.zeros(observed.shape)
        self.below = np.zeros(observed.shape)
        self.usable = np.zeros(observed.shape)

    def add(self, figure: NDArray[np.float64]) -> None:
        slack = 1e-12 * np.maximum(1, np.abs(self.observed))
        self.above += figure >= self.observed - slack
        self.below += figure <= self.observed + slack
        self.usable += np.isfinite(figure)

    def p_value(self) -> NDArray[np.float64]:
        """Twice the smaller tail, the observed figure counted among the dealt ones; nan where nothing was dealt."""
        tail = (1 + np.minimum(self.above, self.below)) / (1 + self.usable)
        return np.where(np.isfinite(self.observed) & (self.usable > 0), np.minimum(1, 2 * tail), np.nan)


def _units(
    rater_N: NDArray[np.int64], group_N: NDArray[np.int64], n_groups: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each rater within a group is one unit, whose label is dealt as a whole."""
    keys, unit_N = np.unique(dense_codes(rater_N)[0] * max(1, n_groups) + group_N, return_inverse=True)
    return unit_N.astype(np.int64), (keys % max(1, n_groups)).astype(np.int64)


def _pairable_totals(answers: SortedAnswers) -> NDArray[np.float64]:
    pairable = np.bincount(answers.items_N, minlength=answers.n_items)[answers.items_N] >= 2
    return np.bincount(answers.values_N[pairable], minlength=answers.n_values).astype(np.float64)
