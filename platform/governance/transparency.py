"""What a transparency page shows of rooms above: the moderation log. They register in `AppConfig.ready()`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Community


@dataclass(frozen=True)
class Moderated:
    """One act of moderation: when, what became of what, and why; it never tells whose words they were."""

    at: datetime
    what: str
    became: str
    why: str
    address: str = ""


Log = Callable[[Community, int], Sequence[Moderated]]
_logs: list[Log] = []


def register_log(log: Log) -> None:
    """Add a room's log: from a community and how many rows at most to the newest acts that everybody may see."""
    if log not in _logs:
        _logs.append(log)


def moderation_log(community: Community, most: int = 50) -> list[Moderated]:
    """The newest acts of all rooms, newest first."""
    rows = [row for log in _logs for row in log(community, most)]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:most]
