"""Writing the audit chain.

Each community has a chain of its own. An entry's hash covers the hash before it and the entry's canonical JSON; what
the entry says is bound by a salted commitment and kept beside it, so that it can be erased and the chain still holds.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Community, Member
from governance.canonical import canonical, sha256
from governance.models.audit import AuditEntry, Opening
from governance.subjects import Reference

#: What the first entry of a chain stands on.
GENESIS = "0" * 64
# Keeps these locks apart from other uses of advisory locks in the same database.
SALT = 7_062


def stamp(moment: datetime) -> str:
    """A moment in the one way the chain writes it: UTC, six digits of a second, a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def row_of(entry: AuditEntry) -> dict[str, Any]:
    """What an entry's hash covers, besides the hash before it."""
    return {
        "at": stamp(entry.recorded_at),
        "commitment": entry.commitment,
        "community": entry.community_id,
        "kind": entry.kind,
        "number": entry.number,
        "subject": {"id": entry.subject_id, "type": entry.subject_type},
    }


def hash_of(prev_hash: str, row: Mapping[str, Any]) -> str:
    """SHA-256 of the 64 digits of the hash before, followed by the row's canonical JSON."""
    return sha256(prev_hash.encode() + canonical(dict(row)))


def commitment_to(salt: str, text: str) -> str:
    """SHA-256 of the 64 digits of the salt, followed by the text."""
    return sha256(salt.encode() + text.encode())


@transaction.atomic
def record(
    *,
    community: Community,
    kind: str,
    subject: Reference,
    payload: Mapping[str, Any],
    by: Member | None = None,
    about: Iterable[Member] = (),
) -> AuditEntry:
    """Add an entry in the caller's transaction: what is undone there leaves no entry either.

    Parameters
    ----------
    kind : what happened, as "room-noun.verb" ("decision.opened")
    subject : what it happened to
    payload : what to say about it, ready for JSON and without floating-point numbers; readable by stewards, auditors
        and admins until the erasure of somebody it names
    by : who did it; None for the clock
    about : others whom the payload names
    """
    people = {member.pk: member for member in (by, *about) if member is not None}
    said = {"by": by.pseudonym if by else None, "payload": dict(payload), "subject": _subject(subject)}
    text = canonical(said).decode()
    salt = secrets.token_hex(32)
    with connection.cursor() as cursor:
        # One writer at a time for each chain, so that two entries never stand on the same head.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SALT, community.pk])
    head = AuditEntry.objects.filter(community=community).order_by("-number").values_list("number", "row_hash").first()
    number, prev_hash = head or (0, GENESIS)
    entry = AuditEntry(
        community=community,
        number=number + 1,
        kind=kind,
        subject_type=subject.type,
        subject_id=subject.id,
        recorded_at=timezone.now(),
        commitment=commitment_to(salt, text),
        prev_hash=prev_hash,
    )
    entry.row_hash = hash_of(prev_hash, row_of(entry))
    entry.save(force_insert=True)
    opening = Opening.objects.create(entry=entry, salt=salt, text=text)
    opening.people.set(people.values())
    return entry


def _subject(subject: Reference) -> dict[str, str]:
    return {
        "address": subject.address,
        "content_sha256": subject.content_sha256,
        "id": subject.id,
        "title": subject.title,
        "type": subject.type,
    }
