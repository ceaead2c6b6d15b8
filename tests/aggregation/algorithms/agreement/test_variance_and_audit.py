"""Where answers vary, what they look like, and what a majority would erase."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregation.algorithms.agreement.answers import code_answers
from aggregation.algorithms.agreement.audit import audit_groups, audit_majority
from aggregation.algorithms.agreement.description import fleiss_kappa, full_agreement, mean_entropy_bits
from aggregation.algorithms.agreement.variance import decompose_category_variance, decompose_variance

ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.floats(-1e3, 1e3), st.integers(-1, 3)), min_size=1, max_size=60
)  # item, value, group


@settings(max_examples=80)
@given(rows=ROWS)
def test_the_parts_of_the_variance_add_up(rows: list[tuple[int, float, int]]) -> None:
    items, values, groups = map(np.array, zip(*rows, strict=True))
    found = decompose_variance(items, values, groups)
    if found is None:
        assert (groups < 0).all()
        return

    known = groups >= 0
    assert found.answers == known.sum()
    assert found.total == pytest.approx(np.var(values[known]), rel=1e-9, abs=1e-9)
    assert found.between_items + found.within_items == pytest.approx(found.total, rel=1e-9, abs=1e-9)
    assert found.between_groups + found.within_groups == pytest.approx(found.within_items, rel=1e-9, abs=1e-9)


@settings(max_examples=80)
@given(rows=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(-1, 2)), min_size=1, max_size=50))
def test_the_variance_of_categories_is_that_of_unit_vectors(rows: list[tuple[int, int, int]]) -> None:
    items, labels, groups = map(np.array, zip(*rows, strict=True))
    for grouping in (None, groups):
        found = decompose_category_variance(items, labels, grouping)
        expected = decompose_variance(items, np.eye(4)[labels], grouping)
        if expected is None:
            assert found is None
            continue
        assert found is not None
        for name in ("answers", "total", "between_items", "within_items", "between_groups", "within_groups"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-9)


def test_variance_worked_by_hand() -> None:
    # Item 0: groups at 0 and 2; item 1: both groups around 4.  Mean 2.5; item means 1 and 4.
    found = decompose_variance([0, 0, 1, 1], [0, 2, 3, 5], [0, 1, 0, 1])

    assert (found.total, found.between_items, found.within_items) == (3.25, 2.25, 1.0)
    assert (found.between_groups, found.within_groups) == (1.0, 0.0)


def test_without_groups_only_items_are_told_apart() -> None:
    found = decompose_variance([0, 0, 1], [1, 3, 2])

    assert (found.between_groups, found.within_groups) == (None, None)
    assert found.total == pytest.approx(2 / 3)


def test_majority_audit_names_split_and_tied_items() -> None:
    items, values = [0, 0, 0, 1, 1, 1, 2, 2, 3], [1, 1, 2, 3, 3, 3, 1, 2, 1]

    audit = audit_majority(items, values)

    assert (audit.items, audit.split_items, audit.tied_items, audit.erased_answers) == (4, 2, 1, 1)


def test_flips_count_items_where_a_group_is_outvoted() -> None:
    items = [0, 0, 0, 0, 0, 1, 1, 1]
    values = [1, 1, 1, 2, 2, 1, 1, 2]
    groups = [0, 0, 0, 1, 1, 0, 1, -1]

    flips = audit_groups(items, values, groups, 3)

    assert flips.items.tolist() == [2, 2, 0]
    assert flips.flips.tolist() == [0, 1, 0]
    assert flips.answers.tolist() == [4, 3, 0]
    assert flips.erased.tolist() == [0, 2, 0]


def test_fleiss_kappa_needs_the_same_number_of_answers_everywhere() -> None:
    # Fleiss (1971) computed by hand: P = (1 + 1/3) / 2, P_e = (2/3)^2 + (1/3)^2.
    assert fleiss_kappa([0, 0, 0, 1, 1, 1], [1, 1, 1, 1, 2, 2]) == pytest.approx((2 / 3 - 5 / 9) / (4 / 9))
    assert fleiss_kappa([0, 0, 0, 1, 1], [1, 1, 1, 1, 2]) is None
    assert fleiss_kappa([0, 1], [1, 2]) is None


def test_items_with_one_answer_say_nothing_of_agreement() -> None:
    items, values = [0, 0, 1, 1, 2], [1, 1, 1, 2, 1]

    assert full_agreement(items, values) == 0.5
    assert mean_entropy_bits(items, values) == 0.5
    assert full_agreement([0, 1], [1, 1]) is None


def test_labels_are_sorted_as_numbers_or_as_the_scale_says() -> None:
    assert code_answers(["a"] * 3, ["x", "y", "z"], ["10", "9", "-1"]).labels == ("-1", "9", "10")
    named = code_answers(["a"] * 2, ["x", "y"], ["high", "low"], scale=["low", "mid", "high"])
    assert named.values.tolist() == [2, 0]
    with pytest.raises(ValueError, match="'middle' is not on the scale low, high"):
        code_answers(["a"], ["x"], ["middle"], scale=["low", "high"])
