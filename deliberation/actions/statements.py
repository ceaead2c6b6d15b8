"""Writing, seeding and moderating statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from django.db import transaction
from django.db.models import Max

from accounts.models import Member
from deliberation.actions.wishes import wish_for_map
from deliberation.errors import AlreadySaid, Refused
from deliberation.models import Conversation, Review, Statement

MAX_LENGTH = 1000


@dataclass(frozen=True)
class RefusedRow:
    """A row of a seed that was not taken, counted from 1, with the reason in words."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class Seeding:
    """What came of seeding statements in bulk."""

    added: list[Statement]
    refused: list[RefusedRow]


@transaction.atomic
def write_statement(*, conversation: Conversation, author: Member, text: str) -> Statement:
    """Add a participant's statement.

    Raises
    ------
    AlreadySaid
        If the same words, but for case and white space, stand in the conversation.
    Refused
        If the conversation takes no statements now, or the member may not write here.
    """
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if not locked.is_open or not locked.takes_statements:
        raise Refused("This conversation is not taking statements now.")
    if author.banned_at or author.left_at:
        raise Refused("You can no longer write statements in this community.")
    text = text.strip()
    if not 0 < len(text) <= MAX_LENGTH:
        raise Refused(f"A statement has between 1 and {MAX_LENGTH} characters; yours has {len(text)}.")
    key = Statement.key_of(text)
    said = locked.statements.filter(text_key=key).first()
    if said is not None:
        raise AlreadySaid(said.pk, said.number)
    return Statement.objects.create(
        conversation=locked, number=_next_number(locked), text=text, text_key=key, author=author
    )


@transaction.atomic
def seed_statements(
    *,
    conversation: Conversation,
    texts: Iterable[str],
    author: Member | None = None,
    rows: Iterable[int] | None = None,
) -> Seeding:
    """Add an organiser's statements, accepted from the start; every row that is not taken comes with its reason.

    Parameters
    ----------
    rows : the number of each text where it comes from; 1, 2, 3 … when left out
    """
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    said = set(locked.statements.exclude(text_key="").values_list("text_key", flat=True))
    number = _next_number(locked)
    fresh: list[Statement] = []
    refused: list[RefusedRow] = []
    for row, line in zip(count(1) if rows is None else rows, texts, strict=rows is not None):
        text = line.strip()
        key = Statement.key_of(text)
        if not text:
            refused.append(RefusedRow(row, line, "The row is empty."))
        elif "\0" in text:
            refused.append(RefusedRow(row, line, "It holds a character that cannot be stored (zero)."))
        elif len(text) > MAX_LENGTH:
            refused.append(RefusedRow(row, line, f"It has {len(text)} characters; at most {MAX_LENGTH} are allowed."))
        elif key in said:
            refused.append(RefusedRow(row, line, "The same statement stands in the conversation already."))
        else:
            said.add(key)
            fresh.append(
                Statement(
                    conversation=locked,
                    number=number + len(fresh),
                    text=text,
                    text_key=key,
                    author=author,
                    is_seed=True,
                    state=Statement.State.ACCEPTED,
                )
            )
    return Seeding(added=Statement.objects.bulk_create(fresh), refused=refused)


@transaction.atomic
def review_statements(
    *, conversation: Conversation, numbers: Iterable[int], state: int, reviewer: Member | None, reason: str = ""
) -> list[Statement]:
    """Accept or reject statements, or put them back; each move is kept with who made it and why."""
    locked = list(conversation.statements.select_for_update().filter(number__in=list(numbers)).exclude(state=state))
    Review.objects.bulk_create(
        Review(statement=statement, before=statement.state, after=state, reason=reason, reviewer=reviewer)
        for statement in locked
    )
    for statement in locked:
        statement.state = state
    Statement.objects.bulk_update(locked, ["state"])
    if locked:
        wish_for_map(conversation, requested_by=reviewer)
    return locked


@transaction.atomic
def mark_meta(*, statement: Statement, is_meta: bool) -> Statement:
    """Say whether a statement is about the people rather than the question; such ones do not shape the groups."""
    statement.is_meta = is_meta
    statement.save(update_fields=["is_meta"])
    wish_for_map(statement.conversation)
    return statement


def _next_number(conversation: Conversation) -> int:
    highest = conversation.statements.aggregate(highest=Max("number"))["highest"]
    return 0 if highest is None else int(highest) + 1
