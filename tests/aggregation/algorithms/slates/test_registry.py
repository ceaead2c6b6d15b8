"""What the registry claims: every rule, every axiom."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from aggregation.algorithms.axioms import AXIOMS
from aggregation.algorithms.rules import RULES, find_rule, rules_of
from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.balanced import check_bjr, check_cbjr, is_balanced
from aggregation.algorithms.slates.justified import check_ejr_plus, check_jr
from aggregation.algorithms.slates.pool import balanced_slate, prose_slate
from tests.aggregation.algorithms.slates.profiles import approvals, elections

SLATE_CLAIMS = [(rule.short, axiom) for rule in rules_of("slate") for axiom in rule.axioms]


def satisfies_pjr(table: NDArray[np.bool_], slate: tuple[int, ...]) -> bool:
    """PJR by its definition: every group of l·n/k voters with l candidates in common, every l."""
    n, k = len(table), len(slate)
    in_slate = table[:, list(slate)]
    for level in range(1, k + 1):
        for common in combinations(range(table.shape[1]), level):
            agreeing = table[:, list(common)].all(axis=1)
            # The worst group approves as few members of the slate as it can: all who approve only members within D.
            for few in combinations(range(k), level - 1):
                outside = [member for member in range(k) if member not in few]
                if (agreeing & ~in_slate[:, outside].any(axis=1)).sum() * k >= level * n:
                    return False
    return True


def holds(rule: str, axiom: str, table: NDArray[np.bool_], k: int) -> bool:
    ballots = Approvals.from_dense(table)
    slate = find_rule(rule).load()(ballots, k).chosen
    if axiom == "jr":
        return check_jr(ballots, slate).holds
    if axiom == "ejr+":
        return check_ejr_plus(ballots, slate).holds
    if axiom == "pjr":
        return satisfies_pjr(table, slate)
    assert axiom == "committee-monotone", f"no test of {axiom}"
    return k == 1 or find_rule(rule).load()(ballots, k - 1).chosen == slate[:-1]


@pytest.mark.parametrize(("rule", "axiom"), [claim for claim in SLATE_CLAIMS if RULES[claim[0]].takes == "approvals"])
@settings(max_examples=80)
@given(election=elections())
def test_approval_rules_satisfy_the_axioms_they_claim(
    rule: str, axiom: str, election: tuple[NDArray[np.bool_], int]
) -> None:
    assert holds(rule, axiom, *election)


def test_the_process_for_balanced_representation_satisfies_bjr() -> None:
    rng = np.random.default_rng(5)
    for _ in range(300):
        n = int(rng.integers(1, 12))
        utilities = rng.integers(0, 6, (n, int(rng.integers(1, 7)))).astype(float)
        k = int(rng.integers(1, n + 1))
        slate = balanced_slate(utilities, k)
        assert len(slate.chosen) == k
        assert is_balanced(slate.seat_V, k)
        assert check_bjr(utilities, utilities[np.arange(n), np.array(slate.chosen)[slate.seat_V]], k).holds


def test_prose_satisfies_cbjr_within_the_budget() -> None:
    rng = np.random.default_rng(6)
    empty = 0
    for _ in range(300):
        n, m = int(rng.integers(1, 12)), int(rng.integers(1, 7))
        utilities = rng.integers(0, 6, (n, m)) + rng.choice([0.0, 0.25])
        costs, budget = rng.integers(1, 6, m).astype(float), float(rng.integers(3, 12))
        slate = prose_slate(utilities, costs, budget)
        assert costs[list(slate.chosen)].sum() <= budget
        if slate.chosen:
            given = utilities[np.arange(n), np.array(slate.chosen)[slate.seat_V]]
            assert check_cbjr(utilities, given, costs, budget).holds
        else:
            empty += 1
            assert (costs > budget).all()
    assert empty < 100


def test_axioms_that_a_rule_does_not_claim_can_fail() -> None:
    majority = approvals(4 * [{0, 1, 2}] + 2 * [{3}], 4)
    assert not check_jr(majority, find_rule("av").load()(majority, 3).chosen).holds
    # Brill, Freeman, Janson and Lackner (2017): four of 24 voters agree on a and b and get one seat of twelve each.
    a, b, c = 12, 13, set(range(12))
    brill = approvals(2 * [{a, b, 0}] + 2 * [{a, b, 1}] + 6 * [c] + 5 * [c - {0}] + 9 * [c - {0, 1}], 14)
    slate = find_rule("phragmen").load()(brill, 12).chosen
    assert set(slate) == c
    assert check_jr(brill, slate).holds
    found = check_ejr_plus(brill, slate)
    assert [(v.candidate, v.level) for v in found.violations] == [(a, 2), (b, 2)]
    assert check_ejr_plus(brill, find_rule("mes").load()(brill, 12).chosen).holds


def test_every_rule_is_complete() -> None:
    assert list(RULES) == list(dict.fromkeys(RULES))
    for short, rule in RULES.items():
        assert rule.short == short
        assert callable(rule.load())
        assert set(rule.axioms) <= set(AXIOMS)
        assert all(len(text) > 3 for text in (rule.name, rule.source, rule.promise))


def test_an_unknown_rule_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="rule='borda-ish' should be one of phragmen, mes"):
        find_rule("borda-ish")


def test_every_checker_named_by_an_axiom_exists() -> None:
    import importlib

    for axiom in AXIOMS.values():
        if axiom.checker:
            module, _, name = axiom.checker.partition(":")
            assert callable(getattr(importlib.import_module(module), name))
