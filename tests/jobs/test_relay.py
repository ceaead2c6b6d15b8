"""Wishes become jobs: one waiting job per kind and key, none lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jobs import kinds, relay
from jobs.actions import request_job
from jobs.locks import running_alone
from jobs.models import Job, JobWish, OutboxMessage
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_wish_is_rolled_back_with_the_data_that_caused_it() -> None:
    with transaction.atomic():
        request_job(kind="count", key="a", payload={})
        transaction.set_rollback(True)
    assert OutboxMessage.objects.count() == 0


def test_wishes_of_one_key_become_one_job_with_the_newest_payload() -> None:
    first = request_job(kind="count", key="a", payload={"up_to": 1})
    request_job(kind="count", key="b", payload={})
    assert len(relay.relay_wishes()) == 2
    request_job(kind="count", key="a", payload={"up_to": 2})
    assert relay.relay_wishes() == [first]
    assert Job.objects.get(pk=first).payload == {"up_to": 2}
    assert (Job.objects.count(), OutboxMessage.objects.count()) == (2, 0)


def test_a_job_that_the_broker_has_is_not_published_for_every_further_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "BATCH", 3)
    kinds.register("count", lambda progress: {})
    for _ in range(7):
        request_job(kind="count", key="a", payload={})
    (job,) = relay.relay_wishes()
    relay.publish([job])
    request_job(kind="count", key="a", payload={})
    assert relay.relay_wishes() == []
    assert (Job.objects.get().publications, OutboxMessage.objects.count()) == (1, 0)


def test_a_wish_during_a_run_starts_another_job_afterwards() -> None:
    running = Job.objects.create(kind="count", key="a", status=Job.Status.RUNNING)
    wished = request_job(kind="count", key="a", payload={})
    assert relay.relay_wishes() == [wished]
    assert wished != running.pk


def test_a_second_relay_leaves_wishes_alone_that_the_first_one_holds() -> None:
    request_job(kind="count", key="a", payload={})
    other = connection.copy()
    with transaction.atomic():
        held = list(OutboxMessage.objects.select_for_update())
        with other.cursor() as cursor:
            cursor.execute("SELECT id FROM jobs_outboxmessage FOR UPDATE SKIP LOCKED")
            assert cursor.fetchall() == []
        assert len(held) == 1
    other.close()
    assert len(relay.relay_wishes()) == 1


def test_everyone_who_wished_can_follow_the_one_job() -> None:
    one, two = members = MemberFactory.create_batch(2)
    first = request_job(kind="count", key="a", payload={}, requested_by=one)
    second = request_job(kind="count", key="a", payload={}, requested_by=two)
    (job,) = relay.relay_wishes()
    assert set(JobWish.objects.values_list("pk", "job")) == {(first, job), (second, job)}
    assert [Job.objects.visible_to(member.user).get().pk for member in members] == [job, job]


def test_a_running_job_whose_worker_is_gone_waits_again() -> None:
    lost = Job.objects.create(kind="count", key="lost", status=Job.Status.RUNNING, attempts=1)
    alive = Job.objects.create(kind="count", key="alive", status=Job.Status.RUNNING, attempts=1)
    with running_alone("count", "alive") as session:
        assert session is not None
        assert relay.take_back_abandoned() == [lost.pk]
    lost.refresh_from_db()
    alive.refresh_from_db()
    assert (lost.status, alive.status) == (Job.Status.QUEUED, Job.Status.RUNNING)


def test_a_lost_job_gives_way_to_a_newer_wish_for_the_same_work() -> None:
    lost = Job.objects.create(kind="count", key="a", status=Job.Status.RUNNING, attempts=1)
    newer = Job.objects.create(kind="count", key="a")
    relay.take_back_abandoned()
    lost.refresh_from_db()
    assert (lost.status, Job.objects.get(status=Job.Status.QUEUED)) == (Job.Status.CANCELLED, newer)


def test_a_job_that_nobody_took_up_is_published_again_later_each_time() -> None:
    now = timezone.now()
    asked = [
        Job(kind="count", key="never published"),
        Job(kind="count", key="just published", published_at=now, publications=1),
        Job(kind="count", key="lost", published_at=now - timedelta(seconds=11), publications=1),
        Job(kind="count", key="lost again", published_at=now - timedelta(seconds=11), publications=2),
        Job(kind="count", key="for later", due_at=now + timedelta(minutes=1)),
    ]
    Job.objects.bulk_create(asked)
    keys = Job.objects.filter(pk__in=relay.overdue_jobs()).values_list("key", flat=True)
    assert set(keys) == {"never published", "lost"}
    assert relay.patience(60) == relay.LONGEST_PATIENCE


def test_work_of_an_unknown_kind_fails_with_a_reason() -> None:
    job = Job.objects.create(id=uuid4(), kind="of an older version", key="a")
    relay.publish([job.pk])
    job.refresh_from_db()
    assert (job.status, job.failure) == (
        Job.Status.FAILED,
        "This version knows no work of the kind “of an older version”.",
    )


def test_publishing_counts() -> None:
    kinds.register("count", lambda progress: {})
    job = Job.objects.create(kind="count", key="a")
    relay.publish([job.pk])
    job.refresh_from_db()
    assert job.publications == 1
    assert job.published_at is not None
