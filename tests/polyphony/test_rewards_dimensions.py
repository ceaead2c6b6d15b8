"""`polyphony rewards` with several dimensions on scales of their own, and with a safety head."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.polyphony.rewards import polyphony

TEXTS = 50
E = np.random.default_rng(3).standard_normal((TEXTS, 6))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kind from 1 to 5, short from 0 to 100; texts along a third direction are unsafe. Trained by MGDA with safety."""
    folder, rng = tmp_path_factory.mktemp("dimensions"), np.random.default_rng(4)
    rows = []
    for who in range(24):
        for text in rng.choice(TEXTS, 12, replace=False):
            kind, short = E[text, :2] + rng.normal(0, 0.4, 2)
            safe = int(E[text, 2] > 0)
            rows.append((f"{text}", f"p{who}", f"text {text}", "kind", 5 if kind > 0 else 2, safe))
            rows.append((f"{text}", f"p{who}", f"text {text}", "short", 80 if short > 0 else 20, ""))
    names = ["item", "rater", "text", "about", "value", "safe"]
    pd.DataFrame(rows, columns=names).to_csv(folder / "ratings.csv", index=False)
    np.savez(folder / "e.npz", ids=np.arange(TEXTS), E=E)
    options = ("--dimension", "about", "--safety", "safe", "--losses", "points,safety", "--reduction", "mgda")
    options += ("--members", "1", "--rank", "0", "--trunk", "linear", "--device", "cpu")
    polyphony("train", folder / "ratings.csv", "--out", folder / "m", *options, "--embeddings", folder / "e.npz")
    return folder


def predictions(place: Path, table: pd.DataFrame, *arguments: object) -> pd.DataFrame:
    table.to_csv(place / "rows.csv", index=False)
    known = ("--embeddings", place / "e.npz", "--out", place / "p.csv")
    polyphony("predict", place / "m", place / "rows.csv", *known, *arguments)
    return pd.read_csv(place / "p.csv")


def test_each_dimension_has_its_own_threshold_and_safety_is_absolute(place: Path) -> None:
    config = json.loads((place / "m/config.json").read_text())
    assert config["thresholds"] == {"kind": 5.0, "short": 80.0}
    every = np.arange(TEXTS)
    for column, name in enumerate(("kind", "short")):
        found = predictions(place, pd.DataFrame({"item": every, "about": name}))
        assert ((found.p > 0.5) == (E[:, column] > 0)).mean() > 0.85
        assert ((found.safe > 0.5) == (E[:, 2] > 0)).mean() > 0.9
    pair = pd.DataFrame({"item_a": [1, 2], "item_b": [3, 4], "rater": "", "about": "kind"})
    sides = predictions(place, pair, "--pairs")
    np.testing.assert_allclose(sides.safe_a, found.safe[[1, 2]])
    np.testing.assert_allclose(sides.safe_b, found.safe[[3, 4]])


def test_what_new_people_and_evaluations_say_is_read_on_the_same_scales(place: Path) -> None:
    asked = pd.DataFrame({"item": np.arange(20), "rater": "new", "about": "short"})
    said = {}
    for answer in (20, 80):
        asked.assign(value=answer).to_csv(place / "context.csv", index=False)
        said[answer] = predictions(place, asked, "--mode", "rater", "--context", place / "context.csv").p
    assert (said[20] < said[80]).all()
    told = polyphony("evaluate", place / "m", place / "ratings.csv", "--embeddings", place / "e.npz", "--draws", 50)
    assert json.loads(told)["points"]["pooled"]["overall"]["accuracy"] > 0.75
