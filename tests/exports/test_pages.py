"""From the first step to the download, as a researcher, a steward and a stranger find it."""

import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import Role
from exports.actions.building import build_export
from exports.actions.preparing import scan_texts
from exports.models import ErasureTouch, Export, ReleasedPerson
from jobs.models import OutboxMessage
from tests.exports.studies import add_item, answer, built, make_study, people_of
from tests.factories.accounts import MemberFactory
from tests.progress import Watched

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def signed_in(member: Any) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def answered_study(people: str = "yyyooo") -> Any:
    study = make_study()
    item = add_item(study, "lie")
    for number, member in enumerate(people_of(study.community, people)):
        value = {"chosen": "r1" if number % 2 else "r2", "strength": 1}
        answer(item, member, {"better": {"value": value, "why": f"Because. Ask person{number}@example.org."}})
    return study


def test_a_researcher_goes_through_every_step_and_downloads_the_files() -> None:
    study = answered_study("yyyyyo")
    client = signed_in(MemberFactory(community=study.community, roles=[Role.RESEARCHER]))
    sent = {
        "key": str(uuid4()), "of": f"study:{study.slug}", "format": "bundle", "licence": "cc-by-4.0",
        "risk_tier": "low", "about_motivation": "To see who disagrees.",
    }  # fmt: skip
    first, second = (client.post("/exports/new/", sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    export = Export.objects.get()

    page = client.get(f"/exports/{export.pk}/privacy/").content.decode()
    assert "1 person alone with their answer" in page
    assert "Among fewer than 5" in page
    client.post(f"/exports/{export.pk}/build/")
    assert Export.objects.get().status == "draft"

    waiting = client.get(f"/exports/{export.pk}/texts/").content.decode()
    assert "The texts are being searched" in waiting
    assert OutboxMessage.objects.filter(kind="scan_export").count() == 1
    scan_texts(Watched(), export=str(export.pk))
    onward = client.post(
        f"/exports/{export.pk}/privacy/",
        {"key": str(uuid4()), "k": 2, "rare": "leave_out", "column-0": "keep", "decide": "1"},
    )
    assert onward["Location"] == f"/exports/{export.pk}/texts/"
    findings = client.get(f"/exports/{export.pk}/texts/")
    assert "person3@example.org" in findings.content.decode()
    kept = export.findings.get(text="person3@example.org")
    client.post(f"/exports/{export.pk}/texts/", {"kept": [kept.pk]})
    preview = client.get(f"/exports/{export.pk}/").content.decode()
    assert "1: people whose combination was too rare" in preview

    for _ in range(2):
        client.post(f"/exports/{export.pk}/build/")
    assert OutboxMessage.objects.filter(kind="build_export").count() == 1
    build_export(Watched(), export=str(export.pk))

    ready = client.get(f"/exports/{export.pk}/").content.decode()
    assert "5 answers by 5 people" in ready
    response = client.get(f"/exports/{export.pk}/download/")
    data = b"".join(response.streaming_content)
    export.refresh_from_db()
    assert hashlib.sha256(data).hexdigest() == export.sha256
    assert export.sha256 in ready


def test_a_preview_changes_nothing() -> None:
    study = answered_study("yyyyyo")
    client = signed_in(MemberFactory(community=study.community, roles=[Role.RESEARCHER]))
    client.post("/exports/new/", {
        "key": str(uuid4()), "of": f"study:{study.slug}", "format": "csv", "licence": "other", "risk_tier": "low",
    })  # fmt: skip
    export = Export.objects.get()

    sent = {"key": str(uuid4()), "k": 2, "rare": "blank", "column-0": "drop", "preview": "1"}
    page = client.post(f"/exports/{export.pk}/privacy/", sent)

    assert page.status_code == 200
    assert Export.objects.get().privacy == export.privacy
    assert Export.objects.get().privacy_at is None


def test_a_download_goes_on_where_it_stopped() -> None:
    study = answered_study()
    asker = MemberFactory(community=study.community, roles=[Role.RESEARCHER])
    export = built(study, requested_by=asker, format="csv")
    client, address = signed_in(asker), f"/exports/{export.pk}/download/"
    with default_storage.open(export.stored_as) as file:
        whole = file.read()

    first = client.get(address, headers={"Range": "bytes=0-99"})
    rest = client.get(address, headers={"Range": "bytes=100-", "If-Range": first["ETag"]})
    last = client.get(address, headers={"Range": "bytes=-7"})
    other = client.get(address, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    beyond = client.get(address, headers={"Range": f"bytes={len(whole)}-"})
    head = client.head(address)

    assert (first.status_code, first["Content-Range"]) == (206, f"bytes 0-99/{len(whole)}")
    assert b"".join(first.streaming_content) + b"".join(rest.streaming_content) == whole
    assert b"".join(last.streaming_content) == whole[-7:]
    assert (other.status_code, b"".join(other.streaming_content)) == (200, whole)
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")
    assert (head["Accept-Ranges"], head["Content-Length"]) == ("bytes", str(len(whole)))


def test_only_whom_the_gate_admits_can_download() -> None:
    study = answered_study()
    community = study.community
    asker = MemberFactory(community=community, roles=[Role.RESEARCHER])
    export = built(study, requested_by=asker)
    address = f"/exports/{export.pk}/download/"

    def status(member: Any) -> int:
        client = signed_in(member) if member else Client()
        return client.get(address).status_code

    steward, other = (MemberFactory(community=community, roles=[role]) for role in (Role.STEWARD, Role.RESEARCHER))
    assert [status(asker), status(steward), status(other)] == [200, 200, 403]
    assert [status(MemberFactory(community=community)), status(MemberFactory(roles=[Role.ADMIN])), status(None)] == [
        404
    ] * 3
    page = signed_in(other).get(address).content.decode()
    assert "These files are not open to you" in page


def test_an_erasure_is_named_by_every_export_it_touches() -> None:
    from accounts import personal_data

    study = answered_study()
    asker = MemberFactory(community=study.community, roles=[Role.RESEARCHER])
    exports = [built(study, requested_by=asker) for _ in range(2)]
    gone = ReleasedPerson.objects.filter(export=exports[0]).first().member
    names = dict(ReleasedPerson.objects.filter(member=gone).values_list("export_id", "pseudonym"))
    assert json.dumps(personal_data.export(gone)["exports"]).count(exports[0].sha256) == 1

    said = personal_data.erase(gone)

    assert any(sentence.startswith("2 data sets hold answers of yours") for sentence in said)
    assert dict(ErasureTouch.objects.values_list("export_id", "pseudonym")) == names
    assert not ReleasedPerson.objects.filter(member=gone).exists()
    page = signed_in(asker).get(f"/exports/{exports[0].pk}/").content.decode()
    assert f"<code>{names[exports[0].pk]}</code>: data erased" in page


def test_a_withdrawn_consent_is_named_and_left_out_of_the_next_export() -> None:
    from django.utils import timezone

    from accounts import personal_data
    from tests.factories.accounts import ConsentFactory

    study = answered_study()
    export = built(study)
    gone = ReleasedPerson.objects.filter(export=export).first()
    ConsentFactory(member=gone.member, withdrawn_at=timezone.now())
    personal_data.withdraw(gone.member)

    later = built(study)

    assert export.touches.get().kind == "withdrawn"
    assert not later.people.filter(member=gone.member).exists()
    assert later.manifest["counts"]["people"] == export.manifest["counts"]["people"] - 1
