"""What a person sends is done once, however often it arrives.

The browser makes a key for everything it sends and repeats it until there is an answer. The key, the hash of what
was sent and the reply are stored in the transaction that does the work.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models, transaction

from accounts.kept_queries import KeptInsert, KeptQuery, prepared_cursor
from accounts.models import Member, Submission

Reply = tuple[int, dict[str, Any]]
_stored = KeptQuery(
    lambda member, key: Submission.objects.filter(member=member, key=key).order_by("pk"), member=int, key=UUID
)
_store = KeptInsert(Submission)


class KeyReused(Exception):
    """The key was used for something else before; answered with status 422."""

    def __init__(self, key: UUID) -> None:
        super().__init__(f"The key {key} was used for something else before. Reload the page and send again.")
        self.key = key


def _plain(value: object) -> object:
    """The JSON form of what forms and serializers bring along."""
    if isinstance(value, models.Model):
        return [value._meta.label_lower, value.pk]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no place in a submission's body")


def body_sha256(body: Mapping[str, object]) -> str:
    """SHA-256 of the body's canonical JSON: sorted names, no white space, UTF-8.

    Hashed before it is stored: a jsonb column read back gives another text (order of names, 1.0 for 1.00).
    """
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def answer_once(*, member: Member, key: UUID, body: Mapping[str, object], act: Callable[[], Reply]) -> Reply:
    """Do what was sent unless it was done before, and give the reply: a status and JSON.

    Parameters
    ----------
    body : all that was sent, without the key itself
    act : does the work and returns (status, reply). A status of 400 or more means nothing was done: its writes are
        rolled back and the key stays free for the corrected form.

    Raises
    ------
    KeyReused
        If the key came with another body before.
    """
    digest = body_sha256(body)
    with transaction.atomic():
        # Two at once: the second waits here until the first has committed, and then finds its reply.
        with prepared_cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [str(key), member.pk])
        stored = _stored.first(member=member.pk, key=key)
        if stored is not None:
            if stored.body_sha256 != digest:
                raise KeyReused(key)
            return stored.status, stored.reply
        status, reply = act()
        reply = json.loads(json.dumps(reply, allow_nan=False))
        if status >= 400:
            transaction.set_rollback(True)
        else:
            _store(Submission(member=member, key=key, body_sha256=digest, status=status, reply=reply))
    return status, reply
