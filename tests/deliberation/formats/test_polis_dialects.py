"""Two dialects and what lies between them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.formats import (
    Comment,
    Dialect,
    PolisFolder,
    SignContradiction,
    build_folder,
    differences,
    in_dialect,
    read_files,
    write_files,
)
from deliberation.formats.tables import Table, read_table
from tests.deliberation.formats.conversations import START, events_of, small_conversation

DIALECTS = {
    "open data": Dialect.open_data(zone="Asia/Jakarta"),
    "open data with xid": Dialect.open_data(xid=True, zone="America/Los_Angeles"),
    "open data without votes.csv": Dialect.open_data(votes=False),
    "newer": Dialect.newer(),
    "newer with everything": Dialect.newer(xids=True, importance=True, consensus=True),
    "newer without flags": Dialect.newer(flags=False),
}


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return DIALECTS[request.param]


def test_a_conversation_comes_back_from_each_dialect(dialect: Dialect) -> None:
    folder = small_conversation(dialect)
    files = write_files(folder)
    again = read_files(files)
    assert again.dialect == dialect
    expected = folder if dialect.has("votes") else replace(folder, events=None)
    assert differences(expected, again) == []
    assert write_files(again) == files
    assert again.notes == ()


def test_the_open_data_dialect_in_full() -> None:
    files = write_files(small_conversation(Dialect.open_data(xid=True, zone="Asia/Jakarta")))
    assert list(files) == ["summary.csv", "comments.csv", "votes.csv", "participants-votes.csv"]
    assert files["summary.csv"].decode().splitlines()[:3] == [
        "topic,What then?",
        "url,https://example.org/c",
        "voters,4",
    ]
    assert files["comments.csv"].decode().splitlines()[:3] == [
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body",
        "1700000000000,Wed Nov 15 05:13:20 WIB 2023,0,1,3,1,1,Plain words",
        '1700000001000,Wed Nov 15 05:13:21 WIB 2023,2,1,1,1,1,"Commas, and ""quotes"""',
    ]
    assert files["votes.csv"].decode().splitlines()[:4] == [
        "timestamp,datetime,comment-id,voter-id,vote",
        "1700000010000,Wed Nov 15 05:13:30 WIB 2023,0,1,1",
        "1700000013000,Wed Nov 15 05:13:33 WIB 2023,0,4,-1",
        "1700000020000,Wed Nov 15 05:13:40 WIB 2023,0,4,1",
    ]
    assert files["participants-votes.csv"].decode() == (
        "participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,0,2,7,9\n"
        "1,,0,2,3,1,1,1,-1,0,\n"
        "4,abc,,2,2,2,0,1,,,1\n"
        "5,,1,0,2,2,0,1,1,,\n"
        "11,,,0,1,0,0,,0,,\n"
    )


def test_the_newer_dialect_in_full() -> None:
    files = write_files(small_conversation(Dialect.newer(xids=True, importance=True)))
    assert list(files) == ["summary.csv", "comments.csv", "votes.csv", "participant-votes.csv", "xids.csv"]
    assert files["summary.csv"].startswith(b'topic,"What then?"\nurl,')
    assert not files["summary.csv"].endswith(b"\n")
    zone = "GMT+0000 (Coordinated Universal Time)"
    assert files["comments.csv"].decode().splitlines()[:2] == [
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,is-meta,is-seed,importance,comment-body",
        f'1700000000,Tue Nov 14 2023 22:13:20 {zone},0,1,3,1,1,false,true,,"Plain words"',
    ]
    assert files["votes.csv"].decode().splitlines()[:2] == [
        "timestamp,datetime,comment-id,voter-id,vote,important",
        f"1700000010,Tue Nov 14 2023 22:13:30 {zone},0,1,1,1",
    ]
    header, first = files["participant-votes.csv"].decode().splitlines()[:2]
    assert header.endswith("n-disagree,0,2,7,9,12")
    assert first == "1,0,2,3,1,1,1,-1,0,,"
    assert files["xids.csv"].decode() == 'participant,xid\n4,"abc"\n'


def test_meta_and_rejected_statements_are_moderated_out() -> None:
    assert small_conversation(Dialect.newer()).moderated_out == ["7", "9"]
    assert small_conversation().moderated_out == ["7"]


def test_dialects_pass_through_json(dialect: Dialect) -> None:
    assert Dialect.from_json(json.loads(json.dumps(dialect.to_json()))) == dialect


def test_line_ends_byte_order_marks_and_quotes_are_kept() -> None:
    files = write_files(small_conversation())
    windows = {name: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") for name, data in files.items()}
    folder = read_files(windows)
    assert folder.comments[2].body == "Two\r\nlines, one with a comma"
    assert write_files(folder) == windows


def test_a_file_in_quotes_throughout_stays_so() -> None:
    files = {
        "comments.csv": b'"comment-id","agrees","disagrees","moderated","comment-body"\n"3","1","0","1","Words"\n',
        "participants-votes.csv": b"participant,3\n1,1\n",
    }
    assert write_files(read_files(files))["comments.csv"].endswith(b'"3","1","0","1","Words"\n')


def test_file_names_with_a_prefix_are_found_and_kept() -> None:
    files = {f"2024-11-02-{name}": data for name, data in write_files(small_conversation(Dialect.newer())).items()}
    folder = read_files(files)
    assert folder.vote_events == 9
    assert write_files(folder) == files


def test_an_export_of_comments_and_votes_only_has_its_matrix_made() -> None:
    whole = small_conversation(Dialect.newer())
    files = write_files(whole)
    del files["participant-votes.csv"]
    folder = read_files(files)
    assert folder.participants == ["1", "4", "5", "11"]
    assert folder.statements == whole.statements
    np.testing.assert_array_equal(folder.votes, whole.votes)
    assert set(folder.group_ids) == {""}
    assert write_files(folder) == files
    assert "no matrix file" in folder.notes[0]


def test_a_matrix_alone_is_enough() -> None:
    folder = read_files({"participant-votes.csv": b"participant,group-id,3,1\n8,a,1,\n2,,-1,0\n"})
    assert (folder.participants, folder.statements, folder.group_ids) == (["8", "2"], ["3", "1"], ["a", ""])
    assert folder.vote_events is None
    assert folder.first_vote_order.tolist() == [1, 0]
    assert "sign of the votes was not checked" in folder.notes[0]


def test_numbers_worded_as_decimals_are_votes() -> None:
    folder = read_files({"participants-votes.csv": b"participant,group-id,3,1\n8,,1.0,\n2,,-1.0,0.0\n"})
    np.testing.assert_array_equal(folder.votes, [[1, np.nan], [-1, 0]])


def test_further_files_are_kept() -> None:
    extra = {
        "stats-history.csv": b"n-votes,n-comments,n-visitors,n-voters,n-commenters\n0,0,1,0,0\n1,0,1,1,0\n",
        "comment-groups.csv": b'comment-id,comment,total-votes,group-a-votes\n0,"Plain words",4,2\n',
        "comment-clusters.csv": b"No comments found for this conversation",
        "README.md": b"# Not a table\n",
    }
    folder = read_files(write_files(small_conversation()) | extra)
    assert folder.tables["stats-history.csv"].rows == (("0", "0", "1", "0", "0"), ("1", "0", "1", "1", "0"))
    assert {name: data for name, data in write_files(folder).items() if name in extra} == extra


def test_differences_between_events_and_matrix_are_noted_and_both_kept() -> None:
    files = write_files(small_conversation())
    before, after = b"\n4,,2,2,2,0,1,,,1", b"\n4,,2,2,1,1,-1,,,1"
    files["participants-votes.csv"] = files["participants-votes.csv"].replace(before, after)
    folder = read_files(files)
    assert folder.votes[1, 0] == -1
    assert folder.vote_events == 9
    assert folder.notes == (
        "The matrix file and the latest votes of votes.csv differ: 1 cells hold another vote, 0 votes have no cell, "
        "0 cells have no vote in votes.csv. The matrix file is taken for the latest vote.",
    )
    assert write_files(folder) == files


def test_voters_who_are_not_in_the_matrix_are_noted_and_kept_as_events() -> None:
    files = write_files(small_conversation())
    files["participants-votes.csv"] = files["participants-votes.csv"].rsplit(b"11,", 1)[0]
    folder = read_files(files)
    assert folder.participants == ["1", "4", "5"]
    assert folder.vote_events == 9
    assert "1 voters who are not in the matrix" in folder.notes[0]
    assert write_files(folder) == files


def test_authors_against_themselves_raise_a_doubt() -> None:
    """Votes and tallies flipped together contradict nobody but the authors."""
    comments = [Comment(str(i), f"Statement {i}", str(i)) for i in range(6)]
    votes = np.where(np.eye(6) == 1, -1.0, np.nan)
    folder = build_folder(Dialect.open_data(votes=False), comments=comments, participants=list("012345"), votes=votes)
    (note,) = read_files(write_files(folder)).notes
    assert "Authors disagree with their own statement 6 times and agree 0 times" in note


def test_a_flipped_matrix_is_refused_although_votes_csv_is_right() -> None:
    files = write_files(small_conversation())
    text = files["participants-votes.csv"].decode()
    files["participants-votes.csv"] = (
        text.replace(",1,-1,0,\n", ",-1,1,0,\n").replace(",1,,,1\n", ",-1,,,-1\n").replace(",1,1,,\n", ",-1,-1,,\n")
    ).encode()
    with pytest.raises(SignContradiction, match=r"participants-votes\.csv.* by 7 .* by 1 with the sign flipped"):
        read_files(files)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=12)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[PolisFolder, Dialect]:
    """Any small conversation, whatever people write and however often they change their votes."""
    dialect = draw(st.sampled_from([d for name, d in DIALECTS.items() if "without votes" not in name]))
    number = st.integers(0, 400).map(str)
    ids = draw(st.lists(number, min_size=1, max_size=6, unique=True))
    people = draw(st.lists(number, min_size=1, max_size=6, unique=True))
    unit = 1000 if dialect.units["votes"] == "s" else 1
    moment = st.integers(START // unit, START // unit + 20).map(lambda m: m * unit)
    flags = st.booleans() if dialect.has("comments", "is-meta") else st.just(False)
    extra = {
        column: draw(texts) for column in ("importance", "group-informed-consensus") if dialect.has("comments", column)
    }
    comments = [
        Comment(
            c,
            draw(texts),
            draw(number),
            draw(moment),
            moderated=draw(st.integers(-1, 1)),
            is_meta=draw(flags),
            is_seed=draw(flags),
            extra=extra,
        )
        for c in ids
    ]
    cast = st.tuples(moment, st.sampled_from(ids), st.sampled_from(people), st.integers(-1, 1))
    events = events_of(draw(st.lists(cast, max_size=30)))
    if dialect.has("votes", "important"):
        marks = draw(st.lists(st.booleans(), min_size=len(events), max_size=len(events)))
        events = replace(events, important=np.array(marks, dtype=np.bool_))
    has_xid = dialect.has("xids") or dialect.has("participants", "xid")
    folder = build_folder(
        dialect,
        comments=comments,
        participants=people,
        events=events,
        group_ids={p: draw(st.sampled_from(["", "0", "1"])) for p in people},
        xids={p: draw(texts.filter(bool)) for p in people if draw(st.booleans())} if has_xid else {},
        summary=[("topic", draw(texts)), ("url", draw(texts)), ("conversation-description", draw(texts))],
    )
    return folder, dialect


@settings(max_examples=150)
@given(conversations())
def test_any_conversation_comes_back(made: tuple[PolisFolder, Dialect]) -> None:
    folder, _ = made
    files = write_files(folder)
    again = read_files(files)
    assert differences(folder, again) == []
    assert write_files(again) == files
    np.testing.assert_array_equal(again.first_vote_order, folder.first_vote_order)
    assert again.group_ids == folder.group_ids


@settings(max_examples=60)
@given(conversations())
def test_any_conversation_can_change_its_dialect_and_back(made: tuple[PolisFolder, Dialect]) -> None:
    folder, _ = made
    consensus = folder.dialect.has("comments", "group-informed-consensus")
    there = in_dialect(folder, Dialect.newer(xids=True, importance=True, consensus=consensus))
    back = in_dialect(read_files(write_files(there)), folder.dialect)
    assert differences(replace(folder, tables={}), back, moments=False) == []


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_table_comes_back(rows: list[list[str]], line_end: str, all_quoted: bool) -> None:
    from deliberation.formats.tables import Layout, write_table

    layout = Layout("t.csv", ("one", "two"), line_end=line_end, quoted=("one", "two") if all_quoted else ())
    table = Table(layout, tuple(map(tuple, rows)))  # type: ignore[arg-type]  # two cells each, as drawn
    assert read_table(write_table(table), "t.csv").rows == table.rows
