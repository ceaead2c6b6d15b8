"""What must not matter: the order of people, the scale of weights, names of candidates; and the edges."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aggregation.algorithms.rules import find_rule, rules_of
from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.justified import check_ejr_plus, check_jr
from tests.aggregation.algorithms.slates.profiles import approvals, elections

APPROVAL_RULES = [rule.short for rule in rules_of("slate") if rule.takes == "approvals"]
Election = tuple[NDArray[np.bool_], int]


def chosen(rule: str, ballots: Approvals, k: int) -> tuple[int, ...]:
    return tuple(find_rule(rule).load()(ballots, k).chosen)


@pytest.mark.parametrize("rule", APPROVAL_RULES)
@settings(max_examples=60)
@given(election=elections(), data=st.data())
def test_the_order_of_voters_changes_nothing(rule: str, election: Election, data: Any) -> None:
    table, k = election
    weights = np.array(data.draw(st.lists(st.integers(1, 5), min_size=len(table), max_size=len(table))), dtype=float)
    order = data.draw(st.permutations(range(len(table))))
    before = chosen(rule, Approvals.from_dense(table, weights), k)
    assert chosen(rule, Approvals.from_dense(table[order], weights[order]), k) == before


@pytest.mark.parametrize("rule", APPROVAL_RULES)
@settings(max_examples=60)
@given(election=elections(), scale=st.sampled_from([1e-300, 1e-6, 0.3, 7.0, 1e9, 1e300]), data=st.data())
def test_scaling_all_weights_changes_nothing(rule: str, election: Election, scale: float, data: Any) -> None:
    table, k = election
    weights = np.array(data.draw(st.lists(st.integers(1, 5), min_size=len(table), max_size=len(table))), dtype=float)
    before = chosen(rule, Approvals.from_dense(table, weights), k)
    assert chosen(rule, Approvals.from_dense(table, weights * scale), k) == before


@pytest.mark.parametrize("rule", APPROVAL_RULES)
def test_names_of_candidates_change_nothing_where_nothing_ties(rule: str) -> None:
    rng = np.random.default_rng(2)
    for _ in range(40):
        # Greedy Monroe settles ties between people by their ballots, read in the order of candidates: there a ballot
        # names one candidate only, so that everybody who could be chosen is alike.
        likes = rng.integers(0, 6, 40)
        table = likes[:, None] == np.arange(6) if rule == "greedy-monroe" else rng.random((40, 6)) < 0.5
        weights = rng.random(40) + 0.1  # of no simple ratio, so that no two scores are equal
        assert len(np.unique(table, axis=1).T) == 6
        order = rng.permutation(6)
        before = chosen(rule, Approvals.from_dense(table, weights), 3)
        after = chosen(rule, Approvals.from_dense(table[:, order], weights), 3)
        assert tuple(int(order[candidate]) for candidate in after) == before


@pytest.mark.parametrize("rule", [rule for rule in APPROVAL_RULES if rule != "greedy-monroe"])
@settings(max_examples=60)
@given(election=elections(voters=5), data=st.data())
def test_a_weight_is_as_good_as_so_many_people(rule: str, election: Election, data: Any) -> None:
    table, k = election
    weights = np.array(data.draw(st.lists(st.integers(1, 4), min_size=len(table), max_size=len(table))))
    copies = Approvals.from_dense(np.repeat(table, weights, axis=0))
    assert chosen(rule, Approvals.from_dense(table, weights), k) == chosen(rule, copies, k)


@settings(max_examples=60)
@given(election=elections(voters=5), data=st.data())
def test_checkers_count_weights_as_people(election: Election, data: Any) -> None:
    table, k = election
    weights = np.array(data.draw(st.lists(st.integers(1, 4), min_size=len(table), max_size=len(table))))
    slate = data.draw(st.permutations(range(table.shape[1])))[:k]
    weighted, copies = Approvals.from_dense(table, weights), Approvals.from_dense(np.repeat(table, weights, axis=0))
    for check in (check_jr, check_ejr_plus):
        assert check(weighted, slate).holds == check(copies, slate).holds


@pytest.mark.parametrize("rule", APPROVAL_RULES)
def test_edges_have_defined_answers(rule: str) -> None:
    nobody_approves = Approvals.from_dense(np.zeros((3, 4)))
    assert chosen(rule, nobody_approves, 2) == (0, 1)
    one_person = Approvals.from_dense(np.array([[0, 1, 0, 1]]))
    # Once greedy Monroe has represented everybody, all that is left ties and the earlier column follows.
    assert chosen(rule, one_person, 2) == ((1, 0) if rule == "greedy-monroe" else (1, 3))
    assert sorted(chosen(rule, one_person, 4)) == [0, 1, 2, 3]
    a_column_of_nothing = approvals([{0}, {2}], 3)
    assert set(chosen(rule, a_column_of_nothing, 2)) == {0, 2}
    without_weight = approvals([{0}, {2}, {1}], 3, [1, 1, 0])
    assert set(chosen(rule, without_weight, 2)) == {0, 2}


@pytest.mark.parametrize("rule", APPROVAL_RULES)
@pytest.mark.parametrize(("k", "message"), [(5, "k=5 should be <= candidates=4"), (0, "k=0 should be >= 1")])
def test_slates_of_impossible_size_are_refused(rule: str, k: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        chosen(rule, Approvals.from_dense(np.ones((3, 4))), k)


@pytest.mark.parametrize(
    ("table", "weights", "message"),
    [
        (np.zeros((0, 3)), None, "n_voters=0 and n_candidates=3 should both be >= 1"),
        (np.zeros((3, 0)), None, "n_voters=3 and n_candidates=0"),
        (np.array([[1, 0], [0, 2]]), None, "voter 1, candidate 1: 2 should be 0 or 1"),
        (np.array([[1, np.nan]]), None, "voter 0, candidate 1: nan should be 0 or 1"),
        (np.ones(3), None, "1 dimensions and should have 2"),
        (np.ones((2, 2)), [1.0], r"weights of shape \(1,\) should have shape \(2,\)"),
        (np.ones((2, 2)), [0.0, 0.0], "not all 0"),
        (np.ones((2, 2)), [1.0, -1.0], ">= 0"),
        (np.ones((2, 2)), [1.0, np.inf], "finite"),
    ],
)
def test_ballots_that_are_none_are_refused(table: Any, weights: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Approvals.from_dense(table, weights)


def test_positions_outside_are_refused() -> None:
    with pytest.raises(ValueError, match=r"a voter position lies outside 0\.\.1"):
        Approvals.from_pairs([2], [0], 2, 1)
    with pytest.raises(ValueError, match=r"slate=\[7\] should be positions in 0\.\.3"):
        check_jr(Approvals.from_dense(np.ones((2, 4))), [7])


def test_inputs_stay_as_they_were_and_approvals_come_back() -> None:
    table = np.array([[1, 0, 1], [0, 0, 1]])
    before = table.copy()
    ballots = Approvals.from_dense(table)
    for rule in APPROVAL_RULES:
        chosen(rule, ballots, 2)
    assert (table == before).all()
    assert (ballots.dense() == (before > 0)).all()
    doubled = Approvals.from_pairs([0, 0, 0, 1], [0, 2, 2, 2], 2, 3)
    assert (doubled.dense() == ballots.dense()).all()
