"""Asking for an export to be built, and building it."""

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from annotation.formats.huggingface import MANIFEST, SCHEMA_VERSION
from annotation.formats.json_text import write_json
from exports.building import Material, pack, read_source, working_folder
from exports.cards import card_for
from exports.copying import one_view_of_the_data
from exports.errors import Refused
from exports.models import Export
from exports.releasing import propose
from exports.sources import source_of
from exports.writing import WRITERS
from jobs.actions import request_job
from jobs.kinds import Unfinishable
from jobs.progress import Progress


@transaction.atomic
def request_export(*, export: Export, requested_by: Member | None) -> uuid.UUID:
    """Ask for an export to be built; returns the id under which that can be followed.

    Raises
    ------
    Refused
        If somebody still has to decide about columns or texts, or it was asked for already.
    """
    locked = Export.objects.select_for_update(of=("self",)).select_related("community").get(pk=export.pk)
    if locked.status != Export.Status.DRAFT:
        raise Refused("This export was asked for already.")
    if locked.privacy_at is None:
        raise Refused("First decide what is told of people.")
    if locked.texts_at is None:
        raise Refused("First decide about the personal data that was found in texts.")
    job = request_job(
        kind="build_export",
        key=str(locked.pk),
        payload={"export": str(locked.pk)},
        community=locked.community,
        requested_by=requested_by,
    )
    locked.status, locked.job = Export.Status.WAITING, job
    locked.save(update_fields=["status", "job"])
    return job


def build_export(progress: Progress, *, export: str) -> dict[str, Any]:
    """Build the files and put them before the community's stewards; a second run finds them and does nothing."""
    related = ("community", "study__community", "conversation__community", "requested_by")
    found = Export.objects.select_related(*related).get(pk=export)
    if found.is_ready:
        return {"address": found.get_absolute_url()}
    if found.status != Export.Status.WAITING:
        raise Unfinishable("This export is being prepared again; ask for it once that is done.")
    source = source_of(found)
    with working_folder() as work:
        read, made, archive = Path(work) / "read", Path(work) / "made", Path(work) / "export.zip"
        with one_view_of_the_data():
            material = read_source(found, source, read, progress.report)
        if not material.rows("annotations"):
            raise Unfinishable("There is no answer that may leave: nobody has answered, or nobody may be included.")
        progress.report(0.7, "Writing the files")
        card = card_for(found, source, material)
        if found.format != Export.Format.BUNDLE:
            made.mkdir()
        counts = WRITERS[found.format](found, source, material, card, made)
        progress.report(0.9, "Packing")
        manifest = _manifest(found, material, counts, made)
        write_json(made / MANIFEST, manifest)
        sha256 = pack(made, archive)
        with archive.open("rb") as file:
            stored = default_storage.save(f"exports/{found.pk}/{sha256[:16]}.zip", File(file))
        size = archive.stat().st_size
    with transaction.atomic():
        found.manifest, found.sha256, found.stored_as, found.size = manifest, sha256, stored, size
        found.status, found.built_at = Export.Status.READY, timezone.now()
        found.save(update_fields=["manifest", "sha256", "stored_as", "size", "status", "built_at"])
        propose(found, source.about())
    return {"address": found.get_absolute_url(), "sha256": sha256}


def _manifest(export: Export, material: Material, counts: dict[str, int], folder: Path) -> dict[str, Any]:
    """What the archive holds, by which rules, and what was left out."""
    described = folder / MANIFEST
    info: dict[str, Any] = {}
    if described.is_file():
        info = {"info": json.loads(described.read_text("utf-8")).get("info", {})}
        described.unlink()
    files = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        files.append({"path": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": digest})
    people = len(material.raters.raters)
    return {
        "schema_version": SCHEMA_VERSION,
        "title": export.title,
        "format": export.format,
        "options": {name: held for name, held in export.options.items() if name != "about"},
        "risk_tier": export.risk_tier,
        "rows": counts,
        "counts": {"answers": material.rows("annotations"), "people": people, "items": material.rows("items")},
        "consent": "Nobody who took back their consent is in the files; what people told about themselves is there only"
        " where they agreed to its release.",
        **material.facts,
        "files": files,
        **info,
    }
