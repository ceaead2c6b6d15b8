"""Making, describing, opening and closing conversations."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Community, Member
from deliberation.actions.wishes import wish_for_map
from deliberation.errors import Refused
from deliberation.models import Conversation

CHANGEABLE = ("title", "description", "strict_moderation", "takes_statements")


def free_slug(title: str) -> str:
    """A short address that no conversation has yet."""
    stem = slugify(title)[:80] or "conversation"
    taken = set(Conversation.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{stem}-{number}") not in taken)


@transaction.atomic
def create_conversation(
    *, community: Community, title: str, created_by: Member | None = None, **described: Any
) -> Conversation:
    """Make a draft, which only its organisers see."""
    return Conversation.objects.create(
        community=community, title=title, slug=free_slug(title), created_by=created_by, **described
    )


@transaction.atomic
def change_conversation(*, conversation: Conversation, **described: Any) -> Conversation:
    """Change the title, the description or how statements are taken."""
    unknown = set(described) - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"fields={sorted(unknown)} should be among {CHANGEABLE}")
    for name, value in described.items():
        setattr(conversation, name, value)
    conversation.save(update_fields=list(described))
    return conversation


@transaction.atomic
def open_conversation(*, conversation: Conversation) -> Conversation:
    """Take votes and statements from now on."""
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if not locked.statements.shown().exists():
        raise Refused("Add at least one statement first, so that people have something to vote on.")
    return _move(locked, to=Conversation.Status.OPEN, stamp="opened_at")


@transaction.atomic
def close_conversation(*, conversation: Conversation) -> Conversation:
    """Take no more votes; the last map is drawn with every vote that was given."""
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    closed = _move(locked, to=Conversation.Status.CLOSED, stamp="closed_at")
    wish_for_map(closed)
    return closed


@transaction.atomic
def reopen_conversation(*, conversation: Conversation) -> Conversation:
    """Take votes again after closing."""
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if locked.status != Conversation.Status.CLOSED:
        raise Refused("Only a closed conversation can be reopened.")
    locked.closed_at = None
    locked.save(update_fields=["closed_at"])
    return _move(locked, to=Conversation.Status.OPEN, stamp="opened_at")


def _move(conversation: Conversation, *, to: str, stamp: str) -> Conversation:
    if conversation.status != to:
        conversation.status = to
        setattr(conversation, stamp, getattr(conversation, stamp) or timezone.now())
        conversation.save(update_fields=["status", stamp])
    return conversation
