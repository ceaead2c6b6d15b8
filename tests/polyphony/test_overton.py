"""`polyphony overton` and `polyphony viewpoints` on the command line."""

from pathlib import Path

import pytest

from tests.polyphony.commands import refusal_of, result_of
from tests.polyphony.test_distributions import rows

ASK = ("--question", "q", "--response", "r", "--viewpoint", "v", "--rater", "p", "--value", "x")
HEADER = ["q", "r", "v", "p", "x"]


def published(path: Path, models: tuple[str, ...] = ("r",)) -> Path:
    clusters = (("q1", ((50, 4.2), (30, 3.9), (20, 4.0))), ("q2", ((60, 3.99), (40, 4.5))))
    lines = [
        [q, model, f"v{i}", f"{q}{i}-{j}", mean + 0.2 * place]
        for place, model in enumerate(models)
        for q, cluster in clusters
        for i, (n, mean) in enumerate(cluster)
        for j in range(n)
    ]
    return rows(path, HEADER, lines)


def test_the_published_case(tmp_path: Path) -> None:
    found = result_of(tmp_path, "overton", published(tmp_path / "o1.csv"), *ASK, "--tau", 4)
    assert (found["score"], found["weighted_score"]) == (pytest.approx(0.583333, abs=1e-6), pytest.approx(0.55))
    assert found["questions"]["q1"]["viewpoints"]["v1"] == {"size": 30, "mean": pytest.approx(3.9), "covered": False}
    assert found["questions"]["q2"]["weighted_coverage"] == pytest.approx(0.4)
    assert found["responses"]["r"]["interval"] == found["interval"]


def test_several_models_are_adjusted(tmp_path: Path) -> None:
    found = result_of(tmp_path, "overton", published(tmp_path / "o.csv", ("a", "b")), *ASK, "--replicates", 20)
    assert "score" not in found
    assert found["responses"]["b"]["score"] == 1
    assert found["responses"]["b"]["adjusted"]["score"] == pytest.approx(1)


def test_bad_input_names_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = rows(tmp_path / "o.csv", HEADER, [["q", "r", "v", "p", 4], ["q", "r", "v", "p2", "much"]])
    assert "o.csv, row 3, column 'x': 'much' is not a number" in refusal_of(capsys, "overton", odd, *ASK)
    two = rows(tmp_path / "o.csv", HEADER, [["q", "a", "v", "p", 4], ["q", "b", "w", "p", 4]])
    assert "row 3, column 'v': rater 'p' holds 'w' on 'q' and 'v' in row 2" in refusal_of(capsys, "overton", two, *ASK)
    empty = rows(tmp_path / "o.csv", HEADER, [["q", "a", "", "p", 4]])
    assert "no row has a question" in refusal_of(capsys, "overton", empty, *ASK)
    again = rows(tmp_path / "o.csv", HEADER, [["q", "a", "v", "p", 4], ["q", "a", "v", "p", 1]])
    found = result_of(tmp_path, "overton", again, *ASK)
    assert (found["score"], found["refused"]) == (1, [{"row": 3, "reason": "rater 'p' rates 'a' on 'q' again"}])


def test_viewpoints_of_a_folder(tmp_path: Path, shared_data: Path) -> None:
    folder = shared_data / "polis" / "london.youth.policing"
    found = result_of(tmp_path, "viewpoints", folder, "--k", 2)
    assert sum(one["weight"] for one in found["viewpoints"]) == pytest.approx(1)
    assert all(one["text"] for one in found["viewpoints"] if one["evidence"])


def test_a_folder_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere" in refusal_of(capsys, "viewpoints", tmp_path / "nowhere")
