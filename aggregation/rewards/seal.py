"""JSON files of an artifact, and the hashes by which a changed one is noticed.

The seal guards against accident: a truncated copy, files of two models in one folder, a number edited by hand. Whoever
means harm can write new hashes as well; the hash of the whole archive, which a release names, is what guards against
that.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

FILES, OWN = "files_sha256", "config_sha256"


class BrokenArtifact(ValueError):
    """A file of a reward model that is truncated, changed, or not one at all."""


def plain_text(content: Mapping[str, Any]) -> str:
    """JSON with sorted keys; the same content gives the same text.

    Raises
    ------
    ValueError
        At a number that is not finite.
    """
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write one file."""
    path.write_text(plain_text(content), encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read one file.

    Raises
    ------
    BrokenArtifact
        If it is missing, not JSON, or not an object; NaN and Infinity are not JSON.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_not_json)
    except FileNotFoundError:
        raise BrokenArtifact(f"{path}: there is no such file") from None
    except (OSError, ValueError, RecursionError) as problem:
        raise BrokenArtifact(f"{path}: cannot be read as JSON ({problem})") from None
    if not isinstance(content, dict):
        raise BrokenArtifact(f"{path}: a JSON object was expected")
    return content


def sealed(config: Mapping[str, Any], folder: Path, names: Iterable[str]) -> dict[str, Any]:
    """The configuration with the SHA-256 of the other files, as they lie in the folder, and of itself."""
    known = dict(config) | {FILES: {name: _hash((folder / name).read_bytes()) for name in sorted(names)}}
    return known | {OWN: _hash(plain_text(known).encode())}


def check_seal(config: Mapping[str, Any], folder: Path, *, may_miss: Iterable[str]) -> None:
    """Compare every file with the configuration; one without hashes of them passes (older models have none).

    Parameters
    ----------
    may_miss : files that may have been taken out on purpose, but not put in

    Raises
    ------
    BrokenArtifact
        Naming the file that is missing or was changed.
    """
    if FILES not in config and OWN not in config:
        return
    files = config.get(FILES)
    own = {name: value for name, value in config.items() if name != OWN}
    if not isinstance(files, dict) or _hash(plain_text(own).encode()) != config.get(OWN):
        raise BrokenArtifact(
            f"{folder / 'config.json'}: changed since it was written; its SHA-256 is not the one in it"
        )
    for name in may_miss:
        if (folder / name).exists() and name not in files:
            raise BrokenArtifact(f"{folder / name}: belongs to another model; config.json does not list it")
    for name, sha256 in files.items():
        path = folder / name
        if not path.is_file():
            if name in may_miss:
                continue
            raise BrokenArtifact(f"{path}: there is no such file; config.json lists it")
        if _hash(bytes_of(path)) != sha256:
            raise BrokenArtifact(f"{path}: truncated or changed; its SHA-256 is not config.json's")


def bytes_of(path: Path) -> bytes:
    """The bytes of a file.

    Raises
    ------
    BrokenArtifact
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BrokenArtifact(f"{path}: cannot be read ({problem.strerror})") from None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _not_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number in JSON")
