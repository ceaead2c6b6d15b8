"""Factories of the deliberation room."""

import factory

from deliberation.models import Conversation, Panel, Statement
from tests.factories.accounts import CommunityFactory


class ConversationFactory(factory.django.DjangoModelFactory[Conversation]):
    """An open conversation without statements."""

    class Meta:
        model = Conversation

    community = factory.SubFactory(CommunityFactory)
    slug = factory.Sequence(lambda n: f"conversation-{n}")
    title = factory.Sequence(lambda n: f"Question {n}")
    status = Conversation.Status.OPEN


class StatementFactory(factory.django.DjangoModelFactory[Statement]):
    """An accepted statement."""

    class Meta:
        model = Statement

    conversation = factory.SubFactory(ConversationFactory)
    number = factory.Sequence(lambda n: n)
    text = factory.Sequence(lambda n: f"Statement number {n} says something of its own.")
    text_key = factory.LazyAttribute(lambda made: Statement.key_of(made.text))
    state = Statement.State.ACCEPTED


def make_panel(conversation: Conversation) -> Panel:
    """A panel of everybody who took part, asked for every statement."""
    panel = Panel.objects.create(conversation=conversation, number=conversation.panels.count() + 1, drawn_from=1)
    panel.shortlist.set(conversation.statements.all())
    for participation in conversation.participations.all():
        panel.seats.create(member=participation.member)
    return panel
