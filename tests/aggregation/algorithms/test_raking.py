"""Raking against another implementation, and its bounds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipfn import ipfn

from aggregation.algorithms.raking import Margin, rake, weighted_shares


def margin(name: str, codes: list[int] | np.ndarray, shares: list[float] | np.ndarray) -> Margin:
    return Margin(name, tuple(map(str, range(len(shares)))), np.asarray(codes), np.asarray(shares, dtype=float))


@st.composite
def samples(draw: st.DrawFn) -> tuple[Margin, Margin]:
    extra = draw(st.integers(0, 60))
    full = [(a, b) for a in range(3) for b in range(2)]
    cells = full + draw(st.lists(st.sampled_from(full), min_size=extra, max_size=extra))
    shares = []
    for levels in (3, 2):
        raw = np.array(draw(st.lists(st.floats(0.05, 1), min_size=levels, max_size=levels)))
        shares.append(raw / raw.sum())
    first, second = map(np.array, zip(*cells, strict=True))
    return margin("age", first, shares[0]), margin("sex", second, shares[1])


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # in ipfn itself
@settings(max_examples=15)
@given(data=samples())
def test_weights_meet_every_margin_and_equal_ipfn(data: tuple[Margin, Margin]) -> None:
    age, sex = data
    found = rake([age, sex])

    n = len(age.codes_R)
    table = pd.DataFrame({"age": age.codes_R, "sex": sex.codes_R})
    cells = table.groupby(["age", "sex"]).size().rename("total").reset_index().astype({"total": float})
    targets = [pd.Series(m.shares_L * n, index=pd.Index(range(len(m.levels)), name=m.name)) for m in (age, sex)]
    fitted = ipfn.ipfn(cells, targets, [["age"], ["sex"]], convergence_rate=1e-13, max_iteration=5000).iteration()
    sizes = table.groupby(["age", "sex"]).size()
    expected = {(row.age, row.sex): row.total / sizes[row.age, row.sex] for row in fitted.itertuples(index=False)}

    assert found.converged
    assert found.weights_R.mean() == pytest.approx(1)
    for one in (age, sex):
        np.testing.assert_allclose(weighted_shares(one, found.weights_R), one.shares_L, atol=1e-9)
    by_cell = [expected[cell] for cell in zip(age.codes_R, sex.codes_R, strict=True)]
    np.testing.assert_allclose(found.weights_R, by_cell, rtol=1e-6)


def test_diagnostics_follow_from_the_weights() -> None:
    found = rake([margin("sex", [0, 0, 0, 1], [0.5, 0.5])])

    np.testing.assert_allclose(found.weights_R, [2 / 3, 2 / 3, 2 / 3, 2])
    assert found.n_eff == pytest.approx(16 / (3 * 4 / 9 + 4))
    assert found.design_effect == pytest.approx(4 / found.n_eff)
    assert (found.iterations, found.warnings) == (1, ())


def test_a_large_weight_is_warned_of_and_trimmed_only_on_request() -> None:
    rare = margin("sex", [0] * 99 + [1], [0.9, 0.1])

    free, bound = rake([rare]), rake([rare], trim=4)

    assert free.weights_R.max() == pytest.approx(10)
    assert "1 of 100 weights exceed 5; the largest is 10.00" in free.warnings[0]
    assert bound.weights_R.max() == pytest.approx(4)
    assert bound.weights_R.mean() == pytest.approx(1)
    assert not bound.converged
    assert bound.largest_gap == pytest.approx(0.06)


@settings(max_examples=30)
@given(data=samples(), trim=st.floats(1.1, 4))
def test_trimmed_weights_keep_the_bound_and_the_mean(data: tuple[Margin, Margin], trim: float) -> None:
    found = rake(data, trim=trim)

    assert found.weights_R.max() <= trim + 1e-9
    assert found.weights_R.mean() == pytest.approx(1)


def test_who_has_no_known_level_keeps_the_weight_of_the_other_margins() -> None:
    sex, age = margin("sex", [0, 1, -1, 0], [0.5, 0.5]), margin("age", [0, 0, 1, 1], [0.5, 0.5])
    found = rake([sex, age])

    np.testing.assert_allclose(weighted_shares(sex, found.weights_R), [0.5, 0.5], atol=1e-9)
    np.testing.assert_allclose(weighted_shares(age, found.weights_R), [0.5, 0.5], atol=1e-9)


def test_a_level_that_nobody_has_is_named() -> None:
    found = rake([margin("age", [0, 0, 1], [0.4, 0.4, 0.2])])

    np.testing.assert_allclose(found.weights_R, [0.75, 0.75, 1.5])
    assert found.warnings == ("nobody has age '2' (share 0.2000): the other levels share it in proportion",)


@pytest.mark.parametrize(
    ("margins", "trim", "message"),
    [
        ([], None, "n_margins=0"),
        ([margin("age", [], [1.0])], None, "n_raters=0"),
        ([margin("age", [0], [1.0])], 1.0, "trim=1 should be > 1"),
        ([margin("age", [0], [1.0]), margin("sex", [0, 0], [1.0])], None, "'sex' has 2 raters; the first margin has 1"),
        ([margin("age", [0], [-1.0])], None, "a share of -1"),
        ([margin("age", [0], [0.0, 1.0])], None, "nobody has a level of 'age' with a share above 0"),
    ],
)
def test_refusals_name_what_was_found(margins: list[Margin], trim: float | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rake(margins, trim=trim)
