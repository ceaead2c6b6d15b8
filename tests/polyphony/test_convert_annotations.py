"""`polyphony convert` for annotation data."""

import json
from pathlib import Path

import pytest

from tests.polyphony.commands import refusal_of, result_of


def test_lewidi_becomes_a_folder_and_comes_back(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "annotation/lewidi/MP_dev.json"
    there = result_of(tmp_path, "convert", source, tmp_path / "hf", "--from", "lewidi", "--to", "hf")
    back = result_of(tmp_path, "convert", tmp_path / "hf", tmp_path / "MP_dev.json", "--from", "hf", "--to", "lewidi")

    assert there["read"] == {"items": 3005, "raters": 506, "answers": 15178, "questions": 1, "refused": 0}
    assert (there["lost"], back["lost"]) == ([], [])
    first, again = (json.loads(path.read_text()) for path in (source, tmp_path / "MP_dev.json"))
    assert {key: held["annotations"] for key, held in again.items()} == {
        key: held["annotations"] for key, held in first.items()
    }
    people = [json.loads((folder / "MP_annotators_meta.json").read_text()) for folder in (source.parent, tmp_path)]
    assert len(people[0]) == len(people[1]) == 506


def test_a_table_with_rows_of_nobody_is_read_and_they_are_listed(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "annotation/email_rewriting.csv"
    columns = ("--item", "instance_id", "--rater", "user_id", "--value", "revised email", "--text", "original email")
    people = ("--demographic", "gender", "--demographic", "age")
    found = result_of(tmp_path, "convert", source, tmp_path / "c", "--from", "table", "--to", "csv", *columns, *people)

    assert (found["read"]["answers"], found["read"]["refused"], found["lost"]) == (2266, 80, [])
    assert found["refused"][0] == {"file": "email_rewriting.csv", "row": 2, "reason": "row 2: no user_id"}


def test_squality_ranks_become_preferences(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "annotation/squality/all-responses.jsonl"
    options = ("--question", "overall-rank", "--form", "implicit")
    found = result_of(tmp_path, "convert", source, tmp_path / "trl", "--from", "squality", "--to", "trl", *options)

    assert found["written"] == {"preferences": 900}
    with (tmp_path / "trl" / "preferences.jsonl").open() as file:
        rows = [json.loads(line) for line in file]
    assert len({row["rater_id"] for row in rows}) == 4


def test_conversions_that_do_not_exist_name_those_that_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = refusal_of(capsys, "convert", tmp_path / "a", tmp_path / "b", "--from", "lewidi", "--to", "polis")

    assert "there is no such conversion; there are csv to polis, lewidi to croissant, lewidi to csv" in line


def test_targets_may_be_single_files(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "annotation/squality/all-responses.jsonl"
    table, again = tmp_path / "all.csv", tmp_path / "again.jsonl"
    first = result_of(tmp_path, "convert", source, table, "--from", "squality", "--to", "csv")
    copy = result_of(tmp_path, "convert", table, tmp_path / "copy", "--from", "csv", "--to", "csv")
    back = result_of(tmp_path, "convert", table, again, "--from", "csv", "--to", "squality")

    assert first["files"] == ["all.csv", "all_raters.csv", "all_items.csv"]
    assert (first["lost"], copy["lost"], back["lost"]) == ([], [], [])
    for one, other in zip(source.open(), again.open(), strict=True):
        before, after = json.loads(one)["questions"], json.loads(other)["questions"]
        for question, systems in before.items():
            for system, held in systems.items():
                assert after[question][system]["reviews"] == held["reviews"]


def test_implicit_preferences_are_written_as_they_were(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "annotation/hh_harmless_test.jsonl"
    target = tmp_path / "again.jsonl"
    result_of(tmp_path, "convert", source, target, "--from", "trl", "--to", "trl", "--form", "implicit")

    for one, other in zip(source.open(), target.open(), strict=True):
        before, after = json.loads(one), json.loads(other)
        assert {name: after[name] for name in before} == before


def test_tables_that_cannot_be_read_are_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = "item,rater,value\n"
    latin, broken, ended = (tmp_path / f"{name}.csv" for name in ("latin", "broken", "ended"))
    latin.write_bytes(f"{header}1,é,ja\n".encode("latin-1"))
    broken.write_text(f'{header}1,a,"ja\n1,b,nein\n2,a,ja\n')
    ended.write_text(f'{header}1,a,ja,\n1,b,5" wide,\n')
    to = (tmp_path / "out", "--from", "csv", "--to", "hf")

    assert "not UTF-8 text" in refusal_of(capsys, "convert", latin, *to)
    assert "row 2: a quotation mark is opened and never closed" in refusal_of(capsys, "convert", broken, *to)
    assert result_of(tmp_path, "convert", ended, *to)["read"]["answers"] == 2
