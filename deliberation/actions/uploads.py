"""Polis exports that came through the browser: kept until a worker has taken them in."""

import hashlib
import io
import uuid
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import Community, Member
from deliberation.actions.imports import import_conversation
from deliberation.formats import FormatError, read_zip
from deliberation.models import ImportedFolder
from jobs.actions import request_job
from jobs.kinds import Unfinishable
from jobs.progress import Progress

FOLDER = "imports/polis"
KEPT = timedelta(days=7)


@transaction.atomic
def request_import(*, community: Community, data: bytes, title: str, created_by: Member | None) -> UUID:
    """Check a zip archive at once and ask for its import.

    Raises
    ------
    FormatError
        At the first place that does not keep the format, before anything is stored.
    """
    read_zip(io.BytesIO(data))
    sweep_uploads()
    name = default_storage.save(f"{FOLDER}/{uuid.uuid4()}.zip", ContentFile(data))
    return request_job(
        kind="import_conversation",
        key=name,
        payload={
            "upload": name,
            "community": community.pk,
            "title": title,
            "created_by": created_by.pk if created_by else None,
        },
        community=community,
        requested_by=created_by,
    )


def import_upload(
    progress: Progress, *, upload: str, community: int, title: str, created_by: int | None
) -> dict[str, Any]:
    """Take the upload in and throw it away; a second run finds the conversation and does nothing."""
    done = ImportedFolder.objects.filter(upload=upload).select_related("conversation").first()
    if done is not None:
        default_storage.delete(upload)
        return _told(done)
    if not default_storage.exists(upload):
        raise Unfinishable("The uploaded file is gone. Upload it again.")
    with default_storage.open(upload) as file:
        data = file.read()
    try:
        folder = read_zip(io.BytesIO(data))
    except FormatError as problem:
        default_storage.delete(upload)
        raise Unfinishable(str(problem)) from None
    conversation = import_conversation(
        community=Community.objects.get(pk=community),
        folder=folder,
        sha256=hashlib.sha256(data).hexdigest(),
        title=title,
        created_by=Member.objects.filter(pk=created_by).first() if created_by else None,
        upload=upload,
        report=progress.report,
    )
    default_storage.delete(upload)
    return _told(ImportedFolder.objects.select_related("conversation").get(conversation=conversation))


def sweep_uploads() -> int:
    """Throw away archives that no job took in within :data:`KEPT`; returns how many.

    A failed or cancelled import may be tried again until then.
    """
    try:
        _, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    oldest = timezone.now() - KEPT
    old = [name for name in names if default_storage.get_modified_time(f"{FOLDER}/{name}") < oldest]
    for name in old:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(old)


def _told(folder: ImportedFolder) -> dict[str, Any]:
    conversation = folder.conversation
    return {"conversation": conversation.slug, "address": conversation.get_absolute_url(), "notes": list(folder.notes)}
