"""Coverage, scores, adjusted scores and viewpoints."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregation.algorithms.overton.adjusted import adjust_scores
from aggregation.algorithms.overton.scores import Ratings, measure_coverage, overton_ratings, score_responses
from aggregation.algorithms.overton.viewpoints import find_viewpoints, share_interval


def published() -> Ratings:
    """Two questions: clusters of 50, 30, 20 with means 4.2, 3.9, 4.0; and of 60, 40 with 3.99, 4.5."""
    sizes, means = [50, 30, 20, 60, 40], [4.2, 3.9, 4.0, 3.99, 4.5]
    viewpoint = np.repeat(np.arange(5), sizes)
    question = np.array([0, 0, 0, 1, 1])[viewpoint]
    return overton_ratings(question, np.zeros(200, int), viewpoint, np.arange(200), np.array(means)[viewpoint])


def test_the_published_case() -> None:
    found = measure_coverage(published(), tau=4)
    assert found.covered_PM[:, 0].tolist() == [1, 0, 1, 0, 1]
    assert found.score_M == pytest.approx([0.583333], abs=5e-7)
    assert found.weighted_M == pytest.approx([0.55])
    assert found.coverage_QM[:, 0] == pytest.approx([2 / 3, 1 / 2])
    assert found.size_P.tolist() == [50, 30, 20, 60, 40]


def test_a_viewpoint_that_nobody_rated_for_does_not_count() -> None:
    # Two models; nobody of viewpoint 1 rated the second one.
    ratings = overton_ratings([0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 0], [0, 1, 0, 2], [5, 5, 5, 5])
    found = measure_coverage(ratings)
    assert np.isnan(found.covered_PM[1, 1])
    assert found.score_M.tolist() == [1, 1]
    assert found.size_P.tolist() == [2, 1]


def test_intervals_hold_the_score_and_are_the_same_for_a_seed() -> None:
    rng = np.random.default_rng(2)
    viewpoint = np.repeat(np.arange(6), 30)
    ratings = overton_ratings(
        viewpoint // 3, np.zeros(180, int), viewpoint, np.arange(180), 3.5 + rng.normal(size=180) + viewpoint % 3 * 0.4
    )
    one, other = (score_responses(ratings, replicates=300, rng=np.random.default_rng(7)) for _ in range(2))
    assert one.interval_2M is not None
    assert other.interval_2M is not None
    assert one.interval_2M[0, 0] <= one.coverage.score_M[0] <= one.interval_2M[1, 0]
    assert one.interval_2M[0, 0] < one.interval_2M[1, 0]
    np.testing.assert_array_equal(one.interval_2M, other.interval_2M)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), scale=st.floats(1e-3, 1e3))
def test_order_of_ratings_and_scale_of_weights_change_nothing(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    viewpoint = rng.permutation(np.arange(60) % 5)
    weights, values = rng.random(60) + 0.1, rng.integers(1, 6, 60)
    order = rng.permutation(60)
    question = np.array([0, 0, 1, 1, 1])[viewpoint]
    columns = (question, rng.integers(0, 2, 60), viewpoint, np.arange(60), values)
    one = measure_coverage(overton_ratings(*columns, weights))
    other = measure_coverage(overton_ratings(*(column[order] for column in columns), weights * scale))
    np.testing.assert_allclose(one.score_M, other.score_M)
    np.testing.assert_allclose(one.weighted_M, other.weighted_M)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([0, 1], [0, 0], [0, 0], [0, 1], [5, 5]), "every viewpoint should belong to one question"),
        (([0, 0], [0, 1], [0, 1], [0, 0], [5, 5]), "rater 0 holds two viewpoints on question 0"),
        (([0], [0], [0], [0], [np.nan]), "ratings finite numbers"),
        (([0], [0, 0], [0], [0], [1]), r"lengths \[1, 2\]"),
    ],
)
def test_what_does_not_fit_is_refused(columns: tuple[list[float], ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        overton_ratings(*columns)


def test_adjusted_scores_are_means_where_all_answered_everything() -> None:
    table = np.array([[0.2, 0.4, 0.9], [0.5, 0.6, 0.7], [0.1, 0.5, 0.6], [0.9, 0.8, 1.0]])
    found = adjust_scores(table)
    assert found is not None
    np.testing.assert_allclose(found.score_M, table.mean(axis=0))
    residual = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    np.testing.assert_allclose(found.error_M, np.sqrt(4 / 3 * (residual**2).sum(axis=0)) / 4)
    assert found.against_mean_p_M[2] < 0.1 < found.against_mean_p_M[1]


def test_adjusted_scores_do_not_reward_easy_questions() -> None:
    rng = np.random.default_rng(0)
    easy = np.repeat([0.0, 0.5], 30)[:, None]
    table = np.clip(0.2 + easy + np.array([0.0, 0.1]) + rng.normal(scale=0.02, size=(60, 2)), 0, 1)
    table[:25, 0] = np.nan  # the worse model skipped hard questions
    raw = np.nanmean(table, axis=0)
    found = adjust_scores(table)
    assert found is not None
    assert raw[0] > raw[1]
    assert found.score_M[1] - found.score_M[0] == pytest.approx(0.1, abs=0.02)
    assert found.against_mean_p_M.max() < 1e-6


def test_models_without_common_questions_are_not_compared() -> None:
    assert adjust_scores([[0.1, np.nan], [np.nan, 0.3]]) is None
    assert adjust_scores([[0.5], [0.6]]) is None


def test_planted_viewpoints_are_found_with_their_statements() -> None:
    rng = np.random.default_rng(3)
    camp = np.repeat([0, 1], [60, 40])
    votes = np.where(camp[:, None] == np.arange(30) % 2, 1.0, -1.0)
    votes[rng.random(votes.shape) < 0.1] *= -1
    votes[rng.random(votes.shape) < 0.3] = np.nan
    window = find_viewpoints(votes, k=2, group_P=["old" if p < 50 else "young" for p in range(100)])
    assert [one.size for one in window.viewpoints] == [60, 40]
    first, second = window.viewpoints
    assert set(first.evidence) <= set(range(0, 30, 2))
    assert set(second.evidence) <= set(range(1, 30, 2))
    assert second.group_mix == {"young": 1.0}
    assert first.interval[0] < 0.6 < first.interval[1]
    strict = find_viewpoints(votes, k=2, least_support=0.5, excluded=(first.label,))
    assert [one.reasonable for one in strict.viewpoints] == [False, False]
    assert "moderation" in strict.viewpoints[0].rule
    assert strict.reasonable == ()


def test_wilson_interval() -> None:
    assert share_interval(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert share_interval(0.0, 0) == (0, 1)


def test_viewpoints_of_a_real_conversation(shared_data: Path) -> None:
    from deliberation.formats import read_folder

    folder = read_folder(shared_data / "polis" / "brexit-consensus")
    window = find_viewpoints(folder.votes)
    assert len(window.viewpoints) >= 2
    assert sum(one.weight for one in window.viewpoints) == pytest.approx(1)
    assert all(one.evidence or one.against for one in window.viewpoints)
