"""Passages are marked by touch, with the mouse and by keys."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Response, Study
from tests.annotation.tabs import Contexts, check, tab
from tests.factories.accounts import (
    MemberFactory,
)
from tests.factories.annotation import ItemFactory, open_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MARKING = {"options": [{"code": "wrong", "text": "Wrong"}, {"code": "kind", "text": "Kind"}]}
# Where a word of the passage stands in the window.
PLACE = """([start, end]) => {
  const passage = document.querySelector("[data-passage]");
  passage.scrollIntoView({ block: "center", behavior: "instant" });
  const range = document.createRange();
  range.setStart(passage.firstChild, start);
  range.setEnd(passage.firstChild, end);
  const { x, y, width, height } = range.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}"""
SMALL = """() => [...document.querySelectorAll(".marking-bar button")].map((one) => one.getBoundingClientRect())
  .filter(({ width, height }) => width < 44 || height < 44).length"""


def marking_study() -> Study:
    study = open_study(
        questions=({"name": "marks", "kind": "spans", "text": "Mark what strikes you.", "settings": MARKING},)
    )
    ItemFactory(study=study, content={"texts": [{"name": "text", "text": "Yes 😀 take it. لا تقلق. It is safe."}]})
    return study


def begin_marking(server: LiveServer, make: Contexts, size: str) -> Page:
    study = marking_study()
    page = tab(make, server, MemberFactory(community=study.community), size)
    page.goto(f"{server.url}/studies/{study.slug}/start/")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("the first word of a passage above")).to_be_visible()  # the script listens
    return page


def spans_sent(page: Page) -> list[dict[str, Any]]:
    page.locator("[data-send]").click()
    expect(page.get_by_text("Nothing waits for you now")).to_be_visible()
    found: list[dict[str, Any]] = Response.objects.get().answers["marks"]["value"]
    return found


def tap(page: Page, start: int, end: int) -> None:
    page.touchscreen.tap(*page.evaluate(PLACE, [start, end]))


TAKE_IT = {"in": "text", "start": 6, "end": 14, "label": "kind", "comment": ""}


def test_a_passage_is_marked_by_tapping_its_first_and_its_last_word(
    live_server: LiveServer, new_context: Contexts
) -> None:
    page = begin_marking(live_server, new_context, "phone")
    bar = page.locator(".marking-bar")
    tap(page, 7, 11)
    expect(bar).to_contain_text("From “take”. Now the last word.")
    assert page.evaluate(SMALL) == 0
    tap(page, 12, 15)
    expect(bar).to_contain_text("Marked: “take it.”. What is it?")
    check(page, "phone")
    assert page.evaluate(SMALL) == 0
    bar.get_by_role("button", name="Kind").tap()
    expect(bar).to_be_hidden()
    # A second one in the other direction, of a text that runs from right to left, taken back and marked again.
    for label in ("Take it back", "Wrong"):
        tap(page, 19, 23)
        tap(page, 16, 18)
        bar.get_by_role("button", name=label).tap()
    tap(page, 25, 27)
    bar.get_by_role("button", name="Only this word").tap()
    bar.get_by_role("button", name="Wrong").tap()
    assert spans_sent(page) == [
        TAKE_IT,
        {"in": "text", "start": 15, "end": 23, "label": "wrong", "comment": ""},
        {"in": "text", "start": 24, "end": 26, "label": "wrong", "comment": ""},
    ]


def test_an_answer_that_lacked_a_passage_leaves_nothing_behind_once_it_is_mended(
    live_server: LiveServer, new_context: Contexts
) -> None:
    page = begin_marking(live_server, new_context, "phone")
    for _ in range(2):
        page.evaluate("() => { document.querySelector('#card').dataset.former = 'yes'; }")
        page.locator("[data-send]").tap()
        expect(page.locator("#card:not([data-former])")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("Still to answer.")
        expect(page.locator("form[data-mends]")).to_be_visible()
        assert page.locator("[data-answers-outbox]").is_hidden()
    expect(page.get_by_text("the first word of a passage above")).to_be_visible()
    tap(page, 7, 11)
    tap(page, 12, 15)
    page.locator(".marking-bar").get_by_role("button", name="Kind").tap()
    assert spans_sent(page) == [TAKE_IT]
    page.goto(page.url.replace("/answer/", "/answers/"))
    expect(page.get_by_role("heading", name="My answers")).to_be_visible()
    page.wait_for_timeout(500)  # the box looks at what waits once the page stands
    assert page.locator("[data-answers-outbox]").is_hidden()


def test_a_passage_selected_by_a_long_press_waits_until_it_is_said_to_be_right(
    live_server: LiveServer, new_context: Contexts
) -> None:
    page = begin_marking(live_server, new_context, "phone")
    # Without a screen Chromium answers a long press with nothing; where it has one, it selects the word and shows
    # handles. What comes of either is a selection that changes.
    page.evaluate("""() => {
      const text = document.querySelector("[data-passage]").firstChild;
      getSelection().setBaseAndExtent(text, 7, text, 11);
    }""")
    expect(page.locator(".marking-bar")).to_contain_text("Selected: “take”.")
    assert page.locator("[data-quote]").first.input_value() == ""
    page.evaluate("""() => {
      const text = document.querySelector("[data-passage]").firstChild;
      getSelection().setBaseAndExtent(text, 7, text, 15);
    }""")
    expect(page.locator(".marking-bar")).to_contain_text("Selected: “take it.”.")
    page.get_by_role("button", name="Mark it").tap()
    page.locator(".marking-bar").get_by_role("button", name="Kind").tap()
    assert spans_sent(page) == [TAKE_IT]


def test_a_passage_is_marked_with_the_mouse(live_server: LiveServer, new_context: Contexts) -> None:
    page = begin_marking(live_server, new_context, "desktop")
    page.mouse.dblclick(*page.evaluate(PLACE, [7, 11]))
    expect(page.locator("[data-quote]").first).to_have_value("take")
    page.locator(".marking-bar").get_by_role("button", name="Wrong").click()
    page.mouse.click(*page.evaluate(PLACE, [7, 11]))
    page.mouse.click(*page.evaluate(PLACE, [12, 15]))
    page.locator(".marking-bar").get_by_role("button", name="Kind").click()
    assert spans_sent(page) == [{**TAKE_IT, "end": 10, "label": "wrong"}, TAKE_IT]


def test_a_passage_is_marked_with_the_keyboard(live_server: LiveServer, new_context: Contexts) -> None:
    page = begin_marking(live_server, new_context, "desktop")
    page.locator("[data-passage]").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Enter", "ArrowRight"):  # Yes, the smile, take … it.
        page.keyboard.press(key)
    expect(page.locator(".marking-bar")).to_contain_text("“it.” Enter marks up to here")
    check(page, "desktop")
    page.keyboard.press("Enter")
    page.keyboard.type("K")
    # The other way, as before there were words to choose: typed or pasted.
    row = page.locator("[data-spans] > *").last
    row.locator("[data-quote]").focus()
    page.keyboard.type("لا تقلق.")
    page.keyboard.press("Tab")
    page.keyboard.type("W")
    page.keyboard.press("Tab")
    page.keyboard.type("too sure")
    assert spans_sent(page) == [
        TAKE_IT,
        {"in": "text", "start": 15, "end": 23, "label": "wrong", "comment": "too sure"},
    ]
