"""Embeddings: the real encoder from its wheel, a cache that is asked once, files without pickle."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from aggregation.rewards.encoder import EmbeddingCache, Encoder, embed, encoder_sha256, read_npz, text_sha256

pytest.importorskip("sentence_transformers", reason="the extra 'encoder' is not installed")


class Counting(Encoder):
    """The real encoder, counting the texts it is given."""

    asked = 0

    def encode(self, texts, tell=None):  # type: ignore[no-untyped-def]  # as in Encoder
        self.asked += len(texts)
        return super().encode(texts, tell)


def test_texts_are_encoded_once_and_alike_texts_lie_close(tmp_path: Path) -> None:
    texts = [
        "The cat sat on the mat.",
        "A cat is sitting on a mat.",
        "Interest rates rose again.",
        "The cat sat on the mat.",
    ]
    cache, encoder = EmbeddingCache(tmp_path / "cache.sqlite3"), Counting()
    first = embed(texts, encoder, cache)
    assert encoder.asked == 3
    again = embed(texts, encoder, cache)
    assert encoder.asked == 3
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[0], first[3])
    assert first.shape == (4, 384)
    assert first[0] @ first[1] > first[0] @ first[2] + 0.3
    assert len(encoder_sha256(encoder.name)) == 64


def test_the_encoder_makes_the_published_embeddings(shared_data: Path) -> None:
    import pandas as pd

    known = read_npz(shared_data / "rewards" / "offensiveness_embeddings.npz")
    table = pd.read_csv(shared_data / "rewards" / "offensiveness.csv", dtype=str).drop_duplicates("instance_id").head(3)
    made = embed(table.text.tolist(), Encoder())
    for item, row in zip(table.instance_id, made, strict=True):
        assert row @ known[item] > 0.999


def test_a_file_with_pickled_objects_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "pickled.npz", ids=np.array([{"a": 1}], dtype=object), E=np.zeros((1, 2)))
    (tmp_path / "text.npz").write_text("not an archive")
    np.savez(tmp_path / "other.npz", X=np.zeros(2))
    for name in ("pickled.npz", "text.npz", "other.npz"):
        with pytest.raises(ValueError, match=name):
            read_npz(tmp_path / name)


@pytest.mark.parametrize(
    ("ids", "table", "told"),
    [
        (np.array("a"), np.ones((2, 3)), r"shape \(\)"),
        (np.array([["a", "b"], ["c", "d"]]), np.ones((2, 3)), r"shape \(2, 2\)"),
        (np.array(["a", "b"]), np.zeros((2, 3)), "nothing but zeros"),
        (np.array(["a", "b"]), np.ones((2, 0)), r"shape \(2, 0\)"),
        (np.array(["a", "b"]), np.ones((2, 3)) * 1j, "complex"),
        (np.array(["a", "a"]), np.eye(2, 3), "'a' stands there twice"),
    ],
)
def test_odd_arrays_are_refused(ids: np.ndarray, table: np.ndarray, told: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "e.npz", ids=ids, E=table)
    with pytest.raises(ValueError, match=told):
        read_npz(tmp_path / "e.npz")


def test_a_damaged_vector_is_encoded_again(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "kept.sqlite3")
    cache.put("e", ["one", "two"], np.eye(2))
    with sqlite3.connect(cache.path) as connection:
        connection.execute("UPDATE embedding SET vector = substr(vector, 1, 3) WHERE sha256 = ?", (text_sha256("one"),))
    connection.close()
    assert set(cache.get("e", ["one", "two"])) == {"two"}
    cache.put("e", ["one"], np.eye(1, 2))
    assert set(cache.get("e", ["one", "two"])) == {"one", "two"}
