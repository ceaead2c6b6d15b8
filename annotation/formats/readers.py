"""The formats that can be read into a data set, each registered once with what it reads and what may be told to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotation.formats.csv_folder import is_answers_file, read_csv_folder
from annotation.formats.dataset import Dataset, FormatError
from annotation.formats.dices import read_dices
from annotation.formats.huggingface import MANIFEST, read_folder
from annotation.formats.lewidi import read_lewidi
from annotation.formats.prism import read_prism
from annotation.formats.rows import SUFFIXES, columns_of
from annotation.formats.squality import read_squality
from annotation.formats.table import Columns, guess_columns, read_table
from annotation.formats.trl import read_trl

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Reader:
    """One format.

    Attributes
    ----------
    title : as pages call it
    read : from the file or folder and what was told to the data set
    suffixes : of the file that a folder is searched for; empty where the folder itself is read
    """

    title: str
    read: Callable[[Path, Told], Dataset]
    suffixes: tuple[str, ...] = ()


def read_dataset(path: Path, format: str, told: Told | None = None) -> Dataset:
    """Read a file, or a folder that holds one, in a format of :data:`READERS`.

    Raises
    ------
    FormatError
        If the format is unknown, nothing fits, or what is there cannot be read.
    """
    if format not in READERS:
        raise FormatError(f"{path}: there is no format {format!r}; known are {', '.join(READERS)}.")
    reader = READERS[format]
    if not path.exists():
        raise FormatError(f"{path}: there is no such file or folder.")
    return reader.read(main_file(path, reader), told or {})


def main_file(path: Path, reader: Reader) -> Path:
    """The file to read: the one given, or the only one of its kind in a folder.

    Raises
    ------
    FormatError
        If the folder holds none, or several.
    """
    if not path.is_dir() or not reader.suffixes:
        return path
    found = sorted(
        one for one in path.rglob("*") if one.suffix.lower() in reader.suffixes and not one.name.startswith(".")
    )
    found = [one for one in found if not one.stem.endswith("_annotators_meta")]
    if len(found) != 1:
        names = ", ".join(one.name for one in found[:5]) or "none"
        kinds = " or ".join(reader.suffixes)
        raise FormatError(f"{path.name}: one {kinds} file should be there, not {len(found)} ({names}).")
    return found[0]


def mapping_of(path: Path, told: Told) -> Columns:
    """The columns of a table as told, and as their names suggest where nothing was told.

    Raises
    ------
    FormatError
        If no column is an item.
    """
    guess = guess_columns(columns_of(path))
    found = Columns(
        item=told.get("item") or guess.item,
        rater=told["rater"] if told.get("rater") is not None else guess.rater,
        values=tuple(told["values"] if told.get("values") is not None else guess.values),
        texts=tuple(told["texts"] if told.get("texts") is not None else guess.texts),
        demographics=tuple(told["demographics"] if told.get("demographics") is not None else guess.demographics),
        why=told.get("why") or "",
        beside=tuple(told.get("beside") or ()),
    )
    if not found.item:
        raise FormatError(f"{path.name}: no column looks like an item; say which one is.")
    return found


def _folder_root(path: Path) -> Path:
    """Where an exported folder begins, which may lie in a folder of its own."""
    if path.is_file():
        return path.parent
    found = sorted(path.rglob(MANIFEST))
    return found[0].parent if found else path


def _prism(path: Path, told: Told) -> Dataset:
    found = sorted(path.rglob("utterances.jsonl")) if path.is_dir() else []
    return read_prism(found[0].parent if found else path)


def _table(path: Path, told: Told) -> Dataset:
    return read_csv_folder(path) if is_answers_file(path) else read_table(path, mapping_of(path, told))


def _csv(path: Path, told: Told) -> Dataset:
    if path.is_dir():
        found = sorted(path.rglob("answers.csv"))
        return read_csv_folder(found[0].parent) if found else _table(main_file(path, READERS["table"]), told)
    return _table(path, told)


READERS: dict[str, Reader] = {
    "csv": Reader("A table, with a column for the item, the person and each answer", _csv),
    "table": Reader("The same, also as JSON Lines or Parquet", _table, SUFFIXES),
    "lewidi": Reader(
        "LeWiDi JSON, second or third edition", lambda path, told: read_lewidi(path, told.get("raters")), (".json",)
    ),
    "trl": Reader("TRL preference files", lambda path, told: read_trl(path)),
    "prism": Reader("PRISM folder", _prism),
    "dices": Reader("DICES table", lambda path, told: read_dices(path), (".csv",)),
    "squality": Reader("SQuALITY reviews", lambda path, told: read_squality(path), (".jsonl",)),
    "hf": Reader("Folder made by this site", lambda path, told: read_folder(_folder_root(path))),
}
