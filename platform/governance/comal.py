"""What data says about an audited text or artifact: rooms register fillers in `AppConfig.ready()`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Community
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
    figures, evidence : evidence is mappings of "title", "address" and "sha256"
    """

    words: str
    figures: Sequence[Figure] = ()
    evidence: Sequence[Mapping[str, str]] = field(default_factory=tuple)


Filler = Callable[[Community, Reference], Mapping[str, Filling]]
_fillers: list[Filler] = []


def register(filler: Filler) -> None:
    """Add a filler: from a community and what is audited to fillings by part ("origin", "measurement", …)."""
    if filler not in _fillers:
        _fillers.append(filler)


def fillings(community: Community, reference: Reference) -> dict[str, list[Filling]]:
    """By part, all that rooms say, in the order in which they registered."""
    found: dict[str, list[Filling]] = {}
    for filler in _fillers:
        for part, filling in filler(community, reference).items():
            found.setdefault(part, []).append(filling)
    return found


def figure_row(figure: Figure) -> dict[str, Any]:
    """As it is stored."""
    return {"name": figure.name, "value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n}
