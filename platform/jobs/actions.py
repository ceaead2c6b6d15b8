"""Asking for long work, stopping it, and trying it again."""

import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Community, Member
from jobs.models import Job, OutboxMessage
from jobs.waking import waker


class NotPossible(Exception):
    """The job is not in a state in which this can be done; the text says why."""


@transaction.atomic
def request_job(
    *,
    kind: str,
    key: str,
    payload: Mapping[str, Any],
    community: Community | None = None,
    requested_by: Member | None = None,
) -> UUID:
    """Ask for work, in the caller's transaction; returns the id under which the person who asked can follow it.

    The wish is stored with the data that causes it, so that neither exists without the other. Wishes of one kind and
    key are served by one job that begins after they were committed. Waking the relay afterwards only saves time: the
    sweep finds every wish within seconds.
    """
    wish = OutboxMessage.objects.create(
        kind=kind, key=key, payload=dict(payload), community=community, requested_by=requested_by, job=uuid.uuid4()
    )
    transaction.on_commit(waker.wake, robust=True)
    return wish.job


@transaction.atomic
def cancel_job(*, job: Job) -> Job:
    """Stop a job: at once while it waits, at its next report of progress while it runs.

    Raises
    ------
    NotPossible
        If it is over.
    """
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.is_over:
        raise NotPossible(f"This work is over already: {locked.get_status_display().lower()}.")
    locked.cancel_requested = True
    if locked.status == Job.Status.QUEUED:
        locked.status, locked.finished_at, locked.message = Job.Status.CANCELLED, timezone.now(), "Cancelled"
    locked.save(update_fields=["status", "finished_at", "message", "cancel_requested"])
    return locked


def retry_job(*, job: Job, requested_by: Member | None = None) -> UUID:
    """Ask again for what failed or was cancelled; the old job stays as it ended.

    Raises
    ------
    NotPossible
        If it has not ended, or ended well.
    """
    if not job.may_be_retried:
        raise NotPossible("Only work that failed or was cancelled can be tried again.")
    return request_job(
        kind=job.kind, key=job.key, payload=job.payload, community=job.community, requested_by=requested_by
    )
