"""Models as subjects: their responses become items of the study, are rated as others, and are scored side by side."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from aggregation import sources
from aggregation.pipelines import coverage
from aggregation.pipelines.outcome import silent
from annotation.formats.model_responses import MOST_CHARACTERS, ModelResponse, read_model_responses
from annotation.models import Item, Question, Study
from tests.factories.accounts import MemberFactory
from tests.factories.annotation import answered, open_study

pytestmark = pytest.mark.django_db
SCALE = {"least": 1, "most": 5, "step": 1, "dimensions": [{"code": "represents", "text": "Represents me"}]}
QUESTION = {"name": "represents", "kind": Question.Kind.RATING, "text": "Does it speak for you?", "settings": SCALE}


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def study() -> Study:
    made = open_study(questions=(QUESTION,))
    for name, prompt in (("cars", "No cars in town?"), ("bus", "A night bus?")):
        content = {"turns": [{"role": "user", "content": prompt}]}
        Item.objects.create(study=made, name=name, content=content, domain="town")
    Item.objects.create(study=made, name="trial", kind=Item.Kind.TRAINING, content={"texts": []})
    return made


@pytest.fixture
def researcher(study: Study) -> Client:
    client = Client()
    client.force_login(MemberFactory(community=study.community, roles=[Role.RESEARCHER]).user)
    return client


def lines(*rows: Any) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


def upload(client: Client, study: Study, data: bytes, *, model: str = "", name: str = "answers.jsonl") -> Any:
    return client.post(address(study), {"file": SimpleUploadedFile(name, data), "model": model}, follow=True)


def address(study: Study) -> str:
    return f"/studies/{study.slug}/manage/models/"


def test_responses_are_looked_at_first_and_added_once(researcher: Client, study: Study) -> None:
    page = upload(
        researcher,
        study,
        lines(
            {"item": "cars", "response": "Close it.", "prompt": "No cars in town?"},
            {"item": "cars", "response": "Keep it open.", "model": "other"},
            {"item": "bus", "response": "Yes, <b>hourly</b>."},
        ),
        model="plain",
    )
    told = page.content.decode()
    assert "2 of plain" in told
    assert "1 of other" in told
    assert "&lt;b&gt;hourly" in told
    assert study.items.count() == 3
    sent = {"key": str(uuid4()), "upload": page.context["upload"]}
    for _ in range(2):
        done = researcher.post(address(study), sent, follow=True)
        assert "3 responses of 2 models were added" in done.content.decode()
    assert study.items.count() == 6
    made = study.items.get(name="cars@other")
    assert made.content["turns"] == [{"role": "user", "content": "No cars in town?"}]
    assert made.content["responses"] == [{"id": "a", "text": "Keep it open.", "model": "other"}]
    assert made.domain == "town"
    assert made.quotas.get().wanted == study.responses_per_item
    assert {row["provenance__model"]: row["n_responses"] for row in done.context["subjects"]} == {
        "plain": 2,
        "other": 1,
    }

    again = upload(researcher, study, lines({"item": "cars", "response": "Closed.", "model": "plain"}))
    assert "A response of plain to this item is there already." in again.content.decode()
    sent = {"key": str(uuid4()), "upload": again.context["upload"]}
    assert researcher.post(address(study), sent).status_code == 409
    assert study.items.count() == 6


def test_every_row_that_is_refused_is_named_with_the_reason(researcher: Client, study: Study) -> None:
    rows = (
        ("not json", "This is not JSON."),
        (["cars"], "An object with item and response should stand here."),
        ({"item": "cars"}, "It has no response."),
        ({"item": "cars", "response": ["a"]}, "Its response is not text."),
        ({"item": "tram", "response": "No."}, "The study has no item “tram”."),
        ({"item": "trial", "response": "No."}, "This item is there for training or as a check"),
        ({"item": "cars", "response": "No.", "prompt": "Another?"}, "Its prompt is not that of the item."),
        ({"item": "cars", "response": "x" * (MOST_CHARACTERS + 1)}, "The response has 20,001 characters"),
        ({"item": "cars", "response": "No.", "mood": "bad"}, "It has “mood”"),
        ({"item": "cars", "response": "N\0o."}, "a character that cannot be stored"),
    )
    good = {"item": "cars", "response": "Yes."}
    page = upload(researcher, study, lines(*(row for row, _ in rows), good, good), model="plain")
    refused = page.context["checked"].refused
    assert [one.row for one in refused] == [*range(1, len(rows) + 1), len(rows) + 2]
    for one, (_, reason) in zip(refused, rows, strict=False):
        assert one.reason.startswith(reason) or reason in one.reason
        assert str(one.row) in page.content.decode()
    assert len(page.context["checked"].items) == 1
    nameless = upload(researcher, study, lines(good))
    assert "does not say of which model" in nameless.content.decode()


def test_files_that_cannot_be_responses(researcher: Client, study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    assert upload(researcher, study, b"item,response\n", name="a.csv").status_code == 400
    assert upload(researcher, study, b"").status_code == 400
    monkeypatch.setattr("annotation.actions.model_responses.MOST_ROWS", 2)
    page = upload(researcher, study, lines(*[{"item": "cars", "response": "Yes."}] * 3), model="plain")
    assert "more than 2 rows" in page.content.decode()
    assert study.items.count() == 3


def test_lines_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"item": 7, "response": " yes "}\n\n\xff\n{"item": "8", "response": "no", "model": "m"}'
    )
    assert list(read_model_responses(path, model="given")) == [
        (1, ModelResponse("7", "yes", "given")),
        (3, "This is not UTF-8 text."),
        (4, ModelResponse("8", "no", "m")),
    ]


def test_ratings_of_their_responses_tell_whom_each_model_represents(researcher: Client, study: Study) -> None:
    page = upload(
        researcher,
        study,
        lines(*({"item": i, "response": f"{m} says", "model": m} for i in ("cars", "bus") for m in ("liked", "mixed"))),
    )
    researcher.post(address(study), {"key": str(uuid4()), "upload": page.context["upload"]})
    for item in study.items.filter(provenance__has_key="model"):
        for place in range(4):
            level = 5 if item.provenance["model"] == "liked" or item.provenance["item"] == "bus" else 1 + place % 2
            answered(item, {"represents": {"value": {"item": {"represents": level}}, "flags": {}}})
    user = MemberFactory(community=study.community, researcher=True).user
    material = sources.find_material(user, "study", study.slug)
    assert material is not None
    found = coverage.compute(
        material.ratings("represents"), {"grouping": "", "selection": {}, "tau": 4.0}, seed=0, tell=silent
    )
    assert {row["model"]: row["score"] for row in found.result["models"]} == {"liked": 1.0, "mixed": 0.5}
    assert found.result["questions"] == ["A night bus?", "No cars in town?"]
    assert f"/aggregations/new/study/{study.slug}/coverage/" in researcher.get(address(study)).content.decode()


def test_many_models_take_no_more_queries_than_few(researcher: Client, study: Study) -> None:
    counts = []
    for models in (["one"], ["two", "three", "four"]):
        page = upload(
            researcher,
            study,
            lines(*({"item": i, "response": "Yes.", "model": m} for i in ("cars", "bus") for m in models)),
        )
        with CaptureQueriesContext(connection) as looked_at:
            assert researcher.get(address(study)).context["checked"].items
        researcher.post(address(study), {"key": str(uuid4()), "upload": page.context["upload"]})
        researcher.get(address(study))
        with CaptureQueriesContext(connection) as listed:
            assert researcher.get(address(study)).context["subjects"]
        counts.append((len(looked_at), len(listed)))
    assert counts[0] == counts[1]


def test_other_peoples_studies_do_not_exist(study: Study) -> None:
    client = Client()
    client.force_login(MemberFactory(roles=[Role.RESEARCHER]).user)
    assert client.get(address(study)).status_code == 404
    assert upload(client, study, lines({"item": "cars", "response": "Yes."}), model="m").status_code == 404


def test_a_program_adds_responses_once_and_is_told_what_is_refused(researcher: Client, study: Study) -> None:
    there = f"/api/v1/studies/{study.slug}/model-responses/"
    rows = [
        {"item": "cars", "response": "Close it.", "model": "plain"},
        {"item": "tram", "response": "Build it.", "model": "plain"},
    ]
    sent = {"key": str(uuid4()), "responses": rows}
    replies = [researcher.post(there, sent, content_type="application/json") for _ in range(2)]
    assert replies[0].json() == replies[1].json()
    assert replies[0].json() == {
        "added": 1,
        "refused": [{"row": 2, "name": "tram", "reason": "The study has no item “tram”."}],
    }
    assert study.items.filter(name="cars@plain").count() == 1
    again = researcher.post(there, {**sent, "key": str(uuid4())}, content_type="application/json")
    assert (again.status_code, "there already" in again.json()["detail"]) == (409, True)
