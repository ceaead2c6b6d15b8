"""Finds the pages of a running demonstration by following its links as everybody it lets in."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext

from accounts.demo import PEOPLE

ROLES = ("anonymous", *(person.key for person in PEOPLE))
START = (
    *("/", "/components/", "/me/", "/jobs/", "/api/docs/", "/door/"),
    *("/account/login/", "/account/signup/", "/account/password/reset/", "/account/email/", "/account/2fa/"),
)
#: Other projects' pages, and what is no page.
LEFT_OUT = ("/admin/", "/static/", "/api/v1/", "/api/schema/", "/demo/login/")
#: So many pages of one kind (of two conversations, say) are read as each role.
EXAMPLES = 2


@dataclass(frozen=True)
class Answer:
    """One page as one role got it."""

    role: str
    address: str
    status: int
    policy: str
    #: the name of its route
    route: object
    #: which elements with which classes it consists of
    parts: frozenset[tuple[str, str]]
    #: whether it is a whole page, and not a part of one or a file
    is_page: bool
    linked_from: str


@dataclass
class _Reader(HTMLParser):
    """The links of a page, and the kinds of elements in it."""

    links: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    parts: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.parts.add((tag, given.get("class") or ""))
        if tag == "a" and given.get("href") and "download" not in given:
            self.links.append(given["href"] or "")
        if given.get("hx-get"):
            self.fragments.append(given["hx-get"] or "")


def sign_in(context: BrowserContext, site: str, role: str) -> None:
    """Press the demonstration's button for this role."""
    if role == "anonymous":
        return
    context.request.get(f"{site}/")
    token = next(cookie["value"] for cookie in context.cookies(site) if cookie["name"] == "csrftoken")
    reply = context.request.post(f"{site}/demo/login/{role}/", headers={"X-CSRFToken": token, "Referer": f"{site}/"})
    assert reply.ok, f"signing in as {role}: {reply.status}"


def answers(context: BrowserContext, site: str, role: str) -> Iterator[Answer]:
    """Every kind of page that this role can reach, a few examples of each."""
    queue = deque((address, "", False) for address in START)
    seen: set[str] = set()
    examples: dict[tuple[object, ...], int] = {}
    while queue:
        address, linked_from, is_fragment = queue.popleft()
        kind = _route(address)
        if address in seen or kind is None or examples.get(kind, 0) >= EXAMPLES:
            continue
        seen.add(address)
        examples[kind] = examples.get(kind, 0) + 1
        reply = context.request.get(site + address, headers={"HX-Request": "true"} if is_fragment else {})
        reader = _Reader()
        is_html = reply.headers.get("content-type", "").startswith("text/html")
        if is_html:
            reader.feed(reply.text())
        policy = reply.headers.get("content-security-policy", "")
        whole = is_html and not is_fragment
        yield Answer(role, address, reply.status, policy, kind[0], frozenset(reader.parts), whole, linked_from)
        for links, are_fragments in ((reader.links, False), (reader.fragments, True)):
            queue.extend((_path(site, urljoin(reply.url, link)), address, are_fragments) for link in links)


def _path(site: str, address: str) -> str:
    parts = urlsplit(address)
    if not address.startswith(site):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _route(address: str) -> tuple[object, ...] | None:
    """The route's name and the names in the query; nothing for what is left out."""
    parts = urlsplit(address)
    if not address or parts.path.startswith(LEFT_OUT):
        return None
    try:
        found = resolve(parts.path)
    except Resolver404:
        return ("no route", parts.path)
    return (found.view_name, *sorted(name for name, _ in parse_qsl(parts.query)))
