"""Agreement across groups against sums over pairs written out as in the papers."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregation.algorithms.agreement.alpha import krippendorff_alpha
from aggregation.algorithms.agreement.answers import Level
from aggregation.algorithms.agreement.groups import compare_groups

METRICS: dict[Level, Callable[[float, float], float]] = {
    "nominal": lambda x, y: float(x != y),
    "interval": lambda x, y: (x - y) ** 2,
    "ratio": lambda x, y: 0.0 if x + y == 0 else ((x - y) / (x + y)) ** 2,
}


def xrr_by_pairs(
    items: np.ndarray, values: np.ndarray, ours: np.ndarray, theirs: np.ndarray, metric: Callable[[float, float], float]
) -> float:
    """Wong et al. (2021), equations 3 to 8, over the items that both sides rated."""
    shared = sorted(set(items[ours]) & set(items[theirs]))
    total, observed = 0, 0.0
    for item in shared:
        pairs = list(itertools.product(values[ours & (items == item)], values[theirs & (items == item)]))
        size = int((ours & (items == item)).sum() + (theirs & (items == item)).sum())
        total += size
        observed += size * np.mean([metric(x, y) for x, y in pairs])
    inside = np.isin(items, shared)
    expected = [metric(x, y) for x, y in itertools.product(values[ours & inside], values[theirs & inside])]
    return 1 - (observed / total) / np.mean(expected) if shared and np.mean(expected) > 0 else np.nan


@st.composite
def ratings(draw: st.DrawFn) -> tuple[np.ndarray, ...]:
    n = draw(st.integers(4, 60))
    raw = [draw(st.lists(st.integers(0, top), min_size=n, max_size=n)) for top in (7, 8, 3)]
    items, raters, values = (np.array(column) for column in raw)
    of_rater = np.array(draw(st.lists(st.integers(-1, 2), min_size=9, max_size=9)))
    return items, raters, values.astype(float), of_rater[raters]


@pytest.mark.parametrize("level", list(METRICS))
@settings(max_examples=40)
@given(data=ratings())
def test_cross_reliability_equals_sums_over_pairs(level: Level, data: tuple[np.ndarray, ...]) -> None:
    items, raters, values, groups = data

    figures = compare_groups(items, raters, values, groups, 3, level=level).figures

    for a in range(3):
        rest = (groups >= 0) & (groups != a)
        expected = xrr_by_pairs(items, values, groups == a, rest, METRICS[level])
        assert figures.rest_G[a] == pytest.approx(expected, abs=1e-8, nan_ok=True)
        for b in {0, 1, 2} - {a}:
            expected = xrr_by_pairs(items, values, groups == a, groups == b, METRICS[level])
            assert figures.xrr_GG[a, b] == pytest.approx(expected, abs=1e-8, nan_ok=True)
            assert figures.items_GG[a, b] == len(set(items[groups == a]) & set(items[groups == b]))


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@settings(max_examples=40)
@given(data=ratings())
def test_alpha_within_equals_alpha_of_the_group_alone(level: Level, data: tuple[np.ndarray, ...]) -> None:
    items, raters, values, groups = data

    figures = compare_groups(items, raters, values, groups, 3, level=level).figures

    for group in range(3):
        alone = krippendorff_alpha(items[groups == group], values[groups == group], level=level).value
        expected = np.nan if alone is None else alone
        assert figures.alpha_G[group] == pytest.approx(expected, abs=1e-8, nan_ok=True)
        rest = figures.rest_G[group]
        expected_gai = expected / rest if abs(rest) > 1e-12 else np.nan
        assert figures.gai_G[group] == pytest.approx(expected_gai, rel=1e-6, nan_ok=True)


def camps(split: bool) -> tuple[np.ndarray, ...]:
    """40 raters on 60 items; with ``split`` the second half answers the opposite of the first."""
    rng = np.random.default_rng(11)
    raters, items = (part.ravel() for part in np.meshgrid(np.arange(40), np.arange(60), indexing="ij"))
    truth = rng.integers(0, 2, size=60)
    values = np.where(rng.random(len(items)) < 0.2, 1 - truth[items], truth[items])
    return items, raters, np.where(split & (raters >= 20), 1 - values, values).astype(float), (raters >= 20).astype(int)


def test_opposed_camps_agree_within_and_not_across() -> None:
    rng = np.random.default_rng(0)
    test = compare_groups(*camps(split=True), 2, level="nominal", permutations=199, rng=rng)

    assert test.figures.alpha_G.min() > 0.3
    assert test.figures.xrr_GG[0, 1] < 0
    assert test.xrr_p_GG[0, 1] == pytest.approx(2 / 200)


def test_groups_that_do_not_differ_are_rarely_called_different() -> None:
    rng = np.random.default_rng(0)
    test = compare_groups(*camps(split=False), 2, level="nominal", permutations=199, rng=rng)

    assert test.figures.gai_G == pytest.approx([1, 1], abs=0.1)
    assert test.xrr_p_GG[0, 1] > 0.05


def test_a_group_without_pairable_answers_has_no_figures() -> None:
    test = compare_groups([0, 0, 1, 1], [0, 1, 0, 1], [1, 2, 1, 2], [0, 0, 0, 0], 2, level="nominal")

    assert np.isnan(test.figures.alpha_G[1])
    assert np.isnan(test.figures.gai_G).all()
    assert np.isnan(test.figures.xrr_GG).all()


def test_blocks_of_items_give_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    items, raters, values, groups = camps(split=True)
    whole = compare_groups(items, raters, values, groups, 2, level="ordinal").figures

    monkeypatch.setattr("aggregation.algorithms.agreement.sums._BLOCK_CELLS", 20)
    pieces = compare_groups(items, raters, values, groups, 2, level="ordinal").figures

    for one, other in zip(vars(whole).values(), vars(pieces).values(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
