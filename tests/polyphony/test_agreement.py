"""`polyphony agreement` on the published figures and on dirt."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.polyphony.commands import refusal_of, result_of

COLUMNS = ("--item", "item", "--rater", "rater", "--value", "value")
QUICK = ("--replicates", 0, "--permutations", 0)


@pytest.fixture
def armis(shared_data: Path, tmp_path: Path) -> Path:
    rows = []
    for split in ("train", "dev", "test"):
        for key, item in json.loads((shared_data / f"annotation/lewidi/ArMIS/ArMIS_{split}.json").read_text()).items():
            answers = zip(item["annotators"].split(","), item["annotations"].split(","), strict=True)
            rows += [{"item": split + key, "rater": rater, "value": value} for rater, value in answers]
    path = tmp_path / "armis.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_armis_reproduces_the_published_figures(armis: Path, tmp_path: Path) -> None:
    found = result_of(tmp_path, "agreement", armis, *COLUMNS, "--by", "rater", "--permutations", 0)

    assert found["alpha"]["value"] == pytest.approx(0.524180, abs=1e-6)
    assert found["alpha"]["interval"][0] < 0.524180 < found["alpha"]["interval"][1]
    assert found["fleiss_kappa"] == pytest.approx(0.524012, abs=1e-6)
    assert found["full_agreement"] == pytest.approx(0.654295, abs=1e-6)
    assert found["mean_entropy_bits"] == pytest.approx(0.317460, abs=1e-6)
    groups = found["by"]["rater"]
    assert [groups[f"Ann{n}"]["mean"] for n in (1, 2, 3)] == pytest.approx([0.464475, 0.325557, 0.443266], abs=1e-6)
    assert [groups[f"Ann{n}"]["alpha"] for n in (1, 2, 3)] == [None, None, None]
    assert found["majority_audit"]["split_items"] == round(943 * (1 - 0.654295))
    parts = found["variance"]
    assert parts["between_items"] + parts["between_groups"] + parts["within_groups"] == pytest.approx(parts["total"])


@pytest.mark.parametrize(("level", "expected"), [("nominal", 0.154484), ("ordinal", 0.518479), ("interval", 0.478992)])
def test_paraphrase_reproduces_alpha(shared_data: Path, tmp_path: Path, level: str, expected: float) -> None:
    source = shared_data / "annotation/lewidi/Paraphrase_train.json"
    found = result_of(tmp_path, "agreement", source, "--format", "lewidi", "--level", level, *QUICK)

    assert found["alpha"]["value"] == pytest.approx(expected, abs=1e-6)
    assert (found["items"], found["raters"], found["answers"]) == (400, 4, 1600)


def test_multipico_keeps_the_kinds_of_missing_apart(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "annotation/lewidi"
    people = ("--raters", folder / "MP_annotators_meta.json")
    found = result_of(
        tmp_path, "agreement", folder / "MP_dev.json", "--format", "lewidi", *people, "--by", "Gender", *QUICK
    )

    assert found["alpha"]["value"] == pytest.approx(0.272622, abs=1e-6)
    assert (found["items"], found["answers"]) == (3005, 15178)
    assert {name: group["raters"] for name, group in found["by"]["Gender"].items()} == {"Female": 230, "Male": 274}
    assert {kind: people["raters"] for kind, people in found["missing"]["Gender"].items()} == {
        "expired": 1,
        "declined": 1,
    }


def test_squality_reproduces_alpha(shared_data: Path, tmp_path: Path) -> None:
    rows = []
    for line in (shared_data / "annotation/squality/all-responses.jsonl").read_text("utf-8").splitlines():
        passage = json.loads(line)
        for question, systems in passage["questions"].items():
            for system, held in systems.items():
                key = f"{passage['passage-id']}/{question}/{system}"
                rows += [{"item": key, "rater": review["worker_id"], **review} for review in held["reviews"]]
    source = tmp_path / "squality.jsonl"
    source.write_text("\n".join(map(json.dumps, rows)))
    expected = {
        ("correctness-rating", "interval"): 0.458692,
        ("selection-rating", "interval"): 0.781275,
        ("overall-rating", "interval"): 0.798256,
        ("correctness-rank", "ordinal"): 0.657048,
        ("selection-rank", "ordinal"): 0.783574,
        ("overall-rank", "ordinal"): 0.796893,
    }

    for (column, level), alpha in expected.items():
        options = ("--item", "item", "--rater", "rater", "--value", column, "--level", level, *QUICK)
        found = result_of(tmp_path, "agreement", source, *options)
        assert found["answers"] == 900
        assert found["alpha"]["value"] == pytest.approx(alpha, abs=1e-6)


def test_two_labels_of_one_rater_are_one_answer(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "annotation/lewidi/VariErrNLI_train.json"
    found = result_of(tmp_path, "agreement", source, "--format", "lewidi", "--by", "Gender", *QUICK)

    assert (found["items"], found["answers"], found["items_with_one_answer"]) == (388, 1443, 3)
    assert found["fleiss_kappa"] is None
    assert list(found["labels"]) == ["contradiction", "entailment", "neutral"]
    assert found["refused"] == []


def test_every_refused_row_is_listed_with_its_number_and_reason(tmp_path: Path) -> None:
    source = write(
        tmp_path / "dirty.csv",
        "item,rater,value,age\n1.0,7.0,3,>65\n1,8,4,54-59\n1,,4,\n2,7,DATA_EXPIRED,>65\n,7,3,\n"
        "2,8,4.0,50-54\n1,7,5,>65\n2,7,3,>65\n2,9,Prefer not to say,\n",
    )
    found = result_of(tmp_path, "agreement", source, *COLUMNS, "--level", "ordinal", "--by", "age", *QUICK)

    assert (found["items"], found["raters"], found["answers"]) == (2, 2, 4)
    assert [(row["row"], row["reason"]) for row in found["refused"]] == [
        (4, "no rater"),
        (5, "no value: 'DATA_EXPIRED' (expired)"),
        (6, "no item"),
        (8, "rater '7' answers item '1' again with '5'; the first answer, '3' in row 2, counts"),
        (10, "no value: 'Prefer not to say' (declined)"),
    ]
    assert list(found["by"]["age"]) == ["50-54", "54-59", ">65"]


def test_an_empty_column_compares_nobody(tmp_path: Path) -> None:
    source = write(tmp_path / "empty.csv", "item,rater,value,age\n1,7,3,\n1,8,4,\n")
    found = result_of(tmp_path, "agreement", source, *COLUMNS, "--by", "age", *QUICK)

    assert found["by"] == {"age": {}}
    assert found["missing"] == {"age": {"not asked": {"raters": 2, "answers": 2}}}


def test_small_groups_are_hidden_only_when_asked(tmp_path: Path) -> None:
    rows = [(item, rater, (item + rater) % 2, "ab"[rater > 7]) for item in range(6) for rater in range(9)]
    source = tmp_path / "groups.csv"
    pd.DataFrame(rows, columns=["item", "rater", "value", "group"]).to_csv(source, index=False)

    open_ = result_of(tmp_path, "agreement", source, *COLUMNS, "--by", "group", *QUICK)
    closed = result_of(tmp_path, "agreement", source, *COLUMNS, "--by", "group", "--k", 5, *QUICK)

    assert open_["by"]["group"]["b"]["raters"] == 1
    # The total is published, so that the size of the larger group would give the smaller one away.
    assert [closed["by"]["group"][name]["raters"] for name in "ab"] == [None, None]
    assert closed["cross"] == []


def test_a_rater_who_is_described_in_two_ways_is_refused_with_both_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path / "ratings.csv", "item,rater,value\n1,7,3\n1,8,4\n2,7,3\n2,8,3\n")
    people = write(tmp_path / "raters.csv", "user_id,gender,age\n7,Woman,30\n8,Man,40\n7,Woman,30\n8,Man,41\n")
    line = refusal_of(capsys, "agreement", source, *COLUMNS, "--raters", people, "--by", "age")
    assert "raters.csv, rows 3 and 5: '8' is described in two ways, as '40' and '41' in column 'age'" in line
    found = result_of(tmp_path, "agreement", source, *COLUMNS, "--raters", people, "--by", "gender", *QUICK)
    assert {name: group["raters"] for name, group in found["by"]["gender"].items()} == {"Man": 1, "Woman": 1}


def test_raters_in_a_file_of_their_own_with_ids_as_floats(tmp_path: Path) -> None:
    source = write(tmp_path / "ratings.csv", "item,rater,value\n1,7,3\n1,8,4\n2,7,3\n2,8,3\n")
    people = write(tmp_path / "raters.csv", "user_id,gender\n7.0,Woman\n8.0,Man\n")
    found = result_of(tmp_path, "agreement", source, *COLUMNS, "--raters", people, "--by", "gender", *QUICK)

    assert {name: group["raters"] for name, group in found["by"]["gender"].items()} == {"Man": 1, "Woman": 1}


def test_refusals_name_file_row_column_and_what_is_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "words.csv", "item,rater,value\n1,7,3\n1,8,high\n")

    line = refusal_of(capsys, "agreement", source, *COLUMNS, "--level", "interval")
    assert "words.csv, row 3, column 'value': 'high' should be a number at the interval level" in line
    assert "no column 'score'" in refusal_of(
        capsys, "agreement", source, "--item", "item", "--rater", "rater", "--value", "score"
    )
    assert "a table needs --rater, --value" in refusal_of(capsys, "agreement", source, "--item", "item")
    assert "no column 'age'; the columns are item, rater, value" in refusal_of(
        capsys, "agreement", source, *COLUMNS, "--by", "age"
    )
    assert "no such file" in refusal_of(capsys, "agreement", tmp_path / "none.csv", *COLUMNS)


def test_a_first_row_that_is_longer_than_the_header_moves_no_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    longer = write(tmp_path / "longer.csv", "item,rater,value\n1,a,yes,more\n1,b,no\n")
    ended = write(tmp_path / "ended.csv", "item,rater,value\n1,a,yes,\n1,b,no,\n2,a,no\n2,b,no\n")
    nothing = write(tmp_path / "nothing.csv", "item,rater,value\n1,a,\n1,,no\n")

    assert "row 2 has a cell 'more' beyond the 3 columns" in refusal_of(capsys, "agreement", longer, *COLUMNS)
    found = result_of(tmp_path, "agreement", ended, *COLUMNS, *QUICK)
    assert (found["items"], found["raters"], found["answers"], found["refused"]) == (2, 2, 4, [])
    assert "no answer counts; 2 rows are refused: row 2, no value." in refusal_of(
        capsys, "agreement", nothing, *COLUMNS
    )
