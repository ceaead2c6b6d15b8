"""Conversations in files: made-up ones, and the names of real ones in the data folder."""

from dataclasses import replace
from typing import Any

import numpy as np

from deliberation.formats import Comment, Dialect, PolisFolder, VoteEvents, build_folder, summary_rows

REAL_FOLDERS = (
    "15-per-hour-seattle",
    "american-assembly.bowling-green",
    "austria-climate.7z7ejpbmv5.2022-08-08",
    "brexit-consensus",
    "football-concussions",
    "london.youth.policing",
    "scoop-hivemind.biodiversity",
    "vtaiwan.uberx",
)
START = 1_700_000_000_000

BODIES = [
    "Plain words",
    'Commas, and "quotes"',
    "Two\nlines, one with a comma",
    " Space before and after ",
    "Grüße, 上海, مرحبا",
    "",
]


def small_conversation(dialect: Dialect | None = None, **changes: Any) -> PolisFolder:
    """Four people, five statements with gaps in their ids, one re-vote, one statement without a vote.

    Statement 7 is rejected, statement 9 is meta where the dialect can say so.
    """
    dialect = dialect or Dialect.open_data()
    flags = dialect.has("comments", "is-meta")
    comments = [
        Comment("0", BODIES[0], "1", START, moderated=1, is_seed=flags),
        Comment("2", BODIES[1], "1", START + 1_000, moderated=1),
        Comment("7", BODIES[2], "4", START + (2_500 if dialect.units["comments"] == "ms" else 2_000), moderated=-1),
        Comment("9", BODIES[4], "4", START + 3_000, moderated=0, is_meta=flags),
        Comment("12", BODIES[3], "99", START + 4_000, moderated=0),
    ]
    events = events_of(
        [
            (START + 10_000, "0", "1", 1),
            (START + 11_000, "2", "1", -1),
            (START + 12_000, "7", "1", 0),
            (START + 13_000, "0", "4", -1),
            (START + 20_000, "0", "4", 1),
            (START + 14_000, "9", "4", 1),
            (START + 15_000, "0", "5", 1),
            (START + 16_000, "2", "5", 1),
            (START + 9_000, "2", "11", 0),
        ]
    )
    if dialect.has("votes", "important"):
        events = replace(events, important=np.arange(len(events)) % 2 == 0)
    values: dict[str, Any] = {
        "comments": comments,
        "participants": ["1", "4", "5", "11"],
        "events": events,
        "group_ids": {"1": "0", "5": "1"},
        "xids": {"4": "abc"} if dialect.has("xids") or dialect.has("participants", "xid") else {},
        "summary": summary_rows(
            topic="What then?",
            url="https://example.org/c",
            description="Several\n\nparagraphs",
            voters=4,
            voters_in_conversation=4,
            commenters=3,
            comments=5,
            groups=2,
        ),
    }
    return build_folder(dialect, **values | changes)


def events_of(rows: list[tuple[int, str, str, int]]) -> VoteEvents:
    """Events from rows of moment, comment, voter, vote."""
    moments, comments, voters, votes = zip(*rows, strict=True) if rows else ((),) * 4
    return VoteEvents(
        timestamps=np.array(moments, dtype=np.int64),
        comment_ids=np.array(comments, dtype=np.str_),
        voter_ids=np.array(voters, dtype=np.str_),
        votes=np.array(votes, dtype=np.int8),
    )
