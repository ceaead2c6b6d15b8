"""Finding conversations."""

from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from deliberation.models import Conversation, ConversationQuerySet, Participation, Statement


def conversations_with_counts(user: Any) -> ConversationQuerySet:
    """Conversations the person may see, each with its community, ``n_people`` and ``n_statements``."""
    people = Participation.objects.filter(conversation=OuterRef("pk")).order_by().values("conversation")
    statements = Statement.objects.shown().filter(conversation=OuterRef("pk")).order_by().values("conversation")
    return (
        Conversation.objects.visible_to(user)
        .select_related("community")
        .annotate(
            n_people=Coalesce(Subquery(people.annotate(n=Count("pk")).values("n")), 0),
            n_statements=Coalesce(Subquery(statements.annotate(n=Count("pk")).values("n")), 0),
        )
    )


def open_conversations(user: Any) -> ConversationQuerySet:
    """Those that take votes now."""
    return conversations_with_counts(user).filter(Q(status=Conversation.Status.OPEN))


def find_conversation(user: Any) -> ConversationQuerySet:
    """What a page about one conversation starts from."""
    return Conversation.objects.visible_to(user).select_related("community")
