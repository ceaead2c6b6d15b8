"""Drawing by lot: quotas hold, chances are as equal as they can be, and the same inputs give the same panel."""

import itertools
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from aggregation.algorithms.sortition import (
    InfeasibleQuotas,
    Pool,
    Quota,
    commitment,
    draw_panel,
    draw_replacement,
    maximin,
)

PEOPLE = {
    f"p{n:02}": {"gender": "fm"[n % 2], "age": ("young", "old", "old")[n % 3], "town": "abcd"[n % 4]} for n in range(24)
}
QUOTAS = [Quota("gender", "f", 2, 3), Quota("gender", "m", 3, 4), Quota("age", "young", 3, 4), Quota("town", "a", 0, 1)]


def meets(panel, people, quotas, seats):
    counts = [sum(people[name][quota.feature] == quota.value for name in panel) for quota in quotas]
    return len(panel) == seats and all(q.least <= n <= q.most for q, n in zip(quotas, counts, strict=True))


@st.composite
def pools(draw):
    n, seats = draw(st.integers(4, 9)), draw(st.integers(1, 4))
    people = {
        f"p{number}": {"x": draw(st.sampled_from("ab")), "y": draw(st.sampled_from("cde"))} for number in range(n)
    }
    quotas = []
    for feature, values in (("x", "ab"), ("y", "cde")):
        for value in values:
            least = draw(st.integers(0, 2))
            quotas.append(Quota(feature, value, least, least + draw(st.integers(0, 3))))
    return people, quotas, seats


def all_panels(people, quotas, seats):
    return [panel for panel in itertools.combinations(sorted(people), seats) if meets(panel, people, quotas, seats)]


@given(pools())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_the_least_chance_is_the_optimum_over_all_panels(given_):
    """Against the linear program over every panel there is."""
    people, quotas, seats = given_
    panels = all_panels(people, quotas, seats)
    assume(panels)
    names = sorted({name for panel in panels for name in panel})
    matrix = np.array([[name in panel for panel in panels] for name in names], dtype=float)
    best = linprog(
        [0.0] * len(panels) + [-1.0],
        A_ub=np.column_stack([-matrix, np.ones(len(names))]),
        b_ub=np.zeros(len(names)),
        A_eq=[[1.0] * len(panels) + [0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * len(panels) + [(None, None)],
    )
    lottery = maximin(Pool.of(people, quotas, seats))
    assert lottery.least == pytest.approx(-best.fun, abs=1e-5)
    assert lottery.optimum == pytest.approx(-best.fun, abs=1e-5)
    assert lottery.chance_K.sum() == pytest.approx(1)
    assert {sorted(people)[place] for place in lottery.excluded} == set(people) - set(names)
    for row in lottery.panels_KP:
        assert meets([name for name, chosen in zip(sorted(people), row, strict=True) if chosen], people, quotas, seats)


@given(pools())
@settings(max_examples=40)
def test_quotas_that_conflict_are_named_and_none_of_them_can_be_spared(given_):
    people, quotas, seats = given_
    assume(seats <= len(people) and not all_panels(people, quotas, seats))
    with pytest.raises(InfeasibleQuotas) as refused:
        draw_panel(people, quotas, seats=seats, seed_text="x")
    conflict = refused.value.conflict
    assert not all_panels(people, conflict, seats)
    for one in conflict:
        assert all_panels(people, [other for other in conflict if other != one], seats)
        assert str(one) in str(refused.value)


@pytest.mark.parametrize("seed", ["a", "b", "c", "Ziehung vom 3. März – 7, 11, 23"])
def test_the_panel_meets_the_quotas(seed):
    drawn = draw_panel(PEOPLE, QUOTAS, seats=6, seed_text=seed)
    assert meets(drawn.panel, PEOPLE, QUOTAS, 6)
    assert sum(drawn.selection.values()) == pytest.approx(6)


def test_the_order_of_people_and_quotas_changes_nothing():
    turned = dict(reversed(PEOPLE.items()))
    first = draw_panel(PEOPLE, QUOTAS, seats=6, seed_text="x")
    assert draw_panel(turned, QUOTAS[::-1], seats=6, seed_text="x") == first
    assert commitment(turned, QUOTAS[::-1], 6) == first.commitment


def test_another_process_draws_the_same_panel():
    code = (
        "import sys; sys.path[:0] = ['.', 'platform']\n"
        "from tests.aggregation.algorithms.test_sortition import *\n"
        "print(*draw_panel(PEOPLE, QUOTAS, seats=6, seed_text='x').panel)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert tuple(run.stdout.split()) == draw_panel(PEOPLE, QUOTAS, seats=6, seed_text="x").panel


def test_seeds_draw_different_panels_with_the_chances_that_were_told():
    lottery = draw_panel(PEOPLE, QUOTAS, seats=6, seed_text="x")
    panels = {draw_panel(PEOPLE, QUOTAS, seats=6, seed_text=f"seed {n}").panel for n in range(8)}
    assert len(panels) > 1
    assert lottery.least <= lottery.optimum + 1e-9


def test_every_change_of_the_pool_changes_the_commitment():
    before = commitment(PEOPLE, QUOTAS, 6)
    others = [
        commitment(PEOPLE, QUOTAS, 7),
        commitment(PEOPLE, QUOTAS[1:], 6),
        commitment({**PEOPLE, "p24": PEOPLE["p00"]}, QUOTAS, 6),
        commitment({**PEOPLE, "p00": {**PEOPLE["p00"], "town": "b"}}, QUOTAS, 6),
    ]
    assert len({before, *others}) == 5


def test_who_drops_out_is_replaced_within_the_quotas():
    panel = draw_panel(PEOPLE, QUOTAS, seats=6, seed_text="x").panel
    gone = panel[:2]
    new = draw_replacement(PEOPLE, QUOTAS, panel=panel, gone=gone, seed_text="x", draw=1)
    assert not set(new) & set(panel)
    assert meets((*panel[2:], *new), PEOPLE, QUOTAS, 6)
    assert new == draw_replacement(PEOPLE, QUOTAS, panel=panel, gone=gone, seed_text="x", draw=1)
    with pytest.raises(ValueError, match="members of the panel"):
        draw_replacement(PEOPLE, QUOTAS, panel=panel, gone=["nobody"], seed_text="x")


def test_a_refusal_names_both_numbers():
    with pytest.raises(ValueError, match="seats=25 should be from 1 to the 24 people"):
        draw_panel(PEOPLE, QUOTAS, seats=25, seed_text="x")


def large():
    """400 people with four features of uneven groups, and 24 seats whose quotas lean against the pool."""
    rng = np.random.default_rng(0)
    shares = {
        "gender": {"f": 0.6, "m": 0.38, "x": 0.02},
        "age": {"18": 0.15, "35": 0.25, "50": 0.35, "65": 0.25},
        "region": {"A": 0.4, "B": 0.3, "C": 0.15, "D": 0.1, "E": 0.05},
        "schooling": {"low": 0.1, "middle": 0.3, "high": 0.6},
    }
    people = {
        f"p{n}": {name: str(rng.choice(list(some), p=list(some.values()))) for name, some in shares.items()}
        for n in range(400)
    }
    bounds = {
        "gender": {"f": (11, 13), "m": (11, 13), "x": (0, 1)},
        "age": {"18": (5, 6), "35": (5, 7), "50": (6, 7), "65": (5, 6)},
        "region": {"A": (6, 8), "B": (5, 7), "C": (4, 5), "D": (3, 4), "E": (2, 3)},
        "schooling": {"low": (6, 8), "middle": (8, 9), "high": (8, 9)},
    }
    quotas = [Quota(name, value, *both) for name, some in bounds.items() for value, both in some.items()]
    return people, quotas


def test_four_hundred_people_and_24_seats_within_a_minute_of_the_processor():
    people, quotas = large()
    begin = time.process_time()
    drawn = draw_panel(people, quotas, seats=24, seed_text="x")
    assert time.process_time() - begin < 60
    assert meets(drawn.panel, people, quotas, 24)
    assert drawn.least >= 0.99 * drawn.optimum > 0
    assert min(drawn.selection.values()) == pytest.approx(drawn.least)
