"""Soft labels and their distances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from aggregation.algorithms.soft_labels import (
    cross_entropy,
    manhattan_distance,
    soft_labels,
    wasserstein_distance,
)


def distributions(n: int) -> st.SearchStrategy[np.ndarray]:
    raw = arrays(np.float64, (n, 5), elements=st.floats(0.01, 1))
    return raw.map(lambda array: array / array.sum(axis=1, keepdims=True))


def test_soft_labels_are_shares_of_raters() -> None:
    found = soft_labels([7, 7, 7, 9], [0, 2, 2, 1], 3)

    np.testing.assert_allclose(found, [[1 / 3, 0, 2 / 3], [0, 1, 0]])


def test_weights_change_the_shares() -> None:
    np.testing.assert_allclose(soft_labels([0, 0], [0, 1], 2, [3, 1]), [[0.75, 0.25]])


def test_an_item_without_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 items have no weight"):
        soft_labels([0, 1], [0, 1], 2, [1, 0])


def test_figures_worked_by_hand() -> None:
    truth, predicted = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]), np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])

    assert manhattan_distance(truth, predicted) == pytest.approx((1 + 2) / 2)
    assert wasserstein_distance(truth, predicted) == pytest.approx((0.5 + 1) / 2)
    assert cross_entropy(truth, predicted) == pytest.approx(-(0.5 * np.log(1e-9) + np.log(1e-9)) / 2)


@given(truth=distributions(3), predicted=distributions(3))
def test_wasserstein_equals_scipy_on_a_scale_of_unit_steps(truth: np.ndarray, predicted: np.ndarray) -> None:
    scale = np.arange(5)
    each = [stats.wasserstein_distance(scale, scale, p, q) for p, q in zip(truth, predicted, strict=True)]

    assert wasserstein_distance(truth, predicted) == pytest.approx(np.mean(each), abs=1e-9)


@given(truth=distributions(4), predicted=distributions(4))
def test_cross_entropy_is_least_for_the_truth_itself(truth: np.ndarray, predicted: np.ndarray) -> None:
    assert cross_entropy(truth, truth) <= cross_entropy(truth, predicted) + 1e-12
    assert manhattan_distance(truth, truth) == 0
