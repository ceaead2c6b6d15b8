"""Readers and writers of the file formats of deliberation; pure, without the web framework."""

from deliberation.formats.dialect import Dialect
from deliberation.formats.errors import FormatError, SignContradiction
from deliberation.formats.polis import Comment, PolisFolder, VoteEvents
from deliberation.formats.polis_build import build_folder, in_dialect, summary_rows
from deliberation.formats.polis_compare import differences
from deliberation.formats.polis_newer import in_newer_dialect
from deliberation.formats.polis_read import read_files, read_folder, read_zip
from deliberation.formats.polis_write import write_files, write_folder, write_zip

__all__ = [
    "Comment",
    "Dialect",
    "FormatError",
    "PolisFolder",
    "SignContradiction",
    "VoteEvents",
    "build_folder",
    "differences",
    "in_dialect",
    "in_newer_dialect",
    "read_files",
    "read_folder",
    "read_zip",
    "summary_rows",
    "write_files",
    "write_folder",
    "write_zip",
]
