"""What tests of the command line share."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.polyphony.rewards import OPTIONS, polyphony


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small table of ratings, its embeddings, and a model trained from them."""
    place = tmp_path_factory.mktemp("rewards")
    rng = np.random.default_rng(0)
    e = rng.standard_normal((60, 8))
    np.savez(place / "e.npz", ids=np.arange(60), E=(e / np.linalg.norm(e, axis=1, keepdims=True)).astype(np.float32))
    with (place / "ratings.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["doc", "who", "body", "stars", "region", "part"])
        for who in range(30):
            for doc in rng.choice(60, 16, replace=False):
                stars = int(np.clip(round(3 + 2 * e[doc, 0] + 0.5 * (who % 3) + rng.normal()), 1, 5))
                part = "val" if doc % 5 == 0 else "train"
                writer.writerow([f"{doc}", f"p{who}", f"text {doc}", stars, ["north", "south", ""][who % 3], part])
    polyphony("train", place / "ratings.csv", "--out", place / "model", *OPTIONS, "--embeddings", place / "e.npz")
    return place
