"""Where the files of an export go: a folder on disk or a zip archive."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO


def store_folder(files: Mapping[str, bytes], path: Path) -> list[str]:
    """Write files into a folder, which is made if need be; returns their names.

    Raises
    ------
    FileExistsError
        Where the folder holds files already: an old votes.csv beside a new matrix would contradict it.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FileExistsError(f"{path} exists and is not an empty folder")
    path.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (path / name).write_bytes(data)
    return list(files)


def store_zip(files: Mapping[str, bytes], file: Path | str | IO[bytes], *, inside: str = "") -> list[str]:
    """Write files as a zip archive, in its folder ``inside``; the same files give the same bytes.

    Raises
    ------
    FileExistsError
        Where a file of this name is there already.
    """
    with zipfile.ZipFile(file, "x" if isinstance(file, (Path, str)) else "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(f"{inside}/{name}" if inside else name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return list(files)
