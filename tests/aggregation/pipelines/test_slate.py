"""The slate pipeline on planted opinions."""

import json

import numpy as np
import pytest

from aggregation import snapshots
from aggregation.algorithms.rules import rules_of
from aggregation.pipelines.outcome import silent
from aggregation.pipelines.slate import compute
from tests.aggregation.pipelines.votes import LEVELS, planted

ASKED = {"rule": "mes", "k": 4, "missing": "impute", "grouping": "opinion", "selection": {}}


def run(votes, **more):
    return compute(votes, ASKED | more, seed=3, tell=silent)


def test_missing_votes_are_refused_unless_told_otherwise():
    votes, _, _ = planted()
    with pytest.raises(ValueError, match="answers are missing and missing='refuse'"):
        run(votes, missing="refuse")


def test_votes_taken_as_they_are_warn_of_exposure_and_estimated_ones_are_agreed_with():
    votes, truth, group = planted(people=240, candidates=40)
    raw = run(votes, rule="av", missing="zero", compare=False)
    estimated = run(votes, compare=False)
    assert raw.result["exposure"]["decides"]
    assert any("approvals follow exposure: correlation" in warning for warning in raw.warnings)
    chosen = [int(row["candidate"]) for row in estimated.result["slate"]]
    # Each member is widely agreed with in the group that it stands for most.
    for row, candidate in zip(estimated.result["slate"], chosen, strict=True):
        largest = max(row["groups"], key=lambda cell: cell["stands_for"])["group"]
        assert truth[group == LEVELS.index(largest), candidate].mean() > 0.5
    frequency = {row["candidate"]: row["frequency"] for row in estimated.result["imputed"]["inclusion"]}
    assert all(frequency[row["candidate"]] > 0 for row in estimated.result["slate"])
    assert {one["scope"] for one in estimated.result["certificates"]} == {"imputed"}
    assert {one["scope"] for one in raw.result["certificates"]} == {"observed"}


def test_complete_votes_are_certified_as_dense():
    votes, _, _ = planted(people=60, candidates=8, seen=(1, 1))
    found = run(votes, missing="refuse").result
    assert [(one["axiom"], one["scope"], one["holds"]) for one in found["certificates"]] == [
        ("jr", "dense", True),
        ("ejr+", "dense", True),
    ]
    assert found["imputed"] is None


@pytest.mark.parametrize("rule", [rule.short for rule in rules_of("slate")])
def test_every_rule_gives_a_result_that_json_can_hold_and_that_comes_out_again(rule):
    votes, _, _ = planted()
    once, twice = (run(snapshots.from_bytes(snapshots.to_bytes(votes)), rule=rule, budget=20) for _ in range(2))
    assert json.loads(json.dumps(once.result, allow_nan=False)) == once.result
    assert once == twice
    stood = sum(row["stands_for"] for row in once.result["slate"])
    assert stood == once.result["people"] == sum(row["people"] for row in once.result["groups"])


def test_rules_side_by_side_say_where_they_differ_from_the_chosen_one():
    votes, _, _ = planted()
    found = run(votes).result
    own = next(row for row in found["rules"] if row["rule"] == "mes")
    assert (own["added"], own["dropped"], own["costs"]) == ([], [], [])
    mine = [row["candidate"] for row in found["slate"]]
    for row in found["rules"]:
        assert set(row["slate"]) - set(mine) == set(row["added"])
        assert set(mine) - set(row["slate"]) == set(row["dropped"])


def test_people_left_out_are_left_out_of_the_second_computation_only():
    votes, _, group = planted()
    minority = [votes.people.ids[row] for row in np.flatnonzero(group == 2)]
    found = run(votes, selection={"excluded": minority}).result
    assert found["people"] == len(votes.people)
    assert found["without"]["left_out"] == len(minority)
    assert found["without"]["people"] == len(votes.people) - len(minority)


def test_weights_and_strata_change_who_counts():
    votes, _, group = planted()
    only = run(votes, selection={"stratum": ["opinion", "C"]}, k=2).result
    assert [row["group"] for row in only["groups"]] == ["C"]
    assert only["people"] == int((group == 2).sum())
    even = run(votes, selection={"weighting": "groups", "grouping": "opinion"}).result
    sizes = np.bincount(group)
    assert even["n_eff"] == pytest.approx(9 / (1 / sizes).sum())
    with pytest.raises(ValueError, match="Z: no such group"):
        run(votes, selection={"weighting": "targets", "grouping": "opinion", "targets": {"Z": 1}})


def test_snapshots_keep_everything_but_member_rows():
    votes, _, _ = planted()
    back = snapshots.from_bytes(snapshots.to_bytes(votes))
    assert snapshots.sha256_of(back) == snapshots.sha256_of(votes)
    assert np.array_equal(back.votes_PC(), votes.votes_PC(), equal_nan=True)
    assert set(back.people.member_P.tolist()) == {-1}
    other = planted(seed=1)[0]
    assert snapshots.sha256_of(other) != snapshots.sha256_of(votes)
