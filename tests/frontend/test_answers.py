"""What a person gives is kept on the device until the server has it: in a real browser, against the real server."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from accounts.models import Submission
from deliberation.models import Conversation, Statement
from deliberation.models import Vote as CastVote
from tests.factories.accounts import MemberFactory
from tests.frontend.conftest import Vote, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = """() => new Promise((resolve) => {
  const opening = indexedDB.open("polyphony", 1);
  opening.onsuccess = () => {
    const all = opening.result.transaction("answers").objectStore("answers").getAll();
    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
  };
})"""


def kept_in(page: Page) -> list[dict[str, object]]:
    """The answers that this browser still keeps."""
    return page.evaluate(KEPT)


def wait_until_kept(page: Page, n: int) -> None:
    """Wait until this many answers lie on the device."""
    for _ in range(100):
        if len(kept_in(page)) == n:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{len(kept_in(page))} answers are kept, not {n}")


def status_of(page: Page) -> Locator:
    return page.locator("[data-answer-status]").first


def outbox_of(page: Page) -> Locator:
    return page.locator("[data-answers-outbox]")


def agree(page: Page) -> None:
    page.get_by_role("button", name="Agree", exact=True).click()


def cast_by(vote: Vote) -> list[tuple[int, int]]:
    """Statement and value of the member's votes in the database."""
    return sorted(CastVote.objects.filter(member=vote.member).values_list("statement__number", "value"))


def test_an_answer_is_saved_and_then_forgotten_by_the_device(vote: Vote) -> None:
    shown = vote.page.locator(".vote-card .statement").inner_text()
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved")
    expect(vote.page.locator(".vote-card .statement")).not_to_have_text(shown)
    assert [value for _, value in cast_by(vote)] == [1]
    assert kept_in(vote.page) == []


def test_the_answer_lies_on_the_device_before_it_is_sent(vote: Vote) -> None:
    vote.page.evaluate(
        """() => {
            window.fetched = [];
            const plain = window.fetch;
            window.fetch = async (address, options) => {
                const kept = await new Promise((resolve) => {
                    const opening = indexedDB.open("polyphony", 1);
                    opening.onsuccess = () => {
                        const all = opening.result.transaction("answers").objectStore("answers").getAllKeys();
                        all.onsuccess = () => { opening.result.close(); resolve(all.result); };
                    };
                });
                window.fetched.push({ key: options.headers["X-Answer-Key"], kept });
                return plain(address, options);
            };
        }"""
    )
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved")
    (sent,) = vote.page.evaluate("() => window.fetched")
    assert sent["kept"] == [sent["key"]]


def test_a_dead_network_loses_nothing(vote: Vote) -> None:
    vote.context.set_offline(True)
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved on this device")
    expect(outbox_of(vote.page)).to_contain_text("1 answer is saved on this device and will be sent")
    assert cast_by(vote) == []
    assert len(kept_in(vote.page)) == 1
    vote.context.set_offline(False)
    expect(status_of(vote.page)).to_have_text("Saved")
    expect(outbox_of(vote.page)).to_be_hidden()
    assert [value for _, value in cast_by(vote)] == [1]
    assert kept_in(vote.page) == []


def test_a_change_of_mind_without_a_network_arrives_in_order(vote: Vote) -> None:
    vote.context.set_offline(True)
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved on this device")
    expect(vote.page.locator("form.vote-card")).not_to_have_attribute("aria-busy", "true")
    vote.page.get_by_role("button", name="Disagree").click()
    wait_until_kept(vote.page, 2)
    vote.context.set_offline(False)
    expect(status_of(vote.page)).to_have_text("Saved")
    wait_until_kept(vote.page, 0)
    assert [value for _, value in cast_by(vote)] == [-1]


def test_a_mind_changed_twice_without_a_network_ends_where_it_ended(vote: Vote) -> None:
    vote.context.set_offline(True)
    for kept, name in enumerate(("Agree", "Disagree", "Agree"), start=1):
        vote.page.get_by_role("button", name=name, exact=True).click()
        wait_until_kept(vote.page, kept)
        expect(vote.page.locator("form.vote-card")).not_to_have_attribute("aria-busy", "true")
    vote.context.set_offline(False)
    wait_until_kept(vote.page, 0)
    assert [value for _, value in cast_by(vote)] == [1]


def test_a_refused_vote_stays_while_others_are_taken(vote: Vote) -> None:
    shown = vote.page.locator("form.vote-card input[name=statement]").input_value()
    Statement.objects.filter(number=int(shown)).update(state=Statement.State.REJECTED)
    agree(vote.page)
    expect(status_of(vote.page)).to_contain_text("Not taken. It is kept on this device.")
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved")
    (record,) = kept_in(vote.page)
    assert (record["state"], ["statement", shown] in record["fields"]) == ("refused", True)
    assert len(cast_by(vote)) == 1


def test_an_answer_at_which_the_server_stumbles_holds_up_no_other(vote: Vote) -> None:
    address = re.compile(r".*/undo/$")
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved")
    vote.page.route(address, lambda route: route.fulfill(status=500, body="Oh no"))
    vote.page.keyboard.press("u")
    wait_until_kept(vote.page, 1)
    expect(vote.page.locator("form[aria-busy=true]")).to_have_count(0)
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved")
    assert [value for _, value in cast_by(vote)] == [1, 1]
    assert len(kept_in(vote.page)) == 1


def test_a_closed_tab_loses_nothing(vote: Vote) -> None:
    vote.context.set_offline(True)
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved on this device")
    vote.page.close()
    vote.context.set_offline(False)
    page = vote.reopen()
    wait_until_kept(page, 0)
    assert [value for _, value in cast_by(vote)] == [1]


def test_a_lost_reply_counts_once(vote: Vote) -> None:
    """The server had stored the vote when the network died: the retry brings the stored reply."""
    tries: list[str] = []

    def lose_the_first_reply(route: Route) -> None:
        tries.append(route.request.headers["x-answer-key"])
        if len(tries) == 1:
            route.fetch()  # it reaches the server, but nobody hears the reply
            route.abort()
        else:
            route.continue_()

    vote.page.route("**/vote/", lose_the_first_reply)
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved")
    assert len(tries) == 2
    assert tries[0] == tries[1]
    assert [value for _, value in cast_by(vote)] == [1]
    assert Submission.objects.filter(member=vote.member).count() == 1


def test_an_answer_of_a_hotel_network_confirms_nothing(vote: Vote) -> None:
    vote.page.route("**/vote/", lambda route: route.fulfill(status=200, body="<p>Please log in to our WiFi</p>"))
    agree(vote.page)
    expect(outbox_of(vote.page)).to_contain_text("saved on this device")
    expect(vote.page.locator("main")).not_to_contain_text("WiFi")
    assert len(kept_in(vote.page)) == 1
    vote.page.unroute("**/vote/")
    expect(status_of(vote.page)).to_have_text("Saved")
    assert [value for _, value in cast_by(vote)] == [1]


def test_the_server_says_when_to_come_back(vote: Vote) -> None:
    replies = iter([503])
    seen: list[int] = []

    def away_once(route: Route) -> None:
        status = next(replies, 0)
        seen.append(status)
        if status:
            route.fulfill(status=status, headers={"Retry-After": "1"}, body="Away for a moment")
        else:
            route.continue_()

    vote.page.route("**/vote/", away_once)
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved on this device")
    expect(status_of(vote.page)).to_have_text("Saved")
    assert seen == [503, 0]


def test_an_ended_session_keeps_the_answer_until_the_person_is_back(vote: Vote) -> None:
    vote.context.clear_cookies(name="sessionid")
    agree(vote.page)
    expect(outbox_of(vote.page)).to_contain_text("Sign in again to send it")
    assert len(kept_in(vote.page)) == 1
    sign_in(vote.context, vote.member, vote.server)
    page = vote.reopen()
    wait_until_kept(page, 0)
    assert [value for _, value in cast_by(vote)] == [1]


def test_another_person_never_sends_it(vote: Vote) -> None:
    vote.context.set_offline(True)
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved on this device")
    other = MemberFactory(community=vote.conversation.community)
    sign_in(vote.context, other, vote.server)
    vote.context.set_offline(False)
    # The tab of the first person is still open, but the session is the other's now.
    expect(outbox_of(vote.page)).to_contain_text("Sign in again to send it")
    page = vote.reopen()
    agree(page)
    expect(status_of(page)).to_have_text("Saved")
    assert not CastVote.objects.filter(member=vote.member).exists()
    assert CastVote.objects.filter(member=other).count() == 1
    assert [record["person"] for record in kept_in(page)] == [str(vote.member.user.pk)]


def test_a_closed_conversation_refuses_and_the_answer_is_kept(vote: Vote) -> None:
    Conversation.objects.update(status=Conversation.Status.CLOSED)
    agree(vote.page)
    expect(vote.page.locator("main [role=alert]")).to_be_visible()
    (record,) = kept_in(vote.page)
    assert record["state"] == "refused"
    assert record["message"]
    # On the next page the person is told again, and may delete it.
    page = vote.reopen()
    expect(outbox_of(page)).to_contain_text(str(record["message"]))
    page.get_by_role("button", name="Delete it from this device").click()
    expect(outbox_of(page)).to_be_hidden()
    assert kept_in(page) == []


def test_the_same_statement_is_refused_in_its_place_and_the_words_stay(vote: Vote) -> None:
    vote.page.goto(f"{vote.address}statements/new/")
    vote.page.get_by_role("textbox").fill(vote.statements[0].text)
    vote.page.get_by_role("button", name="Add my statement").click()
    expect(vote.page.locator("main [role=alert]")).to_be_visible()
    expect(vote.page.get_by_role("textbox")).to_have_value(vote.statements[0].text)
    assert [record["state"] for record in kept_in(vote.page)] == ["refused"]
    vote.page.get_by_role("textbox").fill("Something nobody has said so far.")
    vote.page.get_by_role("button", name="Add my statement").click()
    expect(vote.page.locator("main")).to_contain_text("Thank you")
    assert Statement.objects.filter(author=vote.member).count() == 1
    assert kept_in(vote.page) == []


def test_a_key_that_was_used_before_is_refused_with_the_servers_words(vote: Vote) -> None:
    key = uuid.uuid4()
    Submission.objects.create(member=vote.member, key=key, body_sha256="0" * 64, status=200)
    vote.page.evaluate("(key) => { crypto.randomUUID = () => key; }", str(key))
    agree(vote.page)
    expect(vote.page.locator("main [role=alert]")).to_contain_text("used for something else")
    assert [record["state"] for record in kept_in(vote.page)] == ["refused"]
    assert cast_by(vote) == []


def test_two_tabs_send_one_answer_each(vote: Vote) -> None:
    other = vote.reopen()
    vote.context.set_offline(True)
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved on this device")
    other.get_by_role("button", name="Disagree").click()
    expect(status_of(other)).to_have_text("Saved on this device")
    vote.context.set_offline(False)
    wait_until_kept(vote.page, 0)
    # Whichever tab sent them, both pages show where the answer is.
    expect(status_of(vote.page)).to_have_text("Saved")
    expect(status_of(other)).to_have_text("Saved")
    assert Submission.objects.filter(member=vote.member).count() == 2


def test_signing_out_asks_before_it_deletes_what_was_not_sent(vote: Vote) -> None:
    vote.context.set_offline(True)
    agree(vote.page)
    expect(status_of(vote.page)).to_have_text("Saved on this device")
    vote.page.route("**/vote/", lambda route: route.abort())
    vote.context.set_offline(False)
    vote.page.get_by_role("button", name="Sign out").click()
    dialog = vote.page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 answer is saved on this device only")
    dialog.get_by_role("button", name="Go back").click()
    assert len(kept_in(vote.page)) == 1
    vote.page.get_by_role("button", name="Sign out").click()
    vote.page.get_by_role("button", name="Delete and sign out").click()
    expect(vote.page.get_by_role("link", name="Sign in")).to_be_visible()
    assert kept_in(vote.page) == []
    assert cast_by(vote) == []


def test_it_works_without_javascript(vote: Vote, new_context: Callable[..., BrowserContext]) -> None:
    context = new_context(java_script_enabled=False)
    sign_in(context, vote.member, vote.server)
    page = context.new_page()
    page.goto(vote.address)
    agree(page)
    expect(page).to_have_url(re.compile(re.escape(vote.conversation.get_absolute_url())))
    assert [value for _, value in cast_by(vote)] == [1]
