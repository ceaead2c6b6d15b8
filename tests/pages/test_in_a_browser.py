"""Every page of the demonstration, found by its links as every role, in a real browser, in light and dark.

A page is loaded when it has an element that no page of its route had before: what consists of the same elements looks
the same to everybody.
"""

import pytest
from playwright.sync_api import Browser

from tests.live_stack import LiveStack
from tests.pages.crawl import ROLES, Answer, answers, sign_in
from tests.pages.routes import all_routes
from tests.pages.visit import PHONE, Visit, open_eyes, visit

pytestmark = [pytest.mark.browser, pytest.mark.services]


@pytest.fixture(scope="module")
def found(demo_site: LiveStack, chromium: Browser) -> tuple[list[Answer], list[Visit]]:
    """Every answer to every role, and a visit to each page with something new among them."""
    site = demo_site.address
    read: list[Answer] = []
    visits: list[Visit] = []
    known: dict[object, set[tuple[str, str]]] = {}
    for role in ROLES:
        context = chromium.new_context()
        sign_in(context, site, role)
        page = open_eyes(context)
        for answer in answers(context, site, role):
            read.append(answer)
            if answer.is_page and not answer.parts <= known.get(answer.route, set()):
                known.setdefault(answer.route, set()).update(answer.parts)
                visits.append(visit(page, site, role, answer.address))
        context.close()
    return read, visits


def test_no_link_leads_nowhere(found: tuple[list[Answer], list[Visit]]) -> None:
    lost = [answer for answer in found[0] if answer.linked_from and answer.status >= 400]
    assert [f"{one.status} {one.address} from {one.linked_from} as {one.role}" for one in lost] == []


def test_the_policy_allows_no_inline_scripts_or_styles(found: tuple[list[Answer], list[Visit]]) -> None:
    without = [f"{one.address}: {one.policy}" for one in found[0] if "script-src" not in one.policy]
    unsafe = [f"{one.address}: {one.policy}" for one in found[0] if "unsafe" in one.policy]
    assert (without, unsafe) == ([], [])


def test_nothing_violates_the_policy(found: tuple[list[Answer], list[Visit]]) -> None:
    assert {one.name: one.violations for one in found[1] if one.violations} == {}


def test_the_console_stays_empty(found: tuple[list[Answer], list[Visit]]) -> None:
    assert {one.name: one.console for one in found[1] if one.console} == {}


def test_every_page_fits_a_phone(found: tuple[list[Answer], list[Visit]]) -> None:
    assert {one.name: one.width for one in found[1] if one.width > PHONE} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(found: tuple[list[Answer], list[Visit]], scheme: str) -> None:
    assert {one.name: one.axe[scheme] for one in found[1] if one.axe[scheme]} == {}


def test_the_crawl_reaches_what_people_use(found: tuple[list[Answer], list[Visit]]) -> None:
    """A page that no link leads to is seen by nobody, and by none of these tests."""
    reached = {answer.route for answer in found[0]}
    pages = {route.name for route in all_routes() if not route.name.startswith("api-")}
    assert {"deliberation:results", "deliberation:moderate", "accounts:members", "accounts:me"} <= reached & pages
