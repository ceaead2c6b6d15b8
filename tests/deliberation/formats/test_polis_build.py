"""Exports made from what a conversation holds add up."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from deliberation.formats import Comment, Dialect, build_folder, differences, read_files, write_files
from deliberation.formats.polis_tidy import read_tidy, write_tidy
from deliberation.formats.polis_votes import event_tallies, first_vote_order, latest_events, vote_matrix
from tests.deliberation.formats.conversations import START, events_of, small_conversation


def test_tallies_count_events_and_the_matrix_the_latest_vote() -> None:
    folder = small_conversation()
    tallies = {comment.id: (comment.agrees, comment.disagrees) for comment in folder.comments}
    assert tallies == {"0": (3, 1), "2": (1, 1), "7": (0, 0), "9": (1, 0), "12": (0, 0)}
    nan = np.nan
    np.testing.assert_array_equal(
        folder.votes, [[1, -1, 0, nan], [1, nan, nan, 1], [1, 1, nan, nan], [nan, 0, nan, nan]]
    )
    assert folder.statements == ["0", "2", "7", "9"]
    assert (folder.distinct_votes, folder.vote_events) == (8, 9)


def test_who_voted_first_comes_first() -> None:
    assert small_conversation().first_vote_order.tolist() == [3, 0, 1, 2]


def test_without_events_the_order_is_that_of_the_ids() -> None:
    assert first_vote_order(["30", "4", "x", "11"], None).tolist() == [1, 3, 0, 2]


def test_first_votes_within_one_second_are_ordered_by_id() -> None:
    events = events_of([(START + 900, "0", "7", 1), (START + 100, "0", "12", 1), (START + 2_000, "0", "3", 1)])
    assert first_vote_order(["12", "3", "7"], events).tolist() == [2, 0, 1]


def test_of_votes_at_one_moment_the_lower_row_counts() -> None:
    events = events_of([(START, "0", "1", 1), (START, "0", "1", -1), (START - 5, "0", "1", 0)])
    assert latest_events(events).tolist() == [1]
    np.testing.assert_array_equal(vote_matrix(events, ["1"], ["0"]), [[-1]])


def test_events_of_others_are_not_counted() -> None:
    events = events_of([(START, "0", "1", 1), (START, "5", "1", -1), (START, "0", "2", -1)])
    agrees, disagrees = event_tallies(events, ["0", "3"])
    assert (agrees.tolist(), disagrees.tolist()) == ([1, 0], [1, 0])
    np.testing.assert_array_equal(vote_matrix(events, ["2", "1"], ["3", "0"]), [[np.nan, -1], [np.nan, 1]])


def test_votes_without_events_are_counted_from_the_matrix() -> None:
    folder = build_folder(
        Dialect.open_data(votes=False),
        comments=[Comment("0", "One", agrees=9), Comment("1", "Two")],
        participants=["a", "b"],
        votes=np.array([[1, np.nan], [-1, np.nan]]),
    )
    assert [(comment.agrees, comment.disagrees) for comment in folder.comments] == [(1, 1), (0, 0)]
    assert folder.matrix_columns == ("0",)
    assert sorted(write_files(folder)) == ["comments.csv", "participants-votes.csv", "summary.csv"]


def test_current_votes_go_before_the_latest_events() -> None:
    """A vote that was taken back leaves events behind, and no cell."""
    folder = build_folder(
        Dialect.open_data(),
        comments=[Comment("0", "One")],
        participants=["1"],
        events=events_of([(START, "0", "1", 1)]),
        votes=np.array([[np.nan]]),
    )
    assert (folder.statements, folder.vote_events, folder.distinct_votes) == ([], 1, 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"votes": np.zeros((3, 5))}, r"votes\.shape=\(3, 5\) should be \(participants, comments\)=\(4, 5\)"),
        ({"participants": ["1", "4", "4", "11"]}, "participants: 4 ids should be different, 3 are"),
        ({"comments": [Comment("0", "Alone")]}, "5 events are of an unknown comment"),
        ({"events": None}, "either events or votes"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small_conversation(**changes)


def test_building_changes_nothing_of_what_it_is_given() -> None:
    rows = [(START + 5, "0", "1", 1), (START, "0", "1", -1)]
    events = events_of(rows)
    votes = np.array([[1.0]])
    build_folder(Dialect.open_data(), comments=[Comment("0", "")], participants=["1"], events=events, votes=votes)
    assert (events.timestamps.tolist(), votes.tolist()) == ([START + 5, START], [[1.0]])


def test_long_tables_mark_the_vote_that_counts() -> None:
    files = write_tidy(small_conversation(Dialect.newer(xids=True)))
    rows = list(csv.DictReader(io.StringIO(files["votes.csv"].decode())))
    mine = [(row["vote"], row["current"]) for row in rows if (row["participant"], row["statement"]) == ("4", "0")]
    assert mine == [("disagree", "false"), ("agree", "true")]
    assert sum(row["current"] == "true" for row in rows) == 8


def test_long_tables_come_back_with_everything() -> None:
    for dialect in (Dialect.newer(xids=True, importance=True), Dialect.open_data()):
        folder = small_conversation(dialect)
        assert differences(folder, read_tidy(write_tidy(folder), dialect)) == []
        assert differences(folder, read_files(write_files(read_tidy(write_tidy(folder), dialect)))) == []


def test_votes_alone_make_a_conversation() -> None:
    folder = read_tidy({"votes.csv": b"participant,statement,vote\nann,s1,agree\nbob,s1,-1\nbob,s2,pass\n"})
    assert (folder.participants, folder.statements) == (["ann", "bob"], ["s1", "s2"])
    np.testing.assert_array_equal(folder.votes, [[1, np.nan], [-1, 0]])
    assert folder.vote_events is None


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "votes.csv",
            ",pass,",
            ",maybe,",
            r"votes\.csv, row \d+, column 'vote': found 'maybe', allowed is one of agree",
        ),
        ("votes.csv", "\n1,0,", "\nnobody,0,", r"votes\.csv, row 2, column 'participant': found 'nobody'"),
        ("votes.csv", "\n1,0,agree,1", "\n1,0,agree,x1", r"votes\.csv, row 2, column 'timestamp'"),
        ("statements.csv", "rejected", "gone", r"statements\.csv, row \d+, column 'moderation': found 'gone'"),
        ("statements.csv", "\n2,", "\n0,", r"statements\.csv, row 3, column 'statement': found '0' again, as in row 2"),
        ("participants.csv", "\n4,", "\n1,", r"participants\.csv, row 3, column 'participant': found '1' again"),
    ],
)
def test_bad_rows_of_long_tables_are_named(file: str, old: str, new: str, message: str) -> None:
    files = write_tidy(small_conversation())
    assert old in files[file].decode()
    with pytest.raises(ValueError, match=message):
        read_tidy(files | {file: files[file].decode().replace(old, new, 1).encode()})


def test_every_kind_of_loss_is_told() -> None:
    folder = small_conversation(Dialect.newer(xids=True, importance=True))
    assert folder.events is not None
    backwards = folder.events.part(np.arange(len(folder.events))[::-1])
    assert differences(folder, replace(folder, events=backwards)) == []
    flipped = replace(folder.events, votes=-folder.events.votes)
    losses = {
        "participants": {"participants": [*folder.participants[:-1], "77"]},
        "cells": {"votes": -folder.votes},
        "group ids": {"group_ids": ["", "", "", ""]},
        "xids": {"xids": {}},
        "statements": {"statements": [*folder.statements[:-1], "77"]},
        "moderated out": {"moderated_out": []},
        "comments": {"comments": folder.comments[1:]},
        "summary": {"summary": ()},
        "other files": {"other_files": {"notes.txt": b""}},
        "vote events": {"events": folder.events.part(np.arange(8))},
        "order of re-votes": {"events": flipped},
    }
    for name, change in losses.items():
        told = differences(folder, replace(folder, **change))
        assert any(line.startswith(name) for line in told), (name, told)
    assert differences(folder, replace(folder, events=None))[0].startswith("vote events")
