"""Polis export folders, with refusals worded for the command line."""

from pathlib import Path

from deliberation.formats import FormatError, PolisFolder, read_folder
from polyphony.errors import BadInput


def read_polis(folder: Path) -> PolisFolder:
    """Read a folder in either dialect.

    Raises
    ------
    BadInput
        If it cannot be read or is not one.
    """
    try:
        return read_folder(folder)
    except FormatError as refused:
        raise BadInput(f"{folder}: {refused}") from None
    except OSError as problem:
        raise BadInput(f"{folder}: cannot be read ({problem.strerror}).") from None
