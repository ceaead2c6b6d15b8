"""The pipeline as a whole: planted groups, degenerate conversations, determinism, recomputation."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregation.algorithms.opinion import GroupNumber, OpinionMap, PreviousMap, VoteMatrix, adjusted_rand_index
from aggregation.algorithms.opinion import map_opinions as map_of
from tests.aggregation.algorithms.opinion.conversations import Votes, planted, same_partition, vote_tables

nan = np.nan


def assert_same(one: OpinionMap, other: OpinionMap) -> None:
    np.testing.assert_array_equal(one.labels, other.labels)
    np.testing.assert_array_equal(one.space.points, other.space.points)
    assert (one.k, one.silhouettes, one.stability) == (other.k, other.silhouettes, other.stability)
    assert one.statistics.representative == other.statistics.representative


def test_planted_groups_are_found_and_stable() -> None:
    votes, groups = planted((40, 30, 20), statements=30)
    found = map_of(votes)
    assert found.k == 3
    assert adjusted_rand_index(found.labels, groups) > 0.95
    assert found.stable
    assert found.stability[3] > 0.9
    assert found.statistics.counts.sizes.tolist() == sorted(found.statistics.counts.sizes.tolist(), reverse=True)


def test_votes_at_random_are_not_stable() -> None:
    votes = np.random.default_rng(0).choice([-1.0, 0, 1, nan], size=(80, 20))
    assert not map_of(votes).stable


def test_the_same_votes_and_seed_give_the_same_map_from_any_container() -> None:
    votes, _ = planted((25, 20))
    rows, columns = np.nonzero(~np.isnan(votes))
    shuffled = np.random.default_rng(5).permutation(rows.size)
    triples = VoteMatrix.from_triples(
        rows[shuffled], columns[shuffled], votes[rows, columns][shuffled], shape=votes.shape
    )
    first = map_of(votes, seed=4)
    for container in (votes.copy(), pd.DataFrame(votes), votes.tolist(), np.asfortranarray(votes), triples):
        assert_same(first, map_of(container, seed=4))


def test_the_inputs_are_left_as_they_were() -> None:
    votes, groups = planted((25, 20))
    copy, before = votes.copy(), groups.copy()
    found = map_of(votes, groups=groups, moderated_out=[1], stability_resamples=0)
    np.testing.assert_array_equal(votes, copy)
    np.testing.assert_array_equal(groups, before)
    assert not np.shares_memory(found.labels, groups)


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_the_order_of_participants_does_not_change_the_groups(seed: int) -> None:
    """With at most 100 distinct places each is a base cluster, so no order is used."""
    votes, _ = planted((20, 16, 12), seed=seed)
    order = np.random.default_rng(seed).permutation(len(votes))
    one, other = map_of(votes, stability_resamples=0), map_of(votes[order], stability_resamples=0)
    assert one.k == other.k
    assert same_partition(one.labels[order], other.labels)
    np.testing.assert_allclose(one.space.points[order], other.space.points, atol=1e-6)
    np.testing.assert_array_equal(one.statistics.priorities.argsort(), other.statistics.priorities.argsort())


def test_a_statement_that_nobody_saw_changes_nothing() -> None:
    votes, _ = planted((25, 20))
    wider = np.insert(votes, 3, nan, axis=1)
    one, other = map_of(votes), map_of(wider)
    np.testing.assert_array_equal(one.labels, other.labels)
    np.testing.assert_allclose(one.space.points, other.space.points, atol=1e-6)
    assert (one.n_statements, other.n_statements) == (24, 24)


def test_a_participant_who_saw_nothing_changes_nothing() -> None:
    votes, _ = planted((25, 20))
    taller = np.insert(votes, 3, nan, axis=0)
    one, other = map_of(votes, stability_resamples=0), map_of(taller, stability_resamples=0)
    assert other.labels[3] == -1
    np.testing.assert_array_equal(one.labels, np.delete(other.labels, 3))


@settings(max_examples=60)
@given(vote_tables(), st.booleans(), st.sampled_from([None, 1, 2, 3, 9]))
def test_every_table_has_a_map_without_a_warning_of_numpy(votes: Votes, reject: bool, k: int | None) -> None:
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        out = list(range(0, votes.shape[1], 2)) if reject else None
        found = map_of(votes, moderated_out=out, k=k, stability_resamples=2, restarts=5)
    np.testing.assert_array_equal(found.labels >= 0, found.inside)
    assert np.isfinite(found.space.points).all()
    assert np.isfinite(found.statistics.priorities).all()
    assert found.k == np.unique(found.labels[found.labels >= 0]).size
    assert found.k < 2 or found.statistics.counts.sizes.min() >= 2
    assert k is None or found.k <= k


def test_nobody_and_nothing() -> None:
    for shape in ((0, 0), (0, 5), (5, 0)):
        found = map_of(np.empty(shape))
        assert (found.k, found.n_votes, found.silhouettes, found.stable) == (0, 0, {}, False)
        assert found.warnings == ("Nobody has voted yet: there are no groups.",)


def test_one_participant_is_one_group() -> None:
    found = map_of([[1.0, -1.0, nan]])
    assert (found.k, found.labels.tolist()) == (1, [0])
    assert "No division into groups of at least 2" in found.warnings[0]


def test_voters_who_agree_in_everything_are_one_group() -> None:
    found = map_of(np.ones((40, 10)))
    assert (found.k, set(found.labels.tolist())) == (1, {0})
    assert (found.space.points == 0).all()
    assert [one.statement for one in found.statistics.consensus.agree] == [0, 1, 2, 3, 4]


def test_everything_rejected_leaves_one_place_for_all() -> None:
    votes, _ = planted((10, 10), statements=8)
    found = map_of(votes, moderated_out=np.ones(8, dtype=bool))
    assert found.k == 1
    assert found.statistics.consensus.agree == ()


def test_as_many_groups_as_asked_for_or_fewer_with_a_warning() -> None:
    votes, _ = planted((30, 25, 20), statements=30)
    assert map_of(votes, k=2, stability_resamples=0).k == 2
    eight = map_of(votes, k=8, stability_resamples=3)
    assert eight.k == 8
    assert set(eight.stability) == {2, 3, 4, 5, 8}
    tiny = map_of(votes[:5], k=4, stability_resamples=0)
    assert tiny.k < 4
    assert tiny.warnings[0].startswith("4 groups of at least 2 participants cannot be had")
    with pytest.raises(ValueError, match="k=0 should be >= 1"):
        map_of(votes, k=0)


def test_forcing_the_best_number_changes_nothing() -> None:
    votes, _ = planted((30, 25), noise=0.4)
    free = map_of(votes, stability_resamples=0)
    np.testing.assert_array_equal(free.labels, map_of(votes, k=free.k, stability_resamples=0).labels)


def test_an_imported_grouping_is_described_as_it_is() -> None:
    votes, groups = planted((30, 20))
    labels = np.where(groups == 0, 3, 7)
    labels[0] = -1
    found = map_of(votes, groups=labels)
    np.testing.assert_array_equal(found.labels, labels)
    assert (found.k, found.number, found.silhouettes, found.stable) == (2, None, {}, False)
    assert list(found.statistics.representative) == [3, 7]
    assert "as imported" in found.warnings[0]


def test_names_of_groups_and_direction_of_axes_carry_on() -> None:
    votes, _ = planted((30, 20), noise=0.3, seed=2)
    first = map_of(votes, stability_resamples=0)
    turned = PreviousMap(np.where(first.labels >= 0, 1 - first.labels, -1), first.number, -first.space.points)
    again = map_of(votes, previous=turned, stability_resamples=0)
    np.testing.assert_array_equal(again.labels, turned.labels)
    np.testing.assert_allclose(again.space.points, -first.space.points)
    np.testing.assert_allclose(again.space.components, -first.space.components)
    np.testing.assert_allclose(again.space.extremity, first.space.extremity)


def test_newcomers_do_not_rename_the_groups() -> None:
    votes, _ = planted((30, 20), seed=3)
    first = map_of(votes, stability_resamples=0)
    newcomers, _ = planted((30, 60), seed=3)
    everybody = np.vstack([newcomers[:60], votes])
    rows = np.concatenate([np.full(60, -1), np.arange(50)])
    again = map_of(everybody, previous=first.as_previous().for_rows(rows), stability_resamples=0, k=2)
    assert (again.labels[60:] == first.labels).mean() > 0.9


def test_the_number_of_groups_is_held_back() -> None:
    votes, _ = planted((30, 25, 20), statements=30)
    found = map_of(votes, stability_resamples=0)
    assert found.k == 3
    shown = []
    previous = PreviousMap(found.labels, GroupNumber(2, 2, 1))
    for _ in range(5):
        again = map_of(votes, previous=previous, stability_resamples=0)
        shown.append(again.k)
        previous = again.as_previous()
    assert shown == [2, 2, 2, 3, 3]


def test_arguments_that_do_not_fit_are_refused() -> None:
    votes, _ = planted((5, 5))
    with pytest.raises(ValueError, match=r"previous=2 should cover n_participants=10"):
        map_of(votes, previous=PreviousMap(np.array([0, 1])))
    with pytest.raises(ValueError, match="labels=2 should be one for each"):
        map_of(votes, groups=[0, 1], stability_resamples=0)


def test_progress_is_told() -> None:
    votes, _ = planted((25, 20))
    told: list[tuple[int, int]] = []
    map_of(votes, stability_resamples=3, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
