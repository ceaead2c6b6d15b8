"""What data says about an audited text or artifact: rooms register fillers in `AppConfig.ready()`.

A filler measures what it knows of the thing itself or of what the thing came from: a slate came from a conversation, a
constitution from a slate. Which came from which is told by origins, so that each room speaks only of its own.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Community
from governance.canonical import sha256
from governance.subjects import Reference


@dataclass(frozen=True)
class Figure:
    """A number with its 95 % interval (None where there is none) and how many people or items stand behind it."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class Filling:
    """What a room can say to one of the five questions.

    Attributes
    ----------
    words : sentences for the answer; the auditor corrects and completes them
    figures : numbers, in order; none that rests on fewer people than the community shows
    evidence : mappings of "title", "address" and "sha256" of bytes that are downloaded at the address
    title, address : what was looked at, and its page
    measured : what was measured, ready for JSON. It is kept with the audit as a file, whose hash stands beside it
    """

    words: str
    figures: Sequence[Figure] = ()
    evidence: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    title: str = ""
    address: str = ""
    measured: Mapping[str, Any] = field(default_factory=dict)


Filler = Callable[[Community, Reference], Mapping[str, Filling]]
Origins = Callable[[Community, Reference], Sequence[Reference]]
_fillers: list[Filler] = []
_origins: list[Origins] = []


def register(filler: Filler) -> None:
    """Add a filler: from a community and what is audited to fillings by part ("origin", "measurement", …)."""
    if filler not in _fillers:
        _fillers.append(filler)


def register_origins(origins: Origins) -> None:
    """Tell what things came from: a function from a reference to the references directly behind it."""
    if origins not in _origins:
        _origins.append(origins)


def with_origins(community: Community, reference: Reference) -> list[Reference]:
    """The thing, and all that it came from, the nearest first; each once."""
    found, waiting = [reference], [reference]
    while waiting:
        one = waiting.pop(0)
        for origins in _origins:
            for behind in origins(community, one):
                if all((behind.type, behind.id) != (other.type, other.id) for other in found):
                    found.append(behind)
                    waiting.append(behind)
    return found


def fillings(community: Community, reference: Reference) -> dict[str, list[Filling]]:
    """By part, all that rooms say of the thing and of what it came from."""
    found: dict[str, list[Filling]] = {}
    for one in with_origins(community, reference):
        for filler in _fillers:
            for part, filling in filler(community, one).items():
                found.setdefault(part, []).append(filling)
    return found


def figure_row(figure: Figure) -> dict[str, Any]:
    """As it is stored."""
    return {"name": figure.name, "value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n}


def evidence_rows(filling: Filling) -> list[dict[str, str]]:
    """As they are stored: the given ones, and what was measured with its bytes."""
    rows = [dict(row) for row in filling.evidence]
    if filling.measured:
        content = json.dumps(filling.measured, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
        about = {"title": filling.title or "What was measured", "address": filling.address}
        rows.append({**about, "sha256": sha256(content.encode()), "content": content})
    return rows
