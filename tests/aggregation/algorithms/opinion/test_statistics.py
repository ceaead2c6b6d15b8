"""Counts, representative statements, consensus, division and priorities, by hand and by property."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from aggregation.algorithms.opinion import (
    VoteMatrix,
    count_votes,
    describe_groups,
    draw_next_statement,
    wilson_interval,
)
from aggregation.algorithms.opinion import counts as counts_module
from aggregation.algorithms.opinion.proportions import one_proportion_z, smoothed_share, two_proportions_z
from tests.aggregation.algorithms.opinion.conversations import Votes, planted, vote_tables

tables_with_groups = vote_tables().flatmap(
    lambda votes: st.tuples(
        st.just(votes), st.lists(st.sampled_from([-1, 0, 1, 4]), min_size=len(votes), max_size=len(votes))
    )
)


@given(tables_with_groups)
def test_counts_are_those_of_a_plain_loop(table) -> None:
    votes, labels = table
    labels = np.array(labels, dtype=int)
    counts = count_votes(VoteMatrix.from_dense(votes), labels)
    assert counts.groups.tolist() == sorted(set(labels[labels >= 0].tolist()))
    for row, group in enumerate(counts.groups):
        members = votes[labels == group]
        assert counts.sizes[row] == len(members)
        np.testing.assert_array_equal(counts.agree[row], (members == 1).sum(axis=0))
        np.testing.assert_array_equal(counts.disagree[row], (members == -1).sum(axis=0))
        np.testing.assert_array_equal(counts.seen[row], (~np.isnan(members)).sum(axis=0))
    np.testing.assert_array_equal(counts.agree_all, (votes == 1).sum(axis=0))
    np.testing.assert_array_equal(counts.disagree_all, (votes == -1).sum(axis=0))
    np.testing.assert_array_equal(counts.seen_all, (~np.isnan(votes)).sum(axis=0))


def test_counting_in_portions_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    votes, groups = planted((30, 20))
    votes[3] = np.nan
    whole = count_votes(VoteMatrix.from_dense(votes), groups)
    monkeypatch.setattr(counts_module, "VOTES_AT_ONCE", 37)
    portions = count_votes(VoteMatrix.from_dense(votes), groups)
    np.testing.assert_array_equal(whole.agree, portions.agree)
    np.testing.assert_array_equal(whole.seen_all, portions.seen_all)


def test_labels_of_other_participants_are_refused() -> None:
    with pytest.raises(ValueError, match=r"labels=1 should be one for each of n_participants=2"):
        describe_groups([[1.0], [0.0]], [0])


@given(tables_with_groups, st.randoms(use_true_random=False))
def test_statistics_do_not_depend_on_the_order_of_participants(table, random) -> None:
    votes, labels = table
    order = list(range(len(votes)))
    random.shuffle(order)
    one = describe_groups(votes, labels)
    other = describe_groups(votes[order], np.array(labels, dtype=int)[order])
    assert one.representative == other.representative
    assert one.consensus == other.consensus
    assert one.dividing == other.dividing
    np.testing.assert_array_equal(one.group_informed_consensus, other.group_informed_consensus)
    np.testing.assert_array_equal(one.priorities, other.priorities)


def test_the_proportion_tests_by_hand() -> None:
    """8 of 10 against 3 of 12: pseudo-counts first, then the usual formulas."""
    eight, ten, three, twelve = (np.array([n]) for n in (8, 10, 3, 12))
    assert smoothed_share(eight, ten)[0] == 9 / 12
    assert one_proportion_z(eight, ten)[0] == pytest.approx(2 * 11**0.5 * (9 / 11 - 0.5))
    pooled = 13 / 24
    expected = (9 / 11 - 4 / 13) / (pooled * (1 - pooled) * (1 / 11 + 1 / 13)) ** 0.5
    assert two_proportions_z(eight, ten, three, twelve)[0] == pytest.approx(expected)
    assert two_proportions_z(ten, ten, twelve, twelve)[0] == 0


@given(st.integers(0, 50), st.integers(1, 50))
def test_the_interval_is_wilsons(successes: int, more: int) -> None:
    trials = successes + more
    low, high = wilson_interval(np.array([successes]), np.array([trials]))
    expected = binomtest(successes, trials).proportion_ci(method="wilson")
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_nobody_asked_leaves_everything_open() -> None:
    low, high = wilson_interval(np.array([0]), np.array([0]))
    assert (low[0], high[0]) == (0, 1)


def two_camps() -> tuple[Votes, list[int]]:
    """Ten against ten: statement 0 and 1 divide, 2 unites, 3 hardly anybody saw, 4 is passed, 5 is refused by all."""
    votes = np.zeros((20, 6))
    votes[:10, 0], votes[10:, 0] = 1, -1
    votes[:10, 1], votes[10:, 1] = -1, 1
    votes[:, 2] = 1
    votes[1:, 3] = np.nan
    votes[0, 3] = 1
    votes[:, 5] = -1
    return votes, [0] * 10 + [1] * 10


def test_each_camp_stands_for_what_sets_it_apart() -> None:
    found = describe_groups(*two_camps())
    first, second = found.representative[0], found.representative[1]
    assert [(one.statement, one.direction) for one in first] == [(0, "agree"), (1, "disagree")]
    assert [(one.statement, one.direction) for one in second] == [(1, "agree"), (0, "disagree")]
    assert (first[0].count, first[0].seen) == (10, 10)
    assert first[0].probability == 11 / 12
    assert first[0].ratio == pytest.approx(11)


def test_a_rejected_statement_stands_for_nobody_but_keeps_its_group_informed_consensus() -> None:
    votes, labels = two_camps()
    found = describe_groups(votes, labels, moderated_out=[0], meta=[2])
    mentioned = {one.statement for chosen in found.representative.values() for one in chosen}
    mentioned |= {one.statement for one in (*found.consensus.agree, *found.consensus.disagree, *found.dividing)}
    assert not mentioned & {0, 2}
    assert found.group_informed_consensus[0] == pytest.approx(11 / 12 * 1 / 12)
    assert found.priorities[2] == 49


def test_consensus_of_all_and_of_every_group() -> None:
    found = describe_groups(*two_camps())
    assert [one.statement for one in found.consensus.agree] == [2, 3]
    assert [one.statement for one in found.consensus.disagree] == [5]
    np.testing.assert_allclose(
        found.group_informed_consensus, [11 / 144, 11 / 144, 121 / 144, 2 / 3 * 1 / 2, 1 / 144, 1 / 144]
    )


def test_group_informed_consensus_multiplies_in_the_order_of_the_groups() -> None:
    """To the last digit: floating point products depend on their order."""
    votes, groups = planted((9, 8, 7, 6, 5), noise=0.5)
    expected = []
    for column in votes.T:
        product = 1.0
        for group in range(5):
            product *= ((column[groups == group] == 1).sum() + 1) / ((~np.isnan(column[groups == group])).sum() + 2)
        expected.append(product)
    assert describe_groups(votes, groups).group_informed_consensus.tolist() == expected


def test_voters_in_no_group_count_for_the_majority_alone() -> None:
    votes, _ = two_camps()
    found = describe_groups(votes, [-1] * 20)
    assert [(one.statement, one.count, one.seen) for one in found.consensus.agree] == [(2, 20, 20), (3, 1, 1)]
    assert (found.group_informed_consensus == 1).all()
    assert found.representative == {}


def test_the_best_agreement_leads_even_where_nothing_sets_the_group_apart() -> None:
    votes = np.ones((20, 2))
    votes[:, 1] = -1
    found = describe_groups(votes, [0] * 10 + [1] * 10)
    assert [(one.statement, one.ratio_z) for one in found.representative[0]] == [(0, 0.0)]


def test_what_divides_are_the_statements_on_which_the_camps_oppose_each_other() -> None:
    found = describe_groups(*two_camps()).dividing
    assert [(one.statement, one.agreeing_group, one.disagreeing_group, one.opposed) for one in found] == [
        (0, 0, 1, True),
        (1, 1, 0, True),
    ]
    assert all(0 < one.low < one.difference < one.high <= 1 for one in found)


def test_a_few_votes_do_not_make_a_statement_divide() -> None:
    votes = np.full((20, 1), np.nan)
    votes[0], votes[19] = 1, -1
    assert describe_groups(votes, [0] * 10 + [1] * 10).dividing == ()


@given(tables_with_groups)
def test_exchanging_agree_and_disagree_keeps_what_divides(table) -> None:
    votes, labels = table
    one, other = describe_groups(votes, labels).dividing, describe_groups(-votes, labels).dividing
    assert sorted((d.statement, round(d.low, 9)) for d in one) == sorted((d.statement, round(d.low, 9)) for d in other)


def test_priorities_follow_the_formula_and_novelty_comes_first() -> None:
    votes, labels = two_camps()
    extremity = np.linspace(0, 1, 6)
    found = describe_groups(votes, labels, extremity=extremity).priorities
    agreed, seen, passed = np.array([10, 10, 20, 1, 0, 0]), np.array([20, 20, 20, 1, 20, 20]), [0, 0, 0, 0, 20, 0]
    importance = (1 - (np.array(passed) + 1) / (seen + 2)) * (extremity + 1) * (agreed + 1) / (seen + 2)
    np.testing.assert_allclose(found, (importance * (1 + 8 * 2 ** (-seen / 5))) ** 2)
    assert np.argmax(found) == 3


def test_the_draw_follows_the_priorities() -> None:
    rng = np.random.default_rng(0)
    open_now = np.array([True, True, False, True])
    priorities = np.array([1.0, 3.0, 100.0, np.nan])
    drawn = np.bincount([draw_next_statement(priorities, open_now, rng) for _ in range(5000)], minlength=4)
    np.testing.assert_allclose(drawn / 5000, [0.2, 0.6, 0, 0.2], atol=0.03)


def test_the_draw_ends_when_nothing_is_left_and_refuses_negative_priorities() -> None:
    rng = np.random.default_rng(0)
    assert draw_next_statement(np.ones(3), np.zeros(3, dtype=bool), rng) is None
    assert draw_next_statement(np.zeros(3), np.array([False, True, False]), rng) == 1
    with pytest.raises(ValueError, match=r"priority -1.0 should be >= 0"):
        draw_next_statement(np.array([-1.0]), np.array([True]), rng)
