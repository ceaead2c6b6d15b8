"""A job is run by one worker at a time, and its end is always written down."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from jobs import kinds
from jobs.actions import NotPossible, cancel_job, request_job, retry_job
from jobs.models import Job, OutboxMessage
from jobs.progress import Progress
from jobs.relay import relay_wishes
from jobs.running import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def register() -> Iterator[Callable[..., None]]:
    """Make kinds of work known for one test."""
    before = dict(kinds._KINDS)
    yield kinds.register
    kinds._KINDS.clear()
    kinds._KINDS.update(before)


def ask(kind: str = "work", key: str = "a", **payload: Any) -> Job:
    """A waiting job."""
    request_job(kind=kind, key=key, payload=payload)
    return Job.objects.get(pk=relay_wishes()[0])


def test_a_job_runs_once_and_keeps_its_result(register: Callable[..., None]) -> None:
    calls = []

    def work(progress: Progress, number: int) -> dict[str, int]:
        calls.append(number)
        progress.report(0.5, "half")
        return {"twice": 2 * number}

    register("work", work)
    job = ask(number=21)
    run(job.pk)
    run(job.pk)
    job.refresh_from_db()
    assert calls == [21]
    assert (job.status, job.result, job.progress, job.attempts) == (Job.Status.SUCCEEDED, {"twice": 42}, 1.0, 1)


def test_progress_is_seen_outside_the_handlers_transaction(register: Callable[..., None]) -> None:
    seen = []

    def work(progress: Progress) -> dict[str, int]:
        with transaction.atomic():
            progress.report(0.25, "a quarter")
            other = connection.copy()
            with other.cursor() as cursor:
                cursor.execute("SELECT progress, message, status FROM jobs_job")
                seen.append(cursor.fetchone())
            other.close()
        return {}

    register("work", work)
    run(ask().pk)
    assert seen == [(0.25, "a quarter", "running")]


def test_the_same_work_is_not_run_twice_at_a_time_and_a_wish_meanwhile_runs_afterwards(
    register: Callable[..., None],
) -> None:
    began, may_end = threading.Event(), threading.Event()
    at_once, most = [0], [0]

    def work(progress: Progress) -> dict[str, int]:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        began.set()
        may_end.wait(10)
        at_once[0] -= 1
        return {}

    def in_thread() -> None:
        run(first.pk)
        connection.close()

    register("work", work)
    first = ask()
    thread = threading.Thread(target=in_thread)
    thread.start()
    assert began.wait(10)
    second = ask()
    run(second.pk)
    second.refresh_from_db()
    assert (second.status, second.publications) == (Job.Status.QUEUED, 0)
    may_end.set()
    thread.join()
    second.refresh_from_db()
    assert second.publications == 1, "the first one's worker publishes the one that waited"
    run(second.pk)
    assert list(Job.objects.values_list("status", flat=True)) == [Job.Status.SUCCEEDED] * 2
    assert most == [1]


def test_what_passes_by_itself_is_tried_again_after_a_pause(register: Callable[..., None]) -> None:
    def work(progress: Progress) -> dict[str, int]:
        raise OperationalError("the server is starting up")

    register("work", work, attempts=2)
    job = ask()
    run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.Status.QUEUED, 1)
    assert timedelta(seconds=1) < job.due_at - timezone.now() < timedelta(seconds=3)
    run(job.pk)
    job.refresh_from_db()
    assert job.attempts == 1, "not before it is due"
    Job.objects.update(due_at=timezone.now())
    run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert job.failure == "Interrupted 2 times, last by OperationalError: the server is starting up"


def test_a_handler_can_say_that_trying_again_is_no_use(register: Callable[..., None]) -> None:
    def work(progress: Progress) -> dict[str, int]:
        raise kinds.Unfinishable("The file has no votes. Add votes.csv.")

    register("work", work)
    job = ask()
    run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.failure, job.attempts) == (Job.Status.FAILED, "The file has no votes. Add votes.csv.", 1)


def test_an_unexpected_failure_names_itself(register: Callable[..., None]) -> None:
    def work(progress: Progress) -> dict[str, int]:
        return {"none": {}["such"]}

    register("work", work)
    job = ask()
    run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert "KeyError: 'such'" in job.failure


def test_a_job_that_kills_its_worker_is_not_tried_for_ever(register: Callable[..., None]) -> None:
    register("work", lambda progress: {}, attempts=3)
    job = Job.objects.create(kind="work", key="a", status=Job.Status.RUNNING, attempts=3)
    run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.failure) == (
        Job.Status.FAILED,
        "Its worker was stopped or ran out of memory 3 times while doing this.",
    )


def test_cancelling_a_running_job_rolls_back_what_it_was_doing(register: Callable[..., None]) -> None:
    def work(progress: Progress) -> dict[str, int]:
        other = threading.Thread(target=lambda: (cancel_job(job=job), connection.close()))
        other.start()
        other.join()
        with transaction.atomic():
            OutboxMessage.objects.create(kind="trace", key="a")
            progress.report(0.5, "half")
        return {}

    register("work", work)
    job = ask()
    run(job.pk)
    job.refresh_from_db()
    assert (job.status, OutboxMessage.objects.count()) == (Job.Status.CANCELLED, 0)
    with pytest.raises(NotPossible):
        cancel_job(job=job)


def test_a_waiting_job_is_cancelled_at_once_and_can_be_asked_for_again(register: Callable[..., None]) -> None:
    register("work", lambda progress: {})
    job = cancel_job(job=ask())
    run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    again = retry_job(job=job)
    assert relay_wishes() == [again]
    run(again)
    done = Job.objects.get(pk=again)
    assert done.status == Job.Status.SUCCEEDED
    with pytest.raises(NotPossible):
        retry_job(job=done)
