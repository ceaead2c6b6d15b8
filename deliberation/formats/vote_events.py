"""votes.csv of a Polis export: one row per vote event, read as columns."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as arrow
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from deliberation.formats.bounds import FIRST, LAST, LONGEST, MOMENTS, check_lengths, check_room
from deliberation.formats.clock import Clock
from deliberation.formats.dialect import Dialect, Unit
from deliberation.formats.errors import FormatError, Refusals
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

OWN = frozenset(("timestamp", "datetime", "comment-id", "voter-id", "vote", "important"))
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
    data: bytes, file: str, comment_ids: Iterable[str] | None, limits: Limits, refuse: Refusals
) -> tuple[VoteEvents, Layout, Unit]:
    """The events in the file's order, its layout and its unit of time.

    Parameters
    ----------
    comment_ids : the comments there are, or None where that is not known

    Raises
    ------
    FormatError
        Where a vote is not 1, 0 or -1, a timestamp is no whole number or beyond the calendar, an id is missing or too
        long, a comment does not exist, or a row is too short or too long.
    """
    header = read_rows(data[: data.find(b"\n") + 1 or len(data)], file, limits)
    if not header:
        raise FormatError(file, found="an empty file", allowed="a header row")
    names = check_header(header[0], file, NEEDS)
    events = _fast(data, file, names, limits)
    rows: Sequence[int] = range(2, 2 + len(events)) if events is not None else ()
    if events is None:
        events, rows = _exact(data, file, limits, refuse)
    unit = unit_of(int(events.timestamps.max(initial=0)))
    scale = 1000 if unit == "s" else 1
    beyond = (events.timestamps < FIRST // scale) | (events.timestamps > LAST // scale)
    unknown = np.zeros(len(events), dtype=np.bool_)
    if comment_ids is not None:
        unknown = positions(events.comment_ids, sorted(comment_ids)) < 0
    for column, bad, cells, allowed in (
        ("timestamp", beyond, events.timestamps, MOMENTS),
        ("comment-id", unknown, events.comment_ids, "the id of a comment in comments.csv"),
    ):
        for place in np.flatnonzero(bad).tolist():
            refuse(FormatError(file, row=rows[place], column=column, found=repr(str(cells[place])), allowed=allowed))
    if (beyond | unknown).any():
        events = events.part(~(beyond | unknown))
    return replace(events, timestamps=events.timestamps * scale), layout_of(data, file, names), unit


def write_events(events: VoteEvents, layout: Layout, dialect: Dialect) -> bytes:
    """The bytes of votes.csv, events in their order."""
    moments = events.timestamps // 1000 if dialect.units.get("votes") == "s" else events.timestamps
    columns = {column: list(map(cell, texts)) for column, texts in events.extra.items()} | {
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
    return join_lines(layout, [",".join(map(cell, layout.columns)), *map(",".join, rows)])


def _cells(texts: NDArray[np.str_]) -> list[str]:
    found: list[str] = texts.tolist()
    return list(map(cell, found)) if any(cell(text) != text for text in set(found)) else found


def _fast(data: bytes, file: str, names: tuple[str, ...], limits: Limits) -> VoteEvents | None:
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
    if any(_longest(table[name]) > LONGEST[name] for name in names if name in LONGEST):
        return None
    for name in ("comment-id", "voter-id", "datetime"):
        if name in names:
            check_room(file, name, _longest(table[name]), len(votes), limits.characters)
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
        extra={name: table[name].to_numpy() for name in names if name not in OWN},
    )


def _longest(texts: pa.ChunkedArray) -> int:
    return arrow.max(arrow.utf8_length(texts)).as_py() or 0


def _exact(data: bytes, file: str, limits: Limits, refuse: Refusals) -> tuple[VoteEvents, list[int]]:
    """Row by row, naming the first cell that is not allowed; with the number of each row."""
    table = read_table(data, file, needs=NEEDS, limits=limits, refusals=refuse)
    columns = table.layout.columns
    found: list[tuple[int, str, str, int, str, bool]] = []
    further: list[list[str]] = []
    rows: list[int] = []
    names = [column for column in columns if column not in OWN]
    for row, texts in table.numbered():
        try:
            cells = dict(zip(columns, texts, strict=True))
            found.append(_event(cells, file, row))
        except FormatError as problem:
            refuse(problem)
            continue
        further.append([cells[name] for name in names])
        rows.append(row)
    for column, place in (("comment-id", 1), ("voter-id", 2), ("datetime", 4)):
        longest = max((len(str(event[place])) for event in found), default=0)
        check_room(file, column, longest, len(found), limits.characters)
    timestamps, comment_ids, voter_ids, votes, datetimes, important = zip(*found, strict=True) if found else ((),) * 6
    events = VoteEvents(
        timestamps=np.array(timestamps, dtype=np.int64),
        comment_ids=np.array(comment_ids, dtype=np.str_),
        voter_ids=np.array(voter_ids, dtype=np.str_),
        votes=np.array(votes, dtype=np.int8),
        datetimes=np.array(datetimes, dtype=np.str_) if "datetime" in columns else None,
        important=np.array(important, dtype=np.bool_) if "important" in columns else None,
        extra={name: np.array([texts[at] for texts in further], dtype=object) for at, name in enumerate(names)},
    )
    return events, rows


def _event(cells: Mapping[str, str], file: str, row: int) -> tuple[int, str, str, int, str, bool]:
    """One row as timestamp, comment id, voter id, vote, datetime and mark."""
    timestamp, vote, mark = cells["timestamp"], cells["vote"], cells.get("important", "").lower()
    check_lengths(cells, file, row)
    digits = timestamp.removeprefix("-")
    for column, good, allowed in (
        ("timestamp", digits.isascii() and digits.isdigit() and len(digits) < 19, "a whole number of seconds or ms"),
        ("comment-id", bool(cells["comment-id"].strip()), "the id of a comment"),
        ("voter-id", bool(cells["voter-id"].strip()), "the id of a participant"),
        ("vote", vote in VOTES, "1, 0 or -1"),
        ("important", mark in IMPORTANT, "1 or 0"),
    ):
        if not good:
            raise FormatError(file, row=row, column=column, found=repr(cells[column]), allowed=allowed)
    return (
        int(timestamp),
        cells["comment-id"],
        cells["voter-id"],
        VOTES[vote],
        cells.get("datetime", ""),
        IMPORTANT[mark],
    )
