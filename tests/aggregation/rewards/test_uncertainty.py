"""Measures beside the three uncertainties: kinds of answers, stability, and credit for the process."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregation.rewards.uncertainty import (
    binary_entropy,
    group_disagreement,
    process_quality,
    semantic_entropy,
    split_entropy,
    stability,
)


def test_answers_of_k_kinds_in_equal_numbers_have_an_entropy_of_log_k() -> None:
    kinds = np.eye(8)
    assert semantic_entropy(np.repeat(kinds[:4], 3, axis=0)) == pytest.approx(np.log(4))
    assert semantic_entropy(np.repeat(kinds[:1], 5, axis=0)) == 0.0
    two_to_one = np.vstack([kinds[0], kinds[0] * 7, kinds[1]])  # lengths do not count
    assert semantic_entropy(two_to_one) == pytest.approx(-(2 / 3) * np.log(2 / 3) - (1 / 3) * np.log(1 / 3))
    with pytest.raises(ValueError, match="answers=0"):
        semantic_entropy(np.zeros((0, 3)))


def test_stability_counts_the_judgments_that_no_variant_turns_round() -> None:
    found = stability(np.array([0.9, 0.6]), np.array([[0.8, 0.7], [0.7, 0.4]]))
    assert found.same_choice == pytest.approx(0.5)
    assert found.mean_shift == pytest.approx((0.1 + 0.2 + 0.1 + 0.2) / 4)


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_the_quality_of_a_process_lies_between_its_parts_and_keeps_them(parts: tuple[float, float, float]) -> None:
    found = process_quality(*parts)
    assert (found.conflict, found.arbitration, found.outcome) == parts
    assert min(parts) - 1e-12 <= found.quality <= max(parts) + 1e-12


def test_parts_and_weights_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="should lie in"):
        process_quality(1.5, 0, 0)
    with pytest.raises(ValueError, match="sum to 1"):
        process_quality(1, 0, 0, weights=(0.5, 0.5, 0.5))


def test_members_that_agree_know_and_members_that_contradict_each_other_do_not() -> None:
    found = split_entropy(np.array([[0.5, 0.0, 0.9], [0.5, 1.0, 0.9]]))
    nine = -(0.9 * np.log(0.9) + 0.1 * np.log(0.1))
    assert found.mean == pytest.approx([0.5, 0.5, 0.9])
    assert found.aleatoric == pytest.approx([np.log(2), 0.0, nine])  # one person of two minds
    assert found.epistemic == pytest.approx([0.0, np.log(2), 0.0])  # the model does not know


@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=6))
def test_the_two_parts_are_the_entropy_of_the_mean(members: list[list[float]]) -> None:
    found = split_entropy(np.array(members))
    np.testing.assert_allclose(found.aleatoric + found.epistemic, binary_entropy(found.mean), atol=1e-9)
    assert (found.epistemic >= 0).all()


def test_disagreement_between_groups_is_a_variance_by_share_of_the_population() -> None:
    found = group_disagreement(np.array([[1.0, -1.0], [2.0, 2.0]]), np.array([3.0, 1.0]))
    assert found == pytest.approx([0.75 * 0.5**2 + 0.25 * 1.5**2, 0.0])
