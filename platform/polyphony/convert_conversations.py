"""Conversations in the formats of `polyphony convert`: Polis exports and long tables."""

from collections.abc import Callable, Mapping
from dataclasses import replace
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
    named, written = options.get("dialect"), folder
    if named == "open-data":
        written = in_dialect(folder, Dialect.open_data(votes=folder.events is not None, xid=bool(folder.xids)))
    elif named:
        written = in_newer_dialect(folder, importance=_marks_importance(folder))
    return _stored(folder, write_files(written), target, read_files, "s" in written.dialect.units.values())


def read_csv(source: Path, options: Options) -> Loaded:
    """Read the long tables that :func:`write_csv` writes."""
    return _loaded(source, lambda: read_tidy(zip_files(source) if source.is_file() else folder_files(source)))


def write_csv(folder: PolisFolder, target: Path, options: Options) -> Stored:
    """Write participants.csv, statements.csv, votes.csv and summary.csv."""
    return _stored(folder, write_tidy(folder), target, read_tidy, False)


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
    folder: PolisFolder,
    files: Mapping[str, bytes],
    target: Path,
    read: Callable[[Mapping[str, bytes]], PolisFolder],
    whole_seconds: bool,
) -> Stored:
    """Write the files, and say what of the source reading them again does not give back."""
    try:
        again = read(files)
    except FormatError as refused:
        raise BadInput(f"{target}: cannot be written so that it could be read again ({refused}).") from None
    try:
        if target.suffix == ".zip":
            target.parent.mkdir(parents=True, exist_ok=True)
            store_zip(files, target)
        else:
            store_folder(files, target)
    except OSError as problem:
        raise BadInput(f"{target}: cannot be written ({problem.strerror or problem}).") from None
    kept = _without_additions(again, folder)
    lost = differences(folder, kept, moments=not whole_seconds)
    if whole_seconds and differences(folder, kept) != lost:
        lost.append("moments: written in whole seconds")
    return Stored(list(files), counts_of(again), lost)


def _without_additions(again: PolisFolder, source: PolisFolder) -> PolisFolder:
    """What was read again without the columns, comments and tables that only the target's format adds."""
    columns = {column for comment in source.comments for column in comment.extra}
    listed = {comment.id for comment in source.comments}
    comments = [
        replace(comment, extra={column: text for column, text in comment.extra.items() if column in columns})
        for comment in again.comments
        if comment.id in listed
    ]
    cells = {column: cells for column, cells in again.participant_cells.items() if column in source.participant_cells}
    tables = {name: table for name, table in again.tables.items() if name in source.tables}
    return replace(again, comments=tuple(comments), participant_cells=cells, tables=tables)
