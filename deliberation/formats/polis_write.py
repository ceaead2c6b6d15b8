"""Writing a Polis export, to a folder or a zip archive, in the dialect that the value carries."""

from pathlib import Path
from typing import IO

from deliberation.formats.dialect import Role
from deliberation.formats.polis import PolisFolder
from deliberation.formats.polis_comments import write_comments, write_summary
from deliberation.formats.polis_matrix import write_matrix
from deliberation.formats.tables import Layout, write_rows, write_table
from deliberation.formats.targets import store_folder, store_zip
from deliberation.formats.vote_events import write_events


def write_files(folder: PolisFolder) -> dict[str, bytes]:
    """The files of an export, by name.

    A file is written where the dialect has a layout for it; votes.csv only where there are events as well. A table that
    is kept cell by cell, as xids.csv is where it was read, goes before what would be made for its part.
    """
    dialect = folder.dialect if folder.events is not None else folder.dialect.without("votes")
    files = {layout.name: _content(folder, role, layout) for role, layout in dialect.layouts.items()}
    tables = {name: write_table(table) for name, table in folder.tables.items()}
    return files | tables | dict(folder.other_files)


def write_folder(folder: PolisFolder, path: Path | str) -> list[str]:
    """Write an export into a new or empty folder; returns the names of the files.

    Raises
    ------
    FileExistsError
        Where the folder holds files already.
    """
    return store_folder(write_files(folder), Path(path))


def write_zip(folder: PolisFolder, file: Path | str | IO[bytes], *, inside: str = "") -> list[str]:
    """Write an export as a zip archive, its files in the folder ``inside``; the same value gives the same bytes."""
    return store_zip(write_files(folder), file, inside=inside)


def _content(folder: PolisFolder, role: Role, layout: Layout) -> bytes:
    if role == "summary":
        return write_summary(folder.summary, layout)
    if role == "comments":
        return write_comments(folder.comments, layout, folder.dialect)
    if role == "participants":
        return write_matrix(folder, layout)
    if role == "xids":
        pairs = ({"participant": participant, "xid": xid} for participant, xid in folder.xids.items())
        return write_rows(layout, [[pair.get(column, "") for column in layout.columns] for pair in pairs])
    assert folder.events is not None
    return write_events(folder.events, layout, folder.dialect)
