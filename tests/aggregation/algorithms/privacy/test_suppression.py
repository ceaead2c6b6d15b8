"""Nothing published gives a small cell away."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aggregation.algorithms.privacy.suppression import SuppressedTable, suppress_small_cells


def possible_tables(table: SuppressedTable, top: int) -> list[np.ndarray]:
    """All tables of counts that agree with what is published, hidden entries being at least 1."""
    inner = tuple(slice(0, -1) for _ in table.counts.shape)
    hidden = np.argwhere(table.hidden[inner])
    found = []
    for values in itertools.product(range(1, top + 1), repeat=len(hidden)):
        cells = table.counts[inner].copy()
        for place, value in zip(hidden, values, strict=True):
            cells[tuple(place)] = value
        full = cells
        for axis in range(cells.ndim):
            full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
        if (full[~table.hidden] == table.counts[~table.hidden]).all():
            found.append(full)
    return found


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([12, 40], [False, False, False]),
        ([2, 7, 30], [True, True, False, False]),
        ([3, 40], [True, True, False]),
        ([1, 1, 9, 40], [True, True, True, False, False]),
        ([0, 3, 0, 50], [False, True, False, True, False]),
    ],
)
def test_a_row_hides_small_cells_and_the_least_that_protects_them(counts: list[int], hidden: list[bool]) -> None:
    assert suppress_small_cells(counts, k=5).hidden.tolist() == hidden


def test_a_table_hides_a_rectangle_rather_than_a_row() -> None:
    table = suppress_small_cells([[3, 20, 30], [40, 10, 12], [9, 8, 50]], k=5)

    assert np.argwhere(table.hidden).tolist() == [[0, 0], [0, 1], [2, 0], [2, 1]]
    assert table.published[:, 3].tolist() == [53, 62, 67, 182]


@settings(max_examples=40)
@given(counts=arrays(np.int64, st.sampled_from([(3,), (4,), (2, 2), (2, 3)]), elements=st.integers(0, 7)))
def test_every_small_cell_could_be_large_enough_and_none_is_certain(counts: np.ndarray) -> None:
    k = 3
    table = suppress_small_cells(counts, k=k)
    inner = tuple(slice(0, -1) for _ in table.counts.shape)

    assert table.hidden[inner][(counts > 0) & (counts < k)].all()
    if not table.hidden.any():
        return
    options = np.array(possible_tables(table, top=12))
    for place in np.argwhere(table.hidden):
        values = options[(slice(None), *place)]
        if table.primary[tuple(place)]:
            assert values.max() >= k
        assert values.max() > values.min()


def test_the_table_given_is_not_changed_and_nonsense_is_refused() -> None:
    counts = np.array([1, 9])
    suppress_small_cells(counts, k=5)
    assert counts.tolist() == [1, 9]
    with pytest.raises(ValueError, match="k=0 should be >= 1"):
        suppress_small_cells([1], k=0)
    with pytest.raises(ValueError, match="the least is -2"):
        suppress_small_cells([-2, 4], k=5)
