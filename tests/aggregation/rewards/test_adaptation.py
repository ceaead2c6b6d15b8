"""A person from a few answers."""

import numpy as np
import pytest
from scipy.optimize import minimize

from aggregation.rewards.adaptation import adapt, prior_posterior


def test_the_posterior_mode_is_that_of_a_general_optimiser() -> None:
    rng = np.random.default_rng(0)
    offset, design = rng.normal(size=30), rng.normal(size=(30, 2))
    target, person = (rng.random(30) < 0.5).astype(float), rng.integers(0, 3, 30)
    variance = np.array([2.0, 0.5])
    found = adapt(offset, design, target, person, variance, persons=3)
    for who in range(3):
        rows = person == who

        def negative(theta: np.ndarray, rows: np.ndarray = rows) -> float:
            f = offset[rows] + design[rows] @ theta
            return float((np.logaddexp(0, f) - target[rows] * f).sum() + (theta**2 / variance).sum() / 2)

        np.testing.assert_allclose(found.mean[who], minimize(negative, np.zeros(2), tol=1e-12).x, atol=1e-4)
        f = offset[rows] + design[rows] @ found.mean[who]
        p = 1 / (1 + np.exp(-f))
        hessian = design[rows].T @ (design[rows] * (p * (1 - p))[:, None]) + np.diag(1 / variance)
        np.testing.assert_allclose(found.covariance[who], np.linalg.inv(hessian), atol=1e-8)


def test_without_answers_a_person_stands_at_the_prior() -> None:
    nobody = adapt(np.zeros(0), np.zeros((0, 2)), np.zeros(0), np.zeros(0, dtype=int), np.array([1.0, 0.0]), persons=2)
    expected = prior_posterior(np.array([1.0, 0.0]), 2)
    np.testing.assert_array_equal(nobody.mean, expected.mean)
    np.testing.assert_array_equal(nobody.covariance, expected.covariance)


def test_more_answers_leave_less_doubt_and_a_zero_prior_never_moves() -> None:
    def after(answers: int) -> tuple[float, float, float]:
        ones = np.ones(answers)
        design = np.stack([ones, ones], axis=1)
        who = np.zeros(answers, dtype=int)
        found = adapt(np.zeros(answers), design, ones, who, np.array([1.0, 0.0]), persons=1)
        return float(found.mean[0, 0]), float(found.covariance[0, 0, 0]), float(found.mean[0, 1])

    few, many = after(3), after(30)
    assert 0 < few[0] < many[0]
    assert many[1] < few[1] < 1.0
    assert few[2] == many[2] == 0.0


def test_a_number_beyond_the_persons_is_refused() -> None:
    with pytest.raises(ValueError, match="persons=1"):
        adapt(np.zeros(1), np.ones((1, 1)), np.ones(1), np.array([1]), np.ones(1), persons=1)
