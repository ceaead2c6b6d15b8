"""The opinion space against a plain singular value decomposition and against red-dwarf."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reddwarf.utils.matrix import simple_filter_matrix
from reddwarf.utils.reducer.base import run_reducer
from reddwarf.utils.reducer.pca import calculate_extremity

from aggregation.algorithms.opinion import VoteMatrix
from aggregation.algorithms.opinion.space import opinion_space
from aggregation.algorithms.opinion.votes import statement_mask
from tests.aggregation.algorithms.opinion.conversations import Votes, conversation, planted, vote_tables


def centred_by_hand(votes: Votes, moderated: list[int], weights: Votes) -> Votes:
    table = votes.copy()
    for column in moderated:
        if not np.isnan(votes[:, column]).all():
            table[:, column] = 0
    for column in range(table.shape[1]):
        seen = ~np.isnan(table[:, column])
        mean = np.average(table[seen, column], weights=weights[seen]) if weights[seen].sum() > 0 else 0
        table[:, column] = np.where(seen, table[:, column] - mean, 0)
    return table


@given(vote_tables(15, 12), st.sets(st.integers(0, 11)), st.integers(0, 3))
def test_the_components_are_the_leading_singular_vectors(votes: Votes, moderated: set[int], seed: int) -> None:
    out = [column for column in moderated if column < votes.shape[1]]
    weights = np.random.default_rng(seed).integers(0, 3, size=len(votes)).astype(float)
    matrix = VoteMatrix.from_dense(votes)
    space = opinion_space(matrix, moderated=statement_mask(out, votes.shape[1]), weights=weights)
    centred = centred_by_hand(votes, out, weights) * np.sqrt(weights)[:, None]
    values = np.linalg.svd(centred, compute_uv=False)[:2] ** 2
    np.testing.assert_allclose(space.variances[: values.size], values, rtol=1e-6, atol=1e-7)
    for component, variance in zip(space.components, space.variances, strict=True):
        assert np.linalg.norm(component) == pytest.approx(1.0 if variance > 0 else 0.0)
        np.testing.assert_allclose(centred.T @ (centred @ component), variance * component, atol=1e-5)


@pytest.mark.parametrize("name", ["15-per-hour-seattle", "scoop-hivemind.biodiversity", "vtaiwan.uberx"])
def test_places_and_extremities_are_those_of_red_dwarf(shared_data, name: str) -> None:
    folder = conversation(shared_data, name)
    frame = pd.DataFrame(folder.votes, columns=folder.statements)
    filtered = simple_filter_matrix(frame, folder.moderated_out)
    points, statement_points, _ = run_reducer(filtered.to_numpy(), svd_solver="full")
    moderated = np.isin(folder.statements, folder.moderated_out)
    space = opinion_space(VoteMatrix.from_dense(folder.votes), moderated=moderated)
    turns = np.sign((points * space.points).sum(axis=0))
    np.testing.assert_allclose(space.points * turns, points, atol=1e-5)
    np.testing.assert_allclose(space.extremity, calculate_extremity(np.array(statement_points).T), atol=1e-5)


def test_a_resample_by_weights_is_the_space_of_the_rows_repeated() -> None:
    votes, _ = planted((12, 9))
    weights = np.random.default_rng(1).integers(0, 4, size=21)
    rows = np.repeat(np.arange(21), weights)
    nothing = np.zeros(votes.shape[1], dtype=bool)
    weighted = opinion_space(VoteMatrix.from_dense(votes), moderated=nothing, weights=weights.astype(float))
    repeated = opinion_space(VoteMatrix.from_dense(votes[rows]), moderated=nothing)
    np.testing.assert_allclose(weighted.components, repeated.components, atol=1e-7)
    np.testing.assert_allclose(weighted.points[rows], repeated.points, atol=1e-6)


def test_a_start_changes_nothing_but_the_way_there() -> None:
    votes, _ = planted((60, 50), statements=120, seen=0.5)
    matrix, nothing = VoteMatrix.from_dense(votes), np.zeros(120, dtype=bool)
    cold = opinion_space(matrix, moderated=nothing)
    warm = opinion_space(matrix, moderated=nothing, start=cold.components)
    np.testing.assert_allclose(warm.components, cold.components, atol=1e-7)


def test_few_votes_are_drawn_outwards() -> None:
    """Somebody who casts one of four votes of a full voter stands further out than the bare sum says."""
    votes, _ = planted((10, 10), statements=16, seen=1.0, noise=0.0)
    votes[0, 4:] = np.nan
    space = opinion_space(VoteMatrix.from_dense(votes), moderated=np.zeros(16, dtype=bool))
    bare = (votes[0, :4] - space.means[:4]) @ space.components[:, :4].T
    np.testing.assert_allclose(space.points[0], 2 * bare, atol=1e-9)


def test_a_moderated_column_counts_as_voted_by_everyone() -> None:
    votes, _ = planted((10, 10), statements=16, seen=1.0, noise=0.0)
    votes[0, 4:] = np.nan
    votes[:, 15] = np.nan
    votes[5, 15] = 1
    moderated = np.arange(16) == 15
    space = opinion_space(VoteMatrix.from_dense(votes), moderated=moderated)
    bare = (votes[0, :4] - space.means[:4]) @ space.components[:, :4].T
    np.testing.assert_allclose(space.points[0], np.sqrt(16 / 5) * bare, atol=1e-9)
    assert space.extremity[15] == 0
