"""The content of an item as named texts: ``prompt``, ``response_a``, ``response_b`` … and the texts by their names.

Responses go by letters in the item's own order, since ids differ between studies and files want the same columns for
every item.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from string import ascii_lowercase
from typing import Any


class InOrder:
    """Contents by their items' keys, asked for in the order in which they were given; they wait on the disk.

    Memory holds one, however many there are.
    """

    def __init__(self, contents: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # closed by `close`
        for key, content in contents:
            self._file.write(json.dumps([key, content]) + "\n")
        self._file.seek(0)

    def of(self, key: int) -> Mapping[str, Any]:
        """The content of an item.

        Raises
        ------
        KeyError
            If it was not given, or given before the one asked for last.
        """
        for line in self._file:
            found, content = json.loads(line)
            if found == key:
                return dict(content)
        raise KeyError(key)

    def close(self) -> None:
        """Throw them away."""
        self._file.close()


def renamed(content: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str]]:
    """Each response with its letter."""
    return list(zip(content.get("responses", ()), ascii_lowercase, strict=False))


def ids_in_order(content: Mapping[str, Any]) -> dict[str, str]:
    """From the id of a response to its letter."""
    return {str(response["id"]): letter for response, letter in renamed(content)}


def names_of(content: Mapping[str, Any]) -> dict[str, bool]:
    """The names of the texts, and whether each is a list of turns."""
    names: dict[str, bool] = {}
    turns = content.get("turns") or []
    if turns:
        names["prompt"] = not _is_plain(turns)
    names |= {str(text["name"]): False for text in content.get("texts", ())}
    alone = len(content.get("responses", ())) == 1
    return names | {"response" if alone else f"response_{letter}": False for _, letter in renamed(content)}


def texts_named(content: Mapping[str, Any], clean: Callable[[str], str]) -> dict[str, Any]:
    """The texts by name; a prompt of one turn of a user is a text, any other a list of turns."""
    texts: dict[str, Any] = {}
    turns = content.get("turns") or []
    if turns:
        said = [{"role": turn["role"], "content": clean(turn["content"])} for turn in turns]
        texts["prompt"] = said[0]["content"] if _is_plain(turns) else said
    texts |= {str(text["name"]): clean(str(text["text"])) for text in content.get("texts", ())}
    alone = len(content.get("responses", ())) == 1
    for response, letter in renamed(content):
        texts["response" if alone else f"response_{letter}"] = clean(str(response["text"]))
    return texts


def _is_plain(turns: Any) -> bool:
    return len(turns) == 1 and turns[0]["role"] == "user"
