"""Items from files: looked at, told column by column, taken in at once or by a worker, every refused row explained."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from annotation.actions.uploads import import_items
from annotation.models import Item, Study
from jobs.models import OutboxMessage
from tests.factories.accounts import MemberFactory
from tests.factories.annotation import StudyFactory
from tests.progress import Watched

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def study() -> Study:
    return StudyFactory()


@pytest.fixture
def researcher(study: Study) -> Client:
    client = Client()
    client.force_login(MemberFactory(community=study.community, roles=[Role.RESEARCHER]).user)
    return client


def upload(client: Client, study: Study, name: str, content: bytes) -> str:
    """Send a file; the page that shows what it holds."""
    address = f"/studies/{study.slug}/manage/items/upload/"
    client.post(address, {"file": SimpleUploadedFile(name, content)})
    return client.get(address, follow=True).content.decode()


def test_parquet_is_shown_mapped_and_taken_in(study: Study, researcher: Client) -> None:
    rows = [
        {"question": "Is it safe?", "one": "Yes.", "two": "It depends.", "field": "healthcare", "n": 1},
        {"question": "آمن؟", "one": "نعم.", "two": "ربما.", "field": "general", "n": 2},
        {"question": "Lacking", "one": "", "two": "No.", "field": "general", "n": 3},
    ]
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), file)

    shown = upload(researcher, study, "items.parquet", file.getvalue())
    parts = {"part-0": "prompt", "part-1": "response", "part-2": "response", "part-3": "domain", "part-4": ""}
    done = researcher.post(f"/studies/{study.slug}/manage/items/upload/", {"do": "take", **parts}).content.decode()

    assert all(word in shown for word in ("question", "It depends.", "نعم."))
    assert "2 items taken in" in done
    assert "one is empty" in done
    found = Item.objects.filter(study=study).order_by("number")
    assert [item.content["turns"][0]["content"] for item in found] == ["Is it safe?", "آمن؟"]
    assert [[one["text"] for one in item.content["responses"]] for item in found] == [
        ["Yes.", "It depends."], ["نعم.", "ربما."],
    ]  # fmt: skip
    assert [item.domain for item in found] == ["healthcare", "general"]


def test_what_is_no_parquet_is_told(study: Study, researcher: Client) -> None:
    assert "This file: not Parquet" in upload(researcher, study, "items.parquet", b"id,prompt\n1,hello\n")


def test_a_file_without_rows_is_told(study: Study, researcher: Client) -> None:
    shown = upload(researcher, study, "items.csv", b"id,prompt\n")
    assert "This file has no row that can be read" in shown
    assert "Look at the file" in shown


def test_a_conversation_in_a_response_column_is_one_response(study: Study, researcher: Client) -> None:
    """Preference files may hold whole conversations under chosen and rejected; the last turn is the response."""
    told = [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Good day."}]
    line = json.dumps({"prompt": "Hello?", "chosen": told, "rejected": [{"role": "assistant", "content": "Go."}]})
    upload(researcher, study, "pairs.jsonl", line.encode())
    sent = {"do": "take", "part-0": "prompt", "part-1": "response", "part-2": "response"}
    researcher.post(f"/studies/{study.slug}/manage/items/upload/", sent)
    assert [one["text"] for one in study.items.get().content["responses"]] == ["Good day.", "Go."]


def test_many_rows_are_a_job_with_progress(study: Study, researcher: Client) -> None:
    lines = ["id,prompt"] + [f"i{number},Question number {number}?" for number in range(12_000)]
    lines[5_000], lines[7_000] = "broken", "i7,The same name again?"
    upload(researcher, study, "many.csv", "\n".join(lines).encode())

    sent = {"do": "take", "part-0": "name", "part-1": "prompt"}
    answer = researcher.post(f"/studies/{study.slug}/manage/items/upload/", sent)
    (wish,) = OutboxMessage.objects.filter(kind="import_items")
    progress = Watched()
    told = import_items(progress, **wish.payload)

    assert answer["Location"] == f"/jobs/{wish.job}/"
    assert (told["added"], told["refused"], study.items.count()) == (11_998, 2, 11_998)
    assert told["notes"][0].startswith("Row 5001: The row has 1 cells")
    assert told["notes"][1].startswith("Row 7001: ")
    assert len(progress.said) > 10
    assert [share for share, _ in progress.said] == sorted(share for share, _ in progress.said)
    assert progress.said[-1][1] == "12,000 of 12,000 rows read"
