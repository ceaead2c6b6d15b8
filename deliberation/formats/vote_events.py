"""votes.csv of a Polis export: one row per vote event, read as columns."""

import io
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from deliberation.formats.dialect import Unit
from deliberation.formats.errors import FormatError
from deliberation.formats.polis import VoteEvents
from deliberation.formats.polis_votes import positions
from deliberation.formats.tables import Layout, Limits, check_header, layout_of, read_rows, read_table

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
    columns = _fast(data, file, limits)
    if columns is None:
        columns = _exact(data, file, limits)
    layout, timestamps, comments, voters, votes, datetimes, important = columns
    if comment_ids is not None:
        unknown = np.flatnonzero(positions(comments, sorted(comment_ids)) < 0)
        if len(unknown):
            raise FormatError(
                file,
                row=int(unknown[0]) + 2,
                column="comment-id",
                found=repr(str(comments[unknown[0]])),
                allowed="the id of a comment in comments.csv",
            )
    unit = unit_of(int(timestamps.max(initial=0)))
    moments = timestamps * 1000 if unit == "s" else timestamps
    return VoteEvents(moments, comments, voters, votes, datetimes, important), layout, unit


_Columns = tuple[Layout, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray | None, np.ndarray | None]


def _fast(data: bytes, file: str, limits: Limits) -> "_Columns | None":
    """Arrow's reader; None where something is unusual, so that the exact reader finds out what."""
    header = read_rows(data[: data.find(b"\n") + 1 or len(data)], file, limits)
    if not header:
        raise FormatError(file, found="an empty file", allowed="a header row")
    names = check_header(header[0], file, NEEDS)
    types = {name: pa.string() for name in names} | {"timestamp": pa.int64(), "vote": pa.int8(), "important": pa.int8()}
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(data),
            read_options=arrow_csv.ReadOptions(column_names=list(names), skip_rows=1),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows > limits.rows or any(table[name].null_count for name in ("timestamp", "vote")):
        return None
    arrays = {name: table[name].to_numpy() for name in names if name != "important"}
    votes = arrays["vote"].astype(np.int8)
    comments, voters = arrays["comment-id"].astype(np.str_), arrays["voter-id"].astype(np.str_)
    important = None
    if "important" in names:
        marks = table["important"].fill_null(0).to_numpy()
        if not np.isin(marks, (0, 1)).all():
            return None
        important = marks.astype(np.bool_)
    if np.abs(votes).max(initial=0) > 1 or (comments == "").any() or (voters == "").any():
        return None
    datetimes = arrays["datetime"].astype(np.str_) if "datetime" in names else None
    return (
        layout_of(data, file, names),
        arrays["timestamp"].astype(np.int64),
        comments,
        voters,
        votes,
        datetimes,
        important,
    )


def _exact(data: bytes, file: str, limits: Limits) -> "_Columns":
    """Row by row, naming the first cell that is not allowed."""
    table = read_table(data, file, needs=NEEDS, limits=limits)
    cells = {name: table.column(name) for name in table.layout.columns}
    for column, texts in (("comment-id", cells["comment-id"]), ("voter-id", cells["voter-id"])):
        for row, text in enumerate(texts, start=2):
            if not text.strip():
                raise FormatError(file, row=row, column=column, found="nothing", allowed="an id")
    timestamps = np.empty(len(table.rows), dtype=np.int64)
    for position, text in enumerate(cells["timestamp"]):
        try:
            timestamps[position] = int(text)
        except (ValueError, OverflowError):
            raise FormatError(
                file,
                row=position + 2,
                column="timestamp",
                found=repr(text),
                allowed="a whole number of seconds or milliseconds",
            ) from None
    votes = np.empty(len(table.rows), dtype=np.int8)
    for position, text in enumerate(cells["vote"]):
        if text not in VOTES:
            raise FormatError(file, row=position + 2, column="vote", found=repr(text), allowed="1, 0 or -1")
        votes[position] = VOTES[text]
    important = None
    if "important" in cells:
        for position, text in enumerate(cells["important"]):
            if text.lower() not in IMPORTANT:
                raise FormatError(file, row=position + 2, column="important", found=repr(text), allowed="1 or 0")
        important = np.array([IMPORTANT[text.lower()] for text in cells["important"]], dtype=np.bool_)
    datetimes = np.array(cells["datetime"], dtype=np.str_) if "datetime" in cells else None
    return (
        table.layout,
        timestamps,
        np.array(cells["comment-id"], dtype=np.str_),
        np.array(cells["voter-id"], dtype=np.str_),
        votes,
        datetimes,
        important,
    )
