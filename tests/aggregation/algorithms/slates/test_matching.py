"""Balanced matchings and the checkers that judge them."""

from itertools import product

import numpy as np
import pytest

from aggregation.algorithms.slates.balanced import check_bjr, check_cbjr, floor_to_hundredths, is_balanced
from aggregation.algorithms.slates.matching import balanced_matching, capped_matching


def test_the_matching_is_the_best_of_all_balanced_ones() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        n, k = int(rng.integers(1, 8)), int(rng.integers(1, 5))
        utilities = rng.integers(-2, 4, (n, k)).astype(float)
        balanced = [seats for seats in product(range(k), repeat=n) if is_balanced(seats, k)]
        best = max(utilities[np.arange(n), seats].sum() for seats in balanced)
        matching = balanced_matching(utilities)
        assert matching.total == best
        assert is_balanced(matching.seat_V, k)
        assert matching.utility_V.tolist() == utilities[np.arange(n), matching.seat_V].tolist()


def test_utilities_far_apart_do_not_unbalance_the_matching() -> None:
    utilities = np.array([[1e12, 0.0], [1e12, 0.0], [1e12, 0.0]])
    assert sorted(np.bincount(balanced_matching(utilities).seat_V)) == [1, 2]


def test_caps_leave_the_rest_at_what_they_like_best() -> None:
    utilities = np.array([[5.0, 1.0], [4.0, 1.0], [3.0, 2.0], [1.0, 2.5]])
    assert capped_matching(utilities, [2, 2]).seat_V.tolist() == [0, 0, 1, 1]
    assert capped_matching(utilities, [1, 1]).seat_V.tolist() == [0, 0, 0, 1]
    with pytest.raises(ValueError, match="should be 2 whole numbers"):
        capped_matching(utilities, [1])


@pytest.mark.parametrize(
    ("seats", "k", "n", "balanced"),
    [
        ([0, 0, 1, 1], 2, None, True),
        ([0, 0, 0, 1], 2, None, False),
        ([0, 0, 1], 2, None, True),
        ([0, -1, 1], 2, None, False),
        ([0, 2, 1], 2, None, False),
        ([0, 0], 2, 4, True),
        ([0, 0, 0], 2, 4, False),
        ([0, 0, 1, 1], 3, None, False),
        ([0, 0, 1, 1, 2], 3, 7, True),
        ([0, 0, 0, 1, 1, 1], 3, 7, False),
    ],
)
def test_balance(seats: list[int], k: int, n: int | None, balanced: bool) -> None:
    assert is_balanced(seats, k, n) is balanced


def brute_force_cbjr(utilities: np.ndarray, given: np.ndarray, costs: np.ndarray, budget: float) -> list[int]:
    """Candidates that some level and group object with, level by level."""
    n = len(utilities)
    return [
        candidate
        for candidate in range(utilities.shape[1])
        if any(
            sum(u >= t > g for u, g in zip(utilities[:, candidate], given, strict=True)) * budget
            >= costs[candidate] * n
            for t in np.arange(-0.5, 8)
        )
    ]


def test_cbjr_finds_what_trying_every_level_finds() -> None:
    rng = np.random.default_rng(1)
    verdicts = set()
    for _ in range(300):
        n, m = int(rng.integers(1, 10)), int(rng.integers(1, 5))
        utilities, given = rng.integers(0, 6, (n, m)).astype(float), rng.integers(0, 6, n).astype(float)
        costs, budget = rng.integers(1, 5, m).astype(float), float(rng.integers(3, 9))
        found = check_cbjr(utilities, given, costs, budget)
        assert [v.candidate for v in found.violations] == brute_force_cbjr(utilities, given, costs, budget)
        verdicts.add(found.holds)
        if not found.holds:
            first = found.violations[0]
            assert len(found.voters) == first.supporters >= first.needed
            assert (utilities[found.voters, first.candidate] >= first.level).all()
            assert (given[found.voters] < first.level).all()
    assert verdicts == {True, False}


def test_candidates_without_a_cost_are_skipped_and_absent_voters_count() -> None:
    utilities, given = np.full((4, 2), 5.0), np.ones(4)
    assert [v.candidate for v in check_cbjr(utilities, given, [np.nan, 2], 2).violations] == [1]
    assert check_cbjr(utilities, given, [np.nan, 2], 2, n=5).holds
    assert not check_bjr(utilities, given, 1).holds
    assert check_bjr(utilities, given, 1, n=5).holds


def test_unknown_utilities_support_nothing() -> None:
    utilities = np.array([[5.0], [np.nan]])
    assert check_bjr(utilities, [1.0, 1.0], 1).holds
    assert check_bjr(np.array([[5.0], [5.0]]), [1.0, np.nan], 1).holds
    assert not check_bjr(np.array([[5.0], [5.0]]), [1.0, 1.0], 1).holds


def test_utilities_are_floored_and_not_rounded() -> None:
    values = np.array([1.99, 1.9951, 0.999999999999055, 2.00004, 0.29, -0.001, np.nan])
    floored = floor_to_hundredths(values)
    assert floored[:-1].tolist() == [1.99, 1.99, 0.99, 2.0, 0.29, -0.01]
    assert np.isnan(floored[-1])
    # 2.996 against 3.004 is a gap of a hundredth once floored; with rounding there would be none.
    assert not check_cbjr([[3.004]], [2.996], [1.0], 1).holds
    assert check_cbjr([[3.004]], [3.001], [1.0], 1).holds


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: balanced_matching(np.array([[np.nan]])),
            "utility of voter 0 for candidate 0 should be a finite number",
        ),
        (lambda: balanced_matching(np.zeros((0, 2))), r"shape \(0, 2\) should have voters and candidates"),
        (lambda: check_bjr(np.ones((2, 1)), np.ones(3), 1), r"shape \(3,\) and should have one per voter \(2\)"),
        (lambda: check_bjr(np.ones((2, 1)), np.ones(2), 0), "k=0 should be >= 1"),
        (lambda: check_bjr(np.ones((2, 1)), np.ones(2), 1, n=1), "n=1 should be >= voters=2"),
        (lambda: check_cbjr(np.ones((2, 1)), np.ones(2), [1, 2], 5), r"one cost per candidate \(1\)"),
        (lambda: check_cbjr(np.ones((2, 1)), np.ones(2), [0.0], 5), "every cost should be > 0"),
        (lambda: check_cbjr(np.ones((2, 1)), np.ones(2), [1.0], 0), "budget=0"),
    ],
)
def test_what_does_not_fit_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]  # a lambda of any kind
    with pytest.raises(ValueError, match=message):
        call()
