"""The reward model on real ratings of offensiveness: better than every built-in peer on held-out texts."""

import contextlib
import io
import json
import sys
from pathlib import Path

import pytest

from polyphony.cli import main


def test_held_out_texts_are_predicted_better_than_by_any_peer(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "rewards"
    arguments = [
        *("train", folder / "offensiveness.csv", "--out", tmp_path / "model", "--prefer", "low", "--threshold", 2),
        *("--item", "instance_id", "--rater", "user_id", "--value", "offensiveness", "--text", "text"),
        *("--groups", "gender,race,age,education", "--split", "split", "--device", "cpu", "--members", 2, "--rank", 0),
        *("--embeddings", folder / "offensiveness_embeddings.npz"),
    ]
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        patch.setattr(sys, "argv", ["polyphony", "rewards", *map(str, arguments)])
        main()
    result = json.loads(said.getvalue())
    metrics = result["metrics"]
    found = {
        f"{kind} {mode}": metrics[kind][mode]["overall"]["log_loss"]
        for kind in ("points", "pairs")
        for mode in metrics[kind]
    }
    peers = {name: peer["log_loss"] for kind in ("points", "pairs") for name, peer in metrics["peers"][kind].items()}
    assert result["rows"]["train"] == 6432
    assert found["points pooled"] < peers["logistic pooled"] < peers["base rate"]
    assert found["points rater"] < peers["logistic + rater intercept"] - 0.009
    assert found["pairs pooled"] < peers["linear Bradley-Terry"] - 0.008
    assert found["points group"] <= found["points pooled"] + 0.005
    assert found["pairs group"] <= found["pairs pooled"] + 0.005
    assert metrics["points"]["rater"]["overall"]["ece"] <= 0.04
    assert not [path for path in (tmp_path / "model").iterdir() if path.suffix in (".pkl", ".pt", ".bin")]
