"""Every read of this room that has a name."""

from deliberation.queries.conversations import find_conversation, open_conversations
from deliberation.queries.statements import (
    next_statement,
    progress_of,
    similar_statements,
    statements_by_state,
    votes_of,
)
from deliberation.queries.votes import VoteArrays, vote_arrays

__all__ = [
    "VoteArrays",
    "find_conversation",
    "next_statement",
    "open_conversations",
    "progress_of",
    "similar_statements",
    "statements_by_state",
    "vote_arrays",
    "votes_of",
]
