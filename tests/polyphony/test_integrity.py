"""`polyphony integrity` on the command line."""

from pathlib import Path

import pytest

from tests.polyphony.commands import refusal_of, result_of


def test_a_real_folder(tmp_path: Path, shared_data: Path) -> None:
    found = result_of(tmp_path, "integrity", shared_data / "polis" / "london.youth.policing")
    assert found["flagged_share"] <= 0.01
    assert found["timed"]
    assert set(found["results"]) >= {"with", "without", "agreement", "most_changed"}
    assert found["rings"] == []


def test_a_folder_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere" in refusal_of(capsys, "integrity", tmp_path / "nowhere")
