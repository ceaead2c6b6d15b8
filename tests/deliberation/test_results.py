"""The results page: what it says, to whom, and what it never shows."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Member
from deliberation.actions import maps
from deliberation.actions.imports import import_conversation
from deliberation.actions.maps import refresh_map
from deliberation.formats import read_folder
from deliberation.models import Conversation, OpinionMap, Participation, Statement, Vote, VoteEvent
from deliberation.queries import result_rows as shaped
from frontend.map_picture import convex_hull, map_picture
from jobs.models import OutboxMessage
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.factories.deliberation import ConversationFactory, StatementFactory
from tests.progress import Watched

pytestmark = pytest.mark.django_db
N_STATEMENTS = 12


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page says of a map does not depend on how many resamples its stability rests on."""
    monkeypatch.setattr(maps, "RESAMPLES", 2)


def voted(n_people: int, *, n_statements: int = N_STATEMENTS, **options: object) -> tuple[Conversation, list[Member]]:
    """Two camps that differ on every statement but the first, which all agree with; person i skips statement i."""
    conversation = ConversationFactory(community=CommunityFactory(is_public=True), **options)
    statements = [StatementFactory(conversation=conversation, number=n) for n in range(n_statements)]
    people = [MemberFactory(community=conversation.community) for _ in range(n_people)]
    votes = []
    for place, person in enumerate(people):
        Participation.objects.create(conversation=conversation, member=person, number=place + 77500)
        for statement in statements:
            if statement.number == 1 + place % (n_statements - 1):
                continue
            side = 1 if statement.number == 0 or place % 2 else -1
            votes.append(Vote(conversation=conversation, member=person, statement=statement, value=side))
    Vote.objects.bulk_create(votes)
    return conversation, people


def drawn(n_people: int = 40, **options: object) -> tuple[Conversation, list[Member]]:
    conversation, people = voted(n_people, **options)
    refresh_map(Watched(), conversation=conversation.pk)
    OutboxMessage.objects.all().delete()
    return conversation, people


def page(conversation: Conversation, query: str = "", *, member: Member | None = None, name: str = "results") -> str:
    client = Client()
    if member is not None:
        client.force_login(member.user)
    response = client.get(reverse(f"deliberation:{name}", args=[conversation.slug]) + query)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_page_says_what_is_shared_and_what_divides():
    conversation, _ = drawn()
    shown = page(conversation)
    shared = Statement.objects.get(conversation=conversation, number=0).text
    assert "People fall into 2 groups" in shown
    assert shared in shown.split("What people share")[1].split("What each group stands for")[0]
    assert "mostly agrees, group" in shown.split("What divides")[1]
    assert "Results as of" in shown


def test_too_few_people_are_told_what_is_missing():
    conversation, _ = drawn(5)
    shown = page(conversation)
    assert "2 more people needed" in shown
    assert "map-picture" not in shown


def test_votes_without_a_map_yet_are_said_to_be_on_their_way():
    conversation, _ = voted(9)
    assert "The picture is on its way" in page(conversation)


def test_only_i_see_my_own_place():
    conversation, people = drawn()
    mine = page(conversation, member=people[3])
    assert "“You” marks your own place" in mine
    assert "You are in group" in mine
    for other in (None, MemberFactory(community=conversation.community)):
        shown = page(conversation, member=other)
        assert "map-picture__you" not in shown
        assert "your own place" not in shown


def test_nobody_can_be_recognised_in_the_page_or_its_tables():
    conversation, people = drawn()
    texts = [page(conversation, member=people[0])]
    texts += [page(conversation, f"?table={table}", name="results-table") for table in ("statements", "map", "groups")]
    for text in texts:
        assert not any(person.pseudonym in text for person in people[1:])
        assert not re.search(r"(?<![\d.])775\d\d(?![\d.])", text)


def test_the_places_stand_in_an_order_that_says_nothing():
    people = [(float(x), float(-x), x % 2) for x in range(20)]
    assert map_picture(people) == map_picture(people[::-1])


def test_rejected_and_waiting_statements_are_not_shown():
    conversation, _ = drawn()
    Statement.objects.filter(conversation=conversation, number=0).update(state=Statement.State.REJECTED)
    Statement.objects.filter(conversation=conversation, number=2).update(state=Statement.State.UNMODERATED)
    hidden = Statement.objects.get(conversation=conversation, number=0).text
    waiting = Statement.objects.get(conversation=conversation, number=2).text
    for address in ("", "?sort=dividing", "?sort=uncertain", "?statement=0"):
        assert hidden not in page(conversation, address)
    assert waiting in page(conversation)
    Conversation.objects.filter(pk=conversation.pk).update(strict_moderation=True)
    assert waiting not in page(conversation)
    assert waiting not in page(conversation, name="results-table")


def test_the_order_of_statements_is_what_the_address_asks_for():
    conversation, _ = drawn(n_statements=9)
    first = Statement.objects.get(conversation=conversation, number=0).text
    listed = [page(conversation, f"?sort={sort}").split('id="statements"')[1] for sort in ("shared", "dividing")]
    place = [re.findall(r'<p class="statement small">(.*?)</p>', part).index(first) for part in listed]
    assert place == [0, 8]


def test_a_statement_on_the_map_says_how_many_of_each_group_agree():
    conversation, _ = drawn()
    notes = re.findall(r'map-picture__words" x="14" y="\d+">([^<]*)', page(conversation, "?statement=0"))
    assert notes == ["100% agree", "100% agree"]


def test_the_counts_of_the_table_are_those_of_the_votes():
    conversation, _ = drawn()
    rows = list(csv.DictReader(io.StringIO(Client().get(table_of(conversation)).content.decode())))
    assert len(rows) == N_STATEMENTS
    for row in rows:
        votes = Vote.objects.filter(conversation=conversation, statement__number=int(row["statement"]))
        assert int(row["all_agree"]) == votes.filter(value=1).count() == int(row["A_agree"]) + int(row["B_agree"])
        assert int(row["all_disagree"]) == votes.filter(value=-1).count()
        assert float(row["all_agree_share_low"]) <= float(row["all_agree_share_high"])


def test_a_text_that_spreadsheets_would_compute_stays_a_text():
    conversation, _ = drawn()
    Statement.objects.filter(conversation=conversation, number=0).update(text="=1+1")
    rows = list(csv.DictReader(io.StringIO(Client().get(table_of(conversation)).content.decode())))
    assert "'=1+1" in [row["text"] for row in rows]


def table_of(conversation: Conversation) -> str:
    return reverse("deliberation:results-table", args=[conversation.slug])


def test_a_newer_map_makes_the_open_page_load_again():
    conversation, people = drawn()
    address = reverse("deliberation:results-live", args=[conversation.slug])
    seen = OpinionMap.objects.get(conversation=conversation, grouping="computed").pk
    assert "HX-Refresh" not in Client().get(f"{address}?map={seen}").headers
    Vote.objects.filter(member=people[0], statement__number=0).update(value=-1)
    refresh_map(Watched(), conversation=conversation.pk)
    assert Client().get(f"{address}?map={seen}").headers["HX-Refresh"] == "true"


def test_the_page_says_that_a_new_picture_is_being_drawn():
    conversation, people = drawn()
    assert "is being drawn" not in page(conversation)
    statement = conversation.statements.first()
    VoteEvent.objects.create(conversation=conversation, member=people[0], statement=statement, value=1)
    OutboxMessage.objects.create(kind="refresh_map", key=str(conversation.pk))
    shown = page(conversation, name="results-live")
    assert "1 vote came after that" in shown
    assert "is being drawn" in shown


def test_queries_do_not_grow_with_people_or_statements():
    counts = []
    for n_people, n_statements in ((12, 9), (60, 30)):
        conversation, people = drawn(n_people, n_statements=n_statements)
        client = Client()
        client.force_login(people[0].user)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("deliberation:results", args=[conversation.slug])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["results", "results-live", "results-table"])
def test_foreign_and_draft_conversations_are_not_found(name: str):
    draft, _ = drawn(status=Conversation.Status.DRAFT)
    private = ConversationFactory(community=CommunityFactory(is_public=False))
    foreign = Client()
    foreign.force_login(MemberFactory().user)
    for conversation in (draft, private):
        for client in (Client(), foreign):
            assert client.get(reverse(f"deliberation:{name}", args=[conversation.slug])).status_code == 404


def test_nonsense_in_the_address_shows_the_usual_page():
    conversation, _ = drawn()
    assert "People fall into" in page(conversation, "?layout=x&grouping=y&sort=z&statement=99999999999&page=abc")
    address = reverse("deliberation:results-table", args=[conversation.slug])
    assert Client().get(f"{address}?table=people").status_code == 404


def test_the_second_layout_is_offered_once_it_is_there():
    conversation, _ = drawn()
    assert "by neighbours" not in page(conversation)
    found = OpinionMap.objects.get(conversation=conversation)
    found.umap = [[-point["x"], point["y"]] for point in found.run.result["points"]]
    found.save()
    assert "by neighbours" in page(conversation)
    assert "distances between groups mean little" in page(conversation, "?layout=umap")


def test_imported_groups_stand_beside_the_computed_ones(shared_data):
    conversation = import_conversation(
        community=CommunityFactory(is_public=True),
        folder=read_folder(shared_data / "polis" / "scoop-hivemind.biodiversity"),
    )
    refresh_map(Watched(), conversation=conversation.pk)
    shown = page(conversation, "?grouping=imported")
    assert "The same people, grouped from their votes" in shown
    newest = {found.grouping: found.run.result for found in OpinionMap.objects.filter(conversation=conversation)}
    table = shaped.overlap(newest["imported"], newest["computed"], least=1)
    assert [sum(counts) + none for _, counts, none in table] == [
        group["size"] for group in newest["imported"]["groups"]
    ]


def test_looking_closer_shows_the_group_that_was_asked_for():
    conversation, _ = drawn()
    sizes = {len(set(re.findall(r"M[\d.]+ [\d.]+m", page(conversation, query)))) for query in ("", "?zoom=A")}
    people = [(0.0, 0.0, 0), (1.0, 1.0, 0), (5.0, 5.0, 1), (9.0, 9.0, None)]
    closer = map_picture(people, you=(5.0, 5.0), zoom=0)
    assert closer is not None
    assert (closer.shown, closer.of, closer.you) == (2, 4, None)
    assert len(sizes) == 2


def test_the_outline_holds_everyone():
    square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
    assert sorted(convex_hull([*square, (1.0, 2.0), (2.0, 0.0)])) == sorted(square)
