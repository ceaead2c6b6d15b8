"""Where the files of an export come from: a folder on disk or a zip archive, both within limits."""

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from deliberation.formats.errors import FormatError
from deliberation.formats.tables import FOLDER_LIMITS, UPLOAD_LIMITS, Limits


def folder_files(path: Path, limits: Limits = FOLDER_LIMITS) -> dict[str, bytes]:
    """The files of a folder, by name; hidden files and folders inside it are left out.

    Raises
    ------
    FormatError
        Where there is no such folder, or its files are too many or too large.
    """
    if not path.is_dir():
        raise FormatError(str(path), found="no folder", allowed="the folder of a Polis export")
    files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    if len(files) > limits.files:
        raise FormatError(path.name, found=f"{len(files)} files", allowed=f"at most {limits.files}")
    total = 0
    for file in files:
        size = file.stat().st_size
        total += size
        _check_size(file.name, size, total, limits)
    return {file.name: file.read_bytes() for file in files}


def zip_files(file: Path | IO[bytes], limits: Limits = UPLOAD_LIMITS) -> dict[str, bytes]:
    """The files of a zip archive, by name, nothing being written to disk.

    All CSV files must lie in one folder of the archive; files outside it are left out. Names only choose what a file
    is taken for, so that a name such as ``../../etc/passwd`` leads nowhere. Sizes are counted while unpacking, as what
    the archive claims may be false.

    Raises
    ------
    FormatError
        Where this is no zip archive, it is encrypted or broken, or its files are too many or too large.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if _wanted(entry)]
            if len(entries) > limits.files:
                raise FormatError("archive", found=f"{len(entries)} files", allowed=f"at most {limits.files}")
            folders = sorted({str(_path(entry).parent) for entry in entries if _path(entry).suffix == ".csv"})
            if len(folders) > 1:
                raise FormatError(
                    "archive",
                    found=f"CSV files in {len(folders)} folders ({', '.join(folders[:4])})",
                    allowed="the files of one export in one folder",
                )
            entries = [entry for entry in entries if str(_path(entry).parent) in folders]
            found: dict[str, bytes] = {}
            total = 0
            for entry in entries:
                name = _path(entry).name
                with archive.open(entry) as packed:
                    data = packed.read(min(limits.file_bytes, limits.total_bytes - total) + 1)
                total += len(data)
                _check_size(name, len(data), total, limits)
                if name in found:
                    raise FormatError(name, found="this file twice in the archive", allowed="each file once")
                found[name] = data
            return found
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError, zlib.error) as problem:
        if isinstance(problem, FormatError):
            raise
        raise FormatError(
            "archive", found=str(problem) or "a broken archive", allowed="a zip archive without a password"
        ) from None


def _wanted(entry: zipfile.ZipInfo) -> bool:
    path = _path(entry)
    return not entry.is_dir() and "__MACOSX" not in path.parts and not path.name.startswith(".")


def _path(entry: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(entry.filename.replace("\\", "/"))


def _check_size(name: str, size: int, total: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        raise FormatError(
            name, found=f"more than {limits.file_bytes} bytes", allowed=f"at most {limits.file_bytes} bytes"
        )
    if total > limits.total_bytes:
        raise FormatError(
            name,
            found=f"files of more than {limits.total_bytes} bytes in all",
            allowed=f"at most {limits.total_bytes} bytes in all",
        )
