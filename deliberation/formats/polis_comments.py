"""comments.csv and summary.csv of a Polis export."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from deliberation.formats.clock import Clock
from deliberation.formats.dialect import Dialect, Unit
from deliberation.formats.errors import FormatError
from deliberation.formats.polis import ACCEPTED, REJECTED, UNMODERATED, Comment
from deliberation.formats.tables import (
    Layout,
    Limits,
    cell,
    join_lines,
    layout_of,
    quoted,
    read_rows,
    read_table,
    write_rows,
)
from deliberation.formats.vote_events import unit_of

TYPED = (
    "timestamp",
    "datetime",
    "comment-id",
    "author-id",
    "agrees",
    "disagrees",
    "moderated",
    "is-meta",
    "is-seed",
    "comment-body",
)
BOOLEANS = {
    "true": True,
    "false": False,
    "1": True,
    "0": False,
    "t": True,
    "f": False,
    "yes": True,
    "no": False,
    "": False,
}
MODERATION = {"-1": REJECTED, "0": UNMODERATED, "1": ACCEPTED}


def read_comments(data: bytes, file: str, limits: Limits) -> tuple[tuple[Comment, ...], Layout, Unit, tuple[str, str]]:
    """The statements, the file's layout, its unit of time, and how it words no and yes.

    Raises
    ------
    FormatError
        Where a count, a timestamp, a moderation state or an id cannot be what it says.
    """
    needs = ("comment-id", "agrees", "disagrees", "moderated", "comment-body")
    table = read_table(data, file, needs=needs, limits=limits)
    columns = table.layout.columns
    timestamps = (
        [_whole(text, file, row, "timestamp", least=None) for row, text in enumerate(table.column("timestamp"), 2)]
        if "timestamp" in columns
        else []
    )
    unit = unit_of(max(timestamps, default=0))
    words = ["false", "true"]
    extra = [column for column in columns if column not in TYPED]
    comments: list[Comment] = []
    first: dict[str, int] = {}
    for row, cells in enumerate((dict(zip(columns, row, strict=True)) for row in table.rows), start=2):
        identity = cells["comment-id"]
        if not identity.strip():
            raise FormatError(file, row=row, column="comment-id", found="nothing", allowed="the id of a comment")
        if identity in first:
            raise FormatError(
                file,
                row=row,
                column="comment-id",
                found=f"{identity!r} again, as in row {first[identity]}",
                allowed="each id once",
            )
        first[identity] = row
        if cells["moderated"] not in MODERATION:
            raise FormatError(
                file,
                row=row,
                column="moderated",
                found=repr(cells["moderated"]),
                allowed="-1 (rejected), 0 or 1 (accepted)",
            )
        flags = {}
        for column in ("is-meta", "is-seed"):
            text = cells.get(column, "")
            if text.lower() not in BOOLEANS:
                raise FormatError(file, row=row, column=column, found=repr(text), allowed="true or false")
            flags[column] = BOOLEANS[text.lower()]
            if text:
                words[flags[column]] = text
        comments.append(
            Comment(
                id=identity,
                body=cells["comment-body"],
                author_id=cells.get("author-id", ""),
                timestamp=(timestamps[row - 2] * (1000 if unit == "s" else 1)) if timestamps else None,
                datetime=cells.get("datetime", ""),
                agrees=_whole(cells["agrees"], file, row, "agrees"),
                disagrees=_whole(cells["disagrees"], file, row, "disagrees"),
                moderated=MODERATION[cells["moderated"]],
                is_meta=flags["is-meta"],
                is_seed=flags["is-seed"],
                extra={column: cells[column] for column in extra},
            )
        )
    return tuple(comments), table.layout, unit, (words[0], words[1])


def read_summary(data: bytes, file: str, limits: Limits) -> tuple[tuple[tuple[str, str], ...], Layout]:
    """Rows of key and value, in order, and the file's layout.

    Raises
    ------
    FormatError
        Where a row has more or fewer than two cells, or a key stands twice.
    """
    summary: dict[str, str] = {}
    for number, row in enumerate(read_rows(data, file, limits), start=1):
        if len(row) != 2:
            raise FormatError(file, row=number, found=f"{len(row)} cells", allowed="a key and a value")
        if row[0] in summary:
            raise FormatError(file, row=number, found=f"the key {row[0]!r} twice", allowed="each key once")
        summary[row[0]] = row[1]
    layout = layout_of(data, file)
    for habit in ((), ("topic", "conversation-description"), tuple(summary)):
        tried = replace(layout, quoted=habit)
        if write_summary(tuple(summary.items()), tried) == data:
            return tuple(summary.items()), tried
    return tuple(summary.items()), layout


def write_comments(comments: Sequence[Comment], layout: Layout, dialect: Dialect) -> bytes:
    """The bytes of comments.csv."""
    unit = 1000 if dialect.units.get("comments") == "s" else 1
    worded = _worded(comments, dialect.clock or Clock()) if "datetime" in layout.columns else []
    rows = []
    for position, comment in enumerate(comments):
        cells = {
            **comment.extra,
            "timestamp": "" if comment.timestamp is None else str(comment.timestamp // unit),
            "datetime": worded[position] if worded else "",
            "comment-id": comment.id,
            "author-id": comment.author_id,
            "agrees": str(comment.agrees),
            "disagrees": str(comment.disagrees),
            "moderated": str(comment.moderated),
            "is-meta": dialect.booleans[comment.is_meta],
            "is-seed": dialect.booleans[comment.is_seed],
            "comment-body": comment.body,
        }
        rows.append([cells.get(column, "") for column in layout.columns])
    return write_rows(layout, rows)


def write_summary(summary: Sequence[tuple[str, str]], layout: Layout) -> bytes:
    """The bytes of summary.csv; ``layout.quoted`` lists the keys whose values always stand in quotes."""
    lines = [f"{cell(key)},{quoted(text) if key in layout.quoted else cell(text)}" for key, text in summary]
    return join_lines(layout, lines)


def _worded(comments: Sequence[Comment], clock: Clock) -> list[str]:
    """The column datetime: the comment's own words, else the clock's."""
    moments = np.array([comment.timestamp or 0 for comment in comments], dtype=np.int64)
    return [
        comment.datetime or ("" if comment.timestamp is None else words)
        for comment, words in zip(comments, clock.words(moments), strict=True)
    ]


def _whole(text: str, file: str, row: int, column: str, least: int | None = 0) -> int:
    try:
        number: int | None = int(text)
    except ValueError:
        number = None
    if number is None or (least is not None and number < least):
        allowed = "a whole number" + ("" if least is None else f" of at least {least}")
        raise FormatError(file, row=row, column=column, found=repr(text), allowed=allowed)
    return number
