"""The formats that `polyphony convert` knows.

A format belongs to a kind of data, and anything read as one kind can be written in every format of that kind. To add
one, give it a row in ``FORMATS``: two functions by name, imported only when they are called for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from annotation.formats.dataset import FormatError
from polyphony.errors import BadInput

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Loaded:
    """What a reader found.

    Attributes
    ----------
    value : the data, in the form that the writers of its kind take
    counts : what was read, by name
    refused : rows left out, each with ``file``, ``row`` and ``reason``
    notes : what does not add up without being an error, a sentence each
    """

    value: Any
    counts: Mapping[str, int | None]
    refused: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stored:
    """What a writer wrote.

    Attributes
    ----------
    files : names of the files inside the target
    counts : what was written, by name
    lost : what the format cannot hold, found by reading the written files again; a line each
    """

    files: list[str]
    counts: Mapping[str, int | None]
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Format:
    """One format of one kind of data.

    Attributes
    ----------
    title : what it is, in a few words
    read : "module:function" from (path, options) to :class:`Loaded`; None where it is only written
    write : "module:function" from (value, path, options) to :class:`Stored`; None where it is only read
    """

    title: str
    read: str | None = None
    write: str | None = None


# (kind of data, name of the format) -> Format
FORMATS: dict[tuple[str, str], Format] = {
    ("conversation", "polis"): Format(
        "the folder or zip archive of a Polis export",
        read="polyphony.convert_conversations:read_polis",
        write="polyphony.convert_conversations:write_polis",
    ),
    ("conversation", "csv"): Format(
        "long tables of participants, statements and votes",
        read="polyphony.convert_conversations:read_csv",
        write="polyphony.convert_conversations:write_csv",
    ),
    ("annotation", "lewidi"): Format(
        "LeWiDi JSON, second and third edition, with the annotators' metadata",
        read="polyphony.convert_annotations:read_lewidi",
        write="polyphony.convert_annotations:write_lewidi",
    ),
    ("annotation", "prism"): Format(
        "a PRISM folder: survey, utterances and conversations",
        read="polyphony.convert_annotations:read_prism",
        write="polyphony.convert_annotations:write_prism",
    ),
    ("annotation", "dices"): Format(
        "a DICES table: a row per rater and conversation, a column per question",
        read="polyphony.convert_annotations:read_dices",
        write="polyphony.convert_annotations:write_dices",
    ),
    ("annotation", "squality"): Format(
        "SQuALITY reviews, a story per line",
        read="polyphony.convert_annotations:read_squality",
        write="polyphony.convert_annotations:write_squality",
    ),
    ("annotation", "trl"): Format(
        "preference files for TRL, with ties in a file beside",
        read="polyphony.convert_annotations:read_trl",
        write="polyphony.convert_annotations:write_trl",
    ),
    ("annotation", "table"): Format(
        "any table, through the columns named by --item, --rater, --value",
        read="polyphony.convert_annotations:read_csv",
    ),
    ("annotation", "csv"): Format(
        "answers, raters and items as long tables; read also from any table",
        read="polyphony.convert_annotations:read_csv",
        write="polyphony.convert_annotations:write_csv",
    ),
    ("annotation", "hf"): Format(
        "a Hugging Face folder of Parquet files with a card",
        read="polyphony.convert_annotations:read_folder",
        write="polyphony.convert_annotations:write_folder",
    ),
    ("annotation", "croissant"): Format(
        "the same folder, described by Croissant metadata",
        read="polyphony.convert_annotations:read_folder",
        write="polyphony.convert_annotations:write_folder",
    ),
}


def readable() -> list[str]:
    """Names of the formats that can be read."""
    return sorted({name for (_, name), known in FORMATS.items() if known.read})


def writable() -> list[str]:
    """Names of the formats that can be written."""
    return sorted({name for (_, name), known in FORMATS.items() if known.write})


def convert(source: Path, target: Path, *, read_as: str, write_as: str, options: Options) -> tuple[Loaded, Stored]:
    """Read ``source`` in one format and write ``target`` in another.

    Raises
    ------
    BadInput
        Where no kind of data has both formats, or the source is not what its format says.
    """
    kinds = [
        kind
        for (kind, name), known in FORMATS.items()
        if name == read_as and known.read and (found := FORMATS.get((kind, write_as))) is not None and found.write
    ]
    if not kinds:
        pairs = sorted(
            {
                f"{one} to {other}"
                for (kind, one), known in FORMATS.items()
                for (same, other), wanted in FORMATS.items()
                if kind == same and known.read and wanted.write and (one == read_as or other == write_as)
            }
        )
        raise BadInput(f"--from {read_as} --to {write_as}: there is no such conversion; there are {', '.join(pairs)}.")
    loaded, kind = _read(source, read_as, kinds, options)
    try:
        stored: Stored = _function(FORMATS[kind, write_as].write)(loaded.value, target, options)
    except FormatError as problem:  # what was written could not be read again
        raise BadInput(f"--to {write_as}: this format cannot hold what {source} has ({problem})") from None
    return loaded, stored


def _read(source: Path, read_as: str, kinds: list[str], options: Options) -> tuple[Loaded, str]:
    """Read as the first kind of data that the source is; where it is none, it is said why for each."""
    refusals: list[BadInput] = []
    for kind in kinds:
        try:
            loaded: Loaded = _function(FORMATS[kind, read_as].read)(source, options)
        except BadInput as refused:
            refusals.append(refused)
        else:
            return loaded, kind
    *others, last = dict.fromkeys(map(str, refusals))
    raise BadInput("".join(f"{other.removesuffix('.')}; or " for other in others) + last)


def _function(name: str | None) -> Any:
    module, _, function = str(name).partition(":")
    return getattr(import_module(module), function)
