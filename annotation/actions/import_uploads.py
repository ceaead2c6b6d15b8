"""Data sets that come through the browser: looked at first, taken in by a worker once a person has agreed."""

import hashlib
import shutil
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import Community, Member
from annotation.actions.imports import import_dataset
from annotation.errors import Refused
from annotation.formats.dataset import Dataset, FormatError
from annotation.formats.readers import read_dataset
from annotation.models import StudyImport
from jobs.actions import request_job
from jobs.kinds import Unfinishable
from jobs.progress import Progress

MOST_BYTES, MOST_UNPACKED, MOST_FILES = 50_000_000, 500_000_000, 2_000
MOST_LISTED = 1_000  # refused rows that are kept; their number always is
SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".parquet", ".zip")


@transaction.atomic
def look_at(
    *, community: Community, file: File[Any], name: str, format: str, title: str, created_by: Member | None
) -> StudyImport:
    """Store an upload and read it once, so that a person sees what it holds and what would be refused.

    Raises
    ------
    FormatError
        If it cannot be read at all; then nothing is stored.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise FormatError(f"{name}: the suffix {suffix!r} is not one of {', '.join(SUFFIXES)}.")
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    stored = default_storage.save(f"imports/{uuid.uuid4()}{suffix}", file)
    made = StudyImport(
        community=community, format=format, name=Path(name).name[:200], title=title, stored_as=stored,
        sha256=digest.hexdigest(), created_by=created_by,
    )  # fmt: skip
    try:
        read_into(made)
    except FormatError:
        default_storage.delete(stored)
        raise
    made.save()
    return made


@transaction.atomic
def tell_columns(*, study_import: StudyImport, told: Mapping[str, Any]) -> StudyImport:
    """Say which column is what, and read the upload again.

    Raises
    ------
    Refused
        If it is being taken in.
    FormatError
        If it cannot be read that way.
    """
    locked = _looked_at(study_import)
    locked.told = dict(told)
    read_into(locked)
    locked.save()
    return locked


@transaction.atomic
def request_study(*, study_import: StudyImport, requested_by: Member | None) -> UUID:
    """Ask for the upload to be taken in; returns the id under which that can be followed.

    Raises
    ------
    Refused
        If that was asked for already.
    """
    locked = _looked_at(study_import)
    locked.status = StudyImport.Status.WAITING
    locked.job = request_job(
        kind="import_study",
        key=str(locked.pk),
        payload={"study_import": str(locked.pk)},
        community=locked.community,
        requested_by=requested_by,
    )
    locked.save(update_fields=["status", "job"])
    return locked.job


def import_study(progress: Progress, *, study_import: str) -> dict[str, Any]:
    """Take the upload in and throw it away; a second run finds the study and does nothing."""
    found = StudyImport.objects.select_related("community", "created_by").get(pk=study_import)
    if found.status == StudyImport.Status.DONE:
        return {"address": found.get_absolute_url()}
    progress.report(0.01, "Reading the file")
    try:
        dataset = read_into(found)
    except FormatError as problem:
        raise Unfinishable(str(problem)) from None
    with transaction.atomic():
        found.study = import_dataset(
            community=found.community,
            dataset=dataset,
            title=found.title or Path(found.name).stem,
            created_by=found.created_by,
            report=progress.report,
        )
        found.status = StudyImport.Status.DONE
        found.save()
    default_storage.delete(found.stored_as)
    return {"address": found.get_absolute_url(), "study": found.study.slug}


def read_into(study_import: StudyImport) -> Dataset:
    """Read the upload, and write down what it holds, what was refused and why; does not save.

    Raises
    ------
    FormatError
    """
    with unpacked(study_import) as path:
        dataset = read_dataset(path, study_import.format, study_import.told)
    study_import.counts = {
        "items": len(dataset.items),
        "people": len(dataset.raters),
        "answers": len(dataset.answers),
        "refused": len(dataset.refusals),
        "questions": dataset.questions(),
        "about_people": dataset.demographic_columns(),
    }
    study_import.refused = [{"row": one.row, "reason": one.reason} for one in dataset.refusals[:MOST_LISTED]]
    study_import.notes = list(dataset.notes[:MOST_LISTED])
    return dataset


@contextmanager
def unpacked(study_import: StudyImport) -> Iterator[Path]:
    """The upload as a file, or an archive as a folder, under the name it came with.

    Raises
    ------
    FormatError
        If it is gone, no archive, or too large inside.
    """
    if not default_storage.exists(study_import.stored_as):
        raise FormatError("The uploaded file is gone: it was taken in already, or removed. Upload it again.")
    with tempfile.TemporaryDirectory(prefix="polyphony-import-") as folder:
        place = Path(folder) / "upload" / study_import.name
        place.parent.mkdir()
        with default_storage.open(study_import.stored_as) as kept, place.open("wb") as copy:
            shutil.copyfileobj(kept, copy)
        yield _unzip(place, Path(folder) / "files") if place.suffix.lower() == ".zip" else place


def _unzip(archive: Path, folder: Path) -> Path:
    folder.mkdir()
    try:
        with zipfile.ZipFile(archive) as source:
            entries = [entry for entry in source.infolist() if not entry.is_dir()]
            size = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_FILES or size > MOST_UNPACKED:
                raise FormatError(
                    f"{archive.name}: {len(entries)} files of {size / 1e6:.0f} MB; at most {MOST_FILES} files of"
                    f" {MOST_UNPACKED / 1e6:.0f} MB are taken."
                )
            for entry in entries:
                target = (folder / entry.filename).resolve()
                if not target.is_relative_to(folder.resolve()):
                    raise FormatError(f"{archive.name}: {entry.filename!r} would be written elsewhere.")
                target.parent.mkdir(parents=True, exist_ok=True)
                with source.open(entry) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file)
    except zipfile.BadZipFile:
        raise FormatError(f"{archive.name}: is not a zip archive.") from None
    return folder


def _looked_at(study_import: StudyImport) -> StudyImport:
    locked = StudyImport.objects.select_for_update(of=("self",)).select_related("community").get(pk=study_import.pk)
    if locked.status != StudyImport.Status.LOOKED_AT:
        raise Refused("This file is being taken in already, or has been.")
    return locked
