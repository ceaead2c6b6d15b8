"""Running one job: at most one of its kind and key at a time, its end always written down."""

import logging
import random
from datetime import timedelta
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from django.utils import timezone

from jobs.kinds import Unfinishable, kind_of
from jobs.locks import Session, running_alone
from jobs.models import Job
from jobs.progress import JobCancelled, Progress
from jobs.relay import publish_waiting
from jobs.states import end, fail, take_up, wait_again

logger = logging.getLogger(__name__)
# What passes by itself: the database, a service or the network was away for a moment.
TRANSIENT = (OperationalError, InterfaceError, ConnectionError, TimeoutError)
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0


def run(job_id: UUID) -> None:
    """Take up a waiting job and bring it to an end; a second delivery of the same job does nothing.

    Where another job of the same kind and key runs, this one is left waiting; the other one's worker publishes it.
    """
    job = Job.objects.filter(pk=job_id).only("kind", "key", "status").first()
    if job is None or job.is_over:
        return
    with running_alone(job.kind, job.key) as session:
        if session is None:
            return
        taken = take_up(job_id)
        if taken is not None:
            _attempt(taken, session)
    publish_waiting(job.kind, job.key)


def _attempt(job: Job, session: Session) -> None:
    """Call the handler once and write down what came of it."""
    try:
        result = kind_of(job.kind).handler(Progress(job.pk, session), **job.payload)
    except JobCancelled:
        end(job, Job.Status.CANCELLED, message="Cancelled")
    except Unfinishable as reason:
        fail(job, str(reason))
    except TRANSIENT as problem:
        logger.warning("Job %s (%s) was interrupted: %s", job.pk, job.kind, problem)
        _postpone(job, problem)
    except Exception as problem:
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        fail(job, f"Something unexpected happened ({type(problem).__name__}: {problem}). Nothing else was changed.")
    else:
        end(job, Job.Status.SUCCEEDED, message="Done", result=result, progress=1.0, failure="")


def _postpone(job: Job, problem: Exception) -> None:
    """Try again later, a little longer each time, as often as the kind allows."""
    if isinstance(problem, DatabaseError):
        connection.close()
    reason = f"Interrupted {job.attempts} times, last by {type(problem).__name__}: {problem}"
    if job.attempts >= kind_of(job.kind).attempts:
        fail(job, reason)
        return
    pause = min(FIRST_PAUSE * 2 ** (job.attempts - 1), LONGEST_PAUSE) * random.uniform(0.8, 1.2)
    due = timezone.now() + timedelta(seconds=pause)
    try:
        wait_again(job, due_at=due, message="Interrupted; it will be tried again.", failure=reason)
    except IntegrityError:  # a newer wish began to wait in between; now it is seen
        wait_again(job, due_at=due, message="Interrupted; it will be tried again.", failure=reason)
