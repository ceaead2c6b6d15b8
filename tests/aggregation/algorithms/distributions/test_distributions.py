"""Posteriors, pooling, and the answers of items and groups."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from aggregation.algorithms.distributions.comparison import compare_answers
from aggregation.algorithms.distributions.describe import CodedAnswers, code_answers, describe_answers
from aggregation.algorithms.distributions.pooling import pool_groups
from aggregation.algorithms.distributions.posterior import dirichlet_posterior, effective_n
from aggregation.algorithms.distributions.report import distribution_report, hidden_groups


def test_jeffreys_posterior_of_a_published_case() -> None:
    found = dirichlet_posterior([7, 2, 1])
    np.testing.assert_allclose(found.mean, [0.652174, 0.217391, 0.130435], atol=5e-7)
    np.testing.assert_allclose(found.sd, [0.134712, 0.116664, 0.095256], atol=5e-7)
    np.testing.assert_allclose(found.low, stats.beta.ppf(0.025, [7.5, 2.5, 1.5], [4, 9, 10]))
    assert (found.low < found.mean).all()
    assert (found.mean < found.high).all()


def test_options_that_an_item_has_not_take_no_part() -> None:
    offered = np.array([True, False, True])
    found = dirichlet_posterior([3, 0, 1], offered=offered)
    np.testing.assert_allclose(found.mean, [3.5 / 5, np.nan, 1.5 / 5])
    alone = dirichlet_posterior([[4.0, 0.0]], offered=np.array([True, False]))
    assert (alone.mean[0, 0], alone.low[0, 0], alone.high[0, 0]) == (1, 1, 1)


def test_what_is_no_count_is_refused() -> None:
    with pytest.raises(ValueError, match="counts should be finite"):
        dirichlet_posterior([1, -1])
    with pytest.raises(ValueError, match="alpha0 should be"):
        dirichlet_posterior([1, 1], alpha0=0)
    with pytest.raises(ValueError, match="level=1 "):
        dirichlet_posterior([1, 1], level=1)


def test_pooling_draws_alike_groups_together_and_leaves_different_ones_apart() -> None:
    alike = pool_groups([[60, 40], [58, 42], [61, 39], [3, 0]])
    apart = pool_groups([[95, 5], [5, 95], [50, 50], [3, 0]])
    assert alike is not None
    assert apart is not None
    assert alike.strength > 20 * apart.strength
    own = 3.5 / 4
    assert abs(alike.mean_GK[3, 0] - 0.6) < 0.06 < own - 0.6
    assert abs(apart.mean_GK[3, 0] - own) < 0.1
    assert alike.high_GK[3, 0] - alike.low_GK[3, 0] < apart.high_GK[3, 0] - apart.low_GK[3, 0]
    np.testing.assert_allclose(alike.mean_GK.sum(axis=1), 1)


def test_pooled_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(4)
    inside = total = 0
    for _ in range(120):
        truth = rng.dirichlet(12 * np.array([0.5, 0.3, 0.2]), size=8)
        counts = np.array([rng.multinomial(n, p) for n, p in zip(rng.integers(4, 40, 8), truth, strict=True)])
        found = pool_groups(counts)
        assert found is not None
        inside += int(((found.low_GK <= truth) & (truth <= found.high_GK)).sum())
        total += truth.size
    assert 0.91 < inside / total < 0.97


def test_one_group_alone_is_not_pooled() -> None:
    assert pool_groups([[3, 1]]) is None
    assert pool_groups([[3, 1], [0, 0]]) is None


def coded(draws: np.random.Generator, *, raters: int = 40, items: int = 3, groups: int = 3) -> CodedAnswers:
    item, rater = (axis.ravel() for axis in np.meshgrid(np.arange(items), np.arange(raters), indexing="ij"))
    return code_answers(
        item,
        rater,
        draws.integers(-1, 4, len(item)),
        draws.integers(-1, groups, raters),
        n_groups=groups,
        offered_IK=np.ones((items, 4), dtype=bool),
        weight_R=draws.random(raters) + 0.1,
    )


def test_weighted_counts_and_effective_n() -> None:
    answers = code_answers(
        [0, 0, 0], [0, 1, 2], [0, 1, 1], [0, 0, -1], n_groups=1, offered_IK=[[1, 1]], weight_R=[3, 1, 4]
    )
    found = describe_answers(answers)
    np.testing.assert_allclose(found.share_IGK[0], [[0.75, 0.25], [3 / 8, 5 / 8]])
    np.testing.assert_allclose(found.raw_IGK[0], [[0.5, 0.5], [1 / 3, 2 / 3]])
    np.testing.assert_allclose(found.n_eff_IG[0], [1.6, 64 / 26])
    np.testing.assert_allclose(found.posterior.mean[0, 0], (np.array([0.75, 0.25]) * 1.6 + 0.5) / 2.6)
    assert found.counts_IGK[0].tolist() == [[1, 1], [1, 2]]
    assert effective_n([3, 1, 4]) == pytest.approx(64 / 26)


def test_refusals_are_counted_apart() -> None:
    answers = code_answers([0, 0, 0], [0, 1, 2], [0, -1, -1], [0, 0, 1], n_groups=2, offered_IK=[[1, 1]])
    found = describe_answers(answers)
    assert (found.refusals_IG.tolist(), found.n_IG.tolist()) == ([[1, 1, 2]], [[1, 0, 1]])
    assert np.isnan(found.share_IGK[0, 1]).all()
    np.testing.assert_allclose(found.posterior.mean[0, 1], 0.5)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), scale=st.floats(1e-6, 1e6))
def test_order_of_answers_and_scale_of_weights_change_nothing(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    answers = coded(rng)
    order = rng.permutation(len(answers.item_N))
    again = code_answers(
        answers.item_N[order],
        answers.rater_N[order],
        answers.option_N[order],
        answers.group_R,
        n_groups=3,
        offered_IK=answers.offered_IK,
        weight_R=answers.weight_R * scale,
    )
    one, other = describe_answers(answers), describe_answers(again)
    for name in ("share_IGK", "n_eff_IG", "pooled_mean_IGK", "pooled_low_IGK"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(one.posterior.low, other.posterior.low, rtol=1e-8)


def test_the_bootstrap_draws_participants_with_all_their_answers() -> None:
    # Everybody answers 30 items alike, so 30 items tell no more than one: the interval of the mean must not shrink.
    def width(items: int) -> float:
        item, rater = (axis.ravel() for axis in np.meshgrid(np.arange(items), np.arange(40), indexing="ij"))
        answers = code_answers(item, rater, rater % 2, np.full(40, -1), n_groups=0, offered_IK=np.ones((items, 2)))
        measured = compare_answers(answers, np.full((items, 1, 2), [1.0, 0.0]), rng=np.random.default_rng(0))
        interval = measured[0].mean_interval_G
        assert interval is not None
        return float(interval[1][0] - interval[0][0])

    assert width(30) == pytest.approx(width(1))
    assert 0.2 < width(1) < 0.4


def test_distances_to_a_reference_per_group(tmp_path: object) -> None:
    answers = code_answers(
        np.zeros(40, int), np.arange(40), np.repeat([0, 1], 20), np.repeat([0, 1], 20), n_groups=2, offered_IK=[[1, 1]]
    )
    values = np.array([[1.0, 2.0]])
    measured = compare_answers(
        answers, np.array([[[1.0, 0.0]]]), values_IK=values, replicates=50, rng=np.random.default_rng(0)
    )
    named = {(one.metric.name, one.metric.base, one.metric.root): one.value_IG[0].tolist() for one in measured}
    assert named["total_variation", None, None] == [0, 1, 0.5]
    assert named["jensen_shannon", 2.0, True] == [0, 1, pytest.approx(0.558, abs=1e-3)]
    assert named["representativeness", None, None] == [1, 0, 0.5]
    report = distribution_report(
        answers, describe_answers(answers), measured, items=["q"], groups=["a", "b"], options=["1", "2"]
    )
    assert report["mean_distances"]["groups"]["b"][0]["value"] == 1
    assert report["between_groups"][0]["mean_distances"][0]["value"] == 1


def test_small_groups_stay_hidden_and_cannot_be_subtracted() -> None:
    group: NDArray[np.int64] = np.repeat([0, 1, 2], [20, 15, 2])
    answers = code_answers(np.zeros(37, int), np.arange(37), np.arange(37) % 2, group, n_groups=3, offered_IK=[[1, 1]])
    found = describe_answers(answers)
    assert hidden_groups(found, 5)[0].tolist() == [False, True, True, False]
    report = distribution_report(answers, found, (), items=["q"], groups=["a", "b", "c"], options=["x", "y"], k=5)
    blocks = report["items"]["q"]["groups"]
    assert blocks["a"]["n"] == 20
    assert {name for name, value in blocks["c"].items() if value is not None} == {"suppressed"}
    assert [(pair["a"], pair["b"]) for pair in report["between_groups"]] == []
    assert not hidden_groups(found, 0).any()
