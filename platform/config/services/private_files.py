"""Files that only their owner may read: keys, passwords, addresses with passwords in them."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write the file beside its place and move it there: readers see the old text or the new one, nobody else any."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    beside.replace(path)
