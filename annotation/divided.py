"""How far answers lie apart, item by item and person by person.  Pure: arrays in, arrays out.

Shapes: N answers, U units (what can be answered differently: an item, or one response of an item), R raters.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.agreement.answers import Level

#: How the answers of each kind of question compare; own words and marked passages do not.
LEVELS: dict[str, Level] = {
    "pairwise": "nominal",
    "categories": "nominal",
    "safety": "nominal",
    "rating": "interval",
    "ranking": "ordinal",
}


@dataclass(frozen=True)
class Column:
    """The answers to one question on one scale.

    Attributes
    ----------
    name, kind : the question with its dimension, and the question's kind
    units, raters : codes of shape (N,), 0 to U - 1 and 0 to R - 1
    values : of shape (N,); codes of labels at the nominal level, else the numbers
    labels : the labels behind the codes; empty where the values are numbers
    """

    name: str
    kind: str
    units: NDArray[np.int64]
    raters: NDArray[np.int64]
    values: NDArray[np.float64]
    labels: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """Of measurement."""
        return LEVELS[self.kind]

    @property
    def spread(self) -> float:
        """Largest minus smallest answer; 1 where nothing differs."""
        return float(np.ptp(self.values)) or 1.0 if len(self.values) else 1.0

    def only(self, keep_N: NDArray[np.bool_]) -> "Column":
        """The same question with some of its answers."""
        return Column(self.name, self.kind, self.units[keep_N], self.raters[keep_N], self.values[keep_N], self.labels)


def division(column: Column, n_units: int) -> NDArray[np.float64]:
    """How much two people drawn from a unit's answers differ, from 0 to 1, of shape (U,).

    Labels: the chance that they differ. Numbers: the mean squared difference, as a share of the widest there is. A
    unit with fewer than two answers is nan. Half against half gives n / (2 (n - 1)) at every level.
    """
    n_U = np.bincount(column.units, minlength=n_units).astype(np.float64)
    pairs_U = np.where(n_U >= 2, n_U * (n_U - 1), np.nan)
    if column.level == "nominal":
        key = column.units * max(len(column.labels), 1) + column.values.astype(np.int64)
        cells, counts = np.unique(key, return_counts=True)
        same_U = np.bincount(cells // max(len(column.labels), 1), counts * (counts - 1), minlength=n_units)
        return np.asarray(1 - same_U / pairs_U, dtype=np.float64)
    scaled_N = (column.values - column.values.min(initial=0.0)) / column.spread
    sum_U = np.bincount(column.units, scaled_N, minlength=n_units)
    squares_U = np.bincount(column.units, scaled_N**2, minlength=n_units)
    return np.asarray(np.maximum(2 * (n_U * squares_U - sum_U**2), 0) / pairs_U, dtype=np.float64)


def nearness(column: Column, n_units: int) -> NDArray[np.float64]:
    """How near each answer is to the others of its unit, from 0 to 1, of shape (N,); nan where there is no other.

    Labels: the share of the others who gave the same. Numbers: 1 minus the distance to the others' mean, as a share
    of the widest distance there is.
    """
    n_N = np.bincount(column.units, minlength=n_units)[column.units].astype(np.float64)
    others_N = np.where(n_N >= 2, n_N - 1, np.nan)
    if column.level == "nominal":
        key = column.units * max(len(column.labels), 1) + column.values.astype(np.int64)
        _, place_N, counts = np.unique(key, return_inverse=True, return_counts=True)
        return np.asarray((counts[place_N] - 1) / others_N, dtype=np.float64)
    sum_N = np.bincount(column.units, column.values, minlength=n_units)[column.units]
    return np.asarray(1 - np.abs(column.values - (sum_N - column.values) / others_N) / column.spread, dtype=np.float64)


def agreement_with_others(columns: list[Column], n_units: int, n_raters: int) -> NDArray[np.float64]:
    """Mean nearness of each rater's answers to those of the others, of shape (R,); nan where none can be compared."""
    total_R, number_R = np.zeros(n_raters), np.zeros(n_raters)
    for column in columns:
        near_N = nearness(column, n_units)
        known_N = ~np.isnan(near_N)
        total_R += np.bincount(column.raters[known_N], near_N[known_N], minlength=n_raters)
        number_R += np.bincount(column.raters[known_N], minlength=n_raters)
    return np.asarray(np.divide(total_R, number_R, out=np.full(n_raters, np.nan), where=number_R > 0))


def commonest_share(columns: list[Column], n_raters: int) -> NDArray[np.float64]:
    """Share of each rater's commonest answer, of the question where it is smallest, of shape (R,); nan without any.

    1 means that the person always gave the same answer to every question.
    """
    shares_R = np.full(n_raters, np.nan)
    for column in columns:
        _, values_N = np.unique(column.values, return_inverse=True)
        width = int(values_N.max(initial=0)) + 1
        counts_RV = np.bincount(column.raters * width + values_N, minlength=n_raters * width).reshape(n_raters, width)
        given_R = counts_RV.sum(axis=1)
        share_R = np.divide(counts_RV.max(axis=1), given_R, out=np.full(n_raters, np.nan), where=given_R > 0)
        shares_R = np.fmin(shares_R, share_R)
    return shares_R
