"""Krippendorff's alpha against its textbook, two other implementations, and its own properties."""

from typing import get_args

import krippendorff
import numpy as np
import pandas as pd
import pytest
from crowdkit.metrics.data import alpha_krippendorff
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aggregation.algorithms.agreement.alpha import krippendorff_alpha
from aggregation.algorithms.agreement.answers import Level

LEVELS = get_args(Level)
NAN = np.nan

# Krippendorff (2011), Computing Krippendorff's alpha-reliability: 3 raters, 15 units.
TEXTBOOK = np.array(
    [
        [NAN, NAN, NAN, NAN, NAN, 3, 4, 1, 2, 1, 1, 3, 3, NAN, 3],
        [1, NAN, 2, 1, 3, 3, 4, 3, NAN, NAN, NAN, NAN, NAN, NAN, NAN],
        [NAN, NAN, 2, 1, 3, 4, 4, NAN, 2, 1, 1, 3, 3, NAN, 4],
    ]
)


def long(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    raters, units = np.nonzero(~np.isnan(table))
    return units, table[raters, units]


def tables(values: st.SearchStrategy[float]) -> st.SearchStrategy[np.ndarray]:
    shapes = st.tuples(st.integers(2, 6), st.integers(2, 12))
    return shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=st.one_of(values, st.just(NAN))))


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.691), ("ordinal", 0.807), ("interval", 0.811), ("ratio", 0.809)]
)
def test_alpha_of_the_textbook_example(level: Level, expected: float) -> None:
    found = krippendorff_alpha(*long(TEXTBOOK), level=level)

    assert found.value == pytest.approx(expected, abs=5e-4)
    assert (found.items, found.answers) == (12, 26)


@pytest.mark.parametrize("level", LEVELS)
@settings(max_examples=60)
@given(table=tables(st.sampled_from([0.0, 1.0, 2.0, 3.5, 7.0])))
def test_alpha_equals_the_package_krippendorff_on_tables_with_gaps(level: Level, table: np.ndarray) -> None:
    pairable = table[:, (~np.isnan(table)).sum(axis=0) >= 2]
    assume(len(np.unique(pairable[~np.isnan(pairable)])) > 1)

    found = krippendorff_alpha(*long(table), level=level).value

    assert found == pytest.approx(krippendorff.alpha(table, level_of_measurement=level), abs=1e-9)


@settings(max_examples=60)
@given(table=tables(st.sampled_from([0.0, 1.0, 2.0])))
def test_nominal_alpha_equals_crowd_kit_on_tables_with_gaps(table: np.ndarray) -> None:
    pairable = table[:, (~np.isnan(table)).sum(axis=0) >= 2]
    assume(len(np.unique(pairable[~np.isnan(pairable)])) > 1)
    raters, tasks = np.nonzero(~np.isnan(table))
    answers = pd.DataFrame({"worker": raters, "task": tasks, "label": table[raters, tasks]})

    found = krippendorff_alpha(*long(table), level="nominal").value

    assert found == pytest.approx(alpha_krippendorff(answers), abs=1e-9)


@pytest.mark.parametrize("level", LEVELS)
@settings(max_examples=25)
@given(table=tables(st.floats(0, 50, width=16)), seed=st.integers(0, 2**32))
def test_order_and_names_of_items_do_not_matter(level: Level, table: np.ndarray, seed: int) -> None:
    items, values = long(table)
    order = np.random.default_rng(seed).permutation(len(items))

    one = krippendorff_alpha(items, values, level=level)
    other = krippendorff_alpha(1000 - 7 * items[order], values[order], level=level)

    assert (one.items, one.answers) == (other.items, other.answers)
    assert (one.value is None) == (other.value is None)
    if one.value is not None:
        assert other.value == pytest.approx(one.value, abs=1e-7)


@pytest.mark.parametrize("level", LEVELS)
def test_full_agreement_is_one_and_no_variation_is_undefined(level: Level) -> None:
    assert krippendorff_alpha([0, 0, 1, 1], [1, 1, 2, 2], level=level).value == 1.0
    assert krippendorff_alpha([0, 0, 1, 1], [2, 2, 2, 2], level=level).value is None
    assert krippendorff_alpha([0, 1, 2], [1, 2, 3], level=level).value is None
    assert krippendorff_alpha([], [], level=level).value is None


@pytest.mark.parametrize("level", LEVELS)
def test_bootstrap_of_profiles_agrees_with_resampling_items(level: Level) -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(1, 6, size=150)
    items = np.repeat(np.arange(150), 3)
    values = np.clip(truth[items] + rng.integers(-1, 2, size=450), 1, 5).astype(float)
    by_hand = []
    for _ in range(800):
        drawn = rng.integers(0, 150, size=150)
        answers = np.concatenate([values[3 * item : 3 * item + 3] for item in drawn])
        by_hand.append(krippendorff_alpha(items, answers, level=level).value)

    low, high = krippendorff_alpha(items, values, level=level, rng=rng, replicates=4000).interval or (NAN, NAN)

    assert low == pytest.approx(np.quantile(by_hand, 0.025), abs=0.015)
    assert high == pytest.approx(np.quantile(by_hand, 0.975), abs=0.015)


def test_the_same_seed_gives_the_same_interval() -> None:
    items, values = long(TEXTBOOK)
    one, other = (
        krippendorff_alpha(items, values, level="nominal", rng=np.random.default_rng(5), replicates=100).interval
        for _ in range(2)
    )
    assert one == other


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"items": [0, 0], "values": [1.0]}, "n_items=2 and n_values=1"),
        ({"items": [0, 0], "values": [1.0, -2.0], "level": "ratio"}, "at least 0; the least is -2"),
        ({"items": [0, 0], "values": [1.0, 2.0], "level": "cardinal"}, "nominal, ordinal, interval, ratio"),
        ({"items": [0, 0], "values": [1.0, 2.0], "replicates": 5}, "replicates=5 needs rng"),
    ],
)
def test_refusals_name_what_was_found(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        krippendorff_alpha(**({"level": "nominal"} | arguments))
