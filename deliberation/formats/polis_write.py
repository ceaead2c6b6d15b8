"""Writing a Polis export, to a folder or a zip archive, in the dialect that the value carries."""

import zipfile
from pathlib import Path
from typing import IO

from deliberation.formats.dialect import Role
from deliberation.formats.polis import PolisFolder
from deliberation.formats.polis_comments import write_comments, write_summary
from deliberation.formats.polis_matrix import write_matrix
from deliberation.formats.tables import Layout, write_rows, write_table
from deliberation.formats.vote_events import write_events


def write_files(folder: PolisFolder) -> dict[str, bytes]:
    """The files of an export, by name.

    A file is written where the dialect has a layout for it; votes.csv only where there are events as well.
    """
    return (
        {
            layout.name: _content(folder, role, layout)
            for role, layout in folder.dialect.layouts.items()
            if not (role == "votes" and folder.events is None)
        }
        | {name: write_table(table) for name, table in folder.tables.items()}
        | dict(folder.other_files)
    )


def write_folder(folder: PolisFolder, path: Path | str) -> list[str]:
    """Write an export into a folder, which is made if need be; returns the names of the files.

    Raises
    ------
    FileExistsError
        Where the folder holds files already: an old votes.csv beside a new matrix would contradict it.
    """
    target = Path(path)
    files = write_files(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{target} exists and is not an empty folder")
    target.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (target / name).write_bytes(data)
    return list(files)


def write_zip(folder: PolisFolder, file: Path | str | IO[bytes], *, inside: str = "") -> list[str]:
    """Write an export as a zip archive, its files in the folder ``inside``; the same value gives the same bytes."""
    files = write_files(folder)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(f"{inside}/{name}" if inside else name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return list(files)


def _content(folder: PolisFolder, role: Role, layout: Layout) -> bytes:
    if role == "summary":
        return write_summary(folder.summary, layout)
    if role == "comments":
        return write_comments(folder.comments, layout, folder.dialect)
    if role == "participants":
        return write_matrix(folder, layout)
    if role == "xids":
        return write_rows(layout, [(participant, folder.xids[participant]) for participant in folder.xids])
    assert folder.events is not None
    return write_events(folder.events, layout, folder.dialect)
