"""What the answer to a clarifying question tells of the intent: known values, and what always holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aggregation.algorithms.clarification import clarification_value, entropy_bits

TABLES = arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(0, 30))


def test_an_answer_that_settles_four_intents_gives_two_bits() -> None:
    found = clarification_value(np.eye(4) * 5)
    assert (found.before, found.after, found.gained, found.share, found.n) == (2.0, 0.0, 2.0, 1.0, 20)


def test_an_answer_that_has_nothing_to_do_with_the_intent_gives_nothing() -> None:
    found = clarification_value([[6, 2], [3, 1]])
    assert found.before == pytest.approx(0.8112781244591328)
    assert found.after == pytest.approx(found.before)
    assert found.gained == pytest.approx(0, abs=1e-12)


def test_a_table_worked_out_by_hand() -> None:
    # Before: 1 bit. After: 4 of 8 answer alike with 3 : 1, the others with 1 : 3, 0.8113 bits each.
    found = clarification_value([[3, 1], [1, 3]])
    assert found.gained == pytest.approx(1 - 0.8112781244591328)
    assert found.gained_by_chance == pytest.approx(1 / (16 * np.log(2)))


def test_nothing_stated_and_nothing_to_find_out() -> None:
    assert clarification_value([[0, 0]]).gained is None
    settled = clarification_value([[3, 0], [4, 0]])
    assert (settled.before, settled.gained, settled.share) == (0.0, 0.0, None)


@pytest.mark.parametrize("table", [[1, 2], [[-1, 2]], [[np.nan, 1]]])
def test_what_is_no_table_of_counts_is_refused(table: object) -> None:
    with pytest.raises(ValueError, match="counts"):
        clarification_value(table)  # type: ignore[arg-type]  # wrong on purpose


@given(TABLES)
def test_information_is_symmetric_bounded_and_free_of_order(table: np.ndarray) -> None:
    found = clarification_value(table)
    if found.gained is None or found.before is None:
        return
    turned = clarification_value(table.T)
    assert turned.gained == pytest.approx(found.gained, abs=1e-9)
    assert found.gained <= min(found.before, entropy_bits(table.sum(axis=1))) + 1e-9
    assert clarification_value(table[::-1, ::-1]).gained == pytest.approx(found.gained, abs=1e-9)


@given(TABLES)
def test_telling_two_answers_apart_never_tells_less(table: np.ndarray) -> None:
    merged = np.vstack([table[:1] + table[-1:], table[1:-1]]) if len(table) > 1 else table
    fine, coarse = clarification_value(table), clarification_value(merged)
    if fine.gained is not None and coarse.gained is not None:
        assert coarse.gained <= fine.gained + 1e-9
