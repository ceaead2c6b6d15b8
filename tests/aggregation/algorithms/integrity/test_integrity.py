"""Rings, signals, and results with and without."""

from pathlib import Path

import numpy as np
import pytest

from aggregation.algorithms.integrity.inspection import Events, Texts, inspect_conversation, with_and_without
from aggregation.algorithms.integrity.report import comparison_report, inspection_report
from aggregation.algorithms.integrity.rings import LEAST_VOTES, find_rings
from aggregation.algorithms.integrity.signals import arrival_bursts, copied_texts, straight_lines, voting_pace
from tests.aggregation.algorithms.integrity.conversations import arriving, honest, plant


@pytest.mark.parametrize("seen", [0.5, 1.0])
@pytest.mark.parametrize("rings", [1, 3])
def test_planted_rings_are_found_and_hardly_anybody_else(seen: float, rings: int) -> None:
    found, planted, wrong, others = 0, 0, 0, 0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        votes, truth = plant(rng, honest(rng, seen=seen), rings=rings)
        flagged = {member for ring in find_rings(votes) for member in ring.members}
        accounts = set().union(*truth)
        found, planted = found + len(flagged & accounts), planted + len(accounts)
        wrong, others = wrong + len(flagged - accounts), others + len(votes) - len(accounts)
    assert found / planted >= 0.9
    assert wrong / others <= 0.01


@pytest.mark.parametrize(
    ("people", "statements", "seen", "size"),
    [(300, 60, 0.33, 3), (300, 60, 0.33, 5), (300, 100, 0.2, 4), (300, 40, 0.5, 3), (300, 60, 1.0, 5)],
)
def test_many_small_rings_are_found_among_people_with_some_twenty_votes(
    people: int, statements: int, seen: float, size: int
) -> None:
    rng = np.random.default_rng(size)
    sparse = honest(rng, people, statements, seen)
    votes, truth = plant(rng, sparse, rings=round(0.1 * people / size))
    rings = find_rings(votes)
    flagged = {member for ring in rings for member in ring.members}
    accounts = set().union(*truth)
    assert len(flagged & accounts) >= 0.9 * len(accounts)
    assert len(flagged - accounts) <= 0.01 * (people - len(accounts))
    for ring in rings:  # no two are taken for one
        assert max(len(set(ring.members) & planted) for planted in truth) >= 0.9 * len(ring.members)


def test_who_comes_at_one_time_and_votes_on_all_there_is_makes_no_ring() -> None:
    rng = np.random.default_rng(4)
    votes = arriving(rng)
    assert len({member for ring in find_rings(votes) for member in ring.members}) <= 0.01 * len(votes)
    planted, truth = plant(rng, votes, rings=6)
    flagged = {member for ring in find_rings(planted) for member in ring.members}
    judged = np.count_nonzero(~np.isnan(planted), axis=1) >= LEAST_VOTES
    accounts = {member for member in set().union(*truth) if judged[member]}
    assert len(flagged & accounts) >= 0.9 * len(accounts)
    assert len(flagged - set().union(*truth)) <= 0.01 * len(votes)


def test_rings_are_kept_apart_and_evidence_is_told() -> None:
    rng = np.random.default_rng(0)
    votes, truth = plant(rng, honest(rng, people=200), rings=2)
    rings = find_rings(votes)
    assert len(rings) == 2
    for ring in rings:
        assert max(len(set(ring.members) & planted) for planted in truth) >= 0.9 * len(ring.members)
        assert min(ring.match) >= 0.8
        assert min(ring.evidence) > 0


def test_like_minded_people_are_no_ring() -> None:
    for seed in range(3):
        votes = honest(np.random.default_rng(seed), people=200, camps=2, seen=0.8)
        flagged = {member for ring in find_rings(votes) for member in ring.members}
        assert len(flagged) <= 2


def test_the_order_of_accounts_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    votes, _ = plant(rng, honest(rng, people=150), rings=1)
    order = rng.permutation(len(votes))
    before = {member for ring in find_rings(votes) for member in ring.members}
    after = {int(order[member]) for ring in find_rings(votes[order]) for member in ring.members}
    assert len(before ^ after) <= 0.02 * len(votes)


def test_edges_have_defined_answers() -> None:
    assert find_rings(np.full((4, 3), np.nan)) == ()
    assert find_rings(np.ones((1, 12))) == ()
    with pytest.raises(ValueError, match="noise=1 should lie"):
        find_rings(np.ones((5, 12)), noise=1)


def test_straight_lines_count_only_against_what_statements_call_for() -> None:
    rng = np.random.default_rng(0)
    votes = np.where(rng.random((100, 40)) < 0.5, 1.0, -1.0)
    votes[7] = 1.0
    votes[:, 35:] = 1.0
    found = straight_lines(votes)
    assert np.flatnonzero(found.flagged_P).tolist() == [7]
    assert found.share_P[7] == 1
    assert not straight_lines(np.ones((50, 40))).flagged_P.any()


def test_speed_is_the_median_between_votes() -> None:
    seconds = np.concatenate([np.arange(20) * 0.4, np.arange(20) * 6.0, [0.0]])
    found = voting_pace(seconds, np.repeat([0, 1, 2], [20, 20, 1]), 4)
    assert found.flagged_P.tolist() == [True, False, False, False]
    assert found.median_seconds_P[:2] == pytest.approx([0.4, 6])
    assert np.isnan(found.median_seconds_P[2:]).all()


def test_bursts_of_newcomers() -> None:
    rng = np.random.default_rng(0)
    steady = rng.uniform(0, 7 * 86400, 300)
    assert arrival_bursts(steady) == ()
    burst = np.append(steady, 200000 + rng.uniform(0, 120, 25))
    (found,) = arrival_bursts(burst)
    assert set(found.members) >= set(range(300, 325))
    assert found.expected < 5


def test_copied_texts_are_those_of_other_authors() -> None:
    texts = [
        "The city should build more bicycle lanes on main street.",
        "the city should build MORE bicycle lanes on main street!!",
        "The city should build more bicycle lanes on main street.",
        "Buses should run all night.",
        "I agree",
        "I agree",
    ]
    assert copied_texts(texts, ["a", "b", "a", "c", "d", "e"]) == [[0, 1, 2]]
    assert copied_texts(texts[:1] + texts[2:3], ["a", "a"]) == []


def test_an_inspection_with_results_with_and_without() -> None:
    rng = np.random.default_rng(2)
    votes, truth = plant(rng, honest(rng, people=150), rings=1)
    fast = sorted(set(range(150)) - set.union(*truth))[0]
    voters = np.repeat(np.arange(150), 20)
    seconds = np.tile(np.arange(20) * 5.0, 150) + voters * 3600
    seconds[voters == fast] /= 20
    text = "Everybody should have a garden of their own."
    found = inspect_conversation(
        votes, events=Events(seconds, voters), texts=Texts([text, text.upper()], ["x", "y"], [-1, fast])
    )
    assert set(found.flags[fast]) == {"speed", "copied-text"}
    assert found.flagged.sum() == len(found.flags)
    ids, statements = [f"p{i}" for i in range(150)], [f"s{i}" for i in range(60)]
    report = inspection_report(found, ids, ["first", "second"])
    assert report["copied_texts"] == [["first", "second"]]
    assert {f"p{i}" for i in truth[0]} & set(report["rings"][0])
    compared = comparison_report(with_and_without(votes, found.flagged), statements)
    assert compared["without"]["votes"] < compared["with"]["votes"]
    changes = [abs(compared["agreement"][name]["change"]) for name in compared["most_changed"]]
    assert changes == sorted(changes, reverse=True)


@pytest.mark.parametrize("name", ["london.youth.policing", "15-per-hour-seattle", "brexit-consensus"])
def test_few_are_flagged_in_real_conversations(name: str, shared_data: Path) -> None:
    from deliberation.formats import read_folder

    votes = read_folder(shared_data / "polis" / name).votes
    found = inspect_conversation(votes)
    assert found.flagged.mean() <= 0.01
