"""Conversations: statements that people write, and the votes they give on each other's."""

from deliberation.models.conversations import Conversation, ConversationQuerySet, ImportedFolder, Participation
from deliberation.models.maps import Adoption, OpinionMap
from deliberation.models.panels import Panel, PanelSeat
from deliberation.models.statements import Review, Statement, StatementQuerySet
from deliberation.models.votes import Vote, VoteEvent, VoteValue

__all__ = [
    "Adoption",
    "Conversation",
    "ConversationQuerySet",
    "ImportedFolder",
    "OpinionMap",
    "Panel",
    "PanelSeat",
    "Participation",
    "Review",
    "Statement",
    "StatementQuerySet",
    "Vote",
    "VoteEvent",
    "VoteValue",
]
