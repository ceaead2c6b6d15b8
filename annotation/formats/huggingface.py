"""A folder that ``datasets.load_dataset`` opens: Parquet files by configuration, and a README that lists them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotation.formats.card import Card, card_of, render_card
from annotation.formats.croissant import FILE_NAME, croissant_metadata
from annotation.formats.dataset import Dataset, FormatError
from annotation.formats.json_text import read_json
from annotation.formats.tables import dataset_of, tables_of

SCHEMA_VERSION = 2  # 2: annotations and soft_labels have the column target
MANIFEST = "manifest.json"
ROWS_PER_FILE = 1_000_000
_SIZES = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"),
)  # fmt: skip


@dataclass(frozen=True)
class WrittenFile:
    """A file of the folder, with what proves that it is unchanged."""

    path: str
    rows: int
    bytes: int
    sha256: str


def write_dataset(dataset: Dataset, folder: Path, card: Card | None = None) -> dict[str, list[WrittenFile]]:
    """Write all tables of a data set that fits in memory."""
    tables = {name: (table.schema, table.to_batches()) for name, table in tables_of(dataset).items()}
    info = {name: held for name, held in dataset.info.items() if isinstance(held, str | int | list | dict)}
    return write_folder(folder, tables, card or card_of(dataset), info=info)


def write_folder(
    folder: Path,
    tables: Mapping[str, tuple[pa.Schema, Iterable[pa.RecordBatch]]],
    card: Card,
    *,
    info: Mapping[str, Any] | None = None,
    rows_per_file: int = ROWS_PER_FILE,
) -> dict[str, list[WrittenFile]]:
    """Write the Parquet files, README.md, croissant.json and manifest.json; memory does not grow with the rows.

    Parameters
    ----------
    tables : configuration -> schema and batches, taken one at a time
    info : of the data set as a whole, kept in the manifest
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, list[WrittenFile]] = {}
    for name, (schema, batches) in tables.items():
        if written := write_table(folder, name, schema, batches, rows_per_file=rows_per_file):
            files[name] = written
    schemas = {name: tables[name][0] for name in files}
    describe_folder(folder, files, schemas, card, info={"info": dict(info or {})})
    return files


def describe_folder(
    folder: Path,
    files: Mapping[str, Sequence[WrittenFile]],
    schemas: Mapping[str, pa.Schema],
    card: Card,
    *,
    info: Mapping[str, Any],
) -> None:
    """Write README.md, croissant.json and manifest.json beside Parquet files that are written already.

    Parameters
    ----------
    info : what the manifest says besides schema version, rows and files
    """
    (folder / "README.md").write_text(front_matter(card, list(files)) + render_card(card), encoding="utf-8")
    described = [file for written in files.values() for file in written]
    metadata = croissant_metadata(card, schemas, [(file.path, file.bytes, file.sha256) for file in described])
    (folder / FILE_NAME).write_text(json.dumps(metadata, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "rows": {name: sum(file.rows for file in written) for name, written in files.items()},
        "files": [asdict(file) for file in described],
        **info,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_table(
    folder: Path, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], *, rows_per_file: int = ROWS_PER_FILE
) -> list[WrittenFile]:
    """Write one configuration as ``data/<name>/train-00000-of-0000N.parquet``; nothing where there is no row."""
    place = folder / "data" / name
    parts: list[tuple[Path, int]] = []
    stream = (batch for batch in batches if batch.num_rows)
    following = next(stream, None)
    while following is not None:
        place.mkdir(parents=True, exist_ok=True)
        path, rows = place / f".part-{len(parts):05d}.parquet", 0
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            while following is not None and (rows == 0 or rows + following.num_rows <= rows_per_file):
                writer.write_batch(following)
                rows += following.num_rows
                following = next(stream, None)
        parts.append((path, rows))
    written = []
    for number, (path, rows) in enumerate(parts):
        final = place / f"train-{number:05d}-of-{len(parts):05d}.parquet"
        path.replace(final)
        with final.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        relative = final.relative_to(folder).as_posix()
        written.append(WrittenFile(relative, rows, final.stat().st_size, digest))
    return written


def read_folder(folder: Path) -> Dataset:
    """Read a folder that :func:`write_folder` wrote.

    Raises
    ------
    FormatError
        If it has no annotations, or a file is not what the manifest says.
    """
    manifest = folder / MANIFEST
    known: Any = read_json(manifest)[0] if manifest.is_file() else {"files": []}
    if not isinstance(known, dict) or not isinstance(known.get("files"), list):
        raise FormatError(f"{manifest}: should be an object with a list of files.")
    for file in known["files"]:
        if not isinstance(file, dict) or not isinstance(file.get("path"), str):
            raise FormatError(f"{manifest}: every file should have a path and a sha256.")
        path = folder / file["path"]
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != file.get("sha256"):
            raise FormatError(f"{path}: is missing, or differs from what {MANIFEST} says.")
    if not manifest.is_file() and not (folder / "data" / "annotations").is_dir():
        raise FormatError(f"{folder}: neither {MANIFEST} nor data/annotations.")
    tables = {name: _rows(folder, name) for name in ("annotations", "raters", "items")}
    try:
        return dataset_of(tables, known.get("info", {}))
    except KeyError as lacking:
        raise FormatError(f"{folder}: a table has no column {lacking}.") from None
    except (OSError, ValueError) as problem:
        raise FormatError(f"{folder}: cannot be read ({str(problem).splitlines()[0]}).") from None


def front_matter(card: Card, configurations: Iterable[str]) -> str:
    """The YAML that tells ``datasets`` and the Hub what is where; strings are written as JSON, which YAML contains."""
    size = next((name for most, name in _SIZES if card.rows < most), "n>1T")
    lines = ["---", f"license: {json.dumps(card.licence.lower())}"]
    lists = {
        "language": card.languages,
        "tags": card.tags or ("human-feedback", "disagreement"),
        "size_categories": (size,),
        "task_categories": card.task_categories,
    }
    for name, held in lists.items():
        if held:
            lines += [f"{name}:", *(f"- {json.dumps(one)}" for one in held)]
    lines += [f"pretty_name: {json.dumps(card.title, ensure_ascii=False)}", "configs:"]
    for place, name in enumerate(configurations):
        lines += [f"- config_name: {name}", "  data_files:", "  - split: train", f"    path: data/{name}/*.parquet"]
        if place == 0:
            lines.append("  default: true")
    return "\n".join([*lines, "---", "", ""])


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    for path in sorted((folder / "data" / name).glob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches():
            yield from batch.to_pylist()
