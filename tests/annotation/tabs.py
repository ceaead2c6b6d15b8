"""Browser tabs at the size of a phone and of a desktop, signed in, and what every page must hold there."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Member
from tests.frontend.conftest import sign_in
from tests.pages.visit import WATCH, grave_findings

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
Contexts = Callable[..., BrowserContext]


def tab(make: Contexts, server: LiveServer, member: Member, size: str) -> Page:
    context = make(viewport=SIZES[size], has_touch=size == "phone", is_mobile=size == "phone", reduced_motion="reduce")
    context.set_default_timeout(30_000)
    context.add_init_script(WATCH)
    sign_in(context, member, server.url)
    return context.new_page()


def check(page: Page, size: str) -> None:
    """The page fits, is usable by everybody, and runs nothing that the policy forbids."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= SIZES[size]["width"]
    assert grave_findings(page) == []
    assert page.evaluate("() => window.violations") == []
