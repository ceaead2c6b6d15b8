"""`polyphony distributions` on the command line."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.polyphony.commands import refusal_of, result_of

ASK = ("--item", "i", "--rater", "r", "--value", "v")


def rows(path: Path, header: Sequence[str], lines: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *lines])
    return path


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    given = [("a", v) for v, n in ((1, 7), (2, 2), (3, 1)) for _ in range(n)]
    given += [("b", v) for v, n in ((1, 4), (2, 6), (3, 10), ("Prefer not to say", 2)) for _ in range(n)]
    return rows(tmp_path / "r.csv", ["i", "r", "v", "g"], [["q", n, v, g] for n, (g, v) in enumerate(given)])


def test_counts_shares_and_posterior_per_group(tmp_path: Path, ratings: Path) -> None:
    found = result_of(tmp_path, "distributions", ratings, *ASK, "--by", "g")
    a, b = (found["items"]["q"]["groups"][name] for name in "ab")
    assert (a["counts"], a["n"], a["n_eff"], a["suppressed"]) == ({"1": 7, "2": 2, "3": 1}, 10, 10, False)
    assert list(a["posterior_mean"].values()) == pytest.approx([0.652174, 0.217391, 0.130435], abs=5e-7)
    assert a["shares"] == {"1": 0.7, "2": 0.2, "3": 0.1}
    assert (b["n"], b["refusals"], found["refusals"]) == (20, 2, 2)
    assert found["items"]["q"]["all"]["counts"] == {"1": 11, "2": 8, "3": 11}
    assert a["raw_shares"]["1"] > a["pooled_mean"]["1"] > b["pooled_mean"]["1"]
    assert found["refused"] == []


def test_a_reference_of_probabilities_or_of_samples(tmp_path: Path, ratings: Path) -> None:
    shares = rows(tmp_path / "p.csv", ["i", "v", "probability"], [["q", 1, 0.2], ["q", 2, 0.2], ["q", 3, 0.6]])
    samples = rows(tmp_path / "s.csv", ["i", "v"], [["q", v] for v in (1, 2, 3, 3, 3, "refused")])
    of_shares, of_samples = (
        result_of(tmp_path, "distributions", ratings, *ASK, "--by", "g", "--reference", path, "--replicates", 50)
        for path in (shares, samples)
    )
    distances = of_shares["items"]["q"]["groups"]["a"]["distances"]
    assert distances == of_samples["items"]["q"]["groups"]["a"]["distances"]
    named = {(one["metric"], one["base"], one["root"]): one for one in distances}
    assert named["total_variation", None, None]["value"] == pytest.approx(0.5)
    assert named["wasserstein_normalised", None, None]["value"] == pytest.approx(0.5)
    low, high = named["total_variation", None, None]["interval"]
    assert low < 0.5 < high
    assert ("jensen_shannon", "e", True) in named
    assert of_samples["reference"] == {"from": "samples", "by_group": False, "refusals": 1}


def test_a_reference_per_group(tmp_path: Path, ratings: Path) -> None:
    reference = rows(tmp_path / "p.csv", ["i", "g", "v"], [["q", "a", 1], ["q", "b", 3]])
    found = result_of(
        tmp_path, "distributions", ratings, *ASK, "--by", "g", "--reference", reference, "--replicates", 0
    )
    groups = found["items"]["q"]["groups"]
    assert [groups[name]["distances"][0]["value"] for name in "ab"] == pytest.approx([0.3, 0.5])
    assert groups["a"]["distances"][0]["interval"] is None


def test_weights_from_a_table_or_from_polyphony_weights(tmp_path: Path, ratings: Path) -> None:
    weights = {str(n): 2.0 if n < 7 else 1.0 for n in range(32)}
    as_json = tmp_path / "w.json"
    as_json.write_text(json.dumps({"weights": weights}))
    table = rows(tmp_path / "w.csv", ["rater", "weight"], list(weights.items()))
    one, other = (
        result_of(tmp_path, "distributions", ratings, *ASK, "--by", "g", "--weights", path) for path in (as_json, table)
    )
    a = one["items"]["q"]["groups"]["a"]
    assert a["shares"]["1"] == pytest.approx(14 / 17)
    assert (a["raw_shares"]["1"], a["n"]) == (0.7, 10)
    assert a["n_eff"] == pytest.approx(17**2 / 31)
    assert one["items"] == other["items"]


def test_small_groups_are_suppressed(tmp_path: Path, ratings: Path) -> None:
    found = result_of(tmp_path, "distributions", ratings, *ASK, "--by", "g", "--k", 11)
    groups = found["items"]["q"]["groups"]
    # One group alone would be known by subtraction from everybody, so the other one is hidden too.
    assert [(groups[name]["suppressed"], groups[name]["counts"]) for name in "ab"] == [(True, None)] * 2
    assert found["items"]["q"]["all"]["n"] == 30


def test_a_scale_gives_values_to_words(tmp_path: Path) -> None:
    path = rows(tmp_path / "r.csv", ["i", "r", "v"], [["q", n, v] for n, v in enumerate(["low", "high", "high"])])
    reference = rows(tmp_path / "p.csv", ["i", "v"], [["q", "low"]])
    ask = ("distributions", path, *ASK, "--reference", reference)
    plain = result_of(tmp_path, *ask)
    assert plain["items"]["q"]["all"]["distances"][-1]["value"] is None
    assert any("--scale" in warning for warning in plain["warnings"])
    scaled = result_of(tmp_path, *ask, "--scale", "low,middle,high")["items"]["q"]["all"]
    assert scaled["counts"] == {"low": 1, "middle": 0, "high": 2}
    assert scaled["distances"][-1]["value"] == pytest.approx(1 / 3)


def test_bad_input_names_the_place(tmp_path: Path, ratings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("distributions", ratings, *ASK)
    off = rows(tmp_path / "p.csv", ["i", "v", "p"], [["q", 1, 0.5], ["q", 2, 0.1]])
    assert "item 'q': probabilities add up to 0.6, not to 1" in refusal_of(capsys, *ask, "--reference", off)
    odd = rows(tmp_path / "p.csv", ["i", "v", "p"], [["q", 1, "much"]])
    assert "p.csv, row 2, column 'p': 'much' should be" in refusal_of(capsys, *ask, "--reference", odd)
    other = rows(tmp_path / "p.csv", ["i", "v"], [["z", 1]])
    assert "has none of the 1 items, such as 'q'" in refusal_of(capsys, *ask, "--reference", other)
    few = rows(tmp_path / "w.csv", ["rater", "weight"], [[0, 1]])
    assert "31 of 32 raters have no weight, such as '1'" in refusal_of(capsys, *ask, "--weights", few)
    assert "'1' is not on the scale x" in refusal_of(capsys, *ask, "--scale", "x,2,3")
    assert "no column 'nowhere'" in refusal_of(capsys, *ask, "--by", "nowhere")
    assert "--alpha0 0: should be more" in refusal_of(capsys, *ask, "--alpha0", 0)
    empty = rows(tmp_path / "e.csv", ["i", "r", "v"], [])
    assert "no row has an item" in refusal_of(capsys, "distributions", empty, *ASK)
