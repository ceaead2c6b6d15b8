"""Everything that writes in this room; both doors, pages and API, call these."""

from deliberation.actions.conversations import (
    change_conversation,
    close_conversation,
    create_conversation,
    open_conversation,
    reopen_conversation,
)
from deliberation.actions.statements import mark_meta, review_statements, seed_statements, write_statement
from deliberation.actions.votes import cast_vote, cast_votes, take_back_vote, take_part

__all__ = [
    "cast_vote",
    "cast_votes",
    "change_conversation",
    "close_conversation",
    "create_conversation",
    "mark_meta",
    "open_conversation",
    "reopen_conversation",
    "review_statements",
    "seed_statements",
    "take_back_vote",
    "take_part",
    "write_statement",
]
