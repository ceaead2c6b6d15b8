"""Rankings: published cases, oracles, claimed axioms and properties."""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from aggregation.algorithms.rankings.axiom_report import report_axioms
from aggregation.algorithms.rankings.pairwise import disagreement, preferred
from aggregation.algorithms.rankings.profile import Profile, Ranking, Settings, apply_floor, make_profile
from aggregation.algorithms.rules import find_rule, rules_of

DEFAULT = Settings()
N1 = np.array(6 * [(11.0, 7, 5)] + 3 * [(1.0, 6, 5)] + [(1.0, 4, 5)])
S1 = [[1, 2, 3, 4], [2, 1, 4, 3], [4, 1, 2, 3], [2, 3, 4, 1], [3, 2, 4, 1]]
S1_TIES = [[3, 1, 2, 2], [1, 3, 2, 2], [3, 2, 2, 1], [2, 3, 1, 1], [4, 2, 1, 3]]
RULES = [rule.short for rule in rules_of("ranking")]


def rank(rule: str, profile: Profile, given: Settings = DEFAULT) -> Ranking:
    found: Ranking = find_rule(rule).load()(profile, given)
    return found


def test_the_published_welfare_case() -> None:
    profile = make_profile(N1)
    assert rank("utilitarian", profile).score_C == pytest.approx([7.0, 6.4, 5.0])
    assert rank("nash", profile).score_C == pytest.approx([4.2154, 6.3199, 5.0], abs=5e-5)
    assert [rank(rule, profile).order[0] for rule in ("utilitarian", "nash", "leximin")] == [(0,), (1,), (2,)]
    groups = np.repeat([0, 1, 2], [6, 3, 1])
    grouped = make_profile(N1, group_V=groups)
    assert rank("nash", grouped).score_C == pytest.approx([4.2154, 6.3199, 5.0], abs=5e-5)
    equal = make_profile(N1, group_V=groups, equal_groups=True)
    score = rank("nash", equal).score_C
    assert score is not None
    assert score[1] == pytest.approx(5.5178, abs=5e-5)


def test_the_published_schulze_cases() -> None:
    assert rank("schulze", make_profile(-np.array(S1))).rank_C().tolist() == [2, 0, 3, 1]
    assert rank("schulze", make_profile(-np.array(S1_TIES))).rank_C().tolist() == [2, 1, 0, 0]


def test_a_floor_protects_a_group_whose_weight_goes_to_nothing() -> None:
    utilities = np.array([[9.0, 6, 5], [9.0, 6, 5], [0.01, 4, 5]])
    profile = make_profile(utilities, weight_V=[1, 1, 1e-6], group_V=[0, 0, 1])
    nash = rank("nash", profile)
    assert nash.order == ((0,), (1,), (2,))
    floored = apply_floor(nash, profile.group_means(), 1.0)
    assert floored.order == ((1,), (2,), (0,))
    assert floored.details["under_floor"] == (0,)


def test_nash_needs_utilities_over_its_zero() -> None:
    profile = make_profile([[1.0, -2.0]])
    with pytest.raises(ValueError, match="utility -2 should be >= zero=0"):
        rank("nash", profile)
    assert rank("nash", profile, Settings(zero=-3)).score_C == pytest.approx([4, 1])


def profiles(options: int = 4) -> st.SearchStrategy[NDArray[np.float64]]:
    """Ballots of strict orders, utilities 1 to C."""
    ballot = st.permutations([float(u) for u in range(1, options + 1)])
    return st.lists(ballot, min_size=1, max_size=9).map(np.array)


def claims() -> list[tuple[str, str]]:
    return [(rule.short, axiom) for rule in rules_of("ranking") for axiom in rule.axioms]


@pytest.mark.parametrize(("rule", "axiom"), claims())
@settings(max_examples=25)
@given(values=profiles(), seed=st.integers(0, 99))
def test_rules_satisfy_the_axioms_they_claim(rule: str, axiom: str, values: NDArray[np.float64], seed: int) -> None:
    profile = make_profile(values)
    outcomes = report_axioms(
        profile, rank(rule, profile), lambda changed: rank(rule, changed), rng=np.random.default_rng(seed), probes=6
    )
    assert next(outcome for outcome in outcomes if outcome.axiom == axiom).holds


def test_axioms_that_borda_and_kemeny_do_not_claim_can_fail() -> None:
    # Three of five put 0 first, but Borda prefers 1; and a clone of 2 under it changes Borda's winner.
    values = -np.array(3 * [[1, 2, 3]] + 2 * [[3, 1, 2]])
    profile = make_profile(values)
    borda = rank("borda", profile)
    report = {
        outcome.axiom: outcome
        for outcome in report_axioms(profile, borda, lambda p: rank("borda", p), rng=np.random.default_rng(0))
    }
    assert borda.order[0] == (1,)
    assert (report["majority"].holds, report["majority"].witness) == (False, (0,))
    assert (report["condorcet"].holds, report["condorcet"].witness) == (False, (0,))
    leader = make_profile(-np.array(3 * [[1, 2]] + 2 * [[2, 1]]))
    found = report_axioms(leader, rank("borda", leader), lambda p: rank("borda", p), rng=np.random.default_rng(0))
    assert [outcome.holds for outcome in found if outcome.axiom == "clones"] == [False]
    with_none = report_axioms(leader, rank("kemeny", leader), lambda p: rank("kemeny", p), rng=np.random.default_rng(0))
    assert {outcome.axiom: outcome.holds for outcome in with_none}["condorcet"]


@settings(max_examples=40)
@given(values=profiles(5))
def test_against_pref_voting(values: NDArray[np.float64]) -> None:
    from pref_voting.margin_based_methods import beat_path
    from pref_voting.other_methods import kemeny_young_rankings
    from pref_voting.profiles import Profile as Oracle
    from pref_voting.scoring_methods import borda

    oracle = Oracle([np.argsort(-ballot).tolist() for ballot in values])
    profile = make_profile(values)
    assert list(rank("schulze", profile).order[0]) == sorted(beat_path(oracle))
    assert list(rank("borda", profile).order[0]) == sorted(borda(oracle))
    rankings, _ = kemeny_young_rankings(oracle)
    found = rank("kemeny", profile)
    assert tuple(option for (option,) in found.order) == min(tuple(one) for one in rankings)
    assert found.details["optimal_orders"] == len(rankings)


def test_kemeny_by_search_finds_what_dynamic_programming_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    from aggregation.algorithms.rankings import pairwise

    rng = np.random.default_rng(0)
    for _ in range(20):
        profile = make_profile(rng.random((7, 7)))
        exact = rank("kemeny", profile)
        monkeypatch.setattr(pairwise, "EXACT", 0)
        searched = rank("kemeny", profile)
        monkeypatch.undo()
        assert searched.details["disagreement"] == pytest.approx(exact.details["disagreement"])
        order = [option for (option,) in searched.order]
        above = preferred(profile.values_VC, profile.weight_V)
        assert disagreement(order, above) == pytest.approx(searched.details["disagreement"])


def test_the_nash_optimal_order_is_the_best_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    from aggregation.algorithms.rankings import welfare

    rng = np.random.default_rng(1)
    values = rng.random((6, 5))
    profile = make_profile(values, weight_V=rng.random(6))

    def worth(order: tuple[int, ...]) -> float:
        discount = 1 / np.log2(2 + np.arange(5))
        return float(profile.weight_V @ np.log(values[:, order] @ discount))

    found = rank("nash-order", profile)
    best = max(permutations(range(5)), key=worth)
    assert tuple(option for (option,) in found.order) == best
    monkeypatch.setattr(welfare, "EXACT", 0)
    assert rank("nash-order", profile).order == found.order


def test_strengths_are_where_the_penalised_likelihood_is_greatest() -> None:
    rng = np.random.default_rng(5)
    values = rng.permuted(np.tile(np.arange(4.0), (30, 1)), axis=1)
    values[:10, 2] = values[:10, 1]  # ties

    def bradley_terry(theta: NDArray[np.float64]) -> float:
        total = -0.5 * theta @ theta
        for ballot in values:
            for a in range(4):
                for b in range(a):
                    win = 0.5 + 0.5 * np.sign(ballot[a] - ballot[b])
                    gap = theta[a] - theta[b]
                    total += -win * np.log1p(np.exp(-gap)) - (1 - win) * np.log1p(np.exp(gap))
        return float(total)

    def plackett_luce(theta: NDArray[np.float64]) -> float:
        total = -0.5 * theta @ theta
        for ballot in values:
            for option in range(4):
                total += theta[option] - np.log(np.exp(theta)[ballot <= ballot[option]].sum())
        return float(total)

    likelihoods: dict[str, Callable[[NDArray[np.float64]], float]] = {
        "bradley-terry": bradley_terry,
        "plackett-luce": plackett_luce,
    }
    for rule, likelihood in likelihoods.items():
        theta = np.array(rank(rule, make_profile(values)).score_C)
        for step in np.concatenate([np.eye(4), -np.eye(4)]) * 1e-3:
            assert likelihood(theta) > likelihood(theta + step)


def test_strengths_are_of_groups() -> None:
    values = np.array(30 * [[2.0, 1.0, 0.0]] + 10 * [[0.0, 1.0, 2.0]])
    found = rank("bradley-terry", make_profile(values, group_V=np.repeat([0, 1], [30, 10]), equal_groups=True))
    assert found.details["strength_GC"][0][0] > 0 > found.details["strength_GC"][1][0]
    assert found.order == ((0, 1, 2),) or abs(found.score_C[0] + found.score_C[2]) < 0.6  # type: ignore[index]  # scores
    assert found.details["share_G"] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=15)
@given(data=st.data(), values=profiles(), scale=st.floats(1e-3, 1e3))
def test_order_of_voters_names_of_options_and_scale_of_weights_change_nothing(
    rule: str, data: st.DataObject, values: NDArray[np.float64], scale: float
) -> None:
    weights = np.array(data.draw(st.lists(st.integers(1, 5), min_size=len(values), max_size=len(values))), dtype=float)
    voters = np.array(data.draw(st.permutations(range(len(values)))))
    columns = np.array(data.draw(st.permutations(range(values.shape[1]))))
    before = rank(rule, make_profile(values, weight_V=weights))
    again = rank(rule, make_profile(values[voters], weight_V=weights[voters] * scale))
    assert again.order == before.order
    renamed = rank(rule, make_profile(values[:, columns], weight_V=weights))
    if before.score_C is not None:
        assert [sorted(columns[list(tied)]) for tied in renamed.order] == [list(tied) for tied in before.order]
    elif rule == "kemeny":
        assert renamed.details["disagreement"] == pytest.approx(before.details["disagreement"])
    else:
        assert renamed.details["welfare"] == pytest.approx(before.details["welfare"])


@pytest.mark.parametrize("rule", RULES)
def test_one_voter_one_option_and_what_is_missing(rule: str) -> None:
    assert rank(rule, make_profile([[3.0]])).order == ((0,),)
    assert rank(rule, make_profile([[1.0, 3.0, 2.0]])).order == ((1,), (2,), (0,))
    gaps = make_profile([[1.0, np.nan, 2.0], [1.0, 3.0, 2.0]], group_V=[0, 0])
    assert len(rank(rule, gaps).rank_C()) == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make_profile(np.zeros((0, 3))), "voters by options"),
        (lambda: make_profile([[np.inf]]), "should be finite"),
        (lambda: make_profile([[1.0]], weight_V=[0]), "not all 0"),
        (lambda: make_profile([[1.0]], group_V=[0, 1]), "groups should be 1"),
        (lambda: rank("utilitarian", make_profile([[np.nan]])), "nobody in group 0 said anything of option 0"),
        (lambda: rank("bradley-terry", make_profile([[1.0]]), Settings(ridge=0)), "ridge=0 should be > 0"),
        (lambda: rank("nash", make_profile([[1.0]]), Settings(epsilon=-1)), "epsilon=-1 should be"),
    ],
)
def test_what_does_not_fit_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]  # a lambda
    with pytest.raises(ValueError, match=message):
        call()
