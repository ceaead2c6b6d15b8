"""Distances between distributions: published cases and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial import distance

from aggregation.algorithms.distributions.distances import (
    jensen_shannon,
    representativeness,
    total_variation,
    wasserstein,
)

P, Q = (0.5, 0.3, 0.2), (0.2, 0.3, 0.5)


def test_published_cases() -> None:
    assert total_variation(P, Q) == pytest.approx(0.3)
    assert jensen_shannon(P, Q) == pytest.approx(0.0958156, abs=5e-8)
    assert jensen_shannon(P, Q, root=True) == pytest.approx(0.3095410, abs=5e-8)
    assert jensen_shannon(P, Q, base=math.e, root=True) == pytest.approx(0.2577097, abs=5e-8)
    assert wasserstein(P, Q, [1, 2, 3]) == pytest.approx(0.3)
    four = (0.1, 0.2, 0.3, 0.4)
    assert wasserstein(four, four[::-1], [1, 2, 3, 4], normalised=False) == pytest.approx(1)
    assert wasserstein(four, four[::-1], [1, 2, 3, 4]) == pytest.approx(1 / 3)
    assert representativeness(four, four[::-1], [1, 2, 3, 4]) == pytest.approx(2 / 3)
    assert jensen_shannon((1, 0), (0, 1), base=math.e, root=True) == pytest.approx(0.8325546, abs=5e-8)
    assert jensen_shannon((1, 0), (0, 1), root=True) == 1


def distributions(options: int) -> st.SearchStrategy[NDArray[np.float64]]:
    weights = arrays(np.float64, options, elements=st.sampled_from([0.0, 0.5, 1.0, 3.0, 1e-3])).filter(np.any)
    return weights.map(lambda weight: weight / weight.sum())


@given(p=distributions(5), q=distributions(5), values=st.permutations([0.0, 1.0, 1.5, 4.0, 9.0]))
def test_against_scipy(p: NDArray[np.float64], q: NDArray[np.float64], values: list[float]) -> None:
    assert jensen_shannon(p, q, root=True) == pytest.approx(float(distance.jensenshannon(p, q, base=2)), abs=1e-7)
    ours = wasserstein(p, q, values, normalised=False)
    assert ours == pytest.approx(float(stats.wasserstein_distance(values, values, p, q)), abs=1e-12)


@given(p=distributions(4), q=distributions(4), order=st.permutations(range(4)))
def test_symmetry_bounds_and_names_of_options(p: NDArray[np.float64], q: NDArray[np.float64], order: list[int]) -> None:
    values = np.array([1.0, 2.0, 4.0, 5.0])
    for measure in (total_variation, jensen_shannon, lambda a, b: wasserstein(a, b, values)):
        assert measure(p, q) == pytest.approx(measure(q, p), abs=1e-12)
        assert 0 <= measure(p, q) <= 1 + 1e-12
        assert measure(p, p) == pytest.approx(0, abs=1e-12)
    assert wasserstein(p[order], q[order], values[order]) == pytest.approx(wasserstein(p, q, values), abs=1e-12)
    assert total_variation(p, q) >= jensen_shannon(p, q) - 1e-12


def test_missing_rows_and_options() -> None:
    table = np.array([[0.5, 0.5, 0.0], [np.nan, np.nan, np.nan]])
    other = np.array([1.0, 0.0, 0.0])
    np.testing.assert_array_equal(total_variation(table, other), [0.5, np.nan])
    values = np.array([[1.0, 2.0, np.nan], [1.0, 1.0, 1.0]])
    np.testing.assert_array_equal(wasserstein(table, other, values), [0.5, np.nan])
    assert np.isnan(wasserstein((1,), (1,), [3]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: total_variation((0.5, 0.6), (0.5, 0.5)), "add up to 1"),
        (lambda: total_variation((1.5, -0.5), (0.5, 0.5)), "add up to 1"),
        (lambda: total_variation((1.0,), (0.5, 0.5)), "same options"),
        (lambda: jensen_shannon((1, 0), (1, 0), base=1), "base=1 should be"),
        (lambda: wasserstein((1, 0), (1, 0), [1, 2, 3]), "3 option values should be as many"),
    ],
)
def test_what_is_no_distribution_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]  # a lambda
    with pytest.raises(ValueError, match=message):
        call()
