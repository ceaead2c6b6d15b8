"""Aggregations over REST: asked for with the fields of the form, followed as a job, read, and computed again."""

import uuid

import pytest

from accounts.models import Role
from aggregation.actions.aggregations import aggregate
from aggregation.models import Aggregation
from deliberation import actions
from jobs.models import Job, OutboxMessage
from jobs.relay import relay_wishes
from tests.factories.accounts import MemberFactory
from tests.factories.deliberation import ConversationFactory, StatementFactory
from tests.progress import Watched

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/aggregations/"
PARAMETERS = {"rule": "av", "k": 2, "missing": "zero"}


@pytest.fixture
def conversation():
    """Six statements; eight people voted on all of them."""
    made = ConversationFactory()
    statements = [StatementFactory(conversation=made, number=number) for number in range(6)]
    for place in range(8):
        member = MemberFactory(community=made.community)
        for number, statement in enumerate(statements):
            actions.cast_vote(member=member, statement=statement, value=1 if (place + number) % 3 else -1)
    return made


@pytest.fixture
def researcher(conversation, client):
    member = MemberFactory(community=conversation.community, roles=[Role.RESEARCHER])
    client.force_login(member.user)
    return member


def ask(client, conversation, **more):
    sent = {"key": str(uuid.uuid4()), "source": "conversation", "material": conversation.slug, "method": "slate"}
    sent |= {"parameters": PARAMETERS, "seed": 3} | more
    return client.post(ADDRESS, sent, content_type="application/json")


def compute_what_was_asked():
    wish = OutboxMessage.objects.filter(kind="aggregate").latest("created_at")
    aggregate(Watched(), **wish.payload)
    relay_wishes()
    return Aggregation.objects.get(pk=wish.payload["run"])


def test_asking_computes_what_the_form_would_and_again_gives_the_same(client, conversation, researcher):
    key = str(uuid.uuid4())
    asked = ask(client, conversation, key=key, title="Two for all")
    assert asked.status_code == 202
    assert ask(client, conversation, key=key, title="Two for all").json() == asked.json()
    assert OutboxMessage.objects.filter(kind="aggregate").count() == 1
    found = compute_what_was_asked()
    assert (found.title, found.run.seed, found.run.parameters["k"]) == ("Two for all", 3, 2)
    told = client.get(f"{ADDRESS}{found.pk}/").json()
    assert told["method"] == "slate"
    assert told["engine"]["seed"] == 3

    again = client.post(f"{ADDRESS}{found.pk}/again/", {"key": str(uuid.uuid4())}, content_type="application/json")
    assert again.status_code == 202
    repeated = compute_what_was_asked()
    assert repeated.again_of_id == found.pk
    assert repeated.run.result == found.run.result


def test_every_method_takes_its_own_fields_and_names_what_is_wrong(client, conversation, researcher):
    assert ask(client, conversation, method="integrity", parameters={}).status_code == 202
    wrong = ask(client, conversation, parameters=PARAMETERS | {"k": 0})
    assert wrong.status_code == 400
    assert "k" in wrong.json()
    assert ask(client, conversation, method="coverage").status_code == 400  # it needs ratings
    assert ask(client, conversation, question="no-such").status_code == 400
    assert ask(client, conversation, material="elsewhere").status_code == 404


def test_others_cannot_ask_or_repeat(client, conversation, researcher):
    ask(client, conversation)
    found = compute_what_was_asked()
    steward = MemberFactory(community=conversation.community, roles=[Role.STEWARD])
    client.force_login(steward.user)
    assert ask(client, conversation).status_code == 404
    sent = {"key": str(uuid.uuid4())}
    assert client.post(f"{ADDRESS}{found.pk}/again/", sent, content_type="application/json").status_code == 404


def test_the_home_page_shows_the_newest(client, conversation, researcher):
    fragment = client.get("/aggregations/", headers={"HX-Request": "true"}).content.decode()
    assert "Nothing has been aggregated yet" in fragment
    ask(client, conversation, title="For the council")
    relay_wishes()
    assert (
        "1 aggregation that you asked for is"
        in client.get("/aggregations/", headers={"HX-Request": "true"}).content.decode()
    )
    aggregate(Watched(), **Job.objects.get(kind="aggregate").payload)
    fragment = client.get("/aggregations/", headers={"HX-Request": "true"}).content.decode()
    assert "For the council" in fragment
    assert "<html" not in fragment
    assert 'hx-get="/aggregations/"' in client.get("/").content.decode()
