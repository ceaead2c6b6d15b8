"""Draws in which every group has its share and everybody the same chance."""

from collections import Counter
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregation.algorithms.sortition import draw_proportionally

LEVELS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), min_size=1, max_size=40)


@given(LEVELS, st.integers(0, 10**6))
def test_each_group_gets_its_share_rounded(people: list[tuple[str, str]], seed: int) -> None:
    size = 1 + seed % len(people)
    drawn = draw_proportionally(people, size, rng=np.random.default_rng(seed))
    assert len(set(drawn.tolist())) == size
    assert drawn.tolist() == sorted(drawn.tolist())
    for depth in (1, 2):
        whole = Counter(person[:depth] for person in people)
        found = Counter(people[place][:depth] for place in drawn)
        for group, count in whole.items():
            share = count * size / len(people)
            assert floor(share + 1e-9) <= found[group] <= ceil(share - 1e-9)


def test_everybody_has_the_same_chance() -> None:
    people = [("a",)] * 7 + [("b",)] * 4 + [("c",)]
    counts = np.zeros(12)
    for seed in range(4000):
        counts[draw_proportionally(people, 5, rng=np.random.default_rng(seed))] += 1
    assert counts / 4000 == pytest.approx(np.full(12, 5 / 12), abs=0.035)


def test_without_features_it_is_a_plain_lot() -> None:
    people: list[tuple[str, ...]] = [()] * 9
    assert len(draw_proportionally(people, 4, rng=np.random.default_rng(0))) == 4
    first, again = (draw_proportionally(people, 4, rng=np.random.default_rng(2)) for _ in range(2))
    assert first.tolist() == again.tolist()


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="size=3 should be from 1 to the 2 people"):
        draw_proportionally([("a",), ("b",)], 3, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="as many features"):
        draw_proportionally([("a",), ()], 1, rng=np.random.default_rng(0))
