"""Votes as arrays, read through COPY: no Python object is made for a vote."""

# Shapes: P participants, S statements, V votes, E vote events.

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from numpy.typing import NDArray
from psycopg import sql

from accounts.models import Consent
from aggregation.algorithms.opinion.votes import VoteMatrix
from deliberation.models import Conversation, Participation, Statement, VoteEvent

SIGNATURE = b"PGCOPY\n\xff\r\n\x00"
# PostgreSQL's binary COPY: a row is its number of fields, then each field's length and bytes, all big-endian.
ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("l1", ">i4"),
        ("member", ">i8"),
        ("l2", ">i4"),
        ("statement", ">i8"),
        ("l3", ">i4"),
        ("value", ">i2"),
    ]
)
VOTES = sql.SQL(
    "COPY (SELECT member_id, statement_id, value FROM deliberation_vote WHERE conversation_id = {})"
    " TO STDOUT (FORMAT BINARY)"
)


@dataclass(frozen=True, eq=False)
class VoteArrays:
    """The current votes of one conversation.

    Attributes
    ----------
    members : array of shape (P,), member ids in the order of the participants' numbers
    numbers : array of shape (P,), the participants' ids in exported files
    statements : array of shape (S,), statement ids; all statements that have a vote, ascending by number
    statement_numbers : array of shape (S,)
    moderated_out : array of shape (S,), rejected or meta
    meta : array of shape (S,), about the people rather than the question
    votes : who voted what
    imported_groups : one text per participant, empty where no import grouped them
    last_event : id of the newest vote event; every vote up to it is in the arrays
    as_of : when they were read
    """

    members: NDArray[np.int64]
    numbers: NDArray[np.int64]
    statements: NDArray[np.int64]
    statement_numbers: NDArray[np.int64]
    moderated_out: NDArray[np.bool_]
    meta: NDArray[np.bool_]
    votes: VoteMatrix
    imported_groups: list[str]
    last_event: int
    as_of: datetime


def copy_votes(conversation: Conversation) -> NDArray[np.void]:
    """Structured rows (member, statement, value) of the current votes, in no particular order."""
    data = bytearray()
    with connection.cursor() as cursor, cursor.copy(VOTES.format(sql.Literal(conversation.pk))) as copy:
        # Each row comes as a part of its own: to keep a million of them for one join costs more than to append them.
        for part in copy:
            data += part
    if bytes(data[: len(SIGNATURE)]) != SIGNATURE:
        raise RuntimeError("PostgreSQL answered COPY in a format that this version does not know.")
    # The header is the signature, flags and the length of an extension; the trailer is -1 as a number of fields.
    start = len(SIGNATURE) + 8 + int.from_bytes(data[len(SIGNATURE) + 4 : len(SIGNATURE) + 8], "big")
    return np.frombuffer(memoryview(data)[start : len(data) - 2], dtype=ROW)


def counted_people(conversation: Conversation) -> QuerySet[Participation]:
    """Everyone whose votes count: neither banned nor without a consent because it was taken back."""
    consents = Consent.objects.filter(member=OuterRef("member"))
    withdrawn = Exists(consents.exclude(withdrawn_at=None)) & ~Exists(consents.filter(withdrawn_at=None))
    return Participation.objects.filter(conversation=conversation, member__banned_at=None).exclude(withdrawn)


def vote_arrays(conversation: Conversation) -> VoteArrays:
    """Read the current votes of everyone who is neither banned nor has taken back their consent.

    The newest event is read before the votes, so that a vote cast meanwhile is counted again rather than missed.
    """
    as_of = datetime.now(UTC)
    last_event = (
        VoteEvent.objects.filter(conversation=conversation).order_by("-id").values_list("id", flat=True).first()
    )
    people = list(counted_people(conversation).order_by("number").values_list("member_id", "number", "imported_group"))
    rows = copy_votes(conversation)
    member_ids, statement_ids = rows["member"].astype(np.int64), rows["statement"].astype(np.int64)
    known = np.isin(member_ids, np.array([person[0] for person in people], dtype=np.int64))
    member_ids, statement_ids, values = member_ids[known], statement_ids[known], rows["value"][known].astype(np.int8)
    voters = set(np.unique(member_ids).tolist())
    people = [person for person in people if person[0] in voters]
    members = np.array([person[0] for person in people], dtype=np.int64)
    used = set(np.unique(statement_ids).tolist())
    listed = [
        row
        for row in Statement.objects.filter(conversation=conversation)
        .order_by("number")
        .values_list("id", "number", "state", "is_meta")
        if row[0] in used
    ]
    statements = np.array([row[0] for row in listed], dtype=np.int64)
    return VoteArrays(
        members=members,
        numbers=np.array([person[1] for person in people], dtype=np.int64),
        statements=statements,
        statement_numbers=np.array([row[1] for row in listed], dtype=np.int64),
        moderated_out=np.array([row[2] == Statement.State.REJECTED or row[3] for row in listed], dtype=np.bool_),
        meta=np.array([row[3] for row in listed], dtype=np.bool_),
        votes=VoteMatrix.from_triples(
            _places(members, member_ids),
            _places(statements, statement_ids),
            values,
            shape=(len(members), len(statements)),
        ),
        imported_groups=[person[2] for person in people],
        last_event=last_event or 0,
        as_of=as_of,
    )


def _places(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each wanted id stands among ``ids``, which are distinct and hold all of them."""
    order = np.argsort(ids)
    return order[np.searchsorted(ids, wanted, sorter=order)].astype(np.int64)
