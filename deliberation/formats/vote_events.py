"""votes.csv of a Polis export: one row per vote event, read as columns."""

import io
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from deliberation.formats.clock import Clock
from deliberation.formats.dialect import Dialect, Unit
from deliberation.formats.errors import FormatError
from deliberation.formats.polis import VoteEvents
from deliberation.formats.polis_votes import positions
from deliberation.formats.tables import (
    Layout,
    Limits,
    cell,
    check_header,
    join_lines,
    layout_of,
    read_rows,
    read_table,
)

NEEDS = ("timestamp", "comment-id", "voter-id", "vote")
SECONDS_BELOW = (
    100_000_000_000  # as seconds the year 5138, as milliseconds March 1973: no export lies on the wrong side
)
VOTES = {"1": 1, "0": 0, "-1": -1, "1.0": 1, "0.0": 0, "-1.0": -1, "-0.0": 0, "+1": 1}
IMPORTANT = {"1": True, "0": False, "true": True, "false": False, "": False}


def unit_of(largest: int) -> Unit:
    """Whether timestamps count seconds or milliseconds, by the largest."""
    return "s" if 0 < largest < SECONDS_BELOW else "ms"


def read_events(
    data: bytes, file: str, comment_ids: Iterable[str] | None, limits: Limits
) -> tuple[VoteEvents, Layout, Unit]:
    """The events in the file's order, its layout and its unit of time.

    Parameters
    ----------
    comment_ids : the comments there are, or None where that is not known

    Raises
    ------
    FormatError
        Where a vote is not 1, 0 or -1, a timestamp is no whole number, an id is missing, a comment does not exist, or
        a row is too short or too long.
    """
    header = read_rows(data[: data.find(b"\n") + 1 or len(data)], file, limits)
    if not header:
        raise FormatError(file, found="an empty file", allowed="a header row")
    names = check_header(header[0], file, NEEDS)
    events = _fast(data, names, limits) or _exact(data, file, limits)
    if comment_ids is not None:
        unknown = np.flatnonzero(positions(events.comment_ids, sorted(comment_ids)) < 0)
        if len(unknown):
            raise FormatError(
                file,
                row=int(unknown[0]) + 2,
                column="comment-id",
                found=repr(str(events.comment_ids[unknown[0]])),
                allowed="the id of a comment in comments.csv",
            )
    unit = unit_of(int(events.timestamps.max(initial=0)))
    if unit == "s":
        events = replace(events, timestamps=events.timestamps * 1000)
    return events, layout_of(data, file, names), unit


def write_events(events: VoteEvents, layout: Layout, dialect: Dialect) -> bytes:
    """The bytes of votes.csv, events in their order."""
    moments = events.timestamps // 1000 if dialect.units.get("votes") == "s" else events.timestamps
    columns = {
        "timestamp": moments.astype(np.str_).tolist(),
        "comment-id": _cells(events.comment_ids),
        "voter-id": _cells(events.voter_ids),
        "vote": events.votes.astype(np.str_).tolist(),
    }
    if "datetime" in layout.columns:
        if events.datetimes is None:
            columns["datetime"] = (dialect.clock or Clock()).words(events.timestamps)
        else:
            columns["datetime"] = _cells(events.datetimes)
    if "important" in layout.columns:
        marks = np.zeros(len(events), dtype=np.bool_) if events.important is None else events.important
        columns["important"] = np.where(marks, "1", "0").tolist()
    empty = [""] * len(events)
    rows = zip(*(columns.get(column, empty) for column in layout.columns), strict=True)
    return join_lines(layout, [",".join(layout.columns), *map(",".join, rows)])


def _cells(texts: NDArray[np.str_]) -> list[str]:
    found: list[str] = texts.tolist()
    return list(map(cell, found)) if any(cell(text) != text for text in set(found)) else found


def _fast(data: bytes, names: tuple[str, ...], limits: Limits) -> VoteEvents | None:
    """Arrow's reader; None where something is unusual, so that the exact reader finds out what."""
    if data.count(b"\n") > limits.rows:
        return None
    types = {name: pa.string() for name in names} | {"timestamp": pa.int64(), "vote": pa.int8(), "important": pa.int8()}
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(data),
            read_options=arrow_csv.ReadOptions(column_names=list(names), skip_rows=1),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    if any(table[name].null_count for name in ("timestamp", "vote")):
        return None
    votes = table["vote"].to_numpy()
    comment_ids, voter_ids = (table[name].to_numpy().astype(np.str_) for name in ("comment-id", "voter-id"))
    important = table["important"].fill_null(0).to_numpy() if "important" in names else None
    if np.abs(votes).max(initial=0) > 1 or not all(np.char.str_len(ids).all() for ids in (comment_ids, voter_ids)):
        return None
    if important is not None and not np.isin(important, (0, 1)).all():
        return None
    return VoteEvents(
        timestamps=table["timestamp"].to_numpy().astype(np.int64),
        comment_ids=comment_ids,
        voter_ids=voter_ids,
        votes=votes.astype(np.int8),
        datetimes=table["datetime"].to_numpy().astype(np.str_) if "datetime" in names else None,
        important=None if important is None else important.astype(np.bool_),
    )


def _exact(data: bytes, file: str, limits: Limits) -> VoteEvents:
    """Row by row, naming the first cell that is not allowed."""
    table = read_table(data, file, needs=NEEDS, limits=limits)
    cells = {name: table.column(name) for name in table.layout.columns}
    votes = np.empty(len(table.rows), dtype=np.int8)
    timestamps = np.empty(len(table.rows), dtype=np.int64)
    important = np.zeros(len(table.rows), dtype=np.bool_)
    marks = cells.get("important", [""] * len(table.rows))
    rows = zip(cells["timestamp"], cells["comment-id"], cells["voter-id"], cells["vote"], marks, strict=True)
    for position, (timestamp, comment, voter, vote, mark) in enumerate(rows):

        def refused(column: str, found: str, allowed: str, row: int = position + 2) -> FormatError:
            return FormatError(file, row=row, column=column, found=repr(found), allowed=allowed)

        try:
            timestamps[position] = int(timestamp)
        except (ValueError, OverflowError):
            raise refused("timestamp", timestamp, "a whole number of seconds or milliseconds") from None
        if not comment.strip():
            raise refused("comment-id", comment, "the id of a comment")
        if not voter.strip():
            raise refused("voter-id", voter, "the id of a participant")
        if vote not in VOTES:
            raise refused("vote", vote, "1, 0 or -1")
        if mark.lower() not in IMPORTANT:
            raise refused("important", mark, "1 or 0")
        votes[position], important[position] = VOTES[vote], IMPORTANT[mark.lower()]
    return VoteEvents(
        timestamps=timestamps,
        comment_ids=np.array(cells["comment-id"], dtype=np.str_),
        voter_ids=np.array(cells["voter-id"], dtype=np.str_),
        votes=votes,
        datetimes=np.array(cells["datetime"], dtype=np.str_) if "datetime" in cells else None,
        important=important if "important" in cells else None,
    )
