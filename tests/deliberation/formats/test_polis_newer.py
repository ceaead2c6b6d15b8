"""What an export in the newer dialect computes: consensus, importance, and votes by group that add up."""

from dataclasses import replace
from math import prod

import numpy as np
import pytest

from deliberation.formats import Dialect, differences, in_newer_dialect, read_files, read_folder, write_files
from deliberation.formats.polis_newer import group_informed_consensus
from tests.deliberation.formats.conversations import small_conversation


def test_the_newer_files_in_full() -> None:
    files = write_files(in_newer_dialect(small_conversation(Dialect.newer(importance=True)), importance=True))
    head, *rows = files["comments.csv"].decode().splitlines()
    assert head == (
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,is-meta,is-seed,"
        "group-informed-consensus,importance,comment-body"
    )
    # Group 0 is participant 1, who agreed; group 1 is participant 5, who agreed: (2/3)²; participant 1 marked it.
    assert rows[0].split(",")[-3:] == [repr((2 / 3) * (2 / 3)), "3", '"Plain words"']
    groups = files["comment-groups.csv"].decode().splitlines()
    assert groups[0] == (
        "comment-id,comment,total-votes,total-agrees,total-disagrees,total-passes,"
        "group-a-votes,group-a-agrees,group-a-disagrees,group-a-passes,"
        "group-b-votes,group-b-agrees,group-b-disagrees,group-b-passes"
    )
    assert groups[1] == '0,"Plain words",2,2,0,0,1,1,0,0,1,1,0,0'


def test_without_groups_there_is_nothing_to_compute() -> None:
    lone = small_conversation()
    files = write_files(in_newer_dialect(replace(lone, group_ids=[""] * len(lone.participants)), importance=False))
    assert "comment-groups.csv" not in files
    assert b"group-informed-consensus" not in files["comments.csv"]


def test_what_is_computed_comes_back_and_changes_nothing() -> None:
    written = in_newer_dialect(small_conversation(Dialect.newer(importance=True)), importance=True)
    again = read_files(write_files(written))
    assert differences(written, again) == []
    assert write_files(again) == write_files(written)


@pytest.mark.parametrize("name", ["15-per-hour-seattle", "brexit-consensus", "london.youth.policing"])
def test_consensus_on_real_conversations_is_the_product_over_their_groups(shared_data, name: str) -> None:
    folder = read_folder(shared_data / "polis" / name)
    found = group_informed_consensus(folder)
    labels = np.array(folder.group_ids)
    for column, statement in enumerate(folder.statements):
        cells = [folder.votes[labels == group, column] for group in sorted(set(folder.group_ids) - {""})]
        expected = prod(((votes == 1).sum() + 1) / ((~np.isnan(votes)).sum() + 2) for votes in cells)
        assert found[statement] == pytest.approx(expected, rel=1e-15)
