"""Curves and gains on rows whose answer is known."""

import numpy as np
import pytest

from aggregation.rewards.curves import abstention_curve, gain_over, reliability_curve
from aggregation.rewards.measures import calibration_error, calibration_error_by_chance


def test_the_reliability_curve_holds_every_row_and_its_gaps_are_the_calibration_error() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(500)
    y = (rng.random(500) < p**2).astype(np.float64)
    curve = reliability_curve(p, y)
    assert sum(one["n"] for one in curve) == 500
    gaps = sum(one["n"] * abs(one["predicted"] - one["observed"]) for one in curve) / 500
    assert gaps == pytest.approx(calibration_error(p, y))
    assert [one["low"] for one in curve] == sorted(one["low"] for one in curve)


def test_setting_doubtful_rows_aside_lowers_the_error() -> None:
    p = np.array([0.9, 0.8, 0.6, 0.4])
    y = np.array([1.0, 1.0, 0.0, 1.0])
    curve = abstention_curve(p, y, doubt=1 - np.abs(p - 0.5), steps=4)
    assert [one["coverage"] for one in curve] == [0.25, 0.5, 0.75, 1.0]
    assert [one["error"] for one in curve] == pytest.approx([0.0, 0.0, 1 / 3, 0.5])
    assert abstention_curve(p[:0], y[:0], p[:0]) == []


def test_a_gain_is_called_better_only_when_its_interval_says_so() -> None:
    rng = np.random.default_rng(1)
    item, rater = rng.integers(0, 40, 600), rng.integers(0, 30, 600)
    base = rng.random(600)
    clear = gain_over(base - 0.1, base, item, rater, rng=rng)
    assert clear["gain"] == pytest.approx(0.1)
    assert clear["better"]
    noise = gain_over(base + rng.normal(0, 1, 600), base, item, rater, rng=rng)
    assert not noise["better"]
    assert not noise["worse"]
    assert gain_over(base + 0.1, base, item, rater, rng=rng)["worse"]


def test_predictions_that_are_right_stray_as_far_as_chance_says() -> None:
    rng = np.random.default_rng(2)
    p = rng.beta(2, 3, 400)
    strays = [calibration_error(p, (rng.random(400) < p).astype(np.float64)) for _ in range(400)]
    assert calibration_error_by_chance(p) == pytest.approx(np.mean(strays), rel=0.05)
    assert calibration_error_by_chance(np.repeat(p, 100)) == pytest.approx(calibration_error_by_chance(p) / 10)
