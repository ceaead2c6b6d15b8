"""`polyphony rewards` from files to files."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from aggregation.rewards.report import full_report
from tests.polyphony.rewards import OPTIONS, polyphony, predicted


def test_predictions_keep_the_order_of_the_rows_and_need_no_value(folder: Path) -> None:
    rows = pd.read_csv(folder / "ratings.csv", dtype=str, keep_default_na=False)
    asked = rows.drop(columns=["stars", "part"]).iloc[::-1]
    asked.to_csv(folder / "asked.csv", index=False)
    found = predicted(folder, folder / "asked.csv", "--mode", "rater")
    assert list(found.columns) == ["row", "p", "mean", "epistemic", "aleatoric", "group_disagreement"]
    assert found.row.tolist() == list(range(len(rows)))
    assert np.corrcoef(found.p, rows.stars.astype(int)[::-1])[0, 1] > 0.4


def test_a_stranger_stands_at_the_group_mean_and_context_moves_it(folder: Path) -> None:
    rows = pd.read_csv(folder / "ratings.csv", dtype=str, keep_default_na=False)
    stranger = rows[rows.who == "p0"].assign(who="new")
    stranger.drop(columns=["stars"]).to_csv(folder / "new.csv", index=False)
    stranger.assign(stars="5").to_csv(folder / "context.csv", index=False)
    group = predicted(folder, folder / "new.csv", "--mode", "group")
    alone = predicted(folder, folder / "new.csv", "--mode", "rater")
    moved = predicted(folder, folder / "new.csv", "--mode", "rater", "--context", folder / "context.csv")
    np.testing.assert_allclose(alone["mean"], group["mean"])
    assert (moved["mean"] > alone["mean"]).all()


def test_in_pairs_the_lower_value_is_preferred_when_low_is_better(folder: Path) -> None:
    rows = pd.read_csv(folder / "ratings.csv", dtype=str, keep_default_na=False).drop(columns=["stars", "part"])
    one = predicted_points(folder, rows)
    best, worst = rows.iloc[one.p.idxmax()], rows.iloc[one.p.idxmin()]
    table = pd.DataFrame(
        {"item_a": [worst.doc, best.doc], "item_b": [best.doc, worst.doc], "who": ["p1", ""], "region": ["north", ""]}
    )
    table.assign(text_a="", text_b="").to_csv(folder / "pairs.csv", index=False)
    found = predicted(folder, folder / "pairs.csv", "--pairs")
    assert found.p[0] > 0.5 > found.p[1]
    assert found.p.sum() == pytest.approx(1.0)


def test_pairs_of_known_people_about_known_texts_need_neither_groups_nor_texts(folder: Path) -> None:
    rows = pd.read_csv(folder / "ratings.csv", dtype=str, keep_default_na=False)
    taught = rows[rows.part == "train"].doc.unique()[:2]
    pd.DataFrame({"item_a": [taught[0]], "item_b": [taught[1]], "who": ["p0"]}).to_csv(folder / "bare.csv", index=False)
    whole = {"item_a": [taught[0]], "item_b": [taught[1]], "who": ["p0"], "region": ["north"]}
    pd.DataFrame(whole).to_csv(folder / "whole.csv", index=False)
    told = predicted(folder, folder / "whole.csv", "--pairs", "--mode", "group")
    polyphony("predict", folder / "model", folder / "bare.csv", "--pairs", "--mode", "group", "--out", folder / "p.csv")
    np.testing.assert_allclose(pd.read_csv(folder / "p.csv").p, told.p, atol=1e-6)


def predicted_points(folder: Path, rows: pd.DataFrame) -> pd.DataFrame:
    rows.to_csv(folder / "all.csv", index=False)
    return predicted(folder, folder / "all.csv")


def test_pairs_are_formed_from_values_where_none_are_given(folder: Path) -> None:
    found = predicted(folder, folder / "ratings.csv", "--pairs", "--mode", "group")
    assert {"item_a", "item_b"} <= set(found.columns)
    assert (found.p > 0.5).mean() > 0.5


def test_evaluation_reports_groups_with_intervals(folder: Path) -> None:
    found = json.loads(
        polyphony("evaluate", folder / "model", folder / "ratings.csv", "--embeddings", folder / "e.npz", "--draws", 50)
    )
    assert found["engine"]["name"] == "polyphony"
    overall = found["points"]["rater"]["overall"]
    low, high = overall["intervals"]["log_loss"]
    assert low < overall["log_loss"] < high
    assert overall["log_loss"] < found["points"]["pooled"]["overall"]["log_loss"]
    assert set(found["points"]["group"]["groups"]["region"]) == {"north", "south"}
    assert [shot["k"] for shot in found["few_shot"]] == [0, 1, 3, 5, 10, 20]
    assert found["k"] == 5
    assert found["pairs_per_second"] > 1000
    assert found["seconds"] > 0


def test_comparisons_are_evaluated_as_they_were_made(folder: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(folder / "ratings.csv", dtype=str, keep_default_na=False)
    worth = predicted_points(folder, rows).groupby(rows.doc).p.mean().sort_values()  # low values are better here
    good, bad = worth.index[:20].tolist(), worth.index[-20:].tolist()
    table = pd.DataFrame({"item_a": good, "item_b": bad, "who": [f"p{n}" for n in range(20)], "preferred": "a"})
    table.assign(text_a="", text_b="").to_csv(tmp_path / "made.csv", index=False)
    known = ("--embeddings", folder / "e.npz", "--draws", 50)
    found = json.loads(polyphony("evaluate", folder / "model", tmp_path / "made.csv", *known))
    assert (found["rows"], found["comparisons"], found["raters_known"]) == (0, 20, 20)
    assert found["pairs"]["group"]["overall"]["accuracy"] > 0.7
    assert {level: one["n"] for level, one in found["pairs"]["group"]["groups"]["region"].items()} == {
        "north": 7,
        "south": 7,
    }
    assert found["points"] == {}
    assert found["pairs_per_second"] > 0
    lacking = table.drop(columns="preferred")
    lacking.to_csv(tmp_path / "lacking.csv", index=False)
    assert "no column 'preferred'" in polyphony("evaluate", folder / "model", tmp_path / "lacking.csv", *known, code=2)


def test_the_same_training_gives_the_same_bytes(folder: Path) -> None:
    polyphony("train", folder / "ratings.csv", "--out", folder / "twin", *OPTIONS, "--embeddings", folder / "e.npz")
    for path in (folder / "model").iterdir():
        assert path.read_bytes() == (folder / "twin" / path.name).read_bytes(), path.name


def test_measures_are_taken_on_one_thread(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more threads sums have other orders, and the last digits of metrics.json would be the machine's."""
    threads: list[int] = []

    def spy(*given: Any, **options: Any) -> dict[str, Any]:
        threads.extend([torch.get_num_threads(), *(pool["num_threads"] for pool in threadpool_info())])
        return full_report(*given, **options)

    monkeypatch.setattr("aggregation.rewards.assembly.full_report", spy)
    with threadpool_limits(2):
        polyphony("train", folder / "ratings.csv", "--out", tmp_path, *OPTIONS, "--embeddings", folder / "e.npz")
    assert set(threads) == {1}


def test_people_are_for_the_owner_alone_and_small_groups_are_not_learnt_of(folder: Path, tmp_path: Path) -> None:
    table = pd.read_csv(folder / "ratings.csv", dtype=str, keep_default_na=False)
    few = table[table.who.isin([f"p{n}" for n in range(9)]) & (table.part == "train")]
    few.to_csv(tmp_path / "few.csv", index=False)
    options = (*OPTIONS, "--embeddings", folder / "e.npz", "--k", 4)
    polyphony("train", tmp_path / "few.csv", "--out", tmp_path / "model", *options)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "model").glob("raters*")} == {0o600}
    groups = json.loads((tmp_path / "model/groups.json").read_text())
    assert groups["attributes"]["region"] == {
        level: {"raters": None, "rows": None, "suppressed": True} for level in ("north", "south")
    }
    assert json.loads((tmp_path / "model/raters.json").read_text())["groups"] == [[-1]] * 9


def test_given_pairs_with_ties_are_learnt(folder: Path) -> None:
    rows = [
        {"item_a": str(a), "item_b": str(b), "text_a": "", "text_b": "", "who": f"p{a % 30}", "preferred": said}
        for a, b, said in [(1, 2, "a"), (3, 4, "tie"), (6, 7, "b"), (8, 9, "0.8"), (11, 12, "a")]
    ]
    pd.DataFrame(rows).to_csv(folder / "given.csv", index=False)
    arguments = ("--embeddings", folder / "e.npz", "--pairs", folder / "given.csv", "--losses", "points,davidson")
    polyphony("train", folder / "ratings.csv", "--out", folder / "tied", *OPTIONS, *arguments)
    assert json.loads((folder / "tied/config.json").read_text())["spec"]["ties"] == "davidson"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("--value", "moons"), "no column 'moons'"),
        (("--losses", "love"), "love"),
        (("--threshold", "9"), "threshold=9"),
        (("--reduction", "group-dro", "--reduction-group", "age"), "'age' is not one of"),
        (("--split", "region"), "no row says train"),
        (("--reduction", "cvar"), "alpha=0.2 times groups=2 is 0.4"),
        (("--losses", "points,safety"), "need each other"),
        (("--losses", "safety", "--safety", "region", "--certainty", "1"), "--certainty weighs ratings"),
        (("--reduction", "mgda"), "at least 2 dimensions"),
    ],
)
def test_bad_input_ends_with_one_line(folder: Path, change: tuple[str, ...], told: str) -> None:
    error = polyphony(
        "train",
        folder / "ratings.csv",
        "--out",
        folder / "no",
        *OPTIONS,
        "--embeddings",
        folder / "e.npz",
        *change,
        code=2,
    )
    assert told in error
    assert error.count("\n") == 1


def test_a_broken_model_is_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    for path in (folder / "model").iterdir():
        (tmp_path / "model" / path.name).write_bytes(path.read_bytes()[:-100])
    error = polyphony("predict", tmp_path / "model", folder / "ratings.csv", code=2)
    assert error.startswith("polyphony: ")
    assert error.count("\n") == 1


def of_ratings(folder: Path, tmp_path: Path, row: int, column: str, said: str) -> Path:
    table = pd.read_csv(folder / "ratings.csv", dtype=str, keep_default_na=False)
    table.loc[row, column] = said
    table.to_csv(tmp_path / "dirty.csv", index=False)
    return tmp_path / "dirty.csv"


@pytest.mark.parametrize(
    ("column", "said", "told"),
    [
        ("doc", "", "dirty.csv: row 5, column 'doc': is empty"),
        ("body", "something else", "two different texts"),
        ("stars", "NaN", "dirty.csv: row 5, column 'stars': 'NaN' is not a number"),
        ("doc", "nowhere", "item 'nowhere' has no embedding there"),
    ],
)
def test_a_bad_cell_is_told_by_file_and_row(folder: Path, tmp_path: Path, column: str, said: str, told: str) -> None:
    path, known = of_ratings(folder, tmp_path, 3, column, said), ("--embeddings", folder / "e.npz")
    for error in (
        polyphony("train", path, "--out", tmp_path / "no", *OPTIONS, *known, code=2),
        polyphony("predict", folder / "model", path, *known, code=2),
        polyphony("evaluate", folder / "model", path, *known, code=2),
    ):
        assert told in error
        assert "dirty.csv: row " in error or "e.npz: item" in error
        assert error.count("\n") == 1


@pytest.mark.parametrize("harm", ["bytes", "folder"])
def test_damaged_kept_embeddings_are_told_by_their_file(
    folder: Path, tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYPHONY_CACHE", str(tmp_path))
    if harm == "bytes":
        (tmp_path / "embeddings.sqlite3").write_bytes(b"no database" * 200)
    else:
        (tmp_path / "embeddings.sqlite3").mkdir()
    path = of_ratings(folder, tmp_path, 3, "doc", "nowhere")
    error = polyphony("predict", folder / "model", path, "--embeddings", folder / "e.npz", code=2)
    assert "embeddings.sqlite3" in error
    assert error.count("\n") == 1


def test_a_checkpoint_that_is_a_file_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    options = (*OPTIONS, "--embeddings", folder / "e.npz", "--checkpoint", tmp_path / "file")
    assert "is a file" in polyphony("train", folder / "ratings.csv", "--out", tmp_path / "no", *options, code=2)


def test_answers_of_nobody_named_still_teach(folder: Path, tmp_path: Path) -> None:
    table = pd.read_csv(folder / "ratings.csv", dtype=str, keep_default_na=False)
    table.assign(who="").to_csv(tmp_path / "nobody.csv", index=False)
    options = (*OPTIONS, "--embeddings", folder / "e.npz")
    told = json.loads(polyphony("train", tmp_path / "nobody.csv", "--out", tmp_path / "model", *options))
    assert "logistic pooled" in told["metrics"]["peers"]["points"]
    assert "logistic + rater intercept" not in told["metrics"]["peers"]["points"]


def test_launchers_of_many_processes_can_start_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "polyphony", "rewards", "--help"], capture_output=True, text=True, check=True
    )
    assert "finetune" in done.stdout
