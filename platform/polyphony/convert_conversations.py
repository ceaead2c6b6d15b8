"""Conversations in the formats of `polyphony convert`: Polis exports and long tables."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deliberation.formats import (
    Dialect,
    FormatError,
    PolisFolder,
    differences,
    in_dialect,
    in_newer_dialect,
    read_files,
    read_folder,
    read_zip,
    write_files,
)
from deliberation.formats.polis_tidy import read_tidy, write_tidy
from deliberation.formats.sources import folder_files, zip_files
from deliberation.formats.targets import store_folder, store_zip
from polyphony.conversions import Loaded, Options, Stored
from polyphony.errors import BadInput


def read_polis(source: Path, options: Options) -> Loaded:
    """Read the folder or the zip archive of a Polis export."""
    reader = read_zip if source.is_file() else read_folder
    return _loaded(source, lambda: reader(source, keep_going=bool(options.get("skip_bad_rows"))))


def write_polis(folder: PolisFolder, target: Path, options: Options) -> Stored:
    """Write a Polis export in its own dialect, or in the one that ``options["dialect"]`` names."""
    named = options.get("dialect")
    if named == "open-data":
        folder = in_dialect(folder, Dialect.open_data(votes=folder.events is not None, xid=bool(folder.xids)))
    elif named:
        folder = in_newer_dialect(folder, importance=_marks_importance(folder))
    files = write_files(folder)
    return _stored(folder, files, target, read_files(files), folder.dialect.units.get("votes") == "s")


def read_csv(source: Path, options: Options) -> Loaded:
    """Read the long tables that :func:`write_csv` writes."""
    return _loaded(source, lambda: read_tidy(zip_files(source) if source.is_file() else folder_files(source)))


def write_csv(folder: PolisFolder, target: Path, options: Options) -> Stored:
    """Write participants.csv, statements.csv, votes.csv and summary.csv."""
    files = write_tidy(folder)
    return _stored(folder, files, target, read_tidy(files), False)


def counts_of(folder: PolisFolder) -> dict[str, int | None]:
    """What a conversation holds; ``vote_events`` is None where only the latest votes are known."""
    return {
        "participants": len(folder.participants),
        "statements": len(folder.statements),
        "statements_without_votes": len({comment.id for comment in folder.comments} - set(folder.statements)),
        "votes": folder.distinct_votes,
        "vote_events": folder.vote_events,
        "grouped_participants": sum(1 for group in folder.group_ids if group),
        "moderated_out": len(folder.moderated_out),
    }


def _marks_importance(folder: PolisFolder) -> bool:
    return folder.events is not None and folder.events.important is not None


def _loaded(source: Path, read: Callable[[], PolisFolder]) -> Loaded:
    try:
        folder = read()
    except FormatError as refused:
        raise BadInput(f"{source}: {refused}") from None
    except OSError as problem:
        raise BadInput(f"{source}: cannot be read ({problem.strerror}).") from None
    left_out = [{"file": row.file, "row": row.row, "column": row.column, "reason": str(row)} for row in folder.refused]
    return Loaded(folder, counts_of(folder), left_out, list(folder.notes))


def _stored(
    folder: PolisFolder, files: Mapping[str, bytes], target: Path, again: PolisFolder, whole_seconds: bool
) -> Stored:
    """Write the files, and say what reading them again does not give back."""
    try:
        if target.suffix == ".zip":
            target.parent.mkdir(parents=True, exist_ok=True)
            store_zip(files, target)
        else:
            store_folder(files, target)
    except OSError as problem:
        raise BadInput(f"{target}: cannot be written ({problem.strerror or problem}).") from None
    lost = differences(folder, again, moments=not whole_seconds)
    if whole_seconds and differences(folder, again) != lost:
        lost.append("moments: written in whole seconds")
    return Stored(list(files), counts_of(again), lost)
