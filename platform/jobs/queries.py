"""Reads of the jobs room."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jobs.models import Job, JobWish, OutboxMessage


def jobs_of(user: Any) -> QuerySet[Job]:
    """The jobs a person may see, newest first, with their community."""
    return Job.objects.visible_to(user).select_related("community")


def job_behind(user: Any, wish: UUID) -> Job | None:
    """The job behind the id that a person was given when they asked for it; None where it is not theirs to see.

    A wish that no relay has seen yet is shown as a job that waits (it is not stored).
    """
    message = None
    if getattr(user, "is_authenticated", False):
        # Looked for first: a relay that takes it up meanwhile has made the job by the time that is looked for.
        message = OutboxMessage.objects.filter(job=wish, requested_by__user=user).select_related("community").first()
    found = jobs_of(user).filter(pk=wish).first()
    if found is None:
        served = JobWish.objects.filter(pk=wish).values("job")
        found = jobs_of(user).filter(pk__in=served).first()
    if found is None and message is not None:
        found = Job(id=wish, kind=message.kind, key=message.key, community=message.community)
    return found
