"""Folders and archives, the hostile ones too."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from deliberation.formats import FormatError, differences, read_folder, read_zip, write_files, write_folder, write_zip
from deliberation.formats.tables import UPLOAD_LIMITS
from tests.deliberation.formats.conversations import small_conversation


def packed(files: dict[str, bytes]) -> io.BytesIO:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writing:
        for name, data in files.items():
            writing.writestr(name, data)
    archive.seek(0)
    return archive


def test_a_folder_on_disk_comes_back(tmp_path: Path) -> None:
    folder = small_conversation()
    names = write_folder(folder, tmp_path / "new" / "export")
    assert sorted(names) == sorted(file.name for file in (tmp_path / "new" / "export").iterdir())
    assert differences(folder, read_folder(tmp_path / "new" / "export")) == []


def test_files_are_never_written_beside_others(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text("of another conversation")
    with pytest.raises(FileExistsError, match="not an empty folder"):
        write_folder(small_conversation(), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["votes.csv"]


@pytest.mark.parametrize("inside", ["", "export", "deeply/inside"])
def test_an_archive_comes_back(inside: str) -> None:
    folder = small_conversation()
    archive = io.BytesIO()
    write_zip(folder, archive, inside=inside)
    assert differences(folder, read_zip(archive)) == []
    again = io.BytesIO()
    write_zip(folder, again, inside=inside)
    assert again.getvalue() == archive.getvalue()


def test_what_computers_add_to_archives_is_left_out() -> None:
    files = {f"export/{name}": data for name, data in write_files(small_conversation()).items()}
    extra = {"__MACOSX/export/._votes.csv": b"\0\1", "export/.DS_Store": b"\0", "LICENSE.txt": b"CC BY"}
    assert differences(small_conversation(), read_zip(packed(files | extra))) == []


def test_names_that_climb_out_lead_nowhere(tmp_path: Path) -> None:
    files = {f"../../{tmp_path.name}/{name}": data for name, data in write_files(small_conversation()).items()}
    assert differences(small_conversation(), read_zip(packed(files))) == []
    assert list(tmp_path.iterdir()) == []


def test_two_exports_in_one_archive_are_refused() -> None:
    files = write_files(small_conversation())
    both = {f"{folder}/{name}": data for folder in ("one", "two") for name, data in files.items()}
    with pytest.raises(FormatError, match=r"CSV files in 2 folders \(one, two\)"):
        read_zip(packed(both))


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    bomb = packed({"votes.csv": b"0" * 3_000_000})
    assert len(bomb.getvalue()) < 10_000
    with pytest.raises(FormatError, match=r"votes\.csv: found more than 1000000 bytes"):
        read_zip(bomb, limits=replace(UPLOAD_LIMITS, file_bytes=1_000_000))
    two = packed({"a.csv": b"0" * 900_000, "b.csv": b"0" * 900_000})
    with pytest.raises(FormatError, match="in all"):
        read_zip(two, limits=replace(UPLOAD_LIMITS, file_bytes=1_000_000, total_bytes=1_000_000))
    with pytest.raises(FormatError, match="5 files"):
        read_zip(packed({f"{i}.csv": b"a" for i in range(5)}), limits=replace(UPLOAD_LIMITS, files=4))


def test_a_size_that_the_archive_denies_is_counted_all_the_same() -> None:
    """The size in the directory of the archive is a claim; this one says 10 bytes."""
    honest = packed({"votes.csv": b"0" * 3_000_000}).getvalue()
    claimed = honest.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert claimed != honest
    with pytest.raises(FormatError):
        read_zip(io.BytesIO(claimed), limits=replace(UPLOAD_LIMITS, file_bytes=1_000_000))


@pytest.mark.parametrize("data", [b"", b"not an archive", b"PK\x03\x04broken"])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="allowed is a zip archive"):
        read_zip(io.BytesIO(data))


def test_a_damaged_archive_is_refused() -> None:
    data = bytearray(packed(write_files(small_conversation())).getvalue())
    data[60:90] = bytes(30)
    with pytest.raises(FormatError, match="archive"):
        read_zip(io.BytesIO(bytes(data)))


@pytest.mark.parametrize(
    ("file", "limit", "found"),
    [
        ("votes.csv", {"rows": 5}, "rows"),
        ("participants-votes.csv", {"columns": 8}, "columns"),
        ("participants-votes.csv", {"cells": 49}, "cells"),
    ],
)
def test_tables_of_too_many_rows_columns_or_cells_are_refused(file: str, limit: dict[str, int], found: str) -> None:
    files = write_files(small_conversation())
    wanted = {name: data for name, data in files.items() if name in {file, "participants-votes.csv"}}
    with pytest.raises(FormatError, match=found):
        read_zip(packed(wanted), limits=replace(UPLOAD_LIMITS, **limit))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="nowhere: found no folder"):
        read_folder(tmp_path / "nowhere")
