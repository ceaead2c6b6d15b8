"""A Polis export that came through the browser, taken in by the worker's own way of running jobs."""

import io
from pathlib import Path

import pytest
from pytest_django import Settings

from deliberation.actions.uploads import request_import
from deliberation.formats import differences, write_zip
from deliberation.models import Conversation
from deliberation.queries.exports import polis_folder
from jobs.models import Job
from jobs.relay import relay_wishes
from jobs.running import run
from tests.deliberation.formats.conversations import small_conversation
from tests.factories.accounts import MemberFactory


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
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
