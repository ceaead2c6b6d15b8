"""Statements to vote on, to compare with and to moderate."""

from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count, Exists, ExpressionWrapper, F, FloatField, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest, Ln, Random

from accounts.models import Member
from deliberation.models import Conversation, Panel, Statement, StatementQuerySet, Vote

SIMILAR_FROM = 0.2


@dataclass(frozen=True)
class Progress:
    """How far a member has come in a conversation."""

    voted: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(self.voted / self.of, 1.0) if self.of else 0.0


def votable_statements(conversation: Conversation) -> StatementQuerySet:
    """The statements people vote on."""
    return Statement.objects.shown().filter(conversation=conversation)


def unvoted_statements(conversation: Conversation, member: Member | None) -> StatementQuerySet:
    """Those the member has not voted on; one's own statements come up like everyone's."""
    votes = Vote.objects.filter(member=member, statement=OuterRef("pk"))
    return votable_statements(conversation).exclude(Exists(votes)) if member else votable_statements(conversation)


def next_statement(conversation: Conversation, member: Member | None) -> Statement | None:
    """A statement the member has not voted on: of a panel's shortlist first, else with chances as the priorities.

    The draw takes the least of E_i / w_i, E_i exponential: statement i comes first with chance w_i / Σ w
    (Efraimidis and Spirakis, 2006, "Weighted random sampling with a reservoir", algorithm A-ES, in logarithms).
    """
    exponential = ExpressionWrapper(-Ln(1.0 - Random()), output_field=FloatField())
    clock = ExpressionWrapper(exponential / Greatest(F("priority"), 1e-9), output_field=FloatField())
    left = unvoted_statements(conversation, member)
    if member is None:
        return left.annotate(clock=clock).order_by("clock").first()
    asked = Panel.objects.filter(closed_at=None, seats__member=member, shortlist=OuterRef("pk"))
    return left.annotate(clock=clock, asked=Exists(asked)).order_by("-asked", "clock").first()


def progress_of(conversation: Conversation, member: Member | None) -> Progress:
    """How many of the statements now shown the member has voted on."""
    shown = votable_statements(conversation)
    voted = Vote.objects.filter(member=member, statement__in=shown).count() if member else 0
    return Progress(voted=voted, of=shown.count())


def votes_of(conversation: Conversation, member: Member) -> QuerySet[Vote]:
    """The member's current votes, newest first, with their statements."""
    return Vote.objects.filter(conversation=conversation, member=member).select_related("statement")


def similar_statements(conversation: Conversation, text: str, *, limit: int = 5) -> StatementQuerySet:
    """Shown statements that share many trigrams with the text, most alike first, with ``similarity`` from 0 to 1."""
    return (
        votable_statements(conversation)
        .annotate(similarity=TrigramSimilarity("text", text))
        .filter(similarity__gte=SIMILAR_FROM)
        .order_by("-similarity", "number")[:limit]
    )


def statements_by_state(conversation: Conversation, state: int | None = None) -> StatementQuerySet:
    """All statements of a conversation for those who run it, with counts of votes by kind."""
    statements = Statement.objects.filter(conversation=conversation).select_related("author")
    if state is not None:
        statements = statements.filter(state=state)
    return statements.annotate(
        n_agree=Count("votes", filter=Q(votes__value=1)),
        n_disagree=Count("votes", filter=Q(votes__value=-1)),
        n_pass=Count("votes", filter=Q(votes__value=0)),
    )
