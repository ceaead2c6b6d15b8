"""Pages for people who run a conversation."""

import io
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Member
from deliberation.actions import create_conversation, seed_statements
from deliberation.actions.imports import import_conversation
from deliberation.formats import Dialect, differences, read_zip, write_zip
from deliberation.models import Conversation, Review, Statement
from jobs.models import OutboxMessage
from tests.deliberation.formats.conversations import small_conversation
from tests.factories.accounts import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

READ = ("manage", "edit", "seed", "moderate", "export")
CHANGE = ("open", "close", "reopen")


@pytest.fixture
def organiser() -> Member:
    return MemberFactory(researcher=True)


@pytest.fixture
def conversation(organiser: Member) -> Conversation:
    return create_conversation(community=organiser.community, title="What then?", created_by=organiser)


@pytest.fixture
def browser(organiser: Member) -> Client:
    client = Client()
    client.force_login(organiser.user)
    return client


def address(name: str, conversation: Conversation) -> str:
    return reverse(f"deliberation:{name}", args=[conversation.slug])


def signed_in(who: str, conversation: Conversation) -> Client:
    people: dict[str, Callable[[], object]] = {
        "anonymous": AnonymousUser,
        "participant": lambda: MemberFactory(community=conversation.community).user,
        "steward": lambda: MemberFactory(community=conversation.community, steward=True).user,
        "auditor": lambda: MemberFactory(community=conversation.community, auditor=True).user,
        "admin elsewhere": lambda: MemberFactory(admin=True).user,
        "admin": lambda: MemberFactory(community=conversation.community, admin=True).user,
        "staff": lambda: UserFactory(staff=True),
    }
    client, user = Client(), people[who]()
    if not isinstance(user, AnonymousUser):
        client.force_login(user)  # type: ignore[arg-type]  # every other entry gives a user
    return client


@pytest.mark.parametrize("who", ["anonymous", "participant", "steward", "auditor", "admin elsewhere"])
def test_pages_do_not_exist_for_those_who_do_not_run_it(who: str, conversation: Conversation) -> None:
    client = signed_in(who, conversation)
    assert {name: client.get(address(name, conversation)).status_code for name in READ} == dict.fromkeys(READ, 404)
    assert {n: client.post(address(n, conversation)).status_code for n in CHANGE} == dict.fromkeys(CHANGE, 404)


@pytest.mark.parametrize("who", ["admin", "staff"])
def test_pages_open_for_those_who_run_it(who: str, conversation: Conversation) -> None:
    client = signed_in(who, conversation)
    assert {name: client.get(address(name, conversation)).status_code for name in READ} == dict.fromkeys(READ, 200)


def test_creating_twice_with_one_key_makes_one_draft(browser: Client) -> None:
    sent = {"key": str(uuid.uuid4()), "title": "Which rules?", "description": "", "takes_statements": "on"}
    replies = [browser.post(reverse("deliberation:create"), sent) for _ in range(2)]
    made = Conversation.objects.get()
    assert [reply.headers["Location"] for reply in replies] == [address("manage", made)] * 2
    assert (made.title, made.status, made.takes_statements) == ("Which rules?", "draft", True)
    assert browser.post(reverse("deliberation:create"), sent | {"title": "Another"}).status_code == 422


def test_participants_cannot_create(conversation: Conversation) -> None:
    client = signed_in("participant", conversation)
    assert client.get(reverse("deliberation:create")).status_code == 403
    assert client.get(reverse("deliberation:import")).status_code == 403


def test_a_conversation_opens_closes_and_opens_again(browser: Client, conversation: Conversation) -> None:
    refused = browser.post(address("open", conversation), follow=True)
    assert "Add at least one statement first" in refused.content.decode()
    seed_statements(conversation=conversation, texts=["A claim"])
    states = []
    for name in ("open", "close", "reopen"):
        browser.post(address(name, conversation))
        conversation.refresh_from_db()
        states.append(conversation.status)
    assert states == ["open", "closed", "open"]


def test_the_description_can_be_changed(browser: Client, conversation: Conversation) -> None:
    assert browser.post(address("edit", conversation), {"title": ""}).status_code == 400
    browser.post(address("edit", conversation), {"title": "What now?", "description": "Read this first."})
    conversation.refresh_from_db()
    assert (conversation.title, conversation.description) == ("What now?", "Read this first.")


def test_seeding_tells_every_row_that_was_not_taken(browser: Client, conversation: Conversation) -> None:
    csv = SimpleUploadedFile("seed.csv", b"id,statement\n1,First\n2,\n3,first\n4,Second\n")
    page = browser.post(address("seed", conversation), {"file": csv})
    seeding = page.context["seeding"]
    assert [statement.text for statement in seeding.added] == ["First", "Second"]
    assert [(row.row, row.reason) for row in seeding.refused] == [
        (3, "The row is empty."),
        (4, "The same statement stands in the conversation already."),
    ]
    assert "The row is empty." in page.content.decode()
    assert browser.post(address("seed", conversation), {"pasted": ""}).status_code == 400


def test_a_seed_keeps_its_texts_whole(browser: Client, conversation: Conversation) -> None:
    def seed(data: bytes) -> tuple[list[str], list[tuple[int, str]]]:
        page = browser.post(address("seed", conversation), {"file": SimpleUploadedFile("seed.csv", data)})
        seeding = page.context["seeding"]
        return [one.text for one in seeding.added], [(row.row, row.reason) for row in seeding.refused]

    assert seed(b"statement;author\nWalk more, drive less;Anna\n") == (["Walk more, drive less"], [])
    added, refused = seed(b'statement\nYes, but slowly\n"No, never"\n')
    assert (added, [row for row, _ in refused]) == (["No, never"], [2])
    assert "put texts with a comma in quotes" in refused[0][1]
    assert seed(b"statement\nA\0B\n") == ([], [(2, "It holds a character that cannot be stored (zero).")])


def test_a_pasted_line_goes_by_its_own_number(browser: Client, conversation: Conversation) -> None:
    page = browser.post(address("seed", conversation), {"pasted": "One\n\nTwo\none"})
    assert [(row.row, row.text) for row in page.context["seeding"].refused] == [(4, "one")]
    both = {"pasted": "Three", "file": SimpleUploadedFile("seed.csv", b"statement\nFour\n")}
    assert browser.post(address("seed", conversation), both).status_code == 400


def test_ticked_statements_are_rejected_with_a_reason_and_put_back(browser: Client, conversation: Conversation) -> None:
    seed_statements(conversation=conversation, texts=["One", "Two", "Three"])
    moderate = address("moderate", conversation)
    rejected = {"numbers": ["0", "2"], "state": "-1"}
    assert browser.post(moderate, rejected).status_code == 400
    browser.post(moderate, rejected | {"reason": "Off topic"})
    browser.post(moderate, {"numbers": ["2"], "state": "0"})
    states = list(conversation.statements.order_by("number").values_list("state", flat=True))
    assert states == [-1, 1, 0]
    assert list(Review.objects.order_by("id").values_list("statement__number", "before", "after", "reason")) == [
        (0, 1, -1, "Off topic"),
        (2, 1, -1, "Off topic"),
        (2, -1, 0, ""),
    ]
    assert "Off topic" in browser.get(moderate, {"state": "rejected"}).content.decode()


def test_a_statement_is_marked_as_meta_and_back(browser: Client, conversation: Conversation) -> None:
    seed_statements(conversation=conversation, texts=["One"])
    where = reverse("deliberation:meta", args=[conversation.slug, 0])
    marks = []
    for mark in ("1", "0"):
        reply = browser.post(f"{where}?state=accepted", {"is_meta": mark})
        assert reply.headers["Location"] == f"{address('moderate', conversation)}?state=accepted"
        marks.append(Statement.objects.get().is_meta)
    assert marks == [True, False]


def test_the_review_page_asks_as_many_queries_for_one_statement_as_for_many(
    browser: Client, conversation: Conversation
) -> None:
    counts = []
    for texts in (["One"], [f"Claim {n}" for n in range(20)]):
        seeding = seed_statements(conversation=conversation, texts=texts)
        Review.objects.bulk_create(Review(statement=s, before=0, after=1) for s in seeding.added)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(address("moderate", conversation), {"state": "accepted"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_export_comes_down_as_a_zip_in_each_dialect(browser: Client, organiser: Member) -> None:
    source = small_conversation(Dialect.newer(xids=True))
    conversation = import_conversation(community=organiser.community, folder=source)
    export = address("export", conversation)
    out = {name: browser.get(export, {"dialect": name}).content for name in ("source", "open-data", "newer")}
    assert differences(source, read_zip(io.BytesIO(out["source"]))) == []
    names = {name: sorted(zipfile.ZipFile(io.BytesIO(data)).namelist()) for name, data in out.items()}
    assert f"{conversation.slug}/participants-votes.csv" in names["open-data"]
    assert f"{conversation.slug}/xids.csv" in names["newer"]
    assert browser.get(export, {"dialect": "older"}).status_code == 400


def test_a_zip_is_checked_at_once_and_then_taken_in_by_a_job(
    browser: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    buffer = io.BytesIO()
    write_zip(small_conversation(), buffer)
    sent = {"key": str(uuid.uuid4()), "title": ""}
    files = [SimpleUploadedFile("polis.zip", buffer.getvalue()) for _ in range(2)]
    replies = [browser.post(reverse("deliberation:import"), sent | {"file": file}) for file in files]
    wish = OutboxMessage.objects.get(kind="import_conversation")
    assert [reply.headers["Location"] for reply in replies] == [reverse("jobs:job", args=[wish.job])] * 2


def test_a_zip_that_breaks_the_format_is_refused_in_the_form(browser: Client) -> None:
    buffer = io.BytesIO()
    source = small_conversation()
    write_zip(source, buffer)
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        for name in zipfile.ZipFile(buffer).namelist():
            data = zipfile.ZipFile(buffer).read(name)
            archive.writestr(name, data.replace(b",1\n", b",7\n") if name == "votes.csv" else data)
    file = SimpleUploadedFile("polis.zip", broken.getvalue())
    page = browser.post(reverse("deliberation:import"), {"key": str(uuid.uuid4()), "file": file})
    assert page.status_code == 400
    assert "votes.csv, row 2" in page.content.decode()
    assert not OutboxMessage.objects.exists()


def test_organisers_need_a_second_factor_where_it_is_asked_for(
    browser: Client, conversation: Conversation, settings: Settings
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    replies = [browser.get(address(name, conversation)) for name in READ]
    assert [reply.headers.get("Location") for reply in replies] == [reverse("mfa_index")] * len(READ)
