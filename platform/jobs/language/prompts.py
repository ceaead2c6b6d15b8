"""Prompts: versioned files in the repository, each with the messages of one kind of question.

A file ``<package>/<name>.v<version>.txt`` holds messages, each below a line ``## system`` or ``## user``, with places
for values as in ``$statements`` (:class:`string.Template`). A prompt that has been used is never changed: a new wording
is a new version, so that every logged call says exactly what was asked.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

ROLES = ("system", "user", "assistant")
HEADING = re.compile(r"^## (\w+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Prompt:
    """One version of one prompt.

    Attributes
    ----------
    name, version : what it is called
    parts : (role, text with places for values) in order
    sha256 : hash of its file
    """

    name: str
    version: int
    parts: tuple[tuple[str, str], ...]
    sha256: str

    def messages(self, values: Mapping[str, object]) -> list[dict[str, str]]:
        """The messages with their values.

        Raises
        ------
        KeyError
            If a place has no value.
        """
        return [{"role": role, "content": Template(text).substitute(values)} for role, text in self.parts]


@cache
def load_prompt(package: str, name: str, version: int) -> Prompt:
    """Read a prompt's file.

    Raises
    ------
    ValueError
        If it has no messages, or one for a role that servers do not know.
    """
    text = files(package).joinpath(f"{name}.v{version}.txt").read_text(encoding="utf-8")
    pieces = HEADING.split(text)
    parts = tuple((role, body.strip()) for role, body in zip(pieces[1::2], pieces[2::2], strict=True))
    unknown = [role for role, _ in parts if role not in ROLES]
    if unknown or not parts:
        raise ValueError(f"the prompt {name} v{version} should have messages for {', '.join(ROLES)}; found {unknown}")
    return Prompt(name, version, parts, hashlib.sha256(text.encode()).hexdigest())
