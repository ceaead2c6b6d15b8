"""What the demonstration is made of: rooms register a part each in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """What one room adds to the demo community.

    Parameters
    ----------
    name : what is made, as the command prints it ("a study with answers")
    load : makes it in one transaction; returns False, having changed nothing, where it stands already
    order : parts with a smaller number come first; the community and its people are number 10
    """

    name: str
    load: Callable[[], bool]
    order: int = 50


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Add a part; the same name again takes the former's place."""
    _parts[part.name] = part


def load() -> list[str]:
    """Make what is missing, in order; the names of what was made."""
    return [part.name for part in sorted(_parts.values(), key=lambda part: (part.order, part.name)) if part.load()]
