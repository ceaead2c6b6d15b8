"""`polyphony rewards predict` with everything that rows may lack, and every form in which they may come."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.polyphony.rewards import polyphony, predicted


@pytest.fixture
def rows(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "ratings.csv", dtype=str, keep_default_na=False)


def scored(folder: Path, table: pd.DataFrame, name: str, *arguments: object) -> pd.DataFrame:
    path = folder / name
    if name.endswith(".parquet"):
        table.to_parquet(path, index=False)
    elif name.endswith(".jsonl"):
        table.to_json(path, orient="records", lines=True)
    else:
        table.to_csv(path, index=False)
    return predicted(folder, path, *arguments)


@pytest.mark.parametrize("name", ["typed.parquet", "typed.jsonl"])
def test_rows_with_types_score_as_rows_of_text(folder: Path, rows: pd.DataFrame, name: str) -> None:
    plain = scored(folder, rows, "plain.csv", "--mode", "rater")
    typed = scored(
        folder, rows.assign(doc=rows.doc.astype(int), stars=rows.stars.astype(float)), name, "--mode", "rater"
    )
    pd.testing.assert_frame_equal(plain, typed)


def test_known_people_need_no_groups_and_known_texts_no_text(folder: Path, rows: pd.DataFrame) -> None:
    for mode in ("group", "rater"):
        whole = scored(folder, rows, "whole.csv", "--mode", mode)
        bare = scored(folder, rows[["doc", "who"]], "bare.csv", "--mode", mode)
        pd.testing.assert_frame_equal(whole, bare)


def test_pooled_rows_need_only_their_texts(folder: Path, rows: pd.DataFrame) -> None:
    whole = scored(folder, rows, "whole.csv", "--mode", "pooled")
    pd.testing.assert_frame_equal(whole, scored(folder, rows[["doc"]], "bare.csv", "--mode", "pooled"))


def test_context_needs_only_item_rater_and_value(folder: Path, rows: pd.DataFrame) -> None:
    new = rows[rows.who == "p0"].assign(who="new")
    new.to_csv(folder / "all.csv", index=False)
    new[["doc", "who", "stars"]].to_csv(folder / "few.csv", index=False)
    asked = new.drop(columns=["stars", "part"])
    whole = scored(folder, asked, "asked.csv", "--mode", "rater", "--context", folder / "all.csv")
    few = scored(folder, asked, "asked.csv", "--mode", "rater", "--context", folder / "few.csv")
    pd.testing.assert_frame_equal(whole, few)


def test_unknown_levels_and_nameless_raters_stand_at_the_mean(folder: Path, rows: pd.DataFrame) -> None:
    table = rows.head(3).assign(who=["new", "", "other"], region=["", "mars", ""])
    found = scored(folder, table, "strange.csv", "--mode", "rater")
    np.testing.assert_allclose(found["mean"], scored(folder, table, "strange.csv", "--mode", "group")["mean"])


def test_a_model_without_persons_learns_everybody_from_context(folder: Path, rows: pd.DataFrame) -> None:
    arguments = (
        *("--item", "doc", "--rater", "who", "--value", "stars", "--text", "body", "--groups", "region"),
        *("--split", "part", "--prefer", "low", "--members", 2, "--rank", 0, "--no-raters", "--device", "cpu"),
    )
    polyphony("train", folder / "ratings.csv", "--out", folder / "nobody", *arguments, "--embeddings", folder / "e.npz")
    assert not list((folder / "nobody").glob("raters*"))
    said = rows[(rows.part == "train")]
    said.to_csv(folder / "said.csv", index=False)
    rows.to_csv(folder / "asked.csv", index=False)
    told = ("--mode", "rater", "--embeddings", folder / "e.npz", "--context", folder / "said.csv", "--out")
    polyphony("predict", folder / "nobody", folder / "asked.csv", *told, folder / "n.csv")
    polyphony("predict", folder / "model", folder / "asked.csv", *told, folder / "k.csv")
    without, known = pd.read_csv(folder / "n.csv"), pd.read_csv(folder / "k.csv")
    assert np.abs(without.p - known.p).max() < 0.1  # the temperature of rater mode is the only difference


def test_a_text_without_embedding_and_without_words_is_named(folder: Path, rows: pd.DataFrame) -> None:
    pd.DataFrame({"doc": ["777"]}).to_csv(folder / "lost.csv", index=False)
    error = polyphony("predict", folder / "model", folder / "lost.csv", "--embeddings", folder / "e.npz", code=2)
    assert "'777' has neither a text nor an embedding" in error
