"""`polyphony map` on real and on written folders."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from polyphony import cli
from polyphony.errors import BadInput
from tests.aggregation.algorithms.opinion.conversations import planted

KEYS = {
    "engine",
    "input_sha256",
    "participants",
    "statements",
    "votes",
    "vote_events",
    "in_conversation",
    "moderated_out",
    "k",
    "silhouettes",
    "stability",
    "stable",
    "groups",
    "points",
    "representative",
    "consensus",
    "group_informed_consensus",
    "priorities",
    "warnings",
}


COMMENT_COLUMNS = [
    *("timestamp", "comment-id", "author-id", "agrees", "disagrees"),
    *("moderated", "comment-body", "is-meta", "is-seed"),
]


def run(*arguments: object) -> dict[str, Any]:
    result = CliRunner().invoke(cli.polyphony, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def write_folder(path: Path, *, grouped: bool = True, reverse: bool = False) -> Path:
    """A small export with two camps, gaps in the ids, a rejected and a meta statement."""
    votes, groups = planted((20, 15), statements=12, seen=0.9)
    ids = [str(3 * column + 1) for column in range(12)]
    path.mkdir()
    with (path / "comments.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COMMENT_COLUMNS)
        for column, name in enumerate(ids):
            agrees, disagrees = (int((votes[:, column] == vote).sum()) for vote in (1, -1))
            meta, moderated = str(column == 5).lower(), -1 if column == 2 else 1
            writer.writerow([1000 + column, name, 0, agrees, disagrees, moderated, f"Text {name}", meta, "false"])
    rows = []
    for row, (given, group) in enumerate(zip(votes, groups, strict=True)):
        cells = ["" if vote != vote else int(vote) for vote in given]
        tallies = [0, sum(c != "" for c in cells), cells.count(1), cells.count(-1)]
        rows.append([row * 2, group if grouped else "", *tallies, *cells])
    with (path / "participants-votes.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *ids])
        writer.writerows(rows[::-1] if reverse else rows)
    return path


def test_a_small_folder_gives_every_key_in_the_words_of_the_folder(tmp_path: Path) -> None:
    found = run("map", write_folder(tmp_path / "export"), "--resamples", 3)
    assert set(found) >= KEYS
    assert (found["participants"], found["statements"], found["vote_events"]) == (35, 12, None)
    assert found["moderated_out"] == ["7", "16"]
    assert [(group["id"], group["label"], group["size"]) for group in found["groups"]] == [
        ("0", "A", 20),
        ("1", "B", 15),
    ]
    assert {point["participant"]: point["group"] for point in found["points"]} == {
        member: group["id"] for group in found["groups"] for member in group["members"]
    }
    assert set(found["stability"]) == set(found["silhouettes"]) >= {"2"}
    assert found["stable"] is (found["stability"][str(found["k"])] >= 0.8)
    assert set(found["group_informed_consensus"]) == set(found["priorities"]) == {str(3 * c + 1) for c in range(12)}
    assert found["priorities"]["16"] == 49
    for chosen in found["representative"].values():
        assert {"statement", "direction", "probability", "ratio", "z"} <= set(chosen[0])
        assert not {"7", "16"} & {one["statement"] for one in chosen}
    assert found["engine"]["name"] == "polyphony"
    assert found["engine"]["seed"] == 0


def test_the_order_of_rows_in_the_file_changes_nothing(tmp_path: Path) -> None:
    found = run("map", write_folder(tmp_path / "one"))
    other = run("map", write_folder(tmp_path / "other", reverse=True))
    for result in (found, other):
        del result["input_sha256"]
    assert found == other


def test_out_writes_the_same_to_a_file(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "export")
    out = tmp_path / "map.json"
    result = CliRunner().invoke(cli.polyphony, ["map", str(folder), "--seed", "5", "--out", str(out)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(out.read_text()) == run("map", folder, "--seed", 5)


def test_the_imported_grouping_keeps_the_files_ids(tmp_path: Path) -> None:
    found = run("map", write_folder(tmp_path / "export"), "--groups", "imported")
    assert [group["id"] for group in found["groups"]] == ["0", "1"]
    assert (found["silhouettes"], found["stability"], found["stable"]) == ({}, {}, False)
    assert set(found["representative"]) == {"0", "1"}


def test_too_many_groups_give_fewer_and_a_warning(tmp_path: Path) -> None:
    found = run("map", write_folder(tmp_path / "export"), "--k", 30, "--resamples", 0)
    assert found["k"] < 30
    assert min(group["size"] for group in found["groups"]) >= 2
    assert "30 groups of at least 2 participants cannot be had" in found["warnings"][0]


def refusal(*arguments: object) -> str:
    with pytest.raises(BadInput) as refused:
        CliRunner().invoke(cli.polyphony, [str(a) for a in arguments], catch_exceptions=False, standalone_mode=False)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_bad_input_is_refused_in_one_line(tmp_path: Path) -> None:
    assert "nobody has a group-id" in refusal(
        "map", write_folder(tmp_path / "ungrouped", grouped=False), "--groups", "imported"
    )
    folder = write_folder(tmp_path / "export")
    assert "leave --k out" in refusal("map", folder, "--groups", "imported", "--k", 2)
    assert "--seed -1" in refusal("map", folder, "--seed", -1)
    assert "nowhere" in refusal("map", tmp_path / "nowhere")


def test_a_flipped_sign_is_refused_with_the_numbers(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "export")
    matrix = folder / "participants-votes.csv"
    rows = list(csv.reader(matrix.read_text().splitlines()))
    for row in rows[1:]:
        row[6:] = [cell and str(-int(cell)) for cell in row[6:]]
    matrix.write_text("\n".join(",".join(row) for row in rows) + "\n")
    assert "sign flipped" in refusal("map", folder)


def test_a_real_conversation(shared_data: Path) -> None:
    found = run("map", shared_data / "polis" / "scoop-hivemind.biodiversity", "--resamples", 2)
    assert (found["participants"], found["votes"], found["in_conversation"], found["k"]) == (536, 29719, 441, 2)
    assert found["vote_events"] > found["votes"]
    assert len(found["group_informed_consensus"]) == found["statements"] == 314
