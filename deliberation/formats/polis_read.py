"""Reading a Polis export, from a folder or a zip archive, in either dialect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from deliberation.formats.bounds import check_lengths
from deliberation.formats.clock import Clock
from deliberation.formats.dialect import Dialect, Role, Unit
from deliberation.formats.errors import FormatError, Refusals
from deliberation.formats.polis import REJECTED, Comment, PolisFolder, VoteEvents
from deliberation.formats.polis_checks import author_note, check_signs, differences_between
from deliberation.formats.polis_comments import read_comments, read_summary
from deliberation.formats.polis_matrix import Matrix, read_matrix
from deliberation.formats.polis_votes import first_vote_order, id_key, vote_matrix, voted_columns
from deliberation.formats.sources import folder_files, zip_files
from deliberation.formats.tables import FOLDER_LIMITS, UPLOAD_LIMITS, Layout, Limits, Table, read_table
from deliberation.formats.vote_events import read_events

NAMES: dict[Role, tuple[str, ...]] = {
    "summary": ("summary.csv",),
    "comments": ("comments.csv",),
    "participants": ("participants-votes.csv", "participant-votes.csv"),
    "votes": ("votes.csv",),
    "xids": ("xids.csv", "participant-xids.csv", "xid.csv"),
}


def read_folder(path: Path | str, *, limits: Limits = FOLDER_LIMITS, keep_going: bool = False) -> PolisFolder:
    """Read the folder of a Polis export.

    votes.csv and the matrix file are both kept as they stand. The matrix says which vote is the latest; where it
    differs from the latest event, ``notes`` says in how many cells. Without a matrix file the latest events make it.

    Parameters
    ----------
    keep_going : leave bad rows out and list them in ``refused``, instead of stopping at the first

    Raises
    ------
    FormatError
        At the first place that does not keep the format, naming file, row, column, what was found, what is allowed.
    SignContradiction
        Where the flipped votes of votes.csv or of the matrix fit comments.csv better than those in the file.
    """
    return read_files(folder_files(Path(path), limits), limits, keep_going=keep_going)


def read_zip(file: Path | str | IO[bytes], *, limits: Limits = UPLOAD_LIMITS, keep_going: bool = False) -> PolisFolder:
    """Read a Polis export from a zip archive; otherwise as :func:`read_folder`."""
    files = zip_files(Path(file) if isinstance(file, str) else file, limits)
    return read_files(files, limits, keep_going=keep_going)


def read_files(files: Mapping[str, bytes], limits: Limits = FOLDER_LIMITS, *, keep_going: bool = False) -> PolisFolder:
    """Read a Polis export from the bytes of its files; see :func:`read_folder`."""
    names = find_roles(files)
    if "participants" not in names and "votes" not in names:
        raise FormatError(
            "participants-votes.csv",
            found=f"no such file among {', '.join(sorted(files)[:8]) or 'no files'}",
            allowed="participants-votes.csv, participant-votes.csv or votes.csv",
        )
    refuse = Refusals(keep_going=keep_going)
    notes: list[str] = []
    layouts: dict[Role, Layout] = {}
    units: dict[Role, Unit] = {}
    summary: tuple[tuple[str, str], ...] = ()
    comments: tuple[Comment, ...] = ()
    booleans = ("false", "true")
    events: VoteEvents | None = None
    xids: dict[str, str] = {}
    if name := names.get("summary"):
        summary, layouts["summary"] = read_summary(files[name], name, limits)
    if name := names.get("comments"):
        comments, layouts["comments"], units["comments"], booleans = read_comments(files[name], name, limits, refuse)
    else:
        notes.append(
            "There is no comments.csv: texts and moderation are unknown and the sign of the votes was not checked."
        )
    known = {comment.id for comment in comments} if "comments" in names else None
    if name := names.get("votes"):
        events, layouts["votes"], units["votes"] = read_events(files[name], name, known, limits, refuse)
    if name := names.get("participants"):
        matrix, layouts["participants"] = read_matrix(files[name], name, known, limits, refuse)
    else:
        assert events is not None
        matrix = _matrix_of(events)
        notes.append("There is no matrix file: it was made of the latest votes in votes.csv, and nobody is grouped.")
    tables, other = _rest(files, set(names.values()), limits)
    cells = dict(matrix.cells)
    if name := names.get("xids"):
        tables[name] = _read_xids(files[name], name, limits, refuse)
        layouts["xids"] = tables[name].layout
        xids = dict(zip(tables[name].column("participant"), tables[name].column("xid"), strict=True))
        if "participants" in names and "xid" in layouts["participants"].columns:
            cells["xid"] = tuple(matrix.xids)  # the two files need not say the same
    xids |= {participant: xid for participant, xid in zip(matrix.participants, matrix.xids, strict=True) if xid}
    xids = {participant: xid for participant, xid in xids.items() if xid}
    check_signs(comments, events, matrix, names)
    notes += [*differences_between(events, matrix), *matrix.notes, *author_note(comments, matrix)]
    voted = voted_columns(matrix.votes)
    statements = [column for column, some in zip(matrix.columns, voted, strict=True) if some]
    out = {comment.id for comment in comments if comment.moderated == REJECTED or comment.is_meta}
    return PolisFolder(
        dialect=Dialect(
            layouts, units, booleans, _clock(comments, events), _has_every_comment(matrix, voted, comments, names)
        ),
        summary=summary,
        comments=comments,
        participants=matrix.participants,
        xids=xids,
        group_ids=matrix.group_ids,
        statements=statements,
        votes=matrix.votes if voted.all() else matrix.votes[:, voted],
        events=events,
        first_vote_order=first_vote_order(matrix.participants, events),
        moderated_out=[statement for statement in statements if statement in out],
        matrix_columns=matrix.columns,
        participant_cells=cells,
        tables=tables,
        other_files=other,
        refused=tuple(refuse.rows),
        notes=tuple(notes),
    )


def find_roles(names: Mapping[str, Any]) -> dict[Role, str]:
    """Which file plays which part, by its name; a name may open with a prefix and a hyphen, as downloads do.

    Raises
    ------
    FormatError
        Where two files could play the same part.
    """
    found: dict[Role, str] = {}
    taken: set[str] = set()
    for role in ("participants", "summary", "comments", "xids", "votes"):
        for candidates in (
            [name for name in names if name in NAMES[role]],
            [name for name in names if any(name.endswith(f"-{known}") for known in NAMES[role])],
        ):
            free = [name for name in candidates if name not in taken]
            if len(free) > 1:
                raise FormatError(free[1], found=f"this file beside {free[0]}", allowed="one of them")
            if free:
                found[role] = free[0]
                taken.add(free[0])
                break
    return found


def _read_xids(data: bytes, file: str, limits: Limits, refuse: Refusals) -> Table:
    """xids.csv cell by cell: a participant may stand in it twice, or without a vote, and it may have more columns."""
    table = read_table(data, file, needs=("participant", "xid"), limits=limits, refusals=refuse)
    kept = []
    for row, cells in table.numbered():
        try:
            check_lengths(dict(zip(table.layout.columns, cells, strict=True)), file, row)
        except FormatError as problem:
            refuse(problem)
        else:
            kept.append(cells)
    return replace(table, rows=tuple(kept))


def _matrix_of(events: VoteEvents) -> Matrix:
    participants = sorted(set(events.voter_ids.tolist()), key=id_key)
    columns = tuple(sorted(set(events.comment_ids.tolist()), key=id_key))
    return Matrix(
        participants,
        [""] * len(participants),
        [""] * len(participants),
        columns,
        vote_matrix(events, participants, columns),
        {},
        [],
    )


def _clock(comments: Sequence[Comment], events: VoteEvents | None) -> Clock | None:
    """The clock that gives the datetimes of the source; None where there are none or no known clock does."""
    timed = [comment for comment in comments if comment.datetime and comment.timestamp is not None]
    texts, moments = [comment.datetime for comment in timed], [comment.timestamp for comment in timed]
    if events is not None and events.datetimes is not None:
        return Clock.told_by(
            [*texts, *events.datetimes.tolist()], np.array([*moments, *events.timestamps.tolist()], dtype=np.int64)
        )
    return Clock.told_by(texts, np.array(moments, dtype=np.int64))


def _has_every_comment(
    matrix: Matrix, voted: NDArray[np.bool_], comments: Sequence[Comment], names: Mapping[Role, str]
) -> bool:
    """Whether the matrix file has a column for comments without votes too; its name decides where all have some."""
    if not voted.all():
        return True
    return len(comments) == len(matrix.columns) and names.get("participants", "").endswith("participant-votes.csv")


def _rest(files: Mapping[str, bytes], taken: set[str], limits: Limits) -> tuple[dict[str, Table], dict[str, bytes]]:
    """Files without a part of their own: tables cell by cell, anything that is none byte by byte."""
    tables: dict[str, Table] = {}
    other: dict[str, bytes] = {}
    for name in files:
        if name in taken:
            continue
        try:
            tables[name] = read_table(files[name], name, limits=limits)
        except FormatError:
            other[name] = files[name]
    return tables, other
