"""JSON as people publish it: trailing commas, a byte order mark, keys given twice."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotation.formats.dataset import FormatError

_STRING_OR_TRAILING_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')


def read_json(path: Path) -> tuple[Any, list[str]]:
    """One JSON document, and the keys that it gives twice (of which JSON readers silently keep the last).

    Raises
    ------
    FormatError
        With file, line and column where it is not JSON.
    """
    text = read_text(path)
    try:
        return _parse(text)
    except json.JSONDecodeError as problem:
        try:
            return _parse(_STRING_OR_TRAILING_COMMA.sub(lambda found: found.group(1) or "", text))
        except json.JSONDecodeError:
            raise FormatError(
                f"{path}, line {problem.lineno}, column {problem.colno}: not JSON ({problem.msg})."
            ) from None


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """The objects of a JSON Lines file with their line numbers; blank lines are passed over.

    Raises
    ------
    FormatError
        At the first line that is not a JSON object.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    found = json.loads(line)
                except json.JSONDecodeError as problem:
                    raise FormatError(f"{path}, line {number}: not JSON ({problem.msg}).") from None
                if not isinstance(found, dict):
                    raise FormatError(f"{path}, line {number}: a JSON object should stand here, not {line[:40]!r}.")
                yield number, found
    except UnicodeDecodeError:
        raise FormatError(f"{path}: not UTF-8 text.") from None


def read_text(path: Path) -> str:
    """A file's text.

    Raises
    ------
    FormatError
        If there is no such file, or it is not UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise FormatError(f"{path}: there is no such file.") from None
    except UnicodeDecodeError:
        raise FormatError(f"{path}: not UTF-8 text.") from None


def _parse(text: str) -> tuple[Any, list[str]]:
    twice: list[str] = []

    def keep_last(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice.extend(key for key in found if keys.count(key) > 1)
        return found

    return json.loads(text, object_pairs_hook=keep_last), twice


def write_json(path: Path, document: Any) -> None:
    """Write one document in UTF-8, a key a line."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
