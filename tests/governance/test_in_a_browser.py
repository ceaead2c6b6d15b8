"""The whole way of a text in a real browser: drawn people, a draft, an amendment, a veto, its override, the tally.

Votes are open for a day at least. The test lets the time pass by moving everything that belongs to a decision into the
past, as the owner of the database alone can.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from polyphony import verify_tally
from tests.live_stack import LiveStack
from tests.pages.crawl import sign_in
from tests.pages.visit import PHONE, WATCH, grave_findings

pytestmark = [pytest.mark.browser, pytest.mark.services]
LONG = 300_000
ROLES = ("steward", "researcher", "participant", "auditor", "admin")
WORDS = "Say what you are sure of, what you are not sure of, and why."
#: Every moment that belongs to a decision, by table; the id of the decision stands in decision_id.
MOMENTS = {
    "governance_electorrow": ("starts_at", "ends_at"),
    "governance_ballot": ("cast_at",),
    "governance_interest": ("declared_at",),
    "governance_objection": ("filed_at", "answered_at", "withdrawn_at"),
    "governance_veto": ("filed_at", "answered_at", "withdrawn_at"),
    "governance_transition": ("happened_at",),
}


class House:
    """The demonstration with a tab for each role."""

    def __init__(self, site: LiveStack, chromium: Browser) -> None:
        self.site = site
        self.contexts: dict[str, BrowserContext] = {}
        self.pages: dict[str, Page] = {}
        for role in (*ROLES, "anonymous"):
            context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
            context.add_init_script(WATCH)
            sign_in(context, site.address, role)
            self.contexts[role], self.pages[role] = context, context.new_page()

    def open(self, role: str, path: str) -> Page:
        """The role's tab at that address."""
        page = self.pages[role]
        page.goto(path if path.startswith("http") else f"{self.site.address}{path}")
        return page

    def pseudonym(self, role: str) -> str:
        """The made-up name of who the demonstration's button signs in."""
        [found] = self.ask(
            "SELECT m.pseudonym FROM accounts_member m JOIN accounts_user u ON u.id = m.user_id"
            " JOIN accounts_community c ON c.id = m.community_id WHERE u.username = %s AND c.slug = 'demo'",
            f"demo-{role}",
        )
        return str(found[0])

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the database."""
        with self.site.connect() as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def let_time_pass(self, decision: str, hours: int) -> None:
        """Move a decision and all that was done in it into the past."""
        by = timedelta(hours=hours)
        with self.site.connect() as connection, connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(
                "UPDATE governance_decision SET opened_at = opened_at - %s, closes_at = closes_at - %s,"
                " override_opened_at = override_opened_at - %s WHERE id = %s",
                (by, by, by, decision),
            )
            for table, columns in MOMENTS.items():
                moved = ", ".join(f"{column} = {column} - %s" for column in columns)
                connection.execute(
                    f"UPDATE {table} SET {moved} WHERE decision_id = %s".encode(), (*(by for _ in columns), decision)
                )

    def let_the_seed_be_known(self, draw: str) -> None:
        """Move a draw's commitment and announcement three days into the past."""
        with self.site.connect() as connection, connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(
                "UPDATE governance_draw SET committed_at = committed_at - interval '3 days',"
                " seed_from = seed_from - interval '3 days' WHERE id = %s",
                (draw.rstrip("/").rsplit("/", 1)[1],),
            )

    def check(self, page: Page) -> None:
        """The bars that every page holds, at both widths."""
        size = page.viewport_size
        for width in (1280, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        assert grave_findings(page) == []
        assert page.evaluate("() => window.violations") == []
        if size:
            page.set_viewport_size(size)


@pytest.fixture
def house(demo_site: LiveStack, chromium: Browser) -> Iterator[House]:
    found = House(demo_site, chromium)
    yield found
    for context in found.contexts.values():
        context.close()


def test_a_panel_a_draft_an_amendment_a_veto_its_override_and_the_tally(house: House, tmp_path: Path) -> None:
    set_up_a_body(house)
    draw_a_panel(house)
    constitution = draft_from_the_deliberation(house)
    adopt_it(house)
    amendment = amend_a_principle(house, constitution)
    decision = vote_on(house, amendment)
    read_the_public_page(house, decision, constitution)
    recompute(house, decision, tmp_path)


def set_up_a_body(house: House) -> None:
    """A body with four elected seats and one that may veto; the demonstration's people hold them."""
    page = house.open("admin", "/communities/demo/bodies/new/")
    page.get_by_label("Name").fill("Assembly on assistants")
    page.get_by_label("Mandate").fill("It decides what assistants are asked to hold to.")
    page.get_by_role("button", name="Set up the body").click()
    for seat_class, n, group in (("elected", 4, ""), ("reserved", 1, "Night workers")):
        page.get_by_label("How many seats").fill(str(n))
        page.get_by_label("How people come to them").select_option(seat_class)
        page.get_by_label("Reserved for which group").fill(group)
        page.get_by_role("button", name="Add the seats").click()
        expect(page.get_by_text("The seats are there.")).to_be_visible()
    for number, role in enumerate((*ROLES[:3], "admin", "auditor")):
        page.get_by_label("Seat", exact=True).select_option(index=number + 1)
        page.get_by_label("Member").fill(house.pseudonym(role))
        page.get_by_role("button", name="Fill the seat").click()
        expect(page.get_by_text("The seat is filled.")).to_be_visible()


def draw_a_panel(house: House) -> None:
    """Commit to a pool, draw; one declines, another one is drawn; both get seats of the demonstration's body."""
    page = house.open("admin", "/communities/demo/draws/new/")
    page.get_by_label("What is the panel called?").fill("Two who listen in")
    page.get_by_label("What is it for?").fill("They listen to the assembly and tell others about it.")
    page.get_by_label("How many people").fill("2")
    page.get_by_label("Quotas from").select_option(label="About you")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_label("At least, Woman").fill("1")
    page.get_by_label("At most, Woman").fill("1")
    page.get_by_role("button", name="Save the quotas").click()
    expect(page.get_by_text("The quotas are saved.")).to_be_visible()
    expect(page.get_by_label("At most, Woman")).to_have_value("1")
    house.check(page)
    draw = page.url
    page.get_by_label("Where will the seed come from?").fill("The numbers of the next lottery")
    known = timezone.now() + timedelta(days=2)
    page.get_by_label("From when on can it be known?").fill(known.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Check and commit").click()
    expect(page.get_by_role("link", name="See the result")).to_be_visible(timeout=LONG)
    page.get_by_role("link", name="See the result").click()
    expect(page.get_by_role("heading", name="Check it yourself")).to_be_visible()
    expect(house.open("anonymous", draw).locator("code.hash").first).to_be_visible()
    expect(page.get_by_role("button", name="Draw the panel")).to_have_count(0)
    house.let_the_seed_be_known(draw)
    page.reload()
    page.get_by_label("The seed, as it was published").fill("3 8 15 22 31 44")
    page.get_by_role("button", name="Draw the panel").click()
    page.get_by_role("link", name="See the result").click(timeout=LONG)
    expect(page.get_by_role("heading", name="Everybody who could be drawn had a chance of")).to_be_visible()
    page.get_by_role("button", name="declines").first.click()
    expect(page.get_by_text("1 place is free.")).to_be_visible()
    page.get_by_role("button", name="Draw for 1 free place").click()
    page.get_by_role("link", name="See the result").click(timeout=LONG)
    for _ in range(2):
        page.get_by_role("button", name="takes part").first.click()
    page.get_by_text("Give seats to those who take part").click()
    page.get_by_label("In which body").select_option(label="Steering body")
    page.get_by_role("button", name="Give the seats").click()
    expect(page.get_by_role("link", name="Steering body, seat")).to_have_count(2)
    house.check(page)
    expect(house.open("anonymous", draw).get_by_role("link", name="Steering body, seat")).to_have_count(2)


def draft_from_the_deliberation(house: House) -> str:
    """Three principles that people of the demonstration's conversation share."""
    page = house.open("steward", "/communities/demo/constitutions/new/")
    page.get_by_label("Its title").fill("What the assembly asks of assistants")
    page.get_by_label("Draft it from").select_option(label="How should AI assistants behave?")
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", name="Candidates")).to_be_visible()
    house.check(page)
    for _ in range(3):
        page.get_by_role("button", name="Make it a principle").first.click()
        expect(page.get_by_text("It is in the draft now.")).to_be_visible()
    page.get_by_role("link", name="The draft of").click()
    page.get_by_role("button", name="Propose this text").click()
    expect(page.get_by_text("SHA-256").or_(page.get_by_text("The hash below"))).to_be_visible()
    return page.url


def put_to_the_assembly(house: House, page: Page, *, veto: bool) -> str:
    """Propose a decision about what the page shows, and open the vote; its id."""
    page.get_by_role("link", name="put it to Assembly on assistants").click()
    page.get_by_label("Open for at least").select_option(label="1 day")
    page.get_by_label("This share of everyone who may vote overrides a veto").select_option("3/5")
    if veto:
        page.get_by_label("Reserved for a group").check()
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_label("Open for", exact=True).select_option(label="1 day")
    page.get_by_role("button", name="Open the vote").click()
    expect(page.get_by_text("The vote is open.")).to_be_visible()
    return page.url.rstrip("/").rsplit("/", 1)[1]


def vote(house: House, role: str, decision: str, choice: str, width: int = 1280) -> None:
    """Cast a ballot."""
    page = house.open(role, f"/decisions/{decision}/")
    page.set_viewport_size({"width": width, "height": 844})
    page.get_by_role("radio", name=choice, exact=True).check()
    page.get_by_role("button", name="Cast the ballot").click()
    expect(page.get_by_text("Your vote is in the box.")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def adopt_it(house: House) -> None:
    """The assembly adopts the text as a whole."""
    decision = put_to_the_assembly(house, house.pages["steward"], veto=False)
    for role in ("steward", "researcher", "participant", "admin"):
        vote(house, role, decision, "For")
    house.let_time_pass(decision, 25)
    house.contexts["steward"].request.get(f"{house.site.address}/decisions/{decision}/tally.json")


def amend_a_principle(house: House, constitution: str) -> str:
    """An amendment that gives the first principle other words."""
    page = house.open("steward", constitution)
    page.get_by_role("link", name="Propose an amendment").click()
    page.get_by_label("What it changes, in a few words").fill("Say why you are not sure")
    page.get_by_label("Why").fill("Saying that one is not sure does not help by itself.")
    page.get_by_role("button", name="Go on to the principles").click()
    page.get_by_role("link", name="Change a principle").click()
    page.get_by_role("link", name="p1", exact=True).click()
    page.get_by_label("Its new words").fill(WORDS)
    page.get_by_role("button", name="Put it into the amendment").click()
    page.get_by_role("button", name="Propose this amendment").click()
    house.check(page)
    return page.url


def vote_on(house: House, amendment: str) -> str:
    """On a phone: a recusal, three votes, a veto; its answer, and the vote that overrides it."""
    decision = put_to_the_assembly(house, house.open("steward", amendment), veto=True)
    here = f"/decisions/{decision}/"
    page = house.open("steward", here)
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.get_by_text("Declare an interest or step aside").click()
    page.get_by_label("What ties you to this decision?").fill("My brother sells assistants.")
    page.get_by_label("I step aside").check()
    page.get_by_role("button", name="Declare the interest").click()
    expect(page.get_by_text("You stepped aside.")).to_be_visible()
    for role in ("researcher", "participant", "admin"):
        vote(house, role, decision, "For", PHONE)
    page = house.open("auditor", here)
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.get_by_text("Veto it").click()
    page.locator("#veto-reason").fill("Long answers cost people at night time they do not have.")
    page.get_by_role("button", name="File the veto").click()
    expect(page.get_by_text("Your veto stands.")).to_be_visible()
    house.check(page)
    vote(house, "auditor", decision, "Against", PHONE)
    expect(house.open("anonymous", here).get_by_role("heading", name="The result")).to_have_count(0)
    house.let_time_pass(decision, 25)
    page = house.open("admin", here)
    page.get_by_label("answer", exact=False).first.fill("The short answer comes first; the rest can be skipped.")
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.get_by_text("Your answer is published.")).to_be_visible()
    for role in ("researcher", "participant", "admin"):
        page = house.open(role, here)
        expect(page.get_by_role("heading", name="Should the veto be overridden?")).to_be_visible()
        vote(house, role, decision, "For", PHONE)
    house.let_time_pass(decision, 80)
    return decision


def read_the_public_page(house: House, decision: str, constitution: str) -> None:
    """Everybody reads the text, the tally and the dissent."""
    page = house.open("anonymous", f"/decisions/{decision}/")
    for words in (
        "Adopted.",
        WORDS,
        "3 for, 1 against, 0 abstained",
        "stepped aside: My brother sells assistants.",
        "Long answers cost people at night time they do not have.",
        "The short answer comes first; the rest can be skipped.",
        "The vote on overriding the veto",
    ):
        expect(page.get_by_text(words).first).to_be_visible()
    house.check(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the tally").click()
    download.value.path()
    page.goto(constitution.partition("versions/")[0])
    expect(page.get_by_text(WORDS).first).to_be_visible()
    house.check(page)


def recompute(house: House, decision: str, folder: Path) -> None:
    """The downloaded verifier accepts the downloaded tally, and nothing that differs from it in any value."""
    context = house.contexts["anonymous"]
    bundle, program = folder / "bundle.json", folder / "verify_tally.py"
    bundle.write_bytes(context.request.get(f"{house.site.address}/decisions/{decision}/tally.json").body())
    program.write_bytes(context.request.get(f"{house.site.address}/verify_tally.py").body())
    run = [sys.executable, "-I", str(program), str(bundle)]
    told = subprocess.run(run, capture_output=True, text=True, cwd=folder, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    data = bundle.read_bytes()
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 1
        assert not verified(bytes(changed)), f"byte {place}"
    bundle.write_bytes(json.dumps(json.loads(data), indent=1).encode())
    assert subprocess.run(run, capture_output=True, cwd=folder, check=False).returncode == 1


def verified(data: bytes) -> bool:
    """Whether the verifier takes these bytes."""
    try:
        return not verify_tally.verify(data)["faults"]
    except verify_tally.Unreadable:
        return False
