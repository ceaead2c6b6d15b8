"""Whether the files of one export agree with each other."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from deliberation.formats.dialect import Role
from deliberation.formats.polis import Comment, VoteEvents
from deliberation.formats.polis_matrix import Matrix
from deliberation.formats.polis_votes import (
    check_sign,
    event_tallies,
    latest_events,
    matrix_tallies,
    positions,
    vote_matrix,
)


def check_signs(
    comments: Sequence[Comment], events: VoteEvents | None, matrix: Matrix, names: Mapping[Role, str]
) -> None:
    """Refuse votes.csv or a matrix file whose flipped sign fits comments.csv better than its own.

    Raises
    ------
    SignContradiction
        With the numbers.
    """
    if not comments:
        return
    ids = [comment.id for comment in comments]
    stated = np.array([comment.agrees for comment in comments]), np.array([comment.disagrees for comment in comments])
    if events is not None:
        check_sign(names["votes"], event_tallies(events, ids), stated)
    if "participants" in names:
        where = positions(np.array(matrix.columns, dtype=np.str_), ids)
        agrees, disagrees = matrix_tallies(matrix.votes)
        check_sign(
            names["participants"], (_placed(agrees, where, len(ids)), _placed(disagrees, where, len(ids))), stated
        )


def _placed(counts: NDArray[np.int64], where: NDArray[np.intp], length: int) -> NDArray[np.int64]:
    placed = np.zeros(length, dtype=np.int64)
    placed[where] = counts
    return placed


def differences_between(events: VoteEvents | None, matrix: Matrix) -> list[str]:
    """Where votes.csv and the matrix disagree, a sentence each."""
    if events is None:
        return []
    notes = []
    strangers = positions(events.voter_ids, matrix.participants) < 0
    if strangers.any():
        notes.append(
            f"{int(strangers.sum())} votes in votes.csv are of {len(set(events.voter_ids[strangers].tolist()))} voters "
            "who are not in the matrix file; they are kept as events."
        )
    absent = positions(events.comment_ids, matrix.columns) < 0
    if (absent & ~strangers).any():
        notes.append(
            f"{int((absent & ~strangers).sum())} votes in votes.csv are on statements that have "
            "no column in the matrix file."
        )
    latest = latest_events(events)
    derived = (
        vote_matrix(events, matrix.participants, matrix.columns) if len(latest) else np.full_like(matrix.votes, np.nan)
    )
    seen, stated = ~np.isnan(derived), ~np.isnan(matrix.votes)
    changed = int(np.count_nonzero(seen & stated & (derived != matrix.votes)))
    missing, extra = int(np.count_nonzero(seen & ~stated)), int(np.count_nonzero(stated & ~seen))
    if changed or missing or extra:
        notes.append(
            f"The matrix file and the latest votes of votes.csv differ: {changed} cells hold another vote, "
            f"{missing} votes have no cell, {extra} cells have no vote in votes.csv. "
            "The matrix file is taken for the latest vote."
        )
    return notes


def author_note(comments: Sequence[Comment], matrix: Matrix) -> list[str]:
    """A doubt that comments.csv cannot settle: an export whose tallies are flipped together with its votes.

    Polis lets authors agree with their own statement, so authors who mostly disagree with themselves tell of it.
    """
    rows = positions(np.array([comment.author_id for comment in comments], dtype=np.str_), matrix.participants)
    columns = positions(np.array([comment.id for comment in comments], dtype=np.str_), matrix.columns)
    own = matrix.votes[rows[(rows >= 0) & (columns >= 0)], columns[(rows >= 0) & (columns >= 0)]]
    agree, disagree = int(np.count_nonzero(own == 1)), int(np.count_nonzero(own == -1))
    if disagree <= agree or disagree < 5:
        return []
    return [
        f"Authors disagree with their own statement {disagree} times and agree {agree} times: agree and disagree may "
        "be exchanged in the whole export, comments.csv included."
    ]
