"""The demonstration's finished runs: each page shows something to everybody who may see it."""

import pytest
from django.urls import reverse

from accounts.models import Community, Member, Role
from aggregation.demo.load import RUNS, STUDY, STUDY_RUNS, load_demo
from aggregation.models import Aggregation
from aggregation.pipelines.methods import METHODS
from annotation.demo.load import load_demo as load_studies
from annotation.models import Study
from deliberation.demo.load import load_demo as load_conversations

pytestmark = pytest.mark.django_db


def test_every_run_of_the_demonstration_has_a_page_with_its_files(client):
    load_conversations()
    load_studies()
    assert load_demo() is True
    assert Aggregation.objects.count() == len(RUNS) + len(STUDY_RUNS)
    assert load_demo() is False
    assert {method for method, _, _ in (*RUNS, *STUDY_RUNS)} == set(METHODS)
    models = Aggregation.objects.get(run__kind="coverage").run.result["models"]
    assert [row["model"] for row in models] == ["Demo model A", "Demo model B"]
    assert models[0]["score"] < models[1]["score"]
    guessed = Aggregation.objects.get(run__kind="distribution", source="study").run.result["models"]
    assert [row["model"] for row in guessed] == ["Guesses the middle", "Guesses that people differ"]
    assert all(block["items"] <= 2 for row in guessed for block in row["groups"])
    assert all(low <= row["score"] <= high for row in models for low, high in [row["interval"]])
    for role in (Role.RESEARCHER, Role.STEWARD):
        member = Member.objects.filter(roles__contains=[role]).first()
        client.force_login(member.user)
        for found in Aggregation.objects.all():
            page = client.get(found.get_absolute_url())
            assert page.status_code == 200, (role, found.title)
            assert found.title in page.content.decode()
        assert client.get(reverse("aggregation:runs")).status_code == 200
        listed = client.get("/api/v1/aggregations/").json()
        assert listed["count"] == len(RUNS) + len(STUDY_RUNS)
        one = client.get(f"/api/v1/aggregations/{Aggregation.objects.first().pk}/").json()
        assert one["engine"]["seed"] == 1
        assert one["result"]


def test_a_study_of_an_older_version_does_not_keep_the_rest_from_loading():
    load_conversations()
    load_studies()
    study = Study.objects.get(slug=STUDY)
    for item in study.items.all():  # it did not keep which model a response is of
        for response in item.content.get("responses", []):
            response.pop("model", None)
        item.save(update_fields=["content"])
    assert load_demo() is True
    assert not Aggregation.objects.filter(run__kind="coverage").exists()
    assert Aggregation.objects.count() == len(RUNS) + len(STUDY_RUNS) - 1
    assert load_demo() is False


def test_pages_stand_when_nearly_everything_is_too_small_to_be_shown(client):
    load_conversations()
    load_studies()
    load_demo()
    member = Member.objects.filter(roles__contains=[Role.STEWARD]).first()
    client.force_login(member.user)
    for k in (60, 5000):
        Community.objects.filter(pk=member.community_id).update(small_cell=k)
        for found in Aggregation.objects.all():
            assert client.get(found.get_absolute_url()).status_code == 200, (k, found.title)


def test_a_slate_leaves_only_through_the_gate(client):
    import uuid

    load_conversations()
    load_demo()
    slate = Aggregation.objects.filter(run__kind="slate").first()
    researcher = Member.objects.filter(roles__contains=[Role.RESEARCHER]).first()
    client.force_login(researcher.user)
    address = reverse("aggregation:download", args=[slate.pk, "json"])
    assert client.get(address).status_code == 403
    sent = {"key": str(uuid.uuid4()), "risk_tier": "low", "rationale": "Made up."}
    assert client.post(reverse("aggregation:propose", args=[slate.pk]), sent).status_code == 302
    told = client.get(address).json()
    assert told["engine"]["input_sha256"] == slate.run.input_sha256
    assert told["result"]["certificates"]
    card = client.get(reverse("aggregation:download", args=[slate.pk, "card"])).content.decode()
    assert "## What is certain" in card
    assert f"seed: {slate.run.seed}" in card
    assert client.get(reverse("aggregation:download", args=[slate.pk, "all"])).content[:2] == b"PK"
    table = client.get(reverse("aggregation:download", args=[slate.pk, "csv"])).content.decode()
    assert table.startswith("path,value\n")
