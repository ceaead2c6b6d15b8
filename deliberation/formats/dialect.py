"""How a Polis export is written: file names, columns in order, units of time. Small enough to be stored as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from deliberation.formats.tables import Layout

Role = Literal["summary", "comments", "votes", "participants", "xids"]
Unit = Literal["ms", "s"]

PARTICIPANT_COLUMNS = ("participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")


@dataclass(frozen=True)
class Dialect:
    """The files of an export and how they are written.

    Attributes
    ----------
    layouts : role -> layout of that file; a role without a layout is not written
    order : names of all files in the order in which they were found
    units : role -> "ms" or "s", the unit of the column timestamp
    clock : how moments are worded in the column datetime, or None where that is not known
    booleans : how "no" and "yes" are worded in is-meta and is-seed
    """

    layouts: Mapping[Role, Layout]
    units: Mapping[Role, Unit] = field(default_factory=dict)
    booleans: tuple[str, str] = ("false", "true")

    def has(self, role: Role, column: str | None = None) -> bool:
        """Whether the export has this file, and in it this column."""
        layout = self.layouts.get(role)
        return layout is not None and (column is None or column in layout.columns)
