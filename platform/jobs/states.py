"""How a job goes from one state to the next; each step is one transaction that finds the job as it expects it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jobs.kinds import Unfinishable, kind_of
from jobs.models import Job, JobWish

LOST = "Its worker was stopped or ran out of memory {n} times while doing this."


@transaction.atomic
def take_up(job_id: UUID) -> Job | None:
    """Mark a job as running; None where there is nothing to do.

    The caller holds the lock of its kind and key, so a job that is marked as running already has lost its worker.
    """
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or job.is_over or (job.status == Job.Status.QUEUED and job.due_at > timezone.now()):
        return None
    if job.cancel_requested:
        end(job, Job.Status.CANCELLED, message="Cancelled")
        return None
    try:
        attempts = kind_of(job.kind).attempts
    except Unfinishable as reason:
        fail(job, str(reason))
        return None
    if job.attempts >= attempts:
        fail(job, job.failure or LOST.format(n=job.attempts))
        return None
    job.status, job.attempts, job.started_at = Job.Status.RUNNING, job.attempts + 1, timezone.now()
    job.progress, job.message = 0.0, ""
    job.save(update_fields=["status", "attempts", "started_at", "progress", "message"])
    return job


def end(job: Job, status: Job.Status, **told: Any) -> None:
    """Write down how a job ended, unless it is over already or another attempt has begun."""
    Job.objects.filter(pk=job.pk, attempts=job.attempts, status__in=[Job.Status.QUEUED, Job.Status.RUNNING]).update(
        status=status, finished_at=timezone.now(), **told
    )


def fail(job: Job, reason: str) -> None:
    """Write down why a job will not come to a result."""
    end(job, Job.Status.FAILED, failure=reason, message="")


@transaction.atomic
def wait_again(job: Job, *, due_at: datetime, message: str, failure: str = "") -> None:
    """Let a job that began wait for another attempt; one of its key that waits already takes its wishes over."""
    other = (
        Job.objects.select_for_update()
        .filter(kind=job.kind, key=job.key, status=Job.Status.QUEUED)
        .exclude(pk=job.pk)
        .first()
    )
    if other is None:
        Job.objects.filter(pk=job.pk, attempts=job.attempts, status=Job.Status.RUNNING).update(
            status=Job.Status.QUEUED,
            due_at=due_at,
            message=message,
            failure=failure,
            published_at=None,
            publications=0,
        )
        return
    JobWish.objects.filter(job=job).update(job=other)
    end(job, Job.Status.CANCELLED, message="A newer request for the same work took its place.", failure=failure)
