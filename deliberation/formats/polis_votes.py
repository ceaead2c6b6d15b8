"""Counting votes: the latest vote of each pair, tallies over all events, who voted first, and the sign."""

# Shapes: P participants, C statements, E vote events. Votes: +1 agree, -1 disagree, 0 pass, nan not seen.

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deliberation.formats.errors import SignContradiction
from deliberation.formats.polis import PolisFolder, VoteEvents


def positions(ids: "NDArray[np.str_]", known: Sequence[str]) -> NDArray[np.intp]:
    """Where each id stands in ``known``; -1 where it does not."""
    codes, names = pd.factorize(ids.astype(object))
    return np.asarray(pd.Index(list(known), dtype=object).get_indexer(pd.Index(names, dtype=object)), dtype=np.intp)[
        codes
    ]


def strangers(events: VoteEvents | None, participants: Sequence[str]) -> list[str]:
    """Voters who are only in votes.csv, by id."""
    return [] if events is None else sorted(set(events.voter_ids.tolist()).difference(participants), key=id_key)


def unlisted(folder: PolisFolder) -> list[str]:
    """Statements that are voted on without standing in comments.csv, those of the matrix first, then by id."""
    known = {comment.id for comment in folder.comments}
    columns = [column for column in folder.matrix_columns if column not in known]
    if folder.events is None:
        return columns
    return [*columns, *sorted(set(folder.events.comment_ids.tolist()).difference(known, columns), key=id_key)]


def latest_events(events: VoteEvents) -> NDArray[np.intp]:
    """Positions of the events that are the latest of their voter and comment; of equal moments the lower row counts."""
    voters, _ = pd.factorize(events.voter_ids.astype(object))
    comments, names = pd.factorize(events.comment_ids.astype(object))
    pairs = voters.astype(np.int64) * max(len(names), 1) + comments
    order = np.lexsort((np.arange(len(events)), events.timestamps, pairs))
    last = np.flatnonzero(np.append(np.diff(pairs[order]) != 0, True)) if len(order) else np.empty(0, dtype=np.intp)
    return np.sort(order[last])


def vote_matrix(events: VoteEvents, participants: Sequence[str], statements: Sequence[str]) -> NDArray[np.float64]:
    """The latest vote of each participant on each statement, array of shape (P, C).

    Events of voters or comments that are not asked for are left out.
    """
    latest = latest_events(events)
    rows, columns = positions(events.voter_ids[latest], participants), positions(events.comment_ids[latest], statements)
    asked = (rows >= 0) & (columns >= 0)
    votes = np.full((len(participants), len(statements)), np.nan)
    votes[rows[asked], columns[asked]] = events.votes[latest][asked]
    return votes


def event_tallies(events: VoteEvents, comment_ids: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Agrees and disagrees per comment over all events, as comments.csv counts them; two arrays of shape (C,)."""
    columns = positions(events.comment_ids, comment_ids)
    count = len(comment_ids)
    agrees, disagrees = (
        np.bincount(columns[(events.votes == vote) & (columns >= 0)], minlength=count) for vote in (1, -1)
    )
    return agrees.astype(np.int64), disagrees.astype(np.int64)


def matrix_tallies(votes: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Agrees and disagrees per statement over latest votes; two arrays of shape (C,)."""
    return np.count_nonzero(votes == 1, axis=0).astype(np.int64), np.count_nonzero(votes == -1, axis=0).astype(np.int64)


def voted_columns(votes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which statements have at least one vote, array of shape (C,)."""
    return np.asarray(np.any(~np.isnan(votes), axis=0), dtype=np.bool_)


def first_vote_order(participants: Sequence[str], events: VoteEvents | None) -> NDArray[np.intp]:
    """Participants in the order of their first vote, array of shape (P,).

    Moments are compared in whole seconds, because one dialect keeps no more, and equal ones by participant id.
    Without events the ids alone decide: Polis numbers participants as they arrive, which agrees with the order of
    first votes (rank correlation .98 to 1 on the open data sets), while the order of rows in the matrix file does not.
    """
    seconds = np.full(len(participants), np.iinfo(np.int64).max)
    if events is not None:
        rows = positions(events.voter_ids, participants)
        np.minimum.at(seconds, rows[rows >= 0], events.timestamps[rows >= 0] // 1000)
    return np.array(
        sorted(range(len(participants)), key=lambda p: (seconds[p], *id_key(participants[p]))), dtype=np.intp
    )


def id_key(text: str) -> tuple[int, int, str]:
    """Sort key of an id: numbers by size, other texts after them."""
    return (0, int(text), text) if text.isascii() and text.isdigit() and len(text) < 19 else (1, 0, text)


def check_sign(
    file: str,
    counted: tuple[NDArray[np.int64], NDArray[np.int64]],
    stated: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> None:
    """Refuse votes whose flipped sign fits the stated tallies better than their own.

    Exact equality is not asked for: tallies count every event, a matrix only the latest votes.

    Parameters
    ----------
    counted, stated : agrees and disagrees per statement, arrays of shape (C,)

    Raises
    ------
    SignContradiction
        With both distances.
    """
    (agrees, disagrees), (stated_agrees, stated_disagrees) = counted, stated
    own = np.abs(stated_agrees - agrees) + np.abs(stated_disagrees - disagrees)
    flipped = np.abs(stated_agrees - disagrees) + np.abs(stated_disagrees - agrees)
    if flipped.sum() < own.sum():
        raise SignContradiction(
            file,
            own=int(own.sum()),
            flipped=int(flipped.sum()),
            statements=len(own),
            own_equal=int(np.count_nonzero(own == 0)),
            flipped_equal=int(np.count_nonzero(flipped == 0)),
        )
