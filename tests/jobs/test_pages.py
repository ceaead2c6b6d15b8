"""Pages and REST of long work."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from jobs import kinds
from jobs.actions import request_job
from jobs.models import Job, OutboxMessage
from jobs.queries import job_behind
from jobs.relay import relay_wishes
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker(client: Client) -> object:
    """A signed-in researcher."""
    member = MemberFactory(roles=[Role.RESEARCHER])
    client.force_login(member.user)
    return member


def job_of(member: object, **values: object) -> Job:
    """A job somebody asked for."""
    return Job.objects.create(kind="count", key=str(uuid4()), requested_by=member, community=member.community, **values)


def test_a_wish_can_be_followed_before_any_relay_saw_it(client: Client, asker: object) -> None:
    wish = request_job(kind="count", key="a", payload={}, community=asker.community, requested_by=asker)
    before = client.get(reverse("jobs:job", args=[wish]))
    relay_wishes()
    after = client.get(reverse("jobs:job", args=[wish]))
    assert "It starts as soon as a worker is free." in before.content.decode()
    assert (before.status_code, after.status_code) == (200, 200)


@pytest.mark.parametrize("moment", range(4))
def test_a_wish_that_a_relay_takes_up_while_it_is_looked_for_is_found(asker: object, moment: int) -> None:
    wish = request_job(kind="count", key="a", payload={}, community=asker.community, requested_by=asker)
    asked = iter(range(1000))

    def relaying(execute: object, *query: object) -> object:
        if next(asked) == moment:
            relay_wishes()
        return execute(*query)

    with connection.execute_wrapper(relaying):
        assert job_behind(asker.user, wish).pk == wish


def test_a_second_persons_wish_leads_to_the_job_that_waits(client: Client, asker: object) -> None:
    first = request_job(kind="count", key="a", payload={}, requested_by=MemberFactory(community=asker.community))
    mine = request_job(kind="count", key="a", payload={}, requested_by=asker)
    assert relay_wishes() == [first]
    assert client.get(reverse("jobs:job", args=[mine])).context["job"].pk == first


def test_the_page_asks_again_while_the_work_goes_on_and_stops_then(client: Client, asker: object) -> None:
    running = job_of(asker, status=Job.Status.RUNNING, progress=0.4, message="reading votes")
    done = job_of(asker, status=Job.Status.SUCCEEDED, result={"address": "/conversations/x/"})
    going_on = client.get(reverse("jobs:job", args=[running.pk]), headers={"HX-Request": "true"}).content.decode()
    over = client.get(reverse("jobs:job", args=[done.pk])).content.decode()
    assert "40%, reading votes" in going_on
    assert 'hx-trigger="every 1s"' in going_on
    assert "<html" not in going_on
    assert "every 1s" not in over
    assert 'href="/conversations/x/"' in over


def test_other_peoples_work_is_not_found(client: Client, asker: object) -> None:
    foreign = job_of(MemberFactory())
    for name in ("jobs:job", "jobs:cancel", "jobs:retry"):
        ask = client.get if name == "jobs:job" else client.post
        assert ask(reverse(name, args=[foreign.pk])).status_code == 404
    assert client.get(f"/api/v1/jobs/{foreign.pk}/").status_code == 404
    assert client.get("/api/v1/jobs/").json()["results"] == []


def test_visitors_are_asked_to_sign_in(client: Client) -> None:
    assert client.get("/jobs/").status_code == 302
    assert client.get("/api/v1/jobs/").status_code in {401, 403}


def test_cancel_and_try_again(client: Client, asker: object) -> None:
    job = job_of(asker)
    assert client.post(reverse("jobs:cancel", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    reply = client.post(reverse("jobs:retry", args=[job.pk]))
    wish = OutboxMessage.objects.get()
    assert reply["Location"] == reverse("jobs:job", args=[wish.job])
    assert (wish.kind, wish.key, wish.requested_by) == (job.kind, job.key, asker)


def test_rest_says_what_cannot_be_done(client: Client, asker: object) -> None:
    job = job_of(asker)
    cancelled = client.post(f"/api/v1/jobs/{job.pk}/cancel/")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert client.post(f"/api/v1/jobs/{job.pk}/cancel/").status_code == 409
    again = client.post(f"/api/v1/jobs/{job.pk}/retry/")
    assert again.status_code == 202
    assert OutboxMessage.objects.get().job.hex == again.json()["id"].replace("-", "")
    assert client.get("/api/v1/jobs/?status=cancelled").json()["count"] == 1


@pytest.mark.parametrize("address", ["/jobs/", "/api/v1/jobs/"])
def test_lists_ask_the_database_the_same_for_one_job_and_for_many(client: Client, asker: object, address: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    job_of(asker)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(10):
        job_of(asker)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(one)


def test_kinds_have_titles() -> None:
    kinds.register("refresh_nothing", lambda progress: {})
    assert kinds.title_of("refresh_nothing") == "Refresh nothing"
    assert kinds.title_of("unknown") == "unknown"
    with pytest.raises(ValueError, match="queue='quick'"):
        kinds.register("other", lambda progress: {}, queue="quick")
