"""Conflict cases by a language model: asked for, written, kept with their trace, held out until people vouch."""

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from annotation.actions.conflict_cases import read_case, request_conflict_case, validate_item, write_conflict_case
from annotation.actions.items import change_item
from annotation.errors import Refused
from annotation.models import Item, Study
from jobs.kinds import Unfinishable
from jobs.language import door
from jobs.models import LanguageCall, OutboxMessage
from tests.factories.accounts import MemberFactory
from tests.factories.annotation import PAIR, ItemFactory, open_study
from tests.jobs.protocol import reply, told_server
from tests.progress import Watched

pytestmark = pytest.mark.django_db
VALUES = ["care", "liberty"]


@pytest.fixture
def study(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr(door, "FIRST_PAUSE", 0.01)
    settings.LLM_MODEL, settings.LLM_CALLS_A_MINUTE = "told", 10_000
    return open_study(validations_wanted=2)


def researcher(study: Study) -> Any:
    return MemberFactory(community=study.community, roles=[Role.RESEARCHER])


def signed_in(member: Any) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def answering(body: dict[str, Any]) -> Any:
    text = body["messages"][-1]["content"]
    if "exactly two lines" in text:
        assert "care: I speak" in text
        assert "liberty: I speak" in text
        return reply("Request: My father will not see a doctor. Shall I trick him?\nTension: care against liberty.")
    if "Subject:" in text:
        return reply("I speak.")
    return reply(f"Number {body['seed']} answers.")


def write(study: Study, progress: Any = None, member: Any = None) -> Item:
    told = write_conflict_case(
        progress or Watched(),
        study=study.pk,
        topic="A parent",
        values=VALUES,
        rounds=1,
        member=member.pk if member else None,
    )
    return study.items.get(name=told["item"])


def test_a_case_comes_out_of_the_argument_with_its_trace(study: Study, settings: Any) -> None:
    member, progress = researcher(study), Watched()
    with told_server(answering) as address:
        settings.LLM_BASE_URL = address
        item = write(study, progress, member)
        assert write(study, progress, member) == item
    assert item.content["turns"] == [{"role": "user", "content": "My father will not see a doctor. Shall I trick him?"}]
    assert [one["text"] for one in item.content["responses"]] == ["Number 4 answers.", "Number 5 answers."]
    assert (item.tensions, item.provenance["tension"]) == (VALUES, "care against liberty.")
    assert [(one["value"], one["text"]) for one in item.provenance["transcript"]] == [
        ("care", "I speak."),
        ("liberty", "I speak."),
    ]
    calls = LanguageCall.objects.order_by("pk")
    assert calls.count() == 5
    assert {one["call"] for one in item.provenance["transcript"]} <= {str(call.pk) for call in calls}
    assert item.is_synthetic
    assert item.is_conflict_case


def test_it_is_held_out_until_enough_different_people_vouch(study: Study, settings: Any) -> None:
    with told_server(answering) as address:
        settings.LLM_BASE_URL = address
        item = write(study)
    first, second = signed_in(researcher(study)), signed_in(researcher(study))
    address = f"/studies/{study.slug}/manage/items/{item.pk}/"
    for client in (first, first):
        client.post(f"{address}validate/")
    assert item not in Item.objects.filter(study=study).released()
    assert "1 of 2 people validated it. Until then" in first.get(address).content.decode()
    second.post(f"{address}validate/")
    assert item in Item.objects.filter(study=study).released()
    sent = {"name": item.name, "kind": "work", "domain": "general"}
    first.post(address, sent)
    item.refresh_from_db()
    assert item.is_synthetic


def test_annotators_are_told_and_vouch_with_their_answer(study: Study) -> None:
    item = ItemFactory(study=study, is_synthetic=True, provenance={"case_call": "1"})
    people = [MemberFactory(community=study.community) for _ in range(2)]
    for member in people:
        client = signed_in(member)
        client.post(f"/studies/{study.slug}/start/", {"key": str(uuid.uuid4()), "answer": "yes"})
        page = client.get(f"/studies/{study.slug}/answer/").content.decode()
        assert "A program wrote this item. It is left out of data sets until 2 people have found it sound." in page
        held = member.assignments.get()
        sent = {"key": str(uuid.uuid4()), "q-better": "a:1", "asks_sound": "1", "sound": "yes"}
        assert client.post(f"/studies/{study.slug}/tasks/{held.pk}/answer/", sent).status_code == 302
    item.refresh_from_db()
    assert (item.validated_by, item.is_held_out) == (2, False)

    changed = {"key": str(uuid.uuid4()), "q-better": "b:1", "asks_sound": "1", "place": "answers"}
    assert 'value="yes" checked' in client.get(f"/studies/{study.slug}/tasks/{held.pk}/").content.decode()
    client.post(f"/studies/{study.slug}/tasks/{held.pk}/answer/", changed)
    item.refresh_from_db()
    assert (item.validated_by, item.is_held_out) == (1, True)


def test_people_vouch_for_the_words_they_saw(study: Study) -> None:
    item = ItemFactory(study=study, is_synthetic=True)
    validate_item(item=item, by=researcher(study))
    item.refresh_from_db()

    change_item(item=item, content={**PAIR, "texts": [{"name": "t", "text": "something else"}]})

    item.refresh_from_db()
    assert (item.validated_by, item.validations.count()) == (0, 0)


def test_those_who_vouched_before_an_import_count_on(study: Study) -> None:
    item = ItemFactory(study=study, is_synthetic=True, validated_by=3)

    assert validate_item(item=item, by=researcher(study)).validated_by == 4


def test_an_item_of_a_person_is_not_validated(study: Study) -> None:
    by_hand = Item.objects.create(study=study, name="by-hand", content={"texts": [{"name": "t", "text": "x"}]})
    with pytest.raises(Refused):
        validate_item(item=by_hand, by=researcher(study))


def test_an_empty_case_is_no_item(study: Study, settings: Any) -> None:
    with told_server(lambda body: reply(" ")) as address:
        settings.LLM_BASE_URL = address
        with pytest.raises(Unfinishable, match="wrote no case"):
            write(study)
    assert not study.items.exists()


def test_the_page_asks_for_one_job_and_says_when_there_is_no_model(study: Study, settings: Any) -> None:
    client = signed_in(researcher(study))
    address = f"/studies/{study.slug}/manage/items/conflict-cases/"
    settings.LLM_BASE_URL = ""
    assert "No language model is set up" in client.get(address).content.decode()
    sent = {"key": str(uuid.uuid4()), "topic": "A parent", "values": "care\nliberty\n", "rounds": "1"}
    assert client.post(address, sent).status_code == 409
    assert not OutboxMessage.objects.exists()
    settings.LLM_BASE_URL = "http://127.0.0.1:9/v1"
    sent["key"] = str(uuid.uuid4())
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    wish = OutboxMessage.objects.get(kind="write_conflict_case")
    assert wish.payload["values"] == VALUES
    with pytest.raises(Refused, match="2 to 4"):
        request_conflict_case(study=study, topic="A parent", values=["care", "care"], rounds=1, requested_by=None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Request: Do it?\nTension: a against b", ("Do it?", "a against b")),
        ("**Request:** “Do it?”\n**Tension:** a against b\nMore.", ("Do it?", "a against b")),
        ("Do it?", ("Do it?", "")),
        ("", ("", "")),
    ],
)
def test_a_case_is_read_from_what_a_model_writes(text: str, found: tuple[str, str]) -> None:
    assert read_case(text) == found


@pytest.mark.services
def test_a_case_is_written_by_a_small_real_model_on_the_loopback(study: Study, small_model: str) -> None:
    item = write(study)
    calls = LanguageCall.objects.all()
    assert {(call.model, call.outcome) for call in calls} == {(small_model, "answered")}
    assert len(item.provenance["transcript"]) == 2
    assert item.content["turns"][0]["content"]
    assert item.is_synthetic
