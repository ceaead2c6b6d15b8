"""`polyphony bridging` on the command line."""

from pathlib import Path

import pytest

from tests.polyphony.commands import refusal_of, result_of
from tests.polyphony.test_distributions import rows

VOTES = [[1, 1, ""], [1, 1, 0], [-1, 1, -1], [-1, "", -1]]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return rows(tmp_path / "t.csv", ["voter", "s0", "s1", "s2"], [[f"v{v}", *row] for v, row in enumerate(VOTES)])


def test_a_table_with_groups(tmp_path: Path, table: Path) -> None:
    groups = rows(tmp_path / "g.csv", ["voter", "group"], [["v0", "a"], ["v1", "a"], ["v2", "b"], ["v3", "b"]])
    found = result_of(tmp_path, "bridging", table, "--groups", groups)
    assert found["groups"] == {"a": 2, "b": 2}
    s1 = found["statements"]["s1"]
    assert s1["group_informed_consensus"] == pytest.approx(3 / 4 * 2 / 3)
    assert (s1["least_group"], s1["least_group_agreement"]) == ("b", pytest.approx(2 / 3))
    assert found["order"]["group_informed_consensus"][0] == "s1"
    assert found["factorisation"]["converged"]


def test_a_real_folder_agrees_with_the_map(tmp_path: Path, shared_data: Path) -> None:
    folder = shared_data / "polis" / "brexit-consensus"
    bridging = result_of(tmp_path, "bridging", folder, "--groups", "imported")
    mapped = result_of(tmp_path, "map", folder, "--groups", "imported", "--resamples", 0)
    consensus = {name: one["group_informed_consensus"] for name, one in bridging["statements"].items()}
    for name, value in consensus.items():
        assert value == pytest.approx(mapped["group_informed_consensus"][name])


def test_bad_input(tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = rows(tmp_path / "o.csv", ["voter", "s"], [["v", 2]])
    assert "row 2, column 's': 2 is not 1 (agree)" in refusal_of(capsys, "bridging", odd)
    assert "--groups imported" in refusal_of(capsys, "bridging", table, "--groups", "imported")
    assert "nowhere" in refusal_of(capsys, "bridging", table, "--groups", tmp_path / "nowhere.csv")
    assert "--k 2: only computed" in refusal_of(capsys, "bridging", table, "--groups", "imported", "--k", 2)
