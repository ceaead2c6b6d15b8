"""What this room holds of a person; registered in :mod:`accounts.personal_data`."""

from typing import Any

from django.db.models import Count
from django.urls import reverse

from accounts.models import Member
from accounts.personal_data import Holding, Shown
from deliberation.actions.imported_people import forget_imported
from deliberation.actions.wishes import wish_for_map
from deliberation.models import Conversation, Participation, Statement, Vote, VoteEvent

ERASED = "This statement was erased by its author."


def show(member: Member) -> list[Shown]:
    """How much was said in which conversation, and where to change it."""
    counted = Vote.objects.filter(member=member).values("conversation__title", "conversation__slug")
    lines = [
        Shown(
            row["conversation__title"],
            f"{row['n']} votes",
            reverse("deliberation:votes", args=[row["conversation__slug"]]),
        )
        for row in counted.annotate(n=Count("pk")).order_by("conversation__title")
    ]
    written = Statement.objects.filter(author=member).count()
    return [*lines, Shown("Statements you wrote", str(written))] if written else lines


def export(member: Member) -> dict[str, Any]:
    """Every act of voting and every statement, ready for JSON."""
    events = VoteEvent.objects.filter(member=member).select_related("conversation", "statement").order_by("id")
    statements = Statement.objects.filter(author=member).select_related("conversation")
    return {
        "votes": [
            {
                "conversation": event.conversation.slug,
                "statement": event.statement.number,
                "text": event.statement.text,
                "value": event.value,
                "important": event.is_important,
                "cast_at": event.cast_at.isoformat(),
            }
            for event in events
        ],
        "statements": [
            {
                "conversation": statement.conversation.slug,
                "statement": statement.number,
                "text": statement.text,
                "written_at": statement.created_at.isoformat(),
            }
            for statement in statements
        ],
    }


def erase(member: Member) -> str:
    """Votes and their history go, written statements keep a tombstone, the maps are drawn without them."""
    touched = _conversations(member)
    statements = Statement.objects.filter(author=member)
    n_statements = statements.update(text=ERASED, text_key="", author=None, state=Statement.State.REJECTED)
    VoteEvent.objects.filter(member=member).delete()
    n_votes, _ = Vote.objects.filter(member=member).delete()
    for participation in Participation.objects.filter(member=member).select_related("conversation__imported_folder"):
        forget_imported(participation)
    for conversation in touched:
        wish_for_map(conversation)
    return f"{n_votes} votes were removed and {n_statements} statements were emptied."


def withdraw(member: Member) -> None:
    """The maps are drawn again, without who took back their consent."""
    for conversation in _conversations(member):
        wish_for_map(conversation)


def standing_changed(member: Member) -> None:
    """A ban or its end: the maps are drawn again, without or with what the member said."""
    withdraw(member)


def _conversations(member: Member) -> list[Conversation]:
    return list(Conversation.objects.filter(participations__member=member).select_related("community"))


HOLDING = Holding("deliberation", "Your votes and statements", show, export, erase, withdraw)
