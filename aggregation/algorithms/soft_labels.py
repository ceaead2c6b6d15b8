"""Soft labels: the distribution of the answers to an item, and how far a prediction is from it."""

# Shapes: N answers, I items, C categories.

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.agreement.answers import dense_codes

LEAST_PROBABILITY = 1e-9


def soft_labels(
    items: ArrayLike, values: ArrayLike, n_values: int, weights: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Share of the raters of each item who gave each category, of shape (n_items, n_values); rows add up to 1.

    Parameters
    ----------
    items : integer codes of shape (n_answers,); rows follow their order
    values : integer codes of shape (n_answers,), 0 to ``n_values`` - 1
    weights : of shape (n_answers,), at least 0; all 1 without them

    Raises
    ------
    ValueError
        If the columns differ in length, a code is out of range, or an item's weights are all 0.
    """
    item_N, n_items = dense_codes(items)
    value_N = np.asarray(values)
    weight_N = np.ones(len(item_N)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(item_N) == len(value_N) == len(weight_N):
        raise ValueError(
            f"n_items={len(item_N)}, n_values={len(value_N)} and n_weights={len(weight_N)} should be equal"
        )
    if len(value_N) and (value_N.min() < 0 or value_N.max() >= n_values):
        raise ValueError(f"value code {value_N.max()} should be >= 0 and < n_values={n_values}")
    total_IC = np.bincount(item_N * n_values + value_N, weight_N, minlength=n_items * n_values)
    total_IC = total_IC.reshape(n_items, n_values)
    total_I = total_IC.sum(axis=1, keepdims=True)
    if (total_I <= 0).any():
        raise ValueError(f"{int((total_I <= 0).sum())} of {n_items} items have no weight")
    return np.asarray(total_IC / total_I, dtype=np.float64)


def cross_entropy(truth_IC: NDArray[np.float64], predicted_IC: NDArray[np.float64]) -> float:
    """Mean over items of -sum_c p(c) ln max(q(c), 1e-9), in nats (Uma et al. 2021, LeWiDi)."""
    _check(truth_IC, predicted_IC)
    return float(-(truth_IC * np.log(np.maximum(predicted_IC, LEAST_PROBABILITY))).sum(axis=1).mean())


def manhattan_distance(truth_IC: NDArray[np.float64], predicted_IC: NDArray[np.float64]) -> float:
    """Mean over items of sum_c |p(c) - q(c)|, between 0 and 2 (LeWiDi 2025)."""
    _check(truth_IC, predicted_IC)
    return float(np.abs(truth_IC - predicted_IC).sum(axis=1).mean())


def wasserstein_distance(truth_IC: NDArray[np.float64], predicted_IC: NDArray[np.float64]) -> float:
    """Mean over items of sum_k |P(k) - Q(k)| over cumulated shares: the steps of the scale that opinion must move.

    Columns stand in the order of the scale, one step apart.
    """
    _check(truth_IC, predicted_IC)
    return float(np.abs(np.cumsum(truth_IC - predicted_IC, axis=1)[:, :-1]).sum(axis=1).mean())


def _check(truth_IC: NDArray[np.float64], predicted_IC: NDArray[np.float64]) -> None:
    if truth_IC.shape != predicted_IC.shape:
        raise ValueError(f"truth of shape {truth_IC.shape} and prediction of {predicted_IC.shape} should be alike")
    if not len(truth_IC):
        raise ValueError("n_items=0 should be >= 1")
