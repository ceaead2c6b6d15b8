"""The work that a change in a conversation asks for."""

from accounts.models import Member
from deliberation.models import Conversation, OpinionMap
from jobs.actions import request_job


def wish_for_map(conversation: Conversation, *, requested_by: Member | None = None) -> None:
    """Ask, in the caller's transaction, for the opinion map to be drawn again; wishes coalesce per conversation."""
    request_job(
        kind="refresh_map",
        key=str(conversation.pk),
        payload={"conversation": conversation.pk},
        community=conversation.community,
        requested_by=requested_by,
    )


def wish_for_layout(opinion_map: OpinionMap) -> None:
    """Ask for the second layout of a map; while voting goes on only the newest map of a conversation gets one."""
    request_job(
        kind="draw_layout",
        key=str(opinion_map.conversation_id),
        payload={"opinion_map": opinion_map.pk},
        community=opinion_map.conversation.community,
    )
