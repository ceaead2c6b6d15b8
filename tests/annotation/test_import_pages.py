"""Importing in the browser: what is refused is seen first, a table's columns can be named, a worker takes it in."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from annotation.actions.import_uploads import import_study
from annotation.models import Response, StudyImport
from jobs.models import OutboxMessage
from tests.factories.accounts import MemberFactory
from tests.progress import Watched

pytestmark = pytest.mark.django_db
ADDRESS = "/studies/import/"


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def researcher() -> Client:
    client = Client()
    client.force_login(MemberFactory(roles=[Role.RESEARCHER]).user)
    return client


def upload(client: Client, name: str, data: bytes, format: str, key: str = "") -> Any:
    file = SimpleUploadedFile(name, data)
    sent = {"key": key or str(uuid4()), "file": file, "format": format, "title": "What people say"}
    return client.post(ADDRESS, sent)


def test_a_table_is_looked_at_mapped_and_taken_in(researcher: Client) -> None:
    table = b"thing,who,verdict,age\n1,7,3,>65\n1,,4,\n2,7,5,>65\n2,8,2,54-59\n2,8,1,54-59\n"
    refused = upload(researcher, "answers.csv", table, "csv")
    assert refused.status_code == 400
    assert "no column looks like an item" in refused.content.decode()
    table = table.replace(b"thing", b"item").replace(b"who", b"rater")
    key = str(uuid4())
    first, second = (upload(researcher, "answers.csv", table, "csv", key) for _ in range(2))
    assert first["Location"] == second["Location"]
    found = StudyImport.objects.get()
    assert found.counts["answers"] == 0

    mapping = {"columns": "1", "item": "item", "rater": "rater", "values": ["verdict"], "demographics": ["age"]}
    researcher.post(first["Location"], mapping)
    page = researcher.get(first["Location"]).content.decode()
    assert "2 rows refused" in page
    assert "no rater" in page
    assert "answers item &#x27;2&#x27; again" in page
    for _ in range(2):
        researcher.post(first["Location"])
    assert OutboxMessage.objects.filter(kind="import_study").count() == 1
    for _ in range(2):
        import_study(Watched(), study_import=str(found.pk))

    found.refresh_from_db()
    assert found.status == "done"
    assert found.study is not None
    assert Response.objects.filter(study=found.study).count() == 3
    assert found.study.title == "What people say"
    assert researcher.get(found.study.get_absolute_url()).status_code == 200


def test_an_archive_with_metadata_beside(researcher: Client) -> None:
    item = {
        "text": "t", "annotations": {"Ann1": "1", "Ann2": "0"}, "annotators": "Ann1,Ann2", "number of annotators": 2,
        "soft_label": {"0": 0.5, "1": 0.5}, "lang": "en", "split": "dev", "other_info": {},
    }  # fmt: skip
    people = {"Ann1": {"Age": "19"}, "Ann2": {"Age": "DATA_EXPIRED"}}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("set/X_dev.json", json.dumps({"a": item}))
        archive.writestr("set/X_annotators_meta.json", json.dumps(people))

    page = upload(researcher, "set.zip", buffer.getvalue(), "lewidi")

    assert page.status_code == 302
    counts = StudyImport.objects.get().counts
    assert (counts["items"], counts["people"], counts["answers"], counts["about_people"]) == (1, 2, 2, ["Age"])


def test_archives_that_would_write_elsewhere_are_refused(researcher: Client) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../evil.json", "{}")

    page = upload(researcher, "set.zip", buffer.getvalue(), "lewidi")

    assert page.status_code == 400
    assert "would be written elsewhere" in page.content.decode()
    assert not StudyImport.objects.exists()
    assert "is not a zip archive" in upload(researcher, "a.zip", b"no", "lewidi").content.decode()


def test_imports_of_others_do_not_exist(researcher: Client) -> None:
    made = upload(researcher, "a.csv", b"item,rater,value\n1,2,3\n", "csv")
    other = Client()
    other.force_login(MemberFactory(roles=[Role.ADMIN]).user)

    assert other.get(made["Location"]).status_code == 404
    assert other.post(made["Location"]).status_code == 404
