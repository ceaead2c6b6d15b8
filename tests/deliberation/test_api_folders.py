"""Polis exports out of and into the REST API."""

import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Member
from deliberation.actions.imports import import_conversation
from deliberation.formats import differences, read_zip, write_zip
from deliberation.models import Conversation
from jobs.models import Job
from jobs.relay import relay_wishes
from jobs.running import run
from tests.deliberation.formats.conversations import small_conversation
from tests.factories.accounts import CommunityFactory, MemberFactory

ROOT = "/api/v1/conversations/"


@pytest.fixture
def organiser() -> Member:
    return MemberFactory(researcher=True)


def signed_in(member: Member) -> APIClient:
    client = APIClient()
    client.force_login(member.user)
    return client


def archive() -> bytes:
    buffer = io.BytesIO()
    write_zip(small_conversation(), buffer)
    return buffer.getvalue()


def upload(member: Member, data: bytes, key: uuid.UUID, **sent: Any) -> Any:
    file = SimpleUploadedFile("export.zip", data, content_type="application/zip")
    body = {"community": member.community.slug, "key": str(key), "file": file, **sent}
    return signed_in(member).post(f"{ROOT}import/", body, format="multipart")


@pytest.mark.django_db
def test_a_conversation_comes_out_as_an_archive(organiser: Member) -> None:
    conversation = import_conversation(community=organiser.community, folder=small_conversation())
    for headers in ({}, {"accept": "application/zip"}):
        reply = signed_in(organiser).get(f"{ROOT}{conversation.slug}/export/", headers=headers)
        assert (reply.status_code, reply["Content-Type"]) == (200, "application/zip")
        assert differences(small_conversation(), read_zip(io.BytesIO(reply.content))) == []
    newer = signed_in(organiser).get(f"{ROOT}{conversation.slug}/export/?dialect=newer")
    assert read_zip(io.BytesIO(newer.content)).dialect.units["votes"] == "s"
    assert signed_in(organiser).get(f"{ROOT}{conversation.slug}/export/?dialect=older").status_code == 400


@pytest.mark.django_db
def test_an_export_does_not_exist_for_those_who_do_not_run_it(organiser: Member) -> None:
    conversation = import_conversation(community=organiser.community, folder=small_conversation())
    for member in (MemberFactory(community=organiser.community), MemberFactory(researcher=True)):
        reply = signed_in(member).get(f"{ROOT}{conversation.slug}/export/", headers={"accept": "application/zip"})
        assert (reply.status_code, "detail" in reply.json()) == (404, True)


@pytest.mark.django_db(transaction=True)
def test_an_archive_comes_in_once_for_its_key(organiser: Member, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    key, data = uuid.uuid4(), archive()
    replies = [upload(organiser, data, key) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [202, 202]
    assert replies[0].json() == replies[1].json()
    relay_wishes()
    run(Job.objects.get(kind="import_conversation").pk)
    followed = signed_in(organiser).get(replies[0].json()["address"]).json()
    assert followed["status"] == "succeeded"
    assert Conversation.objects.get().slug == followed["result"]["conversation"]
    assert upload(organiser, data, key, title="Another").status_code == 422


@pytest.mark.django_db
def test_what_is_no_export_is_refused_with_the_place(organiser: Member, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    reply = upload(organiser, b"not a zip", uuid.uuid4())
    assert (reply.status_code, list(reply.json())) == (400, ["file"])
    assert upload(organiser, archive(), uuid.uuid4(), community=CommunityFactory().slug).status_code == 404
    participant = MemberFactory(community=organiser.community)
    assert upload(participant, archive(), uuid.uuid4()).status_code == 404
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
