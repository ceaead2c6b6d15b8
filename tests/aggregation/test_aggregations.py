"""Aggregations from the form to the page."""

import uuid

import pytest
from django.urls import reverse

from accounts import personal_data
from accounts.models import Consent, Member, Role
from accounts.queries import newest_consent_text
from aggregation.actions.aggregations import aggregate
from aggregation.models import Aggregation
from deliberation.demo.load import load_demo
from deliberation.models import Conversation
from jobs.kinds import Unfinishable
from jobs.models import OutboxMessage
from jobs.relay import relay_wishes
from tests.factories.accounts import MemberFactory
from tests.progress import Watched

pytestmark = pytest.mark.django_db
ADDRESS = "/aggregations/new/conversation/assistants/slate/"


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    """The demonstration's people and conversations, made once."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        load_demo()
        yield Conversation.objects.get(slug="assistants")
        transaction.set_rollback(True)


@pytest.fixture
def researcher(town, client):
    member = MemberFactory(community=town.community, roles=[Role.RESEARCHER])
    client.force_login(member.user)
    Consent.objects.get_or_create(member=member, text=newest_consent_text(town.community))
    return member


def sent(**more):
    form = {"key": str(uuid.uuid4()), "rule": "av", "k": 4, "missing": "zero", "grouping": "opinion", "seed": 2}
    return form | more


def done(client, **more):
    """What came of sending the form: the stored aggregation."""
    answer = client.post(ADDRESS, sent(**more))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    wish = OutboxMessage.objects.get(kind="aggregate")
    aggregate(Watched(), **wish.payload)
    relay_wishes()
    return Aggregation.objects.get(pk=wish.payload["run"])


def test_from_the_form_to_the_page(client, researcher):
    assert "Drawing" not in client.get(ADDRESS).content.decode()
    found = done(client, rule="mes", missing="impute", excluded="3, 5", title="For the council")
    page = client.get(found.get_absolute_url()).content.decode()
    assert "For the council" in page
    for heading in ("The slate", "What is certain", "Other rules on the same answers", "Who would object", "hangs on"):
        assert heading in page
    assert "Scope: imputed" in page
    assert found.run.result["without"]["left_out"] == 2
    assert found.members
    assert found.run.seed == 2
    listed = client.get(reverse("aggregation:runs")).content.decode()
    assert "For the council" in listed


def test_the_same_form_twice_is_one_run(client, researcher):
    form = sent()
    first, second = client.post(ADDRESS, form), client.post(ADDRESS, form)
    assert first["Location"] == second["Location"]
    assert OutboxMessage.objects.filter(kind="aggregate").count() == 1
    assert client.post(ADDRESS, form | {"k": 7}).status_code == 422


def test_running_again_from_the_stored_inputs_gives_equal_results(client, researcher):
    first = done(client)
    # What people say afterwards changes nothing.
    Conversation.objects.get(slug="assistants").votes.filter(member=first.members[0]).delete()
    assert client.post(reverse("aggregation:again", args=[first.pk])).status_code == 302
    wish = OutboxMessage.objects.get(kind="aggregate")
    aggregate(Watched(), **wish.payload)
    second = Aggregation.objects.get(pk=wish.payload["run"])
    assert second.again_of == first
    assert second.run.result == first.run.result
    assert second.run.input_sha256 == first.run.input_sha256
    assert "equal to" in client.get(second.get_absolute_url()).content.decode()


def test_a_job_that_runs_twice_stores_one_run(client, researcher):
    client.post(ADDRESS, sent(rule="av", missing="zero"))
    wish = OutboxMessage.objects.get(kind="aggregate")
    once, twice = (aggregate(Watched(), **wish.payload) for _ in range(2))
    assert once == twice
    assert Aggregation.objects.count() == 1


def test_what_does_not_fit_is_said_before_or_by_the_job(client, researcher):
    bad = client.post(ADDRESS, sent(weighting="targets", targets="A 0.4"))
    assert bad.status_code == 400
    assert "should be a group, a comma and a number" in bad.content.decode()
    client.post(ADDRESS, sent(missing="refuse"))
    wish = OutboxMessage.objects.get(kind="aggregate")
    with pytest.raises(Unfinishable, match="answers are missing"):
        aggregate(Watched(), **wish.payload)
    assert not Aggregation.objects.exists()


def test_others_find_nothing_and_stewards_find_no_small_cells(client, researcher, town):
    found = done(client)
    town.community.small_cell = 200
    town.community.save()
    client.force_login(MemberFactory(community=town.community).user)
    assert client.get(found.get_absolute_url()).status_code == 404
    assert client.get(ADDRESS).status_code == 404
    client.force_login(MemberFactory(roles=[Role.ADMIN]).user)
    assert client.get(found.get_absolute_url()).status_code == 404
    client.force_login(MemberFactory(community=town.community, roles=[Role.STEWARD]).user)
    page = client.get(found.get_absolute_url())
    assert all(row["hidden"] for row in page.context["result"]["groups"])
    assert client.post(reverse("aggregation:again", args=[found.pk])).status_code == 404


def test_erasing_a_person_empties_the_inputs_that_hold_them(client, researcher):
    found = done(client)
    person = Member.objects.get(pk=found.members[0])
    told = personal_data.holdings()
    ours = next(holding for holding in told if holding.name == "aggregation")
    assert ours.export(person)["aggregations"] == [str(found.pk)]
    assert "1 aggregations" in ours.erase(person)
    found.refresh_from_db()
    assert (found.inputs, found.members) == (None, [])
    assert client.get(found.get_absolute_url()).status_code == 200
    assert client.post(reverse("aggregation:again", args=[found.pk]))["Location"] == found.get_absolute_url()
