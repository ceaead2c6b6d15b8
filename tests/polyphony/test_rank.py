"""`polyphony rank` on the command line."""

from pathlib import Path

import pytest

from tests.polyphony.commands import refusal_of, result_of
from tests.polyphony.test_distributions import rows

N1 = 6 * [(11, 7, 5)] + 3 * [(1, 6, 5)] + [(1, 4, 5)]


@pytest.fixture
def utilities(tmp_path: Path) -> Path:
    return rows(tmp_path / "n1.csv", ["voter", "X", "Y", "Z"], [[v, *u] for v, u in enumerate(N1)])


@pytest.mark.parametrize(("rule", "winner"), [("utilitarian", "X"), ("nash", "Y"), ("leximin", "Z")])
def test_the_published_welfare_case(tmp_path: Path, utilities: Path, rule: str, winner: str) -> None:
    found = result_of(tmp_path, "rank", utilities, "--rule", rule)
    assert found["order"][0] == [winner]
    assert set(found["axioms"]) == {"condorcet", "majority", "pareto", "clones", "monotone"}
    assert found["rule"]["short"] == rule


def test_groups_weights_and_a_floor(tmp_path: Path, utilities: Path) -> None:
    groups = rows(tmp_path / "g.csv", ["voter", "group"], [[v, "abc"[(v > 5) + (v > 8)]] for v in range(10)])
    ask = ("rank", utilities, "--rule", "nash", "--groups", groups)
    equal = result_of(tmp_path, *ask, "--equal-groups")
    assert equal["scores"]["Y"] == pytest.approx(5.5178, abs=5e-5)
    assert equal["groups"]["a"]["mean_utilities"] == pytest.approx({"X": 11, "Y": 7, "Z": 5})
    assert result_of(tmp_path, *ask, "--floor", 5)["order"] == [["Z"], ["Y"], ["X"]]
    weights = rows(tmp_path / "w.csv", ["voter", "weight"], [[v, int(v == 9)] for v in range(10)])
    assert result_of(tmp_path, "rank", utilities, "--rule", "borda", "--weights", weights)["order"][0] == ["Z"]


def test_ranks(tmp_path: Path) -> None:
    ballots = [[1, 2, 3, 4], [2, 1, 4, 3], [4, 1, 2, 3], [2, 3, 4, 1], [3, 2, 4, 1]]
    path = rows(tmp_path / "s.csv", ["voter", *"ABCD"], [[v, *ballot] for v, ballot in enumerate(ballots)])
    found = result_of(tmp_path, "rank", path, "--rule", "schulze", "--input", "ranks")
    assert found["order"] == [["B"], ["D"], ["A"], ["C"]]
    for rule in ("kemeny", "bradley-terry", "plackett-luce", "nash", "nash-order"):
        assert result_of(tmp_path, "rank", path, "--rule", rule, "--input", "ranks")["order"][0] == ["B"]


def test_empty_cells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = rows(tmp_path / "s.csv", ["voter", "A", "B", "C"], [["v", 1, 2, ""], ["w", 2, 1, 3]])
    ask = ("rank", path, "--rule", "borda", "--input", "ranks")
    assert "row 2, column 'C': the first of 1 empty cells among 6" in refusal_of(capsys, *ask)
    assert result_of(tmp_path, *ask, "--missing", "last")["order"] == [["A", "B"], ["C"]]
    assert result_of(tmp_path, *ask, "--missing", "ignore")["scores"]["C"] == pytest.approx(0.5)


def test_bad_input(tmp_path: Path, utilities: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = rows(tmp_path / "s.csv", ["voter", "A", "B"], [["v", 1, 2], ["w", 0, 1]])
    assert "row 3, column 'A': 0 is not a rank" in refusal_of(
        capsys, "rank", odd, "--rule", "borda", "--input", "ranks"
    )
    few = rows(tmp_path / "g.csv", ["voter", "group"], [[0, "a"]])
    assert "voter '1' of" in refusal_of(capsys, "rank", utilities, "--rule", "nash", "--groups", few)
    assert "--equal-groups needs --groups" in refusal_of(capsys, "rank", utilities, "--rule", "nash", "--equal-groups")
    assert "utility 1 should be >= zero=2" in refusal_of(capsys, "rank", utilities, "--rule", "nash", "--zero", 2)
    assert "'nothing' is not one of" in refusal_of(capsys, "rank", utilities, "--rule", "nothing")
    twice = rows(tmp_path / "d.csv", ["voter", "A", "B", "A"], [["v", 1, 2, 3]])
    assert "d.csv, row 1: column 4 is called 'A', as column 2 is" in refusal_of(
        capsys, "rank", twice, "--rule", "borda"
    )
    empty = rows(tmp_path / "e.csv", ["voter", "A"], [["v", ""]])
    message = refusal_of(capsys, "rank", empty, "--rule", "utilitarian", "--missing", "ignore")
    assert "column 'A': nobody said anything of it" in message
