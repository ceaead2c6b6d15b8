"""The vote matrix keeps every vote, whatever container it comes from."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregation.algorithms.opinion import VoteMatrix
from aggregation.algorithms.opinion.membership import in_conversation, listing_order
from aggregation.algorithms.opinion.votes import as_vote_matrix, statement_mask
from tests.aggregation.algorithms.opinion.conversations import Votes, vote_tables


@given(vote_tables())
def test_a_table_comes_back_as_it_went_in(votes: Votes) -> None:
    np.testing.assert_array_equal(VoteMatrix.from_dense(votes).to_dense(), votes)


@given(vote_tables(), st.randoms(use_true_random=False))
def test_triples_in_any_order_make_the_matrix_of_the_table(votes: Votes, random) -> None:
    cells = list(zip(*np.nonzero(~np.isnan(votes)), strict=True))
    random.shuffle(cells)
    rows, columns = [row for row, _ in cells], [column for _, column in cells]
    given_votes = [int(votes[cell]) for cell in cells]
    matrix = VoteMatrix.from_triples(
        np.array(rows, dtype=int), np.array(columns, dtype=int), np.array(given_votes, dtype=int), shape=votes.shape
    )
    dense = VoteMatrix.from_dense(votes)
    for name in ("starts", "statements", "values"):
        np.testing.assert_array_equal(getattr(matrix, name), getattr(dense, name))


def test_a_data_frame_and_a_list_of_rows_are_tables_too() -> None:
    rows = [[1.0, float("nan")], [0.0, -1.0]]
    for container in (rows, pd.DataFrame(rows), np.asfortranarray(rows)):
        np.testing.assert_array_equal(as_vote_matrix(container).to_dense(), rows)


def test_a_large_matrix_takes_nine_bytes_a_vote() -> None:
    rows, columns = np.repeat(np.arange(1000), 100), np.tile(np.arange(100), 1000)
    matrix = VoteMatrix.from_triples(rows, columns, np.ones(rows.size, dtype=np.int8), shape=(1000, 500))
    assert matrix.values.nbytes + matrix.statements.nbytes <= 9 * matrix.n_votes


@pytest.mark.parametrize("wrong", [0.5, 2.0, -3.0, np.inf])
def test_a_vote_that_is_none_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match=r"should be \+1 \(agree\), -1 \(disagree\), 0 \(pass\)"):
        VoteMatrix.from_dense([[wrong]])


def test_triples_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"votes=2 should be distinct, found 1"):
        VoteMatrix.from_triples([0, 0], [1, 1], [1, -1], shape=(1, 2))
    with pytest.raises(ValueError, match=r"participants span 0..3 but should lie within 0..2"):
        VoteMatrix.from_triples([0, 3], [1, 1], [1, -1], shape=(3, 2))
    with pytest.raises(ValueError, match="one and the same"):
        VoteMatrix.from_triples([0, 1], [1], [1, -1], shape=(3, 2))
    with pytest.raises(ValueError, match="vote 2"):
        VoteMatrix.from_triples([0], [1], [2], shape=(3, 2))


def test_statements_are_named_by_mask_or_position() -> None:
    assert statement_mask([2], 3).tolist() == statement_mask(np.array([False, False, True]), 3).tolist()
    assert not statement_mask(None, 3).any()
    with pytest.raises(ValueError, match=r"0\.\.3 should lie within 0\.\.2"):
        statement_mask([0, 3], 3)
    with pytest.raises(ValueError, match="length 2 should have n_statements=3"):
        statement_mask(np.array([True, False]), 3)


def test_seven_votes_or_as_many_as_there_are_statements_let_in() -> None:
    """With 15 or more who voted enough, nobody else is let in."""
    votes = np.full((40, 9), np.nan)
    votes[:16, :7] = 1
    votes[16:, :6] = 1
    votes[0, 7:] = -1
    matrix = VoteMatrix.from_dense(votes)
    assert in_conversation(matrix, order=np.arange(40)).tolist() == [True] * 16 + [False] * 24
    few = VoteMatrix.from_dense(votes[:, :3])
    assert in_conversation(few, order=np.arange(40)).all()


def test_the_keenest_fill_up_to_fifteen_and_earlier_voters_win_ties() -> None:
    votes = np.full((20, 9), np.nan)
    votes[:, 0] = 1
    votes[5, :] = 1
    votes[19, :3] = 1
    order = np.arange(20)[::-1]
    inside = in_conversation(VoteMatrix.from_dense(votes), order=order)
    assert np.count_nonzero(inside) == 15
    assert np.flatnonzero(~inside).tolist() == [0, 1, 2, 3, 4]


def test_who_was_in_stays_in_unless_all_votes_are_gone() -> None:
    votes = np.full((20, 9), np.nan)
    votes[:16] = 1
    votes[17, 0] = 1
    already = np.zeros(20, dtype=bool)
    already[[17, 18]] = True
    inside = in_conversation(VoteMatrix.from_dense(votes), order=np.arange(20), already_in=already)
    assert inside[17]
    assert not inside[18]


def test_the_listing_order_goes_by_first_statement_then_by_row() -> None:
    votes = [[np.nan, 1, 1], [np.nan, np.nan, np.nan], [1, np.nan, 0], [np.nan, 0, np.nan], [-1, 1, 1]]
    assert listing_order(VoteMatrix.from_dense(votes)).tolist() == [2, 4, 0, 3, 1]
