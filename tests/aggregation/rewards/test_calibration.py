"""How sure to be: calibrations from rows that a fit did not see, and the chance in a calibration error."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from aggregation.rewards.calibration import AnswersByScore, Calibration
from aggregation.rewards.cross_fitting import LEAST_TEXTS, parts_of_texts, without_texts
from aggregation.rewards.data import within_rater_pairs
from aggregation.rewards.intervals import TwoWayWeights
from aggregation.rewards.measures import calibration_error, calibration_error_by_chance
from aggregation.rewards.training import train
from aggregation.rewards.workshop import Workshop
from tests.aggregation.rewards.planted import QUICK, planted


@given(st.floats(0.4, 2.5), st.floats(-0.5, 0.5), st.integers(0, 1000))
def test_a_calibration_undoes_what_made_predictions_too_sure_or_lean(heat: float, lean: float, seed: int) -> None:
    score = np.random.default_rng(seed).normal(0, 1.5, 4000)
    right = expit(score)
    said = expit((score - lean) * heat)
    # soft answers, so that there is no chance in them
    found = AnswersByScore.of(said, right).calibration(shifted=True)
    assert (found.temperature, found.shift) == (pytest.approx(heat, rel=0.02), pytest.approx(lean, abs=0.02))
    np.testing.assert_allclose(found(said), right, atol=0.01)


@given(st.integers(0, 1000))
def test_comparisons_keep_saying_the_same_in_either_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    said = rng.uniform(0, 1, 500)
    found = AnswersByScore.of(said, (rng.random(500) < 0.7).astype(np.float64)).calibration(shifted=False)
    assert found.shift == 0.0
    np.testing.assert_allclose(found(said) + found(1 - said), 1.0)


@given(st.integers(1, 199), st.integers(0, 1000))
def test_counts_of_parts_add_up_to_those_of_the_whole(cut: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    said, target = rng.uniform(0, 1, 200), rng.integers(0, 2, 200).astype(np.float64)
    whole = AnswersByScore.of(said, target)
    parts = AnswersByScore.of(said[:cut], target[:cut]) + AnswersByScore.of(said[cut:], target[cut:])
    assert (parts.rows.sum(), parts.yes.sum()) == (200, target.sum())
    assert parts.calibration(shifted=True) == whole.calibration(shifted=True)


def test_a_sure_answer_can_still_be_counted() -> None:
    assert AnswersByScore.of(np.array([0.0, 1.0]), np.array([0.0, 1.0])).rows.sum() == 2


@pytest.mark.parametrize("target", [np.ones(200), np.zeros(200), np.arange(40) % 2.0])
def test_rows_of_one_kind_or_few_rows_change_nothing(target: np.ndarray) -> None:
    found = AnswersByScore.of(np.full(len(target), 0.7), target).calibration(shifted=True)
    assert found == Calibration()


def test_nothing_about_a_text_that_is_left_out_is_learnt_from() -> None:
    problem = planted(raters=30, texts=60, each=20).problem
    problem = replace(problem, train_pairs=within_rater_pairs(problem.train))
    parts = parts_of_texts(Workshop(problem, QUICK))
    taught = np.unique(problem.train.item)
    assert sorted(np.concatenate(parts)) == sorted(taught)
    for left_out in parts:
        inner = without_texts(problem, left_out)
        learnt = np.concatenate([inner.train.item, inner.train_pairs.item_a, inner.train_pairs.item_b])
        asked = np.concatenate([inner.val.item, inner.val_pairs.item_a, inner.val_pairs.item_b])
        assert not set(learnt) & set(left_out)
        assert set(asked) <= set(left_out)
        assert len(inner.train) + len(inner.val) == len(problem.train)


def test_few_texts_are_not_divided() -> None:
    problem = planted(raters=30, texts=LEAST_TEXTS, each=10).problem
    assert parts_of_texts(Workshop(problem, QUICK)) == []


def test_a_training_calibrates_on_more_than_the_held_out_rows() -> None:
    case = planted(raters=40, texts=80, each=20)
    few = replace(case.problem, val=case.problem.val.take(np.arange(30)))  # too few for a calibration of their own
    found = train(few, replace(QUICK, steps=15)).ensemble.calibrations
    assert found["points.pooled"] != Calibration()


def test_the_interval_of_a_calibration_error_does_not_count_chance_twice() -> None:
    """Predictions that are right show what chance makes of them; the interval reaches down to nothing."""
    rng = np.random.default_rng(5)
    p = rng.uniform(0.1, 0.9, 1000)
    target = (rng.random(1000) < p).astype(np.float64)
    weights = TwoWayWeights.draw(np.arange(1000), np.full(1000, -1), draws=200, rng=rng)
    low, high = weights.raised_by_chance(lambda weight: calibration_error(p, target, weight=weight))
    found = calibration_error(p, target)
    assert low < 0.01
    assert low <= found < calibration_error_by_chance(p) * 2
    assert high < 0.06
