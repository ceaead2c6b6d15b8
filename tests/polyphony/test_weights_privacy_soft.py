"""`polyphony weights`, `privacy` and `soft-metrics` on files."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tests.polyphony.commands import refusal_of, result_of


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.fixture
def multipico_raters(shared_data: Path, tmp_path: Path) -> Path:
    people = json.loads((shared_data / "annotation/lewidi/MP_annotators_meta.json").read_text())
    path = tmp_path / "raters.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        columns = list(next(iter(people.values())))
        writer.writerow(["id", *columns])
        writer.writerows([key, *(told[column] for column in columns)] for key, told in people.items())
    return path


def test_weights_meet_census_margins(shared_data: Path, multipico_raters: Path, tmp_path: Path) -> None:
    with (shared_data / "annotation/prism/us_census_aggregate.csv").open() as file:
        everybody = list(csv.DictReader(file))[-1]
    shares = [("Gender", sex, float(everybody[f"All_{sex}"])) for sex in ("Male", "Female")]
    for group in ("White", "Black", "Asian", "Mixed", "Other"):
        other = float(everybody["Hispanic_Male"]) + float(everybody["Hispanic_Female"]) if group == "Other" else 0
        share = float(everybody[f"{group}_Male"]) + float(everybody[f"{group}_Female"]) + other
        shares.append(("Ethnicity simplified", group, share))
    rows = "".join(f"{variable},{level},{share}\n" for variable, level, share in shares)
    targets = write(tmp_path / "targets.csv", "variable,level,share\n" + rows)

    found = result_of(tmp_path, "weights", multipico_raters, "--id", "id", "--targets", targets)

    weights = np.array(list(found["weights"].values()))
    assert len(weights) == 506
    assert weights.mean() == pytest.approx(1)
    assert (found["min"], found["max"]) == (weights.min(), weights.max())
    assert found["n_eff"] == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert found["design_effect"] == pytest.approx(506 / found["n_eff"])
    for variable, level, share in shares:
        assert found["margins"][variable][level]["weighted"] == pytest.approx(share, abs=2e-9)
    assert any("2 of 506 raters have no Gender" in warning for warning in found["warnings"])


def test_joint_cells_and_trimming(tmp_path: Path) -> None:
    raters = write(tmp_path / "raters.csv", "id,sex,age\n1,f,young\n2,f,old\n3,m,young\n4,m,young\n5,m,old\n")
    cells = write(tmp_path / "cells.csv", "sex,age,share\nf,young,10\nf,old,40\nm,young,30\nm,old,20\n")
    together = write(
        tmp_path / "together.csv",
        "variable,level,share\nsex*age,f*young,.1\nsex*age,f*old,.4\nsex*age,m*young,.3\nsex*age,m*old,.2\n",
    )

    one = result_of(tmp_path, "weights", raters, "--id", "id", "--targets", cells)
    other = result_of(tmp_path, "weights", raters, "--id", "id", "--targets", together)
    trimmed = result_of(tmp_path, "weights", raters, "--id", "id", "--targets", cells, "--trim", 1.5)

    assert one["weights"] == pytest.approx({"1": 0.5, "2": 2, "3": 0.75, "4": 0.75, "5": 1})
    assert other["weights"] == pytest.approx(one["weights"])
    assert one["warnings"] == ["shares of sex × age add up to 100; they are scaled to 1"]
    assert trimmed["max"] == pytest.approx(1.5)
    assert any("trimmed at 1.5" in warning for warning in trimmed["warnings"])


def test_people_who_stand_on_every_answer_count_once_and_contradictions_are_refused(tmp_path: Path) -> None:
    raters = write(tmp_path / "raters.csv", "user,sex\n1.0,f\n1,f\n2,m\n2,f\n,m\n3,DATA_EXPIRED\n4,x\n")
    targets = write(tmp_path / "targets.csv", "variable,level,share\nsex,f,.5\nsex,m,.5\n")

    found = result_of(tmp_path, "weights", raters, "--id", "user", "--targets", targets)

    assert list(found["weights"]) == ["1", "2", "3", "4"]
    assert found["refused"] == [
        {"row": 5, "reason": "'2' has sex 'm' in row 4 and 'f' here"},
        {"row": 6, "reason": "no user"},
    ]
    assert found["warnings"] == [
        "1 rows repeat a person; each person counts once.",
        "1 of 4 raters have no sex; it does not change their weights",
        "1 of 4 raters have sex 'x', without a share in the targets; it does not change their weights",
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("sex,f,many\n", "targets.csv, row 2, column 'share': 'many' is not a number"),
        ("sex,f,-1\n", "row 2, column 'share': -1 should be at least 0"),
        ("sex,f,.5\nsex,f,.5\n", "row 3: sex 'f' stands twice"),
        ("age,f,1\n", "no column 'age'"),
        ("sex,Woman,1\n", "no rater's sex has a target; found 'f', 'm'; the targets have 'Woman'"),
    ],
)
def test_targets_that_do_not_fit_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: str, message: str
) -> None:
    raters = write(tmp_path / "raters.csv", "id,sex\n1,f\n2,m\n")
    targets = write(tmp_path / "targets.csv", "variable,level,share\n" + rows)

    assert message in refusal_of(capsys, "weights", raters, "--id", "id", "--targets", targets)


def test_privacy_of_a_real_set_of_raters(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "rewards/offensiveness.csv"
    quasi = "gender,race,age,occupation,education"
    with source.open(newline="") as file:
        cells = {row["user_id"]: tuple(row[name] for name in quasi.split(",")) for row in csv.DictReader(file)}
    sizes = [list(cells.values()).count(cell) for cell in set(cells.values())]

    found = result_of(tmp_path, "privacy", source, "--id", "user_id", "--quasi", quasi)

    assert (found["raters"], found["cells"], found["smallest"]) == (len(cells), len(sizes), min(sizes))
    assert found["unique_raters"] == sizes.count(1)
    assert found["raters_below_k"] == sum(size for size in sizes if size < 5)
    assert {step["action"] for step in found["suggestions"]} == {"generalise", "drop", "suppress"}
    assert found["plan"][-1]["then"]["raters_below_k"] == 0


def test_an_id_is_no_quasi_identifier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raters = write(tmp_path / "raters.csv", "id,sex\n1,f\n")

    assert "it makes everybody unique" in refusal_of(capsys, "privacy", raters, "--id", "id", "--quasi", "id,sex")


def test_soft_metrics_of_every_lewidi_file_against_even_shares(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "annotation/lewidi"
    for name in ("MP_dev", "Paraphrase_dev", "ArMIS/ArMIS_dev"):
        source = folder / f"{name}.json"
        items = json.loads(source.read_text())
        truth = np.array([list(item["soft_label"].values()) for item in items.values()])
        even = 1 / truth.shape[1]
        lines = "".join(f"{key}\t{[even] * truth.shape[1]}\n" for key in items)

        found = result_of(tmp_path, "soft-metrics", source, write(tmp_path / "even.tsv", lines))

        assert found["items"] == len(items)
        assert found["cross_entropy"] == pytest.approx(np.log(truth.shape[1]), abs=1e-4)
        assert found["manhattan"] == pytest.approx(np.abs(truth - even).sum(axis=1).mean())
        gaps = np.abs(np.cumsum(truth - even, axis=1)).sum(axis=1).mean()
        assert found["wasserstein"] == pytest.approx(gaps, abs=1e-9)


def test_keys_written_as_floats_are_the_same_labels(tmp_path: Path) -> None:
    truth = write(tmp_path / "truth.json", '{"1": {"soft_label": {"0.0": 0.25, "1.0": 0.75}}}')
    predicted = write(tmp_path / "predicted.csv", "id,1,0\n1.0,0.5,0.5\n")

    found = result_of(tmp_path, "soft-metrics", truth, predicted)

    assert found["labels"] == ["0", "1"]
    assert (found["manhattan"], found["wasserstein"]) == (0.5, 0.25)


def test_several_labels_per_person_are_compared_label_by_label(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "annotation/lewidi/VariErrNLI_dev.json"
    items = json.loads(source.read_text())
    predicted = write(tmp_path / "half.json", json.dumps({key: [[0.5, 0.5]] * 3 for key in items}))

    found = result_of(tmp_path, "soft-metrics", source, predicted)

    shares = [held["1"] for item in items.values() for held in item["soft_label"].values()]
    assert found["labels"] == ["contradiction", "entailment", "neutral"]
    assert found["wasserstein"] is None
    assert found["manhattan"] == pytest.approx(np.mean([2 * abs(share - 0.5) for share in shares]), abs=1e-3)
    assert found["cross_entropy"] == pytest.approx(np.log(2), abs=1e-3)


def test_long_tables_and_words_as_labels(tmp_path: Path) -> None:
    truth = write(tmp_path / "truth.csv", "item,label,share\na,yes,1\na,no,0\nb,yes,.5\nb,no,.5\n")
    predicted = write(
        tmp_path / "predicted.jsonl",
        "".join(
            f'{{"id": "{item}", "soft_label": {{"{label}": 1}}}}\n'
            for item, label in (("b", "yes"), ("a", "yes"), ("c", "no"))
        ),
    )

    found = result_of(tmp_path, "soft-metrics", truth, predicted)

    assert (found["items"], found["manhattan"], found["wasserstein"]) == (2, 0.5, None)
    assert found["warnings"] == ["1 predicted items are not in truth.csv and do not count"]


def test_soft_labels_that_cannot_be_compared_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = write(tmp_path / "truth.csv", "id,0,1\na,.5,.5\nb,.5,.5\n")

    line = refusal_of(capsys, "soft-metrics", truth, write(tmp_path / "few.csv", "id,0,1\na,.5,.5\n"))
    assert "no prediction for 1 of 2 items" in line
    line = refusal_of(capsys, "soft-metrics", truth, write(tmp_path / "sum.csv", "id,0,1\na,.5,.9\nb,1,0\n"))
    assert "sum.csv, item 'a'" in line
    assert "add up to 1.4" in line
