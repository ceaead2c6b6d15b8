"""Data sets over REST: the same steps as on the pages, for programs."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Role
from exports.actions import build_export, scan_texts
from exports.models import Export
from tests.exports.studies import add_item, answer, make_study, people_of
from tests.factories.accounts import MemberFactory
from tests.progress import Watched

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/exports/"


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def signed_in(member: Any) -> APIClient:
    client = APIClient()
    client.force_authenticate(member.user)
    return client


def test_a_program_prepares_builds_and_downloads() -> None:
    study = make_study()
    item = add_item(study, "lie")
    for member in people_of(study.community, "yyo"):
        answer(item, member, {"better": {"value": {"chosen": "r1", "strength": 1}, "why": "I'm Ann, ann@example.org"}})
    client = signed_in(MemberFactory(community=study.community, roles=[Role.RESEARCHER]))
    sent = {"key": str(uuid4()), "study": study.slug, "format": "csv", "risk_tier": "low"}

    made, again = (client.post(ADDRESS, sent, format="json") for _ in range(2))
    other = client.post(ADDRESS, {**sent, "format": "trl"}, format="json")
    assert (made.status_code, again.json(), other.status_code) == (201, made.json(), 422)
    address = f"{ADDRESS}{made.json()['id']}/"
    assert client.post(f"{address}build/").status_code == 409
    chosen = {"k": 2, "rare": "leave_out", "columns": {"age": {"do": "keep"}}}
    assert client.put(f"{address}privacy/", chosen, format="json").json()["privacy"]["rare"] == "leave_out"
    assert client.put(f"{address}texts/", {"kept": []}, format="json").status_code == 409
    scan_texts(Watched(), export=made.json()["id"])
    found = client.get(f"{address}texts/").json()["results"]
    assert sorted((one["kind"], one["text"], one["times"]) for one in found) == [
        ("mail address", "ann@example.org", 3),
        ("name", "Ann", 3),
    ]
    kept = [one["id"] for one in found if one["kind"] == "name"]
    client.put(f"{address}texts/", {"kept": kept}, format="json")
    assert client.post(f"{address}build/").status_code == 202
    assert client.get(f"{address}download/").status_code == 404
    build_export(Watched(), export=made.json()["id"])

    ready = client.get(address).json()
    assert (ready["status"], ready["manifest"]["counts"]) == ("ready", {"answers": 2, "people": 2, "items": 1})
    data = b"".join(client.get(f"{address}download/").streaming_content)
    assert len(data) == ready["size"]
    assert client.put(f"{address}privacy/", chosen, format="json").status_code == 409


def test_a_data_set_has_one_source_of_ones_own() -> None:
    study = make_study()
    client = signed_in(MemberFactory(roles=[Role.RESEARCHER]))
    sent = {"key": str(uuid4()), "format": "csv"}

    assert client.post(ADDRESS, sent, format="json").status_code == 400
    both = {**sent, "study": study.slug, "conversation": "x"}
    assert client.post(ADDRESS, both, format="json").status_code == 400
    assert client.post(ADDRESS, {**sent, "study": study.slug}, format="json").status_code == 404
    assert not Export.objects.exists()


def test_answers_come_as_json_lines_too() -> None:
    study = make_study()
    item = add_item(study, "lie")
    (member,) = people_of(study.community, "y")
    answer(item, member, {"better": {"value": {"chosen": "r2", "strength": 3}}})
    client = signed_in(MemberFactory(community=study.community, roles=[Role.ADMIN]))

    lines = b"".join(client.get(f"/api/v1/answers/{study.slug}/?as=jsonl").streaming_content).splitlines()

    (row,) = map(json.loads, lines)
    assert (row["item"], row["value"], row["number"], row["order_shown"]) == ("lie", "r2", -3.0, ["r2", "r1"])
    assert client.get(f"/api/v1/answers/{study.slug}/?as=xml").status_code == 400
