"""A Polis export that came through the browser, taken in by the worker's own way of running jobs."""

import io
import os
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from accounts.models import Community
from deliberation.actions.uploads import FOLDER, KEPT, import_upload, request_import, sweep_uploads
from deliberation.formats import differences, write_zip
from deliberation.models import Conversation
from deliberation.queries.exports import polis_folder
from jobs.kinds import Unfinishable
from jobs.models import Job
from jobs.relay import relay_wishes
from jobs.running import run
from tests.deliberation.formats.conversations import small_conversation
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.progress import Watched


@pytest.mark.django_db(transaction=True)
def test_an_upload_becomes_a_conversation_and_is_thrown_away(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    organiser, buffer = MemberFactory(researcher=True), io.BytesIO()
    write_zip(small_conversation(), buffer)
    request_import(community=organiser.community, data=buffer.getvalue(), title="", created_by=organiser)
    relay_wishes()
    job = Job.objects.get(kind="import_conversation")
    run(job.pk)
    job.refresh_from_db()
    conversation = Conversation.objects.get()
    assert (job.status, job.result["conversation"]) == (Job.Status.SUCCEEDED, conversation.slug)
    assert differences(small_conversation(), polis_folder(conversation)) == []
    assert kept_in(tmp_path) == []


def kept_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def asked_for(community: Community, data: bytes = b"") -> dict[str, Any]:
    """What the job is called with, after an upload."""
    if not data:
        buffer = io.BytesIO()
        write_zip(small_conversation(), buffer)
        data = buffer.getvalue()
    name = default_storage.save(f"{FOLDER}/{uuid.uuid4()}.zip", ContentFile(data))
    return {"upload": name, "community": community.pk, "title": "", "created_by": None}


@pytest.mark.django_db
def test_a_job_that_was_killed_before_it_threw_the_upload_away_imports_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    asked = asked_for(CommunityFactory())
    with monkeypatch.context() as killed:
        killed.setattr(default_storage, "delete", lambda name: None)
        first = import_upload(Watched(), **asked)
    assert len(kept_in(tmp_path)) == 1
    assert import_upload(Watched(), **asked) == first
    assert Conversation.objects.count() == 1
    assert kept_in(tmp_path) == []
    assert import_upload(Watched(), **asked) == first


@pytest.mark.django_db
def test_an_archive_that_is_no_export_is_thrown_away(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(Unfinishable, match="allowed is a zip archive"):
        import_upload(Watched(), **asked_for(CommunityFactory(), b"nothing of the kind"))
    assert kept_in(tmp_path) == []


@pytest.mark.django_db
def test_archives_that_nothing_took_in_are_swept(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert sweep_uploads() == 0
    community = CommunityFactory()
    old, fresh = (tmp_path / asked_for(community)["upload"] for _ in range(2))
    long_ago = time.time() - KEPT.total_seconds() - 60
    os.utime(old, (long_ago, long_ago))
    assert sweep_uploads() == 1
    assert kept_in(tmp_path) == [fresh]
