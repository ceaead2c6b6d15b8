"""`polyphony select` on the command line."""

from pathlib import Path
from typing import Any

import pytest

from tests.polyphony.commands import refusal_of, result_of
from tests.polyphony.test_distributions import rows

HEADER = ["prompt", "candidate", "dimension", "reward"]
TABLE = {"a": (1.0, 0.0), "b": (0.4, 0.4), "c": (0.0, 1.0), "d": (0.3, 0.3)}


@pytest.fixture
def rewards(tmp_path: Path) -> Path:
    lines = [["p", y, d, r] for y, pair in TABLE.items() for d, r in zip(("help", "safe"), pair, strict=True)]
    return rows(tmp_path / "r.csv", HEADER, lines)


def chosen(tmp_path: Path, *arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = result_of(tmp_path, "select", *arguments)["prompts"]["p"]
    return found


def test_every_rule(tmp_path: Path, rewards: Path) -> None:
    assert chosen(tmp_path, rewards, "--rule", "pareto")["pareto"] == ["a", "b", "c"]
    found = chosen(tmp_path, rewards, "--rule", "chebyshev")
    assert (found["chosen"], found["abstained"]) == ("b", False)
    assert found["reason"].endswith(("help", "safe"))
    assert chosen(tmp_path, rewards, "--rule", "chebyshev", "--weights", "help=9,safe=1")["chosen"] == "a"
    assert chosen(tmp_path, rewards, "--rule", "lexicographic", "--order", "safe,help")["chosen"] == "c"
    assert (
        chosen(tmp_path, rewards, "--rule", "lexicographic", "--order", "safe,help", "--tolerance", 0.6)["chosen"]
        == "b"
    )
    assert chosen(tmp_path, rewards, "--rule", "threshold", "--floor", "help=0.3,safe=0.3")["chosen"] == "b"
    none = chosen(tmp_path, rewards, "--rule", "threshold", "--floor", "help=0.9,safe=0.9")
    assert (none["chosen"], none["abstained"], none["reason"]) == (None, True, "no candidate clears every floor")


def test_safety_comes_before_every_priority(tmp_path: Path) -> None:
    lines = [
        ["p", y, d, r, s]
        for y, pair in (("bold", ((0.9, 0.0), (0.3, 0.3))), ("mild", ((0.5, 0.0), (0.2, 0.05))))
        for d, (r, s) in zip(("help", "safe"), pair, strict=True)
    ]
    path = rows(tmp_path / "s.csv", [*HEADER, "sigma"], lines)
    ask = (path, "--rule", "lexicographic", "--order", "help")
    assert chosen(tmp_path, *ask)["chosen"] == "bold"
    assert chosen(tmp_path, *ask, "--floor", "safe=0")["chosen"] == "bold"
    assert chosen(tmp_path, *ask, "--floor", "safe=0", "--kappa", 2)["chosen"] == "mild"  # .3 - .6 is below the floor
    none = chosen(tmp_path, *ask, "--floor", "safe=0.5")
    assert (none["chosen"], none["abstained"]) == (None, True)
    assert none["reason"].startswith("no candidate is safe")


def test_groups_and_doubt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        ["p", y, "d", r, s, g]
        for y, s, pair in (("a", 0.5, (1.0, -1.0)), ("b", 0.1, (0.1, 0.1)))
        for g, r in zip("xy", pair, strict=True)
    ]
    path = rows(tmp_path / "g.csv", [*HEADER, "sigma", "group"], lines)
    assert chosen(tmp_path, path, "--rule", "cvar", "--alpha", 0.5)["chosen"] == "b"
    assert "alpha=0.2 times groups=2" in refusal_of(capsys, "select", path, "--rule", "cvar")
    assert chosen(tmp_path, path, "--rule", "risk", "--alpha", 0.5)["scores"] == pytest.approx({"a": -1.0, "b": 0.2})
    assert chosen(tmp_path, path, "--rule", "risk", "--alpha", 0.5, "--lam", 0)["scores"]["a"] == 0.0
    favoured = [path, "--rule", "threshold", "--floor", "d=-2"]
    assert chosen(tmp_path, *favoured)["chosen"] == "b"
    assert chosen(tmp_path, *favoured, "--unsure", 0.05)["reason"].startswith("abstained: epistemic 0.1 > 0.05")
    assert chosen(tmp_path, *favoured, "--kappa", 1)["scores"] == pytest.approx({"a": -0.5, "b": 0.0})


def test_bad_input(tmp_path: Path, rewards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("select", rewards)
    assert "needs --order" in refusal_of(capsys, *ask, "--rule", "lexicographic")
    assert "needs --floor" in refusal_of(capsys, *ask, "--rule", "threshold")
    assert "needs a column group" in refusal_of(capsys, *ask, "--rule", "cvar")
    assert "no dimension 'fun'; the dimensions are help, safe" in refusal_of(
        capsys, *ask, "--rule", "threshold", "--floor", "fun=1"
    )
    assert "should be DIM=number" in refusal_of(capsys, *ask, "--rule", "threshold", "--floor", "fun")
    gap = rows(tmp_path / "x.csv", HEADER, [["p", "a", "h", 1], ["p", "a", "s", 1], ["p", "b", "h", 1]])
    assert "candidate 'b' has no reward in dimension 's'" in refusal_of(capsys, "select", gap, "--rule", "pareto")
    twice = rows(tmp_path / "x.csv", HEADER, [["p", "a", "h", 1], ["p", "a", "h", 2]])
    assert "row 3: prompt 'p'" in refusal_of(capsys, "select", twice, "--rule", "pareto")
    words = rows(tmp_path / "x.csv", HEADER, [["p", "a", "h", "much"]])
    assert "row 2, column 'reward': 'much' is not a number" in refusal_of(capsys, "select", words, "--rule", "pareto")
