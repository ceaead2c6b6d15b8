"""Signed-in people in a real browser, in front of a real conversation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Member
from accounts.sessions import BACKEND
from deliberation.models import Conversation, Statement
from tests.factories.accounts import MemberFactory
from tests.factories.deliberation import ConversationFactory, StatementFactory


def sign_in(context: BrowserContext, member: Member, address: str) -> None:
    """Give the browser a session of this member."""
    session = SessionStore()
    session[SESSION_KEY] = str(member.user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.save()
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or "", "url": address, "httpOnly": True}]
    )


@dataclass
class Vote:
    """One member in front of the voting page of one conversation."""

    context: BrowserContext
    page: Page
    member: Member
    conversation: Conversation
    statements: list[Statement]
    server: str

    @property
    def address(self) -> str:
        """The voting page."""
        return self.server + self.conversation.get_absolute_url()

    def reopen(self) -> Page:
        """A new tab on the voting page."""
        page = self.context.new_page()
        page.goto(self.address)
        return page


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Makes browsers that share nothing, and closes them."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        made.append(chromium.new_context(**options))
        made[-1].set_default_timeout(8_000)
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def vote(transactional_db: None, live_server: LiveServer, new_context: Callable[[], BrowserContext]) -> Vote:
    """A member on the voting page of a conversation with three statements."""
    conversation = ConversationFactory()
    statements = [StatementFactory(conversation=conversation) for _ in range(3)]
    member = MemberFactory(community=conversation.community)
    context = new_context()
    sign_in(context, member, live_server.url)
    page = context.new_page()
    made = Vote(context, page, member, conversation, statements, live_server.url)
    page.goto(made.address)
    return made
