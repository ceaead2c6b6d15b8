"""From wishes to jobs, and from jobs to the workers; everything here can run twice, or at once in several places."""

import json
import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from jobs.kinds import Unfinishable, kind_of
from jobs.locks import is_run_by_nobody
from jobs.models import Job, JobWish, OutboxMessage
from jobs.states import fail, wait_again

logger = logging.getLogger(__name__)
BATCH = 1000
# A job that nobody took up is given to the broker again, later each time: the broker may have lost it, or be full.
FIRST_PATIENCE = timedelta(seconds=10)
LONGEST_PATIENCE = timedelta(minutes=15)

# The conflict takes the waiting row's lock. A worker that takes the job up at the same moment either committed before,
# then this makes a new row, or comes after, then it begins once the wishes are visible to it.
MERGE = """
    INSERT INTO jobs_job (id, kind, key, payload, community_id, requested_by_id, status, progress, message, failure,
                          attempts, cancel_requested, result, created_at, due_at, publications)
    VALUES (%s, %s, %s, %s, %s, %s, 'queued', 0, '', '', 0, false, '{}', now(), now(), 0)
    ON CONFLICT (kind, key) WHERE status = 'queued'
    DO UPDATE SET payload = EXCLUDED.payload, due_at = least(jobs_job.due_at, EXCLUDED.due_at)
    RETURNING id, published_at IS NULL
"""


def relay_wishes() -> list[UUID]:
    """Turn all waiting wishes into waiting jobs, one per kind and key; returns those the broker was not yet given."""
    found: list[UUID] = []
    while True:
        number, jobs = _relay_batch()
        found += jobs
        if number < BATCH:
            return list(dict.fromkeys(found))


def _relay_batch() -> tuple[int, list[UUID]]:
    """How many wishes there were, and the jobs of theirs that the broker was not yet given."""
    with transaction.atomic():
        wishes = list(OutboxMessage.objects.select_for_update(skip_locked=True).order_by("id")[:BATCH])
        newest = {(wish.kind, wish.key): wish for wish in wishes}
        oldest = {(wish.kind, wish.key): wish for wish in reversed(wishes)}
        # In one order everywhere, so that two relays never wait for each other.
        jobs = {pair: _merge(oldest[pair], payload=newest[pair].payload) for pair in sorted(newest)}
        JobWish.objects.bulk_create(
            [
                JobWish(id=wish.job, job_id=jobs[wish.kind, wish.key][0], requested_by_id=wish.requested_by_id)
                for wish in wishes
                if wish.requested_by_id is not None
            ]
        )
        OutboxMessage.objects.filter(pk__in=[wish.pk for wish in wishes]).delete()
    return len(wishes), [job for job, is_new in jobs.values() if is_new]


def _merge(wish: OutboxMessage, *, payload: dict[str, Any]) -> tuple[UUID, bool]:
    values = (wish.job, wish.kind, wish.key, json.dumps(payload), wish.community_id, wish.requested_by_id)
    with connection.cursor() as cursor:
        cursor.execute(MERGE, values)
        row = cursor.fetchone()
    if row is None:
        raise RuntimeError("INSERT … RETURNING returned no row.")
    return row[0], row[1]


def publish(job_ids: Iterable[UUID]) -> None:
    """Give waiting jobs to the broker; call it outside any transaction, so that workers see what they are told of."""
    from jobs.tasks import run_job

    for job in Job.objects.filter(pk__in=list(job_ids), status=Job.Status.QUEUED):
        try:
            queue = kind_of(job.kind).queue
        except Unfinishable as reason:
            fail(job, str(reason))
            continue
        run_job.apply_async(args=(str(job.pk),), queue=queue, retry=False)
        Job.objects.filter(pk=job.pk).update(published_at=timezone.now(), publications=F("publications") + 1)


def publish_waiting(kind: str, key: str) -> None:
    """Give the job of this kind and key to the broker that waited for another one to end."""
    waiting = Job.objects.filter(kind=kind, key=key, status=Job.Status.QUEUED, due_at__lte=timezone.now())
    publish(waiting.values_list("pk", flat=True))


def overdue_jobs() -> list[UUID]:
    """Waiting jobs that should have been taken up by now."""
    now = timezone.now()
    waiting = Job.objects.filter(status=Job.Status.QUEUED, due_at__lte=now)
    return [
        job.pk
        for job in waiting.only("pk", "published_at", "publications")
        if job.published_at is None or job.published_at + patience(job.publications) <= now
    ]


def patience(publications: int) -> timedelta:
    """How long to wait for a job that was given to the broker this many times."""
    doublings = min(max(publications - 1, 0), 10)
    return min(FIRST_PATIENCE * (1 << doublings), LONGEST_PATIENCE)


def take_back_abandoned() -> list[UUID]:
    """Let running jobs wait again whose worker is gone: nobody holds their lock any more."""
    taken_back = []
    for job in Job.objects.filter(status=Job.Status.RUNNING):
        with transaction.atomic():
            if not is_run_by_nobody(job.kind, job.key):
                continue
            found = Job.objects.select_for_update().filter(pk=job.pk, status=Job.Status.RUNNING).first()
            if found:
                logger.warning("Job %s (%s) lost its worker; it waits again.", found.pk, found.kind)
                wait_again(found, due_at=timezone.now(), message="Its worker stopped; it will be taken up again.")
                taken_back.append(found.pk)
    return taken_back
