"""Items from a file: kept until a person has said which column is what, then taken in row by row."""

import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import Member
from annotation.actions.items import NewItem, RefusedItem, add_items
from annotation.formats.dataset import FormatError
from annotation.formats.items import BadRow, check_parts, guess_parts, read_item
from annotation.formats.rows import SUFFIXES, Row, columns_of, read_rows
from annotation.models import Study
from jobs.actions import request_job
from jobs.kinds import Unfinishable
from jobs.progress import Progress

PREVIEW = 5
AT_ONCE = 2000  # more rows than this are taken in by a worker
MOST_SHOWN = 200
MOST_KEPT = 5_000  # refused rows that a worker keeps with their reasons; their number always is
EVERY, MOST_COUNTED = 1_000, 10_000_000


@dataclass(frozen=True)
class Preview:
    """The first rows of a file, with what each column probably is."""

    columns: list[str]
    rows: list[Row]
    parts: dict[str, str]


def keep_upload(study: Study, file: File[Any], suffix: str) -> str:
    """Store an upload until it is taken in; returns its name."""
    if suffix not in SUFFIXES:
        raise ValueError(f"suffix={suffix!r} should be among {SUFFIXES}")
    return default_storage.save(f"items/{study.pk}/{uuid.uuid4()}{suffix}", file)


def drop_upload(name: str) -> None:
    """Throw an upload away."""
    default_storage.delete(name)


@contextmanager
def local(name: str) -> Iterator[Path]:
    """The upload as a file on this machine.

    Raises
    ------
    Unfinishable
        If it is gone.
    FormatError
        As whoever reads it raises it, without the name that it has here.
    """
    if not default_storage.exists(name):
        raise Unfinishable("The uploaded file is gone. Upload it again.")
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix) as copy, default_storage.open(name) as kept:
        for chunk in kept.chunks():
            copy.write(chunk)
        copy.flush()
        try:
            yield Path(copy.name)
        except FormatError as problem:
            raise FormatError(str(problem).replace(copy.name, "This file")) from None


def preview(name: str) -> Preview:
    """Look at the first rows.

    Raises
    ------
    FormatError
        If the file is not what its name says.
    """
    with local(name) as path:
        columns = columns_of(path)
        rows = []
        for _, row in read_rows(path):
            if isinstance(row, dict):
                rows.append(row)
            if len(rows) == PREVIEW:
                break
    if not rows:
        raise FormatError("This file has no row that can be read: it needs one for each item.")
    return Preview(columns, rows, guess_parts(columns))


def count_rows(name: str, most: int) -> int:
    """How many rows the file has, counted up to ``most``."""
    with local(name) as path:
        number = 0
        for number, _ in enumerate(read_rows(path), start=1):
            if number >= most:
                break
        return number


def take_in(
    study: Study, name: str, parts: Mapping[str, str], report: Callable[[int], None] = lambda number: None
) -> tuple[int, list[RefusedItem]]:
    """Add every row that makes an item; returns how many, and every row that does not with its number and reason.

    Parameters
    ----------
    report : told now and then how many rows were read
    """
    problems = check_parts(parts)
    if problems:
        raise ValueError(" ".join(problems))
    unread: list[RefusedItem] = []

    def items() -> Iterator[NewItem]:
        with local(name) as path:
            for place, (number, row) in enumerate(read_rows(path), start=1):
                if place % EVERY == 0:
                    report(place)
                if isinstance(row, str):
                    unread.append(RefusedItem(number, "", f"The row {row}."))
                    continue
                try:
                    read = read_item(row, parts)
                except BadRow as bad:
                    unread.append(RefusedItem(number, "", str(bad)))
                    continue
                yield NewItem(read.name or f"row-{number}", read.content, number, read.described)

    added, refused = add_items(study=study, items=items())
    return len(added), sorted([*unread, *refused], key=lambda one: one.row)


@transaction.atomic
def request_items(*, study: Study, name: str, parts: Mapping[str, str], requested_by: Member | None) -> UUID:
    """Ask for a large file to be taken in by a worker."""
    return request_job(
        kind="import_items",
        key=name,
        payload={"study": study.pk, "name": name, "parts": dict(parts)},
        community=study.community,
        requested_by=requested_by,
    )


def import_items(progress: Progress, *, study: int, name: str, parts: dict[str, str]) -> dict[str, Any]:
    """Take the file in and throw it away; a second run finds it gone."""
    found = Study.objects.get(pk=study)
    progress.report(0.02, "Counting the rows")
    total = max(count_rows(name, MOST_COUNTED), 1)

    def report(number: int) -> None:
        progress.report(min(0.05 + 0.9 * number / total, 0.95), f"{number:,} of {total:,} rows read")

    added, refused = take_in(found, name, parts, report)
    drop_upload(name)
    more = [f"{len(refused) - MOST_KEPT:,} more rows were not taken."] if len(refused) > MOST_KEPT else []
    return {
        "added": added,
        "refused": len(refused),
        "notes": [f"Row {one.row}: {one.reason}" for one in refused[:MOST_KEPT]] + more,
        "address": f"/studies/{found.slug}/manage/items/",
    }
