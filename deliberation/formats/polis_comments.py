"""comments.csv and summary.csv of a Polis export."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from deliberation.formats.bounds import check_lengths, check_moment
from deliberation.formats.clock import Clock
from deliberation.formats.dialect import Dialect, Unit
from deliberation.formats.errors import FormatError, Refusals
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


def read_comments(
    data: bytes, file: str, limits: Limits, refuse: Refusals
) -> tuple[tuple[Comment, ...], Layout, Unit, tuple[str, str]]:
    """The statements, the file's layout, its unit of time, and how it words no and yes.

    Raises
    ------
    FormatError
        Where a count, a timestamp, a moderation state or an id cannot be what it says, or is longer than it may be.
    """
    needs = ("comment-id", "agrees", "disagrees", "moderated", "comment-body")
    table = read_table(data, file, needs=needs, limits=limits, refusals=refuse)
    columns = table.layout.columns
    words = ["false", "true"]
    found: list[Comment] = []
    first: dict[str, int] = {}
    for row, texts in table.numbered():
        cells = dict(zip(columns, texts, strict=True))
        try:
            comment = _comment(cells, file, row)
            if comment.id in first:
                again = f"{comment.id!r} again, as in row {first[comment.id]}"
                raise FormatError(file, row=row, column="comment-id", found=again, allowed="each id once")
        except FormatError as problem:
            refuse(problem)
            continue
        first[comment.id] = row
        found.append(comment)
        for column, yes in (("is-meta", comment.is_meta), ("is-seed", comment.is_seed)):
            words[yes] = cells.get(column) or words[yes]
    unit = unit_of(max((comment.timestamp or 0 for comment in found), default=0))
    scale = 1000 if unit == "s" else 1
    timed: list[Comment] = []
    for comment in found:
        moment = None if comment.timestamp is None else comment.timestamp * scale
        try:
            if moment is not None:
                check_moment(moment, file, first[comment.id])
        except FormatError as problem:
            refuse(problem)
        else:
            timed.append(comment if scale == 1 else replace(comment, timestamp=moment))
    return tuple(timed), table.layout, unit, (words[0], words[1])


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


def _comment(cells: Mapping[str, str], file: str, row: int) -> Comment:
    """One row; the timestamp still in the file's unit."""

    check_lengths(cells, file, row)

    def one_of(column: str, words: Mapping[str, int], allowed: str) -> int:
        text = cells.get(column, "").lower()
        if text not in words:
            raise FormatError(file, row=row, column=column, found=repr(cells[column]), allowed=allowed)
        return words[text]

    if not cells["comment-id"].strip():
        raise FormatError(file, row=row, column="comment-id", found="nothing", allowed="the id of a comment")
    return Comment(
        id=cells["comment-id"],
        body=cells["comment-body"],
        author_id=cells.get("author-id", ""),
        timestamp=_whole(cells["timestamp"], file, row, "timestamp") if cells.get("timestamp") else None,
        datetime=cells.get("datetime", ""),
        agrees=_whole(cells["agrees"], file, row, "agrees"),
        disagrees=_whole(cells["disagrees"], file, row, "disagrees"),
        moderated=one_of("moderated", MODERATION, "-1 (rejected), 0 or 1 (accepted)"),
        is_meta=bool(one_of("is-meta", BOOLEANS, "true or false")),
        is_seed=bool(one_of("is-seed", BOOLEANS, "true or false")),
        extra={column: text for column, text in cells.items() if column not in TYPED},
    )


def _whole(text: str, file: str, row: int, column: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        allowed = "a whole number of at least 0"
        raise FormatError(file, row=row, column=column, found=repr(text), allowed=allowed)
    return int(text)
