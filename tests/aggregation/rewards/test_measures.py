"""Measures on rows whose answer can be worked out by hand, and intervals that know what hangs together."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregation.rewards.intervals import TwoWayWeights
from aggregation.rewards.measures import calibration_error, jensen_shannon, log_losses, measure, right, risk_coverage


def of(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_losses_and_accuracy_of_single_rows() -> None:
    p, y = of(0.8, 0.8, 0.5, 0.25), of(1, 0, 1, 0.5)
    soft = -(0.5 * math.log(0.25) + 0.5 * math.log(0.75))
    assert log_losses(p, y) == pytest.approx([-math.log(0.8), -math.log(0.2), math.log(2), soft])
    assert right(p, y).tolist() == [1.0, 0.0, 0.5, 1.0]
    found = measure(p[:2], y[:2], item=np.array([0, 1]), rater=np.array([0, 0]))
    assert (found.n, found.items, found.raters) == (2, 2, 1)
    assert found.brier == pytest.approx((0.04 + 0.64) / 2)
    assert np.isfinite(log_losses(of(0.0, 1.0), of(1, 0))).all()


def test_calibration_errors_by_equal_widths_and_by_equal_numbers() -> None:
    # Two bins of fifteen are hit: .1 (three rows, none a yes) and .9 (one row, a yes).
    p, y = of(0.1, 0.1, 0.1, 0.9), of(0, 0, 0, 1)
    assert calibration_error(p, y) == pytest.approx((3 * 0.1 + 0.1) / 4)
    # Gaps of opposite sign cancel inside a bin: two bins of two rows each hold .1 and .1, then .1 and .9.
    assert calibration_error(p, y, bins=2, adaptive=True) == pytest.approx((0.2 + abs(0.1 - 0.1)) / 4)
    weighted = calibration_error(p, y, weight=of(0, 0, 1, 1))
    assert weighted == pytest.approx(0.1)
    assert calibration_error(p, p) == 0.0
    assert math.isnan(calibration_error(of(), of()))


def test_risk_and_coverage_by_hand() -> None:
    wrong, doubt = of(0, 1, 0, 1), of(0.1, 0.2, 0.3, 0.4)
    found = risk_coverage(wrong, doubt, risk=0.34)
    assert found.aurc == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    ideal = (0 + 0 + 1 / 3 + 1 / 2) / 4
    assert found.excess_aurc == pytest.approx(found.aurc - ideal)
    assert found.coverage_at_risk == 0.75  # three of four answered: one wrong in three
    assert risk_coverage(wrong, doubt, risk=0.1).coverage_at_risk == 0.25
    assert risk_coverage(of(1, 1), of(0, 1)).coverage_at_risk == 0.0
    assert math.isnan(risk_coverage(of(), of()).aurc)


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 99))
def test_no_order_beats_the_one_that_knows_the_errors(errors: list[bool], seed: int) -> None:
    wrong = np.array(errors, dtype=np.float64)
    assert risk_coverage(wrong, np.random.default_rng(seed).random(len(wrong))).excess_aurc >= -1e-12
    assert risk_coverage(wrong, wrong).excess_aurc == pytest.approx(0.0)


def test_divergence_is_nothing_for_the_same_shares_and_one_bit_for_opposite_ones() -> None:
    item = np.repeat([0, 1, 2], [4, 4, 2])
    target = of(1, 0, 1, 0, 1, 1, 1, 1, 0, 0)
    same = of(0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1, 0.9, 0.9)  # the third text has too few answers to count
    assert jensen_shannon(same, target, item) == pytest.approx(0.0, abs=1e-5)
    assert jensen_shannon(1 - target, target, item[:10]) == pytest.approx(0.5, abs=1e-4)  # 0 for half and half, 1
    assert math.isnan(jensen_shannon(same, target, np.arange(10)))


def test_intervals_are_as_wide_as_what_hangs_together_makes_them() -> None:
    """40 people who each answer 25 times alike are 40 answers, not 1,000; and the same holds for texts."""
    rng = np.random.default_rng(0)
    of_person = rng.normal(0, 1, 40)
    value = np.repeat(of_person, 25)
    person, text = np.repeat(np.arange(40), 25), np.arange(1000)
    alone = 2 * 1.96 * of_person.std() / np.sqrt(40)

    def width(item: np.ndarray, rater: np.ndarray) -> float:
        low, high = TwoWayWeights.draw(item, rater, draws=2000, rng=np.random.default_rng(1)).mean_interval(value)
        assert low < value.mean() < high
        return high - low

    by_person, by_text = width(text, person), width(person, text)
    assert by_person == pytest.approx(alone, rel=0.2)
    assert by_text == pytest.approx(alone, rel=0.2)
    unnamed = width(text, np.full(1000, -1))  # each a person of its own
    assert unnamed < 0.5 * by_person
