"""Saying what is right for an item by answering it."""

from typing import Any

import pytest
from django.test import Client

from annotation.actions import enrol, next_assignment, record_response
from annotation.models import Item, Study
from tests.factories.accounts import MemberFactory
from tests.factories.annotation import CHOICES, SCALE, ItemFactory, open_study

pytestmark = pytest.mark.django_db
HARMS = {"labels": CHOICES["options"], "harms": [{"code": "self", "text": "Self-harm"}]}
ASKED: tuple[dict[str, Any], ...] = (
    {"name": "better", "kind": "pairwise", "text": "Which is better?", "why": "required", "asks_confidence": True},
    {"name": "rate", "kind": "rating", "text": "How good?", "settings": SCALE},
    {"name": "rank", "kind": "ranking", "text": "In which order?"},
    {"name": "what", "kind": "categories", "text": "Which?", "settings": CHOICES},
    {"name": "say", "kind": "text", "text": "In your words?"},
)
SENT = {"q-better": "b:2", "q-rate.item.helpful": "4", "q-rank.a": "2", "q-rank.b": "1", "q-what": "no"}
RIGHT = {
    "better": {"chosen": "b", "strength": 2},
    "rate": {"item": {"helpful": 4}},
    "rank": [["b"], ["a"]],
    "what": ["no"],
}


def address(item: Item) -> str:
    return f"/studies/{item.study.slug}/manage/items/{item.pk}/right-answers/"


def researcher(client: Client, study: Study) -> None:
    client.force_login(MemberFactory(community=study.community, researcher=True).user)


def test_what_is_right_is_said_by_answering(client: Client) -> None:
    study = open_study(questions=ASKED)
    item = ItemFactory(study=study, kind=Item.Kind.TRAINING)
    researcher(client, study)
    page = client.get(address(item)).content.decode()
    assert "Why?" not in page
    assert "How sure" not in page
    reply = client.post(address(item), SENT)
    assert reply.status_code == 302
    item.refresh_from_db()
    assert item.expected == RIGHT  # what was left out is not compared
    shown = client.get(address(item)).content.decode()
    assert shown.count(" checked") == len(SENT)

    member = MemberFactory(community=study.community)
    enrol(study=study, member=member)
    given = next_assignment(study=study, member=member)
    assert given is not None
    answers: dict[str, Any] = {name: {"value": value, "why": "It asks."} for name, value in RIGHT.items()}
    assert record_response(assignment=given, member=member, answers=answers | {"say": {"value": "Well."}}).passed


def test_all_of_it_can_be_taken_back(client: Client) -> None:
    study = open_study()
    item = ItemFactory(study=study, kind=Item.Kind.GOLD, expected={"better": RIGHT["better"]})
    researcher(client, study)
    assert client.post(address(item), {"do": "clear"}).status_code == 302
    item.refresh_from_db()
    assert item.expected == {}


def test_what_does_not_fit_is_named_and_nothing_is_saved(client: Client) -> None:
    study = open_study(questions=ASKED)
    item = ItemFactory(study=study, kind=Item.Kind.GOLD, expected={"what": ["yes"]})
    researcher(client, study)
    reply = client.post(address(item), {"q-rate.item.helpful": "9"})
    assert reply.status_code == 400
    assert list(reply.context["problems"]) == ["rate"]
    item.refresh_from_db()
    assert item.expected == {"what": ["yes"]}


def test_right_answers_of_earlier_questions_do_not_stand_in_the_way(client: Client) -> None:
    study = open_study()
    item = ItemFactory(study=study, kind=Item.Kind.GOLD, expected={"gone": 3, "better": {"chosen": "c"}})
    researcher(client, study)
    assert client.get(address(item)).status_code == 200
    client.post(address(item), {"q-better": "a:1"})
    item.refresh_from_db()
    assert item.expected == {"better": {"chosen": "a", "strength": 1}}


def test_a_new_item_for_practice_leads_on_to_what_is_right(client: Client) -> None:
    study = open_study()
    researcher(client, study)
    sent = {"name": "first", "kind": "training", "prompt": "Well?", "response_1": "A", "response_2": "B"}
    new = f"/studies/{study.slug}/manage/items/new/"
    reply = client.post(new, sent | {"domain": "general"})
    assert reply.headers["Location"] == address(Item.objects.get(name="first"))
    reply = client.post(new, sent | {"domain": "general", "name": "second", "kind": "work"})
    assert reply.headers["Location"] == f"/studies/{study.slug}/manage/items/"


def test_texts_that_no_longer_hold_the_right_answer_are_refused(client: Client) -> None:
    study = open_study(questions=({"name": "rank", "kind": "ranking", "text": "In which order?"},))
    item = ItemFactory(study=study, kind=Item.Kind.GOLD, expected={"rank": [["c"], ["b"], ["a"]]})
    item.content = {**item.content, "responses": [{"id": one, "text": one} for one in "abc"]}
    item.save()
    researcher(client, study)
    sent = {"name": item.name, "kind": "gold", "domain": "general", "response_1": "A", "response_2": "B"}
    reply = client.post(f"/studies/{study.slug}/manage/items/{item.pk}/", sent)
    assert reply.status_code == 400
    assert "would no longer fit" in reply.content.decode()
