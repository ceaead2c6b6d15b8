"""Studies over REST: made, filled, answered, read; once for each key."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from annotation.models import Response, Study
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.factories.annotation import PAIR, answered, open_study

pytestmark = pytest.mark.django_db
BETTER = {"name": "better", "kind": "pairwise", "text": "Which is better?"}


def signed_in(member: Member) -> APIClient:
    client = APIClient()
    client.force_authenticate(member.user)
    return client


def test_a_program_makes_a_study_fills_it_and_people_answer_it() -> None:
    community = CommunityFactory()
    researcher = signed_in(MemberFactory(community=community, researcher=True))
    sent = {"key": str(uuid4()), "community": community.slug, "title": "Two answers", "questions": [BETTER]}
    made = researcher.post("/api/v1/studies/", sent).json()
    assert researcher.post("/api/v1/studies/", sent).json() == made
    address = f"/api/v1/studies/{made['slug']}/"
    refused = researcher.post(f"{address}open/")
    assert refused.status_code == 409
    assert "no item yet" in refused.json()["detail"]
    items = [{"name": "one", "content": PAIR}, {"name": "two", "content": {}}, {"name": "one", "content": PAIR}]
    pushed = {"key": str(uuid4()), "items": items}
    added = researcher.post(f"{address}items/", pushed).json()
    assert researcher.post(f"{address}items/", pushed).json() == added
    assert researcher.post(f"{address}items/", {**pushed, "items": items[:1]}).status_code == 422
    assert added["added"] == 1
    assert [(one["row"], one["name"]) for one in added["refused"]] == [(2, "two"), (3, "one")]
    assert researcher.post(f"{address}open/").json()["status"] == "open"

    person = MemberFactory(community=community)
    annotator = signed_in(person)
    assert annotator.post(f"{address}next/").status_code == 409
    assert annotator.post(f"{address}start/").json() == {"state": "active", "answered": 0}
    given = annotator.post(f"{address}next/").json()
    assert (given["item"], [question["name"] for question in given["questions"]]) == ("one", ["better"])
    empty = {"key": str(uuid4()), "assignment": given["id"], "answers": {}}
    missing = annotator.post(f"{address}responses/", empty)
    assert missing.status_code == 400
    assert missing.json()["problems"] == {"better": "Which is better? Still to answer."}
    answers = {"better": {"value": {"chosen": "b", "strength": 2}, "why": "It asks."}}
    answer = {"key": str(uuid4()), "assignment": given["id"], "answers": answers, "seconds": 3, "next": True}
    reply = annotator.post(f"{address}responses/", answer).json()
    assert annotator.post(f"{address}responses/", answer).json() == reply
    assert reply["next"] is None
    assert Response.objects.count() == 1
    other = annotator.post(f"{address}responses/", {**answer, "answers": {"better": {"value": {"chosen": "tie"}}}})
    assert other.status_code == 422
    rows = researcher.get(f"{address}responses/").json()["results"]
    assert [(row["rater"], row["answers"]["better"]["value"]["chosen"]) for row in rows] == [(person.pseudonym, "b")]


def test_annotation_is_blind() -> None:
    study = open_study(items=1)
    item = study.items.get()
    answered(item, {"better": {"value": {"chosen": "a", "strength": 1}}})
    other = signed_in(MemberFactory(community=study.community))
    assert other.get(f"/api/v1/studies/{study.slug}/responses/").json()["results"] == []
    assert other.get(f"/api/v1/studies/{study.slug}/items/").status_code == 404


def test_changed_questions_become_a_version() -> None:
    study = open_study(items=1)
    researcher = signed_in(MemberFactory(community=study.community, researcher=True))
    address = f"/api/v1/studies/{study.slug}/"
    sent = {"questions": [{**BETTER, "text": "Which would you rather read?"}]}
    assert researcher.put(f"{address}questions/", sent).status_code == 200
    assert researcher.get(f"{address}questions/").json()[0]["text"] == "Which is better?"
    researcher.post(f"{address}publish/")
    assert researcher.get(f"{address}questions/").json()[0]["text"] == "Which would you rather read?"
    assert list(Study.objects.get().versions.values_list("number", flat=True)) == [1, 2]
