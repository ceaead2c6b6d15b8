"""Commands on dirty files: one clear line with the place, or every row that counts and every other with its reason."""

import json
import resource
import warnings
from pathlib import Path

import pytest

from tests.polyphony.commands import refusal_of, result_of

COLUMNS = ("--item", "item", "--rater", "rater", "--value", "value")
QUICK = ("--replicates", 20, "--permutations", 10)
HEADER = "item,rater,value,age\n"
ROWS = "1,a,1,18-30\n1,b,2,>65\n2,a,2,18-30\n2,b,2,>65\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text, newline="")
    return path


def test_blanks_around_names_of_columns_change_nothing(tmp_path: Path) -> None:
    clean = write(tmp_path / "clean.csv", HEADER + ROWS)
    blanks = write(tmp_path / "blanks.csv", " item ,rater\u00a0,\ufeffvalue, age\n" + ROWS)
    targets = write(tmp_path / "targets.csv", " variable,level , share \nage,18-30,.25\nage,>65,.75\n")

    one, other = (result_of(tmp_path, "agreement", file, *COLUMNS, "--by", "age", *QUICK) for file in (clean, blanks))
    assert {name: one[name] for name in one if name != "input_sha256"} == {
        name: other[name] for name in other if name != "input_sha256"
    }
    assert result_of(tmp_path, "privacy", blanks, "--id", "rater", "--quasi", "age")["raters"] == 2
    weights = result_of(tmp_path, "weights", blanks, "--id", "rater", "--targets", targets)["weights"]
    assert weights == pytest.approx({"a": 0.5, "b": 1.5})
    found = result_of(tmp_path, "convert", blanks, tmp_path / "csv", "--from", "table", "--to", "csv")
    assert (found["read"]["answers"], found["lost"]) == (4, [])


def test_blank_lines_do_not_move_the_numbers_of_rows(tmp_path: Path) -> None:
    source = write(tmp_path / "blank.csv", "\n" + HEADER + "\r\n1,a,1,x\n\n  \n1,,2,y\n1,b,2,y\n1,a,2,x\n,,,\n")
    lines = write(tmp_path / "blank.jsonl", '\n{"item": 1, "rater": "a", "value": 1}\n\n{"item": 1, "value": 1}\n')

    table = result_of(tmp_path, "agreement", source, *COLUMNS, *QUICK)
    assert table["answers"] == 2
    assert [row["row"] for row in table["refused"]] == [7, 9, 10]
    assert "the first answer, '1' in row 4, counts" in table["refused"][1]["reason"]
    converted = result_of(tmp_path, "convert", source, tmp_path / "csv", "--from", "table", "--to", "csv")
    assert [row["row"] for row in converted["refused"]] == [7, 9, 10]
    assert result_of(tmp_path, "agreement", lines, *COLUMNS, *QUICK)["refused"] == [{"row": 4, "reason": "no rater"}]


@pytest.mark.parametrize("command", ["agreement", "privacy", "weights", "convert"])
def test_files_that_cannot_be_read_name_the_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    targets = write(tmp_path / "targets.csv", "variable,level,share\nage,x,1\n")
    options: dict[str, tuple[object, ...]] = {
        "agreement": COLUMNS,
        "privacy": ("--id", "rater", "--quasi", "age"),
        "weights": ("--id", "rater", "--targets", targets),
        "convert": (tmp_path / "out", "--from", "table", "--to", "csv"),
    }
    latin = tmp_path / "latin.csv"
    latin.write_bytes((HEADER + ROWS + "3,é,1,x\n").encode("latin-1"))
    cut = write(tmp_path / "cut.jsonl", '{"item": 1, "rater": "a", "value": 1, "age": "x"}\n{"item": 1, "ra')
    only = write(tmp_path / "only.csv", HEADER)

    assert "latin.csv, line 6: not UTF-8 text (byte" in refusal_of(capsys, command, latin, *options[command])
    assert "cut.jsonl, line 2: not JSON" in refusal_of(capsys, command, cut, *options[command])
    line = refusal_of(capsys, command, only, *options[command])
    assert "names of columns" in line
    assert "is empty" in refusal_of(capsys, command, write(tmp_path / "no.csv", ""), *options[command])
    assert not (tmp_path / "out").exists()


def test_rows_that_are_too_long_and_quotes_that_stay_open_name_the_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = write(tmp_path / "long.csv", HEADER + ROWS + "3,a,1,x,more\n")
    opened = write(tmp_path / "open.csv", HEADER + ROWS + '3,a,"1,x\n')
    semicolons = write(tmp_path / "semicolons.csv", (HEADER + ROWS).replace(",", ";"))

    assert "long.csv, row 6: has 5 cells; the header has 4" in refusal_of(capsys, "agreement", long, *COLUMNS)
    assert "open.csv, row 6: a quotation mark is opened" in refusal_of(capsys, "agreement", opened, *COLUMNS)
    assert "separated by ';'" in refusal_of(capsys, "agreement", semicolons, *COLUMNS)


def test_signs_are_labels_and_not_missing(tmp_path: Path) -> None:
    source = write(tmp_path / "signs.csv", "item,rater,value\n1,a,+\n1,b,-\n2,a,👍\n2,b,👎\n")

    found = result_of(tmp_path, "agreement", source, *COLUMNS, *QUICK)
    assert (found["answers"], found["refused"]) == (4, [])


def test_large_whole_numbers_stay_apart_where_a_column_has_gaps(tmp_path: Path) -> None:
    rows = [{"item": 2**53 + place, "rater": "a", "value": 1} for place in range(2)] + [{"rater": "b", "value": 1}]
    source = write(tmp_path / "ids.jsonl", "".join(json.dumps(row) + "\n" for row in rows))

    assert result_of(tmp_path, "agreement", source, *COLUMNS, *QUICK)["items"] == 2


def test_soft_labels_name_the_row_and_refuse_what_stands_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = write(tmp_path / "truth.csv", "id,0,1\na,.5,.5\n")

    def refusal(name: str, text: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return refusal_of(capsys, "soft-metrics", truth, path)

    assert "latin.tsv, line 1: not UTF-8 text" in refusal("latin.tsv", "é\t[1, 0]\n".encode("latin-1"))
    twice = json.dumps([{"id": "a", "soft_label": [1, 0]}, {"id": "a", "soft_label": [0, 1]}])
    assert "twice.json, item 'a': item 'a' stands twice" in refusal("twice.json", twice)
    assert "row 2: no item" in refusal("blank.csv", "id,0,1\n,.5,.5\n")
    assert "no column of items" in refusal("none.jsonl", '{"soft_label": [1, 0]}\n')
    assert "row 1: nothing is not a list" in refusal("null.jsonl", '{"id": "a", "soft_label": null}\n')
    assert "two of its labels '0', '0.0'" in refusal("alike.json", '{"a": {"0": 0.5, "0.0": 0.5}}')
    found = result_of(tmp_path, "soft-metrics", truth, write(tmp_path / "last.json", '{"a": [1, 0], "a": [0.5, 0.5]}'))
    assert found["warnings"] == ["last.json: the key 'a' is given twice; only the last one can be read"]


def test_free_texts_as_values_need_no_more_memory_than_there_are_answers(tmp_path: Path) -> None:
    rows = "".join(f"{item},{rater},text {item} {rater},{rater}\n" for item in range(15_000) for rater in "ab")
    source = write(tmp_path / "texts.csv", "item,rater,value,group\n" + rows)

    before = resource.getrlimit(resource.RLIMIT_AS)
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + (3 << 30), before[1]))  # unit vectors would take 7 GB
    try:
        found = result_of(tmp_path, "agreement", source, *COLUMNS, "--by", "group", *QUICK)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    assert found["alpha"]["value"] == pytest.approx(0, abs=1e-3)
    assert found["variance"]["within_items"] == pytest.approx(0.5)
    assert found["warnings"] == ["group has 2 groups and there are 30000 different values, too many to compare."]


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize(
    "rows",
    ["1,a,1,x\n", "1,a,1,x\n2,a,2,x\n", "1,a,3,x\n1,b,3,y\n2,a,3,x\n2,b,3,y\n", "1,a,0,x\n1,b,0,y\n",
     "1,a,1,\n1,b,2,\n", "1,a,1e-320,x\n1,b,2e-320,y\n2,a,0,x\n2,b,1e-320,y\n"],
)  # fmt: skip
def test_figures_that_do_not_exist_are_null(tmp_path: Path, rows: str, level: str) -> None:
    source = write(tmp_path / "few.csv", HEADER + rows)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = result_of(tmp_path, "agreement", source, *COLUMNS, "--level", level, "--by", "age", *QUICK)

    assert found["alpha"]["value"] is None or -1 <= found["alpha"]["value"] <= 1
    assert "NaN" not in (tmp_path / "result.json").read_text()


def test_values_whose_squares_are_no_numbers_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "huge.csv", HEADER + ROWS + "3,a,1e300,x\n3,b,-1e300,x\n")

    assert "row 6, column 'value': '1e300'" in refusal_of(capsys, "agreement", source, *COLUMNS, "--level", "interval")
    found = result_of(tmp_path, "agreement", source, *COLUMNS, "--level", "ordinal", *QUICK)
    assert found["variance"] is None
    assert "no variance" in found["warnings"][0]
