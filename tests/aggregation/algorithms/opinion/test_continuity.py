"""Groups keep their names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from aggregation.algorithms.opinion import continue_labels, group_letter
from tests.aggregation.algorithms.opinion.conversations import same_partition

pairs = st.integers(0, 25).flatmap(
    lambda n: st.tuples(*(hnp.arrays(np.intp, n, elements=st.integers(-1, 5)) for _ in range(2)))
)


@given(pairs)
def test_renaming_keeps_the_groups_and_who_is_in_none(pair) -> None:
    labels, previous = pair
    continued = continue_labels(labels, previous)
    assert same_partition(labels, continued)
    np.testing.assert_array_equal(continued < 0, labels < 0)


@given(hnp.arrays(np.intp, 20, elements=st.integers(-1, 4)), st.permutations(range(5)))
def test_the_same_groups_under_other_names_get_their_old_names_back(previous, names) -> None:
    shuffled = np.where(previous >= 0, np.array(names)[previous], -1)
    np.testing.assert_array_equal(continue_labels(shuffled, previous), previous)


def test_a_group_is_named_after_most_of_its_members() -> None:
    previous = np.array([0, 0, 0, 1, 1, 1, 1, -1])
    labels = np.array([1, 1, 0, 0, 0, 0, 0, 1])
    assert continue_labels(labels, previous).tolist() == [0, 0, 1, 1, 1, 1, 1, 0]


def test_a_new_group_takes_the_lowest_free_name() -> None:
    previous = np.array([0, 0, 2, 2, -1, -1])
    assert continue_labels(np.array([1, 1, 2, 2, 0, 0]), previous).tolist() == [0, 0, 2, 2, 1, 1]


def test_labels_of_other_participants_are_refused() -> None:
    with pytest.raises(ValueError, match="labels of 2 and 3 participants"):
        continue_labels(np.array([0, 1]), np.array([0, 1, 1]))


def test_letters() -> None:
    assert [group_letter(n) for n in (0, 4, 25, 26, 51, 52, 701, 702)] == ["A", "E", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
