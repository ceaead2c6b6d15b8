"""How a Polis export is written: file names, columns in order, units of time. Small enough to be stored as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from deliberation.formats.clock import Clock
from deliberation.formats.tables import Layout

Role = Literal["summary", "comments", "votes", "participants", "xids"]
Unit = Literal["ms", "s"]

PARTICIPANT_COLUMNS = ("participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")


@dataclass(frozen=True)
class Dialect:
    """The files of an export and how they are written.

    Attributes
    ----------
    layouts : role -> layout of that file; a role without a layout is not written. The layout of the matrix file lists
        only the columns that are not statements.
    units : role -> "ms" or "s", the unit of the column timestamp
    booleans : how "no" and "yes" are worded in is-meta and is-seed
    clock : how moments are worded in the column datetime; None where no known clock gives the words of the source
    every_comment_in_matrix : whether the matrix file has a column for comments nobody voted on
    """

    layouts: Mapping[Role, Layout]
    units: Mapping[Role, Unit] = field(default_factory=dict)
    booleans: tuple[str, str] = ("false", "true")
    clock: Clock | None = None
    every_comment_in_matrix: bool = False

    def has(self, role: Role, column: str | None = None) -> bool:
        """Whether the export has this file, and in it this column."""
        layout = self.layouts.get(role)
        return layout is not None and (column is None or column in layout.columns)

    def without(self, role: Role) -> Self:
        """The same dialect without one of the files."""
        return replace(
            self,
            layouts={other: layout for other, layout in self.layouts.items() if other != role},
            units={other: unit for other, unit in self.units.items() if other != role},
        )

    @classmethod
    def open_data(cls, *, votes: bool = True, xid: bool = False, zone: str = "UTC") -> Self:
        """The dialect of the open data sets: milliseconds, ``participants-votes.csv``, text quoted where it must be.

        Parameters
        ----------
        votes : whether to write votes.csv
        xid : whether the matrix file has a column xid
        zone : IANA name of the zone in which datetime is worded
        """
        participant = tuple(column for column in PARTICIPANT_COLUMNS if xid or column != "xid")
        layouts: dict[Role, Layout] = {
            "summary": Layout("summary.csv"),
            "comments": Layout(
                "comments.csv",
                (
                    "timestamp",
                    "datetime",
                    "comment-id",
                    "author-id",
                    "agrees",
                    "disagrees",
                    "moderated",
                    "comment-body",
                ),
            ),
            "votes": Layout("votes.csv", ("timestamp", "datetime", "comment-id", "voter-id", "vote")),
            "participants": Layout("participants-votes.csv", participant),
        }
        dialect = cls(layouts, {"comments": "ms", "votes": "ms"}, clock=Clock("java", zone))
        return dialect if votes else dialect.without("votes")

    @classmethod
    def newer(
        cls,
        *,
        votes: bool = True,
        xids: bool = False,
        importance: bool = False,
        flags: bool = True,
        consensus: bool = False,
    ) -> Self:
        """The dialect of newer servers: seconds, ``participant-votes.csv``, topic and texts always quoted.

        Parameters
        ----------
        votes : whether to write votes.csv
        xids : whether to write xids.csv
        importance : whether votes can be marked important: ``important`` in votes.csv, ``importance`` in comments.csv
        flags : whether comments.csv has is-meta and is-seed
        consensus : whether comments.csv has group-informed-consensus, taken from ``Comment.extra``
        """
        columns = ["timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated"]
        columns += (
            ["is-meta", "is-seed"] * flags + ["group-informed-consensus"] * consensus + ["importance"] * importance
        )
        layouts: dict[Role, Layout] = {
            "summary": Layout("summary.csv", final_newline=False, quoted=("topic", "conversation-description")),
            "comments": Layout("comments.csv", (*columns, "comment-body"), quoted=("comment-body",)),
            "votes": Layout(
                "votes.csv", ("timestamp", "datetime", "comment-id", "voter-id", "vote") + ("important",) * importance
            ),
            "participants": Layout(
                "participant-votes.csv", tuple(column for column in PARTICIPANT_COLUMNS if column != "xid")
            ),
            "xids": Layout("xids.csv", ("participant", "xid"), quoted=("xid",)),
        }
        dialect = cls(layouts, {"comments": "s", "votes": "s"}, clock=Clock("javascript"), every_comment_in_matrix=True)
        dialect = dialect if xids else dialect.without("xids")
        return dialect if votes else dialect.without("votes")

    def to_json(self) -> dict[str, Any]:
        """The dialect in plain lists, texts and booleans."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The dialect that :meth:`to_json` gave, also after a way through JSON.

        Raises
        ------
        TypeError, KeyError
            Where something is missing or unknown.
        """
        layouts = {role: _layout(layout) for role, layout in stored["layouts"].items()}
        no, yes = stored["booleans"]
        clock = stored["clock"]
        return cls(
            layouts,
            dict(stored["units"]),
            (no, yes),
            Clock(**clock) if clock else None,
            stored["every_comment_in_matrix"],
        )


def _layout(stored: Mapping[str, Any]) -> Layout:
    return Layout(
        name=stored["name"],
        columns=tuple(stored["columns"]),
        line_end=stored["line_end"],
        bom=stored["bom"],
        final_newline=stored["final_newline"],
        quoted=tuple(stored["quoted"]),
        quoted_header=stored.get("quoted_header", False),
    )
