"""`polyphony convert` on the command line."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deliberation.formats import Dialect, differences, read_folder, write_folder
from polyphony.cli import polyphony
from polyphony.conversions import FORMATS, convert
from polyphony.errors import BadInput
from tests.deliberation.formats.conversations import small_conversation

WHOLE_SECONDS = "moments: written in whole seconds"
COMPUTED = ["columns of comments: 1 differ (group-informed-consensus)", "tables: 1 differ (comment-groups.csv)"]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    write_folder(small_conversation(Dialect.open_data(xid=True)), tmp_path / "export")
    return tmp_path / "export"


def run(*arguments: object) -> dict[str, Any]:
    result = CliRunner().invoke(
        polyphony, ["convert", *map(str, arguments)], catch_exceptions=False, standalone_mode=False
    )
    assert result.exit_code == 0
    return dict(json.loads(result.stdout))


def test_polis_to_polis_gives_the_same_files_and_tells_the_counts(export: Path, tmp_path: Path) -> None:
    told = run(export, tmp_path / "again", "--from", "polis", "--to", "polis")
    for file in export.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()
    counts = {
        "participants": 4,
        "statements": 4,
        "statements_without_votes": 1,
        "votes": 8,
        "vote_events": 9,
        "grouped_participants": 2,
        "moderated_out": 1,
    }
    assert told["read"] == told["written"] == counts
    assert (told["refused"], told["lost"], told["notes"]) == ([], [], [])
    assert told["engine"]["name"] == "polyphony"
    lines = "".join(f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.name}\n" for f in sorted(export.iterdir()))
    assert told["input_sha256"] == hashlib.sha256(lines.encode()).hexdigest()


def test_there_and_back_through_long_tables_archives_and_the_other_dialect(export: Path, tmp_path: Path) -> None:
    chain = [
        (export, "polis", tmp_path / "tables", "csv", (), []),
        (tmp_path / "tables", "csv", tmp_path / "newer.zip", "polis", ("--dialect", "newer"), [WHOLE_SECONDS]),
        (tmp_path / "newer.zip", "polis", tmp_path / "back", "polis", ("--dialect", "open-data"), COMPUTED),
    ]
    for source, read_as, target, write_as, more, lost in chain:
        told = run(source, target, "--from", read_as, "--to", write_as, *more)
        assert told["read"] == told["written"]
        assert told["lost"] == lost
    assert differences(read_folder(export), read_folder(tmp_path / "back"), moments=False) == []


def test_what_the_target_cannot_hold_is_told(tmp_path: Path) -> None:
    write_folder(small_conversation(Dialect.newer()), tmp_path / "newer")
    told = run(tmp_path / "newer", tmp_path / "old", "--from", "polis", "--to", "polis", "--dialect", "open-data")
    assert told["lost"] == ["moderated out differ", "comments: 2 differ (0, 9)"]


def refusal(*arguments: object) -> str:
    with pytest.raises(BadInput) as refused:
        CliRunner().invoke(polyphony, ["convert", *map(str, arguments)], catch_exceptions=False, standalone_mode=False)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_flipped_sign_is_refused_with_the_numbers_and_nothing_is_written(export: Path, tmp_path: Path) -> None:
    votes = export / "votes.csv"
    swapped = votes.read_text().replace(",-1\n", ",+\n").replace(",1\n", ",-1\n").replace(",+\n", ",1\n")
    votes.write_text(swapped)
    said = refusal(export, tmp_path / "again", "--from", "polis", "--to", "polis")
    assert "votes.csv: found votes that differ" in said
    assert "by 6 as they stand" in said
    assert "by 0 with the sign flipped" in said
    assert not (tmp_path / "again").exists()


def test_bad_rows_end_it_or_are_left_out_and_listed(export: Path, tmp_path: Path) -> None:
    votes = export / "votes.csv"
    votes.write_text(votes.read_text().replace(",0,1,1\n", ",0,1,5\n"))
    assert "votes.csv, row 2, column 'vote': found '5'" in refusal(
        export, tmp_path / "again", "--from", "polis", "--to", "polis"
    )
    told = run(export, tmp_path / "again", "--from", "polis", "--to", "polis", "--skip-bad-rows")
    assert [(row["file"], row["row"], row["column"]) for row in told["refused"]] == [("votes.csv", 2, "vote")]
    assert "allowed is 1, 0 or -1" in told["refused"][0]["reason"]
    assert told["written"]["vote_events"] == 8


def test_a_folder_that_holds_files_is_left_alone(export: Path) -> None:
    before = {file.name: file.read_bytes() for file in export.iterdir()}
    assert "not an empty folder" in refusal(export, export, "--from", "polis", "--to", "csv")
    assert {file.name: file.read_bytes() for file in export.iterdir()} == before


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "no folder" in refusal(tmp_path / "nothing", tmp_path / "x", "--from", "polis", "--to", "csv")


def test_every_registered_function_is_there(tmp_path: Path) -> None:
    from importlib import import_module

    for known in FORMATS.values():
        for name in filter(None, (known.read, known.write)):
            module, _, function = name.partition(":")
            assert callable(getattr(import_module(module), function))


def test_formats_of_different_kinds_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no such conversion; there are polis to csv, polis to polis"):
        convert(tmp_path, tmp_path, read_as="polis", write_as="ratings", options={})


def test_with_out_the_counts_are_told_in_words_too(export: Path, tmp_path: Path) -> None:
    arguments = [
        "convert",
        str(export),
        str(tmp_path / "t"),
        "--from",
        "polis",
        "--to",
        "csv",
        "--out",
        str(tmp_path / "o"),
    ]
    said = CliRunner().invoke(polyphony, arguments, catch_exceptions=False, standalone_mode=False).stdout
    assert "read: participants 4, statements 4" in said
    assert json.loads((tmp_path / "o").read_text())["written"]["votes"] == 8


def lost(source: Path, target: Path, *more: str) -> list[str]:
    write_as = "polis" if "--dialect" in more or not more else "csv"
    return list(run(source, target, "--from", "polis", "--to", write_as, *(() if more == ("csv",) else more))["lost"])


def test_an_archive_that_is_there_is_left_alone(export: Path, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_bytes(b"mine")
    assert "cannot be written (File exists)" in refusal(
        export, tmp_path / "there.zip", "--from", "polis", "--to", "polis"
    )
    assert (tmp_path / "there.zip").read_bytes() == b"mine"


def test_every_odd_folder_becomes_long_tables(export: Path, tmp_path: Path) -> None:
    votes = export / "votes.csv"
    votes.write_text(votes.read_text() + "-5,Wed Dec 31 23:59:59 UTC 1969,0,777,1\n")
    assert lost(export, tmp_path / "one", "csv") == ["participants: 0 only in the first, 1 only in the second"]
    (export / "comments.csv").unlink()
    assert lost(export, tmp_path / "two", "csv") == ["participants: 0 only in the first, 1 only in the second"]


def test_votes_that_a_folder_keeps_under_a_header_alone_stay_that_in_long_tables(export: Path, tmp_path: Path) -> None:
    header = (export / "votes.csv").read_text().splitlines()[0]
    (export / "votes.csv").write_text(header + "\n")
    assert lost(export, tmp_path / "one", "csv") == []
    (export / "votes.csv").unlink()
    assert lost(export, tmp_path / "two", "csv") == []


def test_every_column_and_table_that_is_left_behind_is_told(export: Path, tmp_path: Path) -> None:
    for file, column in (("votes.csv", "weight"), ("participants-votes.csv", "age")):
        first, *rows = (export / file).read_text().splitlines()
        lines = [(column, first), *(("7", row) for row in rows)]
        (export / file).write_text("".join(f"{cell},{line}\n" for cell, line in lines))
    comments = export / "comments.csv"
    comments.write_text(
        comments.read_text().replace("comment-id", "lang,comment-id", 1).replace(" UTC 2023,", " UTC 2023,en,")
    )
    (export / "stats-history.csv").write_text("n-votes\n1\n")
    (export / "xids.csv").write_text("xid,participant,note\nabc,4,left\n")
    assert lost(export, tmp_path / "same") == []
    for file in export.iterdir():
        assert (tmp_path / "same" / file.name).read_bytes() == file.read_bytes()
    columns = [
        "columns of comments: 1 differ (lang)",
        "columns of participants: 1 differ (age)",
        "tables: 1 differ (stats-history.csv)",
        "columns of votes: 1 differ (weight)",
    ]
    assert lost(export, tmp_path / "csv", "csv") == columns
    assert lost(export, tmp_path / "old", "--dialect", "open-data") == columns
    columns[2] = "tables: 2 differ (stats-history.csv, xids.csv)"
    assert lost(export, tmp_path / "newer", "--dialect", "newer") == [*columns, WHOLE_SECONDS]


def test_whole_seconds_are_told_without_votes_too(export: Path, tmp_path: Path) -> None:
    (export / "votes.csv").unlink()
    assert lost(export, tmp_path / "newer", "--dialect", "newer") == [WHOLE_SECONDS]
