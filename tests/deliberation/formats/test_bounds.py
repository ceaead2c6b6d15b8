"""Cells that are too long for memory or the database, and moments beyond the calendar, are refused by their place."""

import csv
from dataclasses import replace

import pytest

from deliberation.formats import Dialect, FormatError, read_files, write_files
from deliberation.formats.polis_tidy import read_tidy, write_tidy
from deliberation.formats.tables import FOLDER_LIMITS
from tests.deliberation.formats.conversations import START, small_conversation

XIDS = {"xids.csv": b"participant,xid\n4,abc\n"}


def refused(files: dict[str, bytes], file: str, old: str, new: str) -> FormatError:
    text = files[file].decode()
    assert old in text
    with pytest.raises(FormatError) as problem:
        read_files(files | {file: text.replace(old, new, 1).encode()})
    return problem.value


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column", "most"),
    [
        ("votes.csv", ",0,1,1\n", f",0,{'9' * 301},1\n", 2, "voter-id", 300),
        ("votes.csv", ",0,1,1\n", f",{'9' * 301},1,1\n", 2, "comment-id", 300),
        ("votes.csv", "Tue Nov 14 22:13:30 UTC 2023", "T" * 81, 2, "datetime", 80),
        ("comments.csv", ",0,1,3,", f",{'9' * 301},1,3,", 2, "comment-id", 300),
        ("comments.csv", ",0,1,3,", f",0,{'9' * 301},3,", 2, "author-id", 300),
        ("participants-votes.csv", "\n4,abc,", f"\n{'9' * 301},abc,", 3, "participant", 300),
        ("participants-votes.csv", "\n4,abc,", f"\n4,{'x' * 301},", 3, "xid", 300),
        ("participants-votes.csv", "\n4,abc,", f"\n4,abc,{'g' * 31}", 3, "group-id", 30),
        ("xids.csv", "4,abc", f"4,{'x' * 301}", 2, "xid", 300),
    ],
)
def test_a_cell_that_is_too_long_is_named(file: str, old: str, new: str, row: int, column: str, most: int) -> None:
    files = write_files(small_conversation(Dialect.open_data(xid=True))) | XIDS
    problem = refused(files, file, old, new)
    assert (problem.file, problem.row, problem.column) == (file, row, column)
    assert problem.allowed == f"at most {most} characters"


def test_a_name_of_a_column_that_is_too_long_is_refused() -> None:
    matrix = b"participant,1,%s\n1,1,1\n" % (b"2" * 301)
    with pytest.raises(FormatError, match="row 1: found the name of a column with 301 characters"):
        read_files({"participants-votes.csv": matrix})


def test_a_column_that_would_fill_the_memory_is_refused() -> None:
    """Arrays hold every text as wide as the longest: one long id among many rows is what costs."""
    files = write_files(small_conversation())
    files["votes.csv"] = files["votes.csv"].replace(b",11,0\n", b",%s,0\n" % (b"1" * 200))
    with pytest.raises(FormatError, match=r"column 'voter-id': found 9 rows, one of them with 200 characters"):
        read_files(files, replace(FOLDER_LIMITS, characters=1_000))
    by_rows = files | {"votes.csv": files["votes.csv"].replace(b",1\n", b",+1\n")}  # which the fast reader leaves alone
    with pytest.raises(FormatError, match=r"column 'voter-id': found 9 rows"):
        read_files(by_rows, replace(FOLDER_LIMITS, characters=1_000))


@pytest.mark.parametrize("file", ["votes.csv", "comments.csv"])
@pytest.mark.parametrize("moment", ["1658934589213000", "999999999999999", "999999999999999999"])
def test_a_moment_beyond_the_calendar_is_named(file: str, moment: str) -> None:
    files = write_files(small_conversation())
    first = files[file].decode().splitlines()[1].split(",")[0]
    problem = refused(files, file, f"\n{first},", f"\n{moment},")
    assert (problem.file, problem.row, problem.column) == (file, 2, "timestamp")
    assert problem.found == repr(moment)


def test_a_moment_long_before_is_named_and_one_before_1970_is_taken() -> None:
    files = write_files(small_conversation())
    first = files["votes.csv"].decode().splitlines()[1].split(",")[0]
    assert refused(files, "votes.csv", f"\n{first},", "\n-999999999999999,").column == "timestamp"
    early = read_files(files | {"votes.csv": files["votes.csv"].replace(first.encode(), b"-5", 1)})
    assert early.events is not None
    assert early.events.timestamps.min() == -5
    assert read_tidy(write_tidy(early)).events is not None


def test_rows_beyond_the_calendar_can_be_left_out() -> None:
    files = write_files(small_conversation())
    files["votes.csv"] = files["votes.csv"].replace(str(START + 10_000).encode(), b"9" * 17, 1)
    folder = read_files(files, keep_going=True)
    assert [(row.row, row.column) for row in folder.refused] == [(2, "timestamp")]
    assert folder.vote_events == 8


@pytest.mark.parametrize("file", ["votes.csv", "participants.csv", "statements.csv"])
def test_long_tables_keep_the_same_bounds(file: str) -> None:
    files = write_tidy(small_conversation())
    with pytest.raises(FormatError, match=r"found 301 characters, allowed is at most 300"):
        read_tidy(
            files
            | {file: files[file].replace(b"\n1,", b"\n%s," % (b"1" * 301)).replace(b"\n0,", b"\n" + b"0" * 301 + b",")}
        )
    with pytest.raises(FormatError, match="years 2 to 9998"):
        read_tidy(files | {"votes.csv": files["votes.csv"].replace(str(START + 10_000).encode(), b"9" * 16)})


@pytest.mark.parametrize("limit", [131_072, 10**9])
def test_a_body_that_is_too_long_is_called_that(limit: int) -> None:
    """Whatever limit another reader of this process has set."""
    files = write_files(small_conversation())
    before = csv.field_size_limit(limit)
    problem = refused(files, "comments.csv", "Plain words", "x" * 140_000)
    csv.field_size_limit(before)
    assert problem.allowed == "at most 131,072 characters in a cell"


def test_statements_that_nothing_tells_apart_are_refused() -> None:
    matrix = b"participant,group-id,s-1,s-2\n1,0,1,-1\n"
    with pytest.raises(FormatError, match="no column that a number names, among s-1, s-2"):
        read_files({"participants-votes.csv": matrix})
    some = read_files({"participants-votes.csv": matrix.replace(b"s-2", b"2")})
    assert any("s-1 are taken for facts about participants" in note for note in some.notes)
