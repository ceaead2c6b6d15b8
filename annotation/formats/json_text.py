"""JSON as people publish it: trailing commas, a byte order mark, keys given twice, halves of characters."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotation.formats.dataset import FormatError
from annotation.formats.text_files import check_text

_STRING_OR_TRAILING_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')
_ODD_ESCAPED = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_ODD = re.compile("[\ud800-\udfff]|" + r"(?<!\\)(?:\\\\)*\\u0000")
_LONG_NUMBER = re.compile(r"\d{4301,}")  # Python turns no longer ones into integers


class _Twice(ValueError):
    """A key of an object is given twice."""


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
        except (ValueError, RecursionError) as other:
            raise FormatError(_unreadable(path, text, other)) from None
    except (ValueError, RecursionError) as problem:
        raise FormatError(_unreadable(path, text, problem)) from None


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """The objects of a JSON Lines file with their line numbers; blank lines are passed over.

    Where an object gives a key twice, or holds what no file can store, what is wrong stands in its place as text.

    Raises
    ------
    FormatError
        At the first line that is not a JSON object.
    """
    check_text(path)
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                found = json.loads(line, object_pairs_hook=_each_once)
            except json.JSONDecodeError as problem:
                raise FormatError(f"{path}, line {number}: not JSON ({problem.msg}).") from None
            except _Twice as twice:
                yield number, str(twice)
                continue
            except (ValueError, RecursionError) as problem:
                raise FormatError(_unreadable(path, line, problem, number)) from None
            if not isinstance(found, dict):
                raise FormatError(f"{path}, line {number}: a JSON object should stand here, not {line[:40]!r}.")
            yield number, (unstorable(found) if _ODD_ESCAPED.search(line) else "") or found


def unstorable(held: Any) -> str:
    """What is wrong with texts that hold NUL or half of a character, as broken exports do; empty where none does.

    >>> unstorable({"text": "\\ud83d"}), unstorable({"text": "whole"})
    ('holds half of a character (U+D83D), which no file can store', '')
    """
    found = _ODD.search(json.dumps(held, ensure_ascii=False))
    if found is None:
        return ""
    mark = found.group()
    what = f"half of a character (U+{ord(mark):04X})" if len(mark) == 1 else "the character NUL"
    return f"holds {what}, which no file can store"


def read_text(path: Path) -> str:
    """A file's text.

    Raises
    ------
    FormatError
        If there is no such file, or it is not UTF-8, with the line.
    """
    check_text(path)
    return path.read_text("utf-8-sig")


def _unreadable(path: Path, text: str, problem: Exception, line: int = 0) -> str:
    """Why text that is JSON cannot be read even so."""
    if isinstance(problem, RecursionError):
        return f"{path}{f', line {line}' if line else ''}: lists or objects stand too deep inside each other."
    long = _LONG_NUMBER.search(text)
    if long is None:
        return f"{path}{f', line {line}' if line else ''}: not JSON ({problem})."
    number = line or text.count("\n", 0, long.start()) + 1
    return f"{path}, line {number}: a number of {len(long.group())} digits is longer than any that can be read."


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in found if keys.count(key) > 1)
        raise _Twice(f"the key {twice!r} is given twice")
    return found


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
