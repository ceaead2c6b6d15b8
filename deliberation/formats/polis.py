"""A Polis export folder as one value: what its files say, and the dialect in which they say it.

Polis (Small et al., 2021, "Polis: Scaling deliberation by mapping high dimensional opinion spaces") exports a
conversation as a folder of CSV files. Two dialects are about: the one of the open data sets, and the one of newer
servers, with timestamps in seconds, other file names and more columns.
"""

# Shapes: P participants, C statements with at least one vote, E vote events.
# Votes: +1 agree, -1 disagree, 0 pass, nan not seen.

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from deliberation.formats.dialect import Dialect
from deliberation.formats.errors import FormatError
from deliberation.formats.tables import Table

REJECTED, UNMODERATED, ACCEPTED = -1, 0, 1


@dataclass(frozen=True)
class Comment:
    """One row of comments.csv: a statement.

    Attributes
    ----------
    timestamp : milliseconds since 1970; None where the file has no such column
    datetime : the same moment as the file words it; empty where it has no such column
    agrees, disagrees : counts over all vote events, re-votes included
    moderated : -1 rejected, 0 not yet moderated, 1 accepted
    extra : cells of the other columns (importance, group-informed-consensus, ...), as they stand
    """

    id: str
    body: str
    author_id: str = ""
    timestamp: int | None = None
    datetime: str = ""
    agrees: int = 0
    disagrees: int = 0
    moderated: int = UNMODERATED
    is_meta: bool = False
    is_seed: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class VoteEvents:
    """votes.csv: every vote ever cast, a changed vote being one more event; in the file's order.

    Attributes
    ----------
    timestamps : array of shape (E,), milliseconds since 1970
    datetimes : array of shape (E,) of texts as the file words them, or None where it has no such column
    comment_ids, voter_ids : arrays of shape (E,) of texts
    votes : array of shape (E,): +1, -1 or 0
    important : array of shape (E,), or None where the file has no such column
    extra : further columns as they stand, each an array of shape (E,) of texts
    """

    timestamps: NDArray[np.int64]
    comment_ids: NDArray[np.str_]
    voter_ids: NDArray[np.str_]
    votes: NDArray[np.int8]
    datetimes: NDArray[np.str_] | None = None
    important: NDArray[np.bool_] | None = None
    extra: Mapping[str, NDArray[np.object_]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.votes)

    def part(self, places: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """Some of the events, by mask or by position, in that order."""
        return replace(
            self,
            timestamps=self.timestamps[places],
            comment_ids=self.comment_ids[places],
            voter_ids=self.voter_ids[places],
            votes=self.votes[places],
            datetimes=None if self.datetimes is None else self.datetimes[places],
            important=None if self.important is None else self.important[places],
            extra={column: texts[places] for column, texts in self.extra.items()},
        )


@dataclass(frozen=True, eq=False)
class PolisFolder:
    """One conversation.

    Attributes
    ----------
    dialect : what is needed to write the same files again
    summary : key and value rows of summary.csv, in order
    comments : statements in the order of comments.csv, those without a vote included
    participants : ids in the order of the matrix file
    xids : participant id -> the id that the embedding site gave; only those that have one; xids.csv itself, which may
        hold more, is among ``tables``
    group_ids : one per participant, an empty text where the file groups nobody
    statements : ids of the matrix columns that hold at least one vote
    votes : array of shape (P, C), each participant's latest vote as the matrix file says
    events : every vote cast, or None where there is no votes.csv
    first_vote_order : array of shape (P,), positions of ``participants`` in the order of their first vote
    moderated_out : ids among ``statements`` that are rejected or meta
    matrix_columns : statement ids of the matrix file, those without a vote included
    participant_cells : other columns of the matrix file (n-votes, ...) as they stand; empty where they are to be
        counted
    tables : further CSV files (stats-history.csv, comment-groups.csv, ...), kept cell by cell, by file name
    other_files : files that are no CSV tables, byte by byte, by file name
    refused : rows that were left out, where the reader was told to go on
    notes : what does not add up in the source without being an error, a sentence each
    """

    dialect: Dialect
    summary: tuple[tuple[str, str], ...]
    comments: tuple[Comment, ...]
    participants: list[str]
    xids: Mapping[str, str]
    group_ids: list[str]
    statements: list[str]
    votes: NDArray[np.float64]
    events: VoteEvents | None
    first_vote_order: NDArray[np.intp]
    moderated_out: list[str]
    matrix_columns: tuple[str, ...]
    participant_cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    other_files: Mapping[str, bytes] = field(default_factory=dict)
    refused: tuple[FormatError, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def vote_events(self) -> int | None:
        """How many votes were cast, changed ones counted each time; None where there is no votes.csv."""
        return None if self.events is None else len(self.events)

    @property
    def distinct_votes(self) -> int:
        """How many pairs of participant and statement have a vote."""
        return int(np.count_nonzero(~np.isnan(self.votes)))
