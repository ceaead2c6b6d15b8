"""What the commands `rewards train`, `predict` and `evaluate` share: tables, embeddings, the artifact's own columns."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from aggregation.rewards.artifacts import Artifact, read_artifact
from aggregation.rewards.encoder import (
    SAME,
    CacheUnusable,
    EmbeddingCache,
    Encoder,
    EncoderMissing,
    embed,
    encoder_sha256,
    read_npz,
)
from aggregation.rewards.seal import BrokenArtifact
from aggregation.rewards.tables import Columns, Texts, missing_texts
from aggregation.rewards.thresholds import Thresholds
from aggregation.rewards.trunk import KernelTrunk
from polyphony.errors import BadInput
from polyphony.files import read_table, show_progress

Result = TypeVar("Result")


def chosen_device(device: str) -> str:
    """auto is the graphics card where there is one.

    Raises
    ------
    BadInput
        If cuda is asked for and there is none.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise BadInput("--device cuda: torch finds no CUDA device here; choose cpu or auto.")
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device


def said_of(path: Path, work: Callable[[], Result]) -> Result:
    """Do work on a file's content; its ValueErrors become bad input that names the file."""
    try:
        return work()
    except ValueError as problem:
        raise BadInput(f"{path}: {problem}.") from None


def cache_file() -> Path:
    """Where embeddings are kept: POLYPHONY_CACHE, or the user's cache folder."""
    folder = os.environ.get("POLYPHONY_CACHE") or Path.home() / ".cache" / "polyphony"
    return Path(folder) / "embeddings.sqlite3"


def embeddings_of(
    table: Path,
    texts: Texts,
    npz: Path | None,
    encoder: Encoder,
    width: int | None = None,
    taught: dict[str, NDArray[np.float64]] | None = None,
) -> NDArray[np.float64]:
    """Embeddings of all texts, (T, E): from the file by item, from the model where no text is given, the rest encoded.

    Raises
    ------
    BadInput
        If the file is not one, was made by another encoder than the rest would be, or the encoder is not installed.
    """
    try:
        known = {} if npz is None else read_npz(npz)
    except ValueError as problem:  # it names the file
        raise BadInput(f"{problem}.") from None
    for item, text in zip(texts.items, texts.texts, strict=True):
        if not text and item not in known and taught and item in taught:
            known[item] = taught[item]
    try:
        places = missing_texts(texts, list(known))
    except ValueError as problem:
        raise BadInput(f"{table}: {problem}.") from None
    rows = dict(known)
    if places:
        have = next((place for place, item in enumerate(texts.items) if item in known and texts.texts[place]), None)
        wanted = [texts.texts[place] for place in places]
        try:
            with tqdm(total=len(wanted), desc="Encoding texts", disable=not show_progress()) as bar:
                made = embed(
                    wanted if have is None else [*wanted, texts.texts[have]],
                    encoder,
                    EmbeddingCache(cache_file()),
                    lambda done, _: bar.update(min(done, len(wanted)) - bar.n),
                )
        except EncoderMissing as problem:
            raise BadInput(f"{npz or table}: {len(places)} texts have no embedding ({problem}).") from None
        except CacheUnusable as problem:
            raise BadInput(f"{problem}.") from None
        if have is not None:
            lacks = f"item {texts.items[places[0]]!r}"
            _same_encoder(known[texts.items[have]], made[-1], npz, encoder.name, lacks)
        rows.update((texts.items[place], row) for place, row in zip(places, made, strict=False))
    found = np.stack([rows[item] for item in texts.items])
    if width is not None and found.shape[1] != width:
        raise BadInput(f"{npz or table}: embeddings have {found.shape[1]} columns, the model was trained with {width}.")
    return found


def routes_of(texts: Texts, encoder: Encoder) -> NDArray[np.float64] | None:
    """Embeddings of the prompts, where there are prompts."""
    if not any(texts.prompts):
        return None
    try:
        return embed(texts.prompts, encoder, EmbeddingCache(cache_file()))
    except EncoderMissing as problem:
        raise BadInput(f"a mixture routed by the prompt encodes prompts ({problem}).") from None
    except CacheUnusable as problem:
        raise BadInput(f"{problem}.") from None


def opened(folder: Path, device: str) -> Artifact:
    """The artifact, or one clear line."""
    if not folder.is_dir():
        raise BadInput(f"{folder}: there is no such folder.")
    try:
        artifact = read_artifact(folder, device=device)
        columns_of(artifact), encoder_of(artifact, device)
    except BrokenArtifact as problem:
        raise BadInput(f"{problem}.") from None
    except (KeyError, TypeError) as problem:
        raise BadInput(f"{folder / 'config.json'}: does not tell columns and encoder ({problem!r}).") from None
    return artifact


def taught_texts(artifact: Artifact) -> dict[str, NDArray[np.float64]]:
    """Embeddings of the texts that the model was trained on, by item, where it keeps them as landmarks."""
    trunk = artifact.ensemble.members[0].trunk
    items = artifact.about.get("landmark_items", [])
    if not isinstance(trunk, KernelTrunk) or len(items) != len(trunk.landmarks):
        return {}
    return dict(zip(items, trunk.landmarks.to(torch.float64).cpu().numpy(), strict=True))


def columns_of(artifact: Artifact) -> Columns:
    """The columns that the artifact was trained from."""
    plain: dict[str, Any] = artifact.about["columns"]
    return Columns(**{**plain, "groups": tuple(plain["groups"])})


def thresholds_of(artifact: Artifact) -> Thresholds:
    """From where on an answer is a yes; models written before dimensions had their own have the common one alone."""
    return Thresholds(artifact.ensemble.threshold, artifact.about.get("thresholds", {}))


def encoder_of(artifact: Artifact, device: str) -> Encoder:
    """The encoder of the artifact; its weights must be the same as then."""
    about = artifact.about["encoder"]
    now = encoder_sha256(about["id"])
    if about["sha256"] and now and now != about["sha256"]:
        raise BadInput(f"encoder {about['id']}: its weights here differ from those the model was trained with.")
    return Encoder(about["id"], device)


def read_rows(path: Path, needs: list[str]) -> pd.DataFrame:
    """A table with at least one row."""
    table = read_table(path, needs=needs)
    if not len(table):
        raise BadInput(f"{path}: no rows; at least one is needed.")
    return table


def _same_encoder(
    given: NDArray[np.float64], made: NDArray[np.float64], npz: Path | None, name: str, lacks: str
) -> None:
    if len(given) != len(made):
        raise BadInput(
            f"{npz}: {lacks} has no embedding there, and encoder {name} makes {len(made)} columns, not {len(given)}."
        )
    cosine = float(given @ made / max(float(np.linalg.norm(given) * np.linalg.norm(made)), 1e-12))
    if cosine < SAME:
        raise BadInput(
            f"{npz}: some texts have no embedding there, and its embeddings are not made by encoder {name} "
            f"(cosine {cosine:.2f} for one and the same text)."
        )
