"""Influence, added ballots, clones and clusters."""

from functools import partial

import numpy as np
import pytest

from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.attack import clone_test, least_added_ballots
from aggregation.algorithms.slates.clusters import cluster_match_support, cluster_match_weights
from aggregation.algorithms.slates.equal_shares import equal_shares
from aggregation.algorithms.slates.influence import drop_each_cluster, drop_each_voter, drop_most_aligned, drop_voters
from aggregation.algorithms.slates.pav import approval_voting
from aggregation.algorithms.slates.phragmen import seq_phragmen
from tests.aggregation.algorithms.slates.profiles import approvals

CLOSE = approvals(5 * [{0}] + 4 * [{1}] + 3 * [{2}], 4)


def test_dropping_one_voter_tells_whose_vote_decides() -> None:
    ballots = approvals(3 * [{0}] + 2 * [{2}] + 2 * [{1}], 3)
    found = drop_each_voter(ballots, 2, seq_phragmen)
    assert [influence.dropped for influence in found] == [(voter,) for voter in range(7)]
    # Candidates 1 and 2 tie for the second seat, which the earlier column takes until one of its two voters is gone.
    assert [influence.changed for influence in found] == [False] * 5 + [True] * 2
    assert (found[5].lost, found[5].gained) == ((1,), (2,))


def test_dropping_voters_is_choosing_without_them() -> None:
    rng = np.random.default_rng(0)
    table, weights = rng.random((20, 6)) < 0.4, rng.random(20)
    dropped = [3, 5, 11]
    kept = np.delete(np.arange(20), dropped)
    found = drop_voters(Approvals.from_dense(table, weights), 3, equal_shares, dropped)
    assert found.slate == equal_shares(Approvals.from_dense(table[kept], weights[kept]), 3).chosen


def test_dropping_clusters_and_the_most_aligned() -> None:
    found = drop_each_cluster(CLOSE, 2, approval_voting, np.repeat(["a", "b", "c"], [5, 4, 3]))
    assert {label: influence.slate for label, influence in found.items()} == {"a": (1, 2), "b": (0, 2), "c": (0, 1)}
    aligned = drop_most_aligned(CLOSE, 2, approval_voting, percents=(10, 50))
    assert aligned[10].dropped == (0, 1)
    assert aligned[50].dropped == (0, 1, 2, 3, 4, 5)
    assert set(aligned[50].slate) == {1, 2}
    with pytest.raises(ValueError, match="percent=0 should be > 0"):
        drop_most_aligned(CLOSE, 2, approval_voting, percents=(0,))
    with pytest.raises(ValueError, match="dropping 12 of 12 voters leaves nobody"):
        drop_voters(CLOSE, 2, approval_voting, np.arange(12))


@pytest.mark.parametrize("rule", [approval_voting, seq_phragmen, equal_shares])
def test_added_ballots_are_the_least_that_change_the_slate(rule: object) -> None:
    rng = np.random.default_rng(1)
    table = rng.random((25, 6)) < 0.35
    ballots = Approvals.from_dense(table)
    before = set(rule(ballots, 3).chosen)  # type: ignore[operator]  # any of the rules above
    for attack in least_added_ballots(ballots, 3, rule, limit=40):  # type: ignore[arg-type]  # as above
        assert attack.target not in before
        if attack.ballots is None:
            continue
        for added, same in ((attack.ballots, False), (attack.ballots - 1, True)):
            bullet = np.zeros((added, 6), dtype=bool)
            bullet[:, attack.target] = True
            after = set(rule(Approvals.from_dense(np.vstack([table, bullet])), 3).chosen)  # type: ignore[operator]  # as above
            assert (after == before) is same


def test_attacks_are_listed_cheapest_first_and_may_be_too_dear() -> None:
    found = least_added_ballots(CLOSE, 2, approval_voting, limit=3)
    assert [(attack.target, attack.ballots) for attack in found] == [(2, 2), (3, None)]
    assert found[1].slate == (0, 1)
    with pytest.raises(ValueError, match="limit=0 should be >= 1"):
        least_added_ballots(CLOSE, 2, approval_voting, limit=0)


def test_clones_crowd_a_minority_out_of_approval_voting_but_not_out_of_equal_shares() -> None:
    ballots = approvals(6 * [{0}] + 4 * [{1}], 2)
    by_approval, by_shares = clone_test(ballots, 2, approval_voting), clone_test(ballots, 2, equal_shares)
    assert (by_approval[0].slate, by_approval[0].seats, by_approval[0].lost) == ((0, 0), 2, (1,))
    assert (set(by_shares[0].slate), by_shares[0].lost, by_shares[0].gained) == ({0, 1}, (), ())
    with pytest.raises(ValueError, match="copies=0 should be >= 1"):
        clone_test(ballots, 2, approval_voting, copies=0)


def test_cluster_match_counts_agreement_across_clusters() -> None:
    one = np.zeros((100, 2), dtype=int)
    one[:25, 0] = 1
    one[::4, 1] = 1
    clusters = np.repeat(np.arange(4), 25)
    support = cluster_match_support(Approvals.from_dense(one), clusters)
    assert support == pytest.approx([5, np.sqrt(7) + 3 * np.sqrt(6)])
    weights = cluster_match_weights(np.repeat([0, 1], [4, 16]))
    assert [weights[:4].sum(), weights[4:].sum()] == pytest.approx([2, 4])
    assert cluster_match_weights(["a", "b", "b"], [0.0, 2.0, 2.0]).tolist() == [0, 1, 1]
    crowd = partial(approvals, 16 * [{0}] + 4 * [{1}] + 4 * [{1}], 2)
    assert approval_voting(crowd(), 1).chosen == (0,)
    assert approval_voting(crowd(cluster_match_weights(np.repeat([0, 1, 2], [16, 4, 4]))), 1).chosen == (0,)
    assert approval_voting(crowd(cluster_match_weights(np.repeat([0, 1, 2, 3], [16, 4, 2, 2]))), 1).chosen == (1,)


def test_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one label per voter \(12\)"):
        drop_each_cluster(CLOSE, 2, approval_voting, [1, 2])
    with pytest.raises(ValueError, match=r"one label per voter \(12\)"):
        cluster_match_support(CLOSE, [1, 2])
    with pytest.raises(ValueError, match="2 finite numbers >= 0"):
        cluster_match_weights(["a", "b"], [1.0, -1.0])
