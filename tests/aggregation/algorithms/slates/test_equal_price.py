"""What supporters pay in the Method of Equal Shares."""

import numpy as np
import pytest

from aggregation.algorithms.slates.equal_shares import equal_price


def test_supporters_pay_the_same_or_all_they_have() -> None:
    rng = np.random.default_rng(0)
    for _ in range(500):
        n = int(rng.integers(1, 12))
        budget, weight = rng.choice([0.0, 0.1, 0.5, 1.0, 3.0], n), rng.random(n) + 0.01
        price = equal_price(budget, weight)
        if weight @ budget < 1 - 1e-9:
            assert price == np.inf
        else:
            assert weight @ np.minimum(budget, price) == pytest.approx(1)


def test_a_price_next_to_a_budget_is_found() -> None:
    """Two supporters hold a hair more than the price: rounding must not move them between rich and poor for ever."""
    budget = np.array([3.0, 3.0, 1.5000000000000002, 1.5000000000000002])
    weight = np.array([0.14285714285714285, 0.14285714285714285, 0.23809523809523808, 0.14285714285714285])
    assert equal_price(budget, weight) == pytest.approx(1.5)


def test_all_who_have_exactly_the_price_can_pay_it() -> None:
    assert equal_price(np.array([1.0, 1.0]), np.array([0.5, 0.5])) == pytest.approx(1)
    third = np.full(3, 1 / 3)
    assert equal_price(np.ones(3) * (1 - 1e-16), third) == pytest.approx(1)
