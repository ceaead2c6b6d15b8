"""Casting, changing and taking back votes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Member
from deliberation.actions.wishes import wish_for_map
from deliberation.errors import Refused
from deliberation.models import Conversation, Participation, Statement, Vote, VoteEvent


@dataclass(frozen=True)
class Ballot:
    """One vote to cast: on which statement, and what it says."""

    statement: Statement
    value: int
    is_important: bool = False


@transaction.atomic
def take_part(*, conversation: Conversation, member: Member) -> Participation:
    """Give the member a number in the conversation; the same one every time."""
    found = Participation.objects.filter(conversation=conversation, member=member).first()
    if found is not None:
        return found
    Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    highest = Participation.objects.filter(conversation=conversation).aggregate(highest=Max("number"))["highest"]
    participation, _ = Participation.objects.get_or_create(
        conversation=conversation, member=member, defaults={"number": 0 if highest is None else highest + 1}
    )
    return participation


def cast_vote(*, member: Member, statement: Statement, value: int, is_important: bool = False) -> Vote:
    """Cast or change one vote."""
    return cast_votes(member=member, ballots=[Ballot(statement, value, is_important)])[0]


@transaction.atomic
def cast_votes(*, member: Member, ballots: Iterable[Ballot]) -> list[Vote]:
    """Cast votes on statements of one conversation: one current row each, and every act kept in the history.

    Raises
    ------
    Refused
        If the conversation is not open, a statement is not shown, or the member may not vote here; then none is cast.
    """
    cast = list(ballots)
    if not cast:
        return []
    conversation = cast[0].statement.conversation
    _check_may_vote(member, conversation, [ballot.statement for ballot in cast])
    take_part(conversation=conversation, member=member)
    now = timezone.now()
    # In the order of statements, so that two batches of one member wait for each other rather than deadlock; of two
    # votes on one statement the last stands.
    standing = {ballot.statement.pk: ballot for ballot in cast}
    rows = [
        Vote(
            conversation=conversation,
            member=member,
            statement=standing[pk].statement,
            value=standing[pk].value,
            is_important=standing[pk].is_important,
            cast_at=now,
        )
        for pk in sorted(standing)
    ]
    stored = Vote.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["member", "statement"],
        update_fields=["value", "is_important", "cast_at"],
    )
    votes = {vote.statement_id: vote for vote in stored}
    VoteEvent.objects.bulk_create(
        VoteEvent(
            conversation=conversation,
            member=member,
            statement=ballot.statement,
            value=ballot.value,
            is_important=ballot.is_important,
            cast_at=now,
        )
        for ballot in cast
    )
    wish_for_map(conversation, requested_by=member)
    return [votes[ballot.statement.pk] for ballot in cast]


@transaction.atomic
def take_back_vote(*, member: Member, statement: Statement) -> None:
    """Withdraw the current vote on a statement; the history keeps that it was given and taken back."""
    _check_may_vote(member, statement.conversation, [])
    gone, _ = Vote.objects.filter(member=member, statement=statement).delete()
    if gone:
        VoteEvent.objects.create(conversation=statement.conversation, member=member, statement=statement, value=None)
        wish_for_map(statement.conversation, requested_by=member)


def _check_may_vote(member: Member, conversation: Conversation, statements: list[Statement]) -> None:
    if member.community_id != conversation.community_id or member.left_at:
        raise Refused("You do not take part in this community.")
    if member.banned_at:
        raise Refused("You can no longer vote in this community.")
    if not conversation.is_open:
        raise Refused("This conversation is closed. Your earlier votes are kept.")
    shown = set(
        Statement.objects.shown()
        .filter(pk__in=[s.pk for s in statements], conversation=conversation)
        .values_list("pk", flat=True)
    )
    hidden = [statement for statement in statements if statement.pk not in shown]
    if hidden:
        raise Refused(f"Statement {hidden[0].number} is not open for votes.")
