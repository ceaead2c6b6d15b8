"""What a page's form sends under a key is done once."""

import threading
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from accounts.models import EntryLink, Member, Submission
from deliberation.models import Conversation
from tests.factories.accounts import MemberFactory
from tests.factories.deliberation import ConversationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser() -> Member:
    return MemberFactory(admin=True)


@pytest.fixture
def conversation(organiser: Member) -> Conversation:
    return ConversationFactory(community=organiser.community)


@pytest.fixture
def browser(organiser: Member) -> Client:
    client = Client()
    client.force_login(organiser.user)
    return client


def seed_of(conversation: Conversation) -> str:
    return reverse("deliberation:seed", args=[conversation.slug])


def test_the_same_again_is_led_to_where_the_first_led(browser: Client, conversation: Conversation) -> None:
    address, sent = reverse("deliberation:edit", args=[conversation.slug]), {"title": "What now?", "once": uuid.uuid4()}
    first = browser.post(address, sent)
    Conversation.objects.filter(pk=conversation.pk).update(title="Changed since")
    again = browser.post(address, sent)
    assert (first.status_code, again.status_code) == (302, 302)
    assert again.headers["Location"] == first.headers["Location"]
    assert Conversation.objects.get(pk=conversation.pk).title == "Changed since"
    assert "it was done once" in browser.get(again.headers["Location"]).content.decode()


def test_other_content_under_the_same_key_is_422(browser: Client, conversation: Conversation) -> None:
    once = uuid.uuid4()

    def send(data: bytes) -> int:
        file = SimpleUploadedFile("seed.csv", b"statement\n" + data)
        return browser.post(seed_of(conversation), {"file": file, "once": once}).status_code

    assert [send(b"One\n"), send(b"One\n"), send(b"Two\n")] == [200, 302, 422]
    assert [statement.text for statement in conversation.statements.all()] == ["One"]


def test_what_was_refused_may_be_sent_again_under_its_key(browser: Client, conversation: Conversation) -> None:
    once = uuid.uuid4()
    assert browser.post(seed_of(conversation), {"pasted": "", "once": once}).status_code == 400
    assert browser.post(seed_of(conversation), {"pasted": "One", "once": once}).status_code == 200
    assert conversation.statements.count() == 1


def test_who_may_not_go_on_is_shown_the_way_and_nothing_is_kept(conversation: Conversation) -> None:
    client = Client()
    client.force_login(MemberFactory().user)
    sent = {"statement": 0, "value": 1, "once": uuid.uuid4()}
    reply = client.post(reverse("deliberation:vote", args=[conversation.slug]), sent)
    assert (reply.status_code, reply.headers["Location"].startswith("/communities/")) == (302, True)
    assert Submission.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one(organiser: Member) -> None:
    sent = {"kind": EntryLink.Kind.SINGLE, "count": 1, "days": 7, "once": str(uuid.uuid4())}
    address = reverse("accounts:new-link", args=[organiser.community.slug])
    replies: list[int] = []

    def send() -> None:
        client = Client()
        client.force_login(organiser.user)
        replies.append(client.post(address, sent).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (EntryLink.objects.count(), Submission.objects.count()) == (1, 1), replies


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_makes_the_key_anew_for_what_is_changed(
    live_server: object, chromium: Browser, organiser: Member, conversation: Conversation
) -> None:
    context = chromium.new_context(base_url=str(live_server))
    client = Client()
    client.force_login(organiser.user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": str(live_server)}])
    page = context.new_page()
    page.goto(seed_of(conversation))
    page.get_by_label("Statements, one on each line").fill("One")
    form = page.locator("form[enctype='multipart/form-data']")
    # Twice, before the first has an answer: the browser sends both.
    form.evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")
    page.get_by_text("1 statement added").or_(page.get_by_text("it was done once")).wait_for()
    page.goto(seed_of(conversation))
    page.get_by_label("Statements, one on each line").fill("Two")
    page.get_by_role("button", name="Add these statements").click()
    page.get_by_text("1 statement added").wait_for()
    assert sorted(conversation.statements.values_list("text", flat=True)) == ["One", "Two"]
    keys = list(Submission.objects.values_list("key", flat=True))
    assert len(set(keys)) == 2
    context.close()
