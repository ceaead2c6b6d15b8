"""Conversations, statements, votes and results over REST."""

import re
import threading
import uuid
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.api_keys import make_api_key
from accounts.models import Member, Submission
from deliberation.actions.imports import import_conversation
from deliberation.actions.maps import draw_map
from deliberation.formats import Comment, build_folder
from deliberation.formats.dialect import Dialect
from deliberation.models import Conversation, OpinionMap, Statement, Vote, VoteEvent
from deliberation.queries import vote_arrays
from tests.deliberation.formats.conversations import START, events_of
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.factories.deliberation import ConversationFactory, StatementFactory

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/conversations/"


@pytest.fixture
def member() -> Member:
    return MemberFactory()


@pytest.fixture
def conversation(member: Member) -> Conversation:
    return ConversationFactory(community=member.community)


@pytest.fixture
def statements(conversation: Conversation) -> list[Statement]:
    return [StatementFactory(conversation=conversation, number=number) for number in range(5)]


def signed_in(member: Member | None) -> APIClient:
    client = APIClient()
    if member is not None:
        client.force_login(member.user)
    return client


def votes_of(*votes: tuple[int, int], key: uuid.UUID | None = None) -> dict[str, Any]:
    return {"key": str(key or uuid.uuid4()), "votes": [{"statement": n, "value": value} for n, value in votes]}


def keyed(**sent: Any) -> dict[str, Any]:
    return {"key": str(uuid.uuid4()), **sent}


def at(conversation: Conversation, rest: str = "") -> str:
    return f"{ROOT}{conversation.slug}/{rest}"


def test_the_same_key_again_gives_the_stored_answer(
    member: Member, conversation: Conversation, statements: list[Statement]
) -> None:
    client, sent = signed_in(member), votes_of((0, 1), (1, -1), (2, 0))
    replies = [client.post(at(conversation, "votes/"), sent) for _ in range(2)]
    assert [(reply.status_code, reply.json()) for reply in replies] == [(200, {"cast": 3})] * 2
    assert list(Vote.objects.order_by("statement__number").values_list("value", flat=True)) == [1, -1, 0]
    assert VoteEvent.objects.count() == 3


def test_another_body_under_the_same_key_is_422(
    member: Member, conversation: Conversation, statements: list[Statement]
) -> None:
    client, key = signed_in(member), uuid.uuid4()
    client.post(at(conversation, "votes/"), votes_of((0, 1), key=key))
    reply = client.post(at(conversation, "votes/"), votes_of((0, -1), key=key))
    assert (reply.status_code, str(key) in reply.json()["detail"]) == (422, True)
    assert Vote.objects.get().value == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_one_vote(member: Member, conversation: Conversation, statements: list[Statement]) -> None:
    sent, replies = votes_of((0, 1), (1, 1)), []

    def send() -> None:
        try:
            replies.append(signed_in(member).post(at(conversation, "votes/"), sent).json())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies == [{"cast": 2}] * 4
    assert (Vote.objects.count(), VoteEvent.objects.count(), Submission.objects.count()) == (2, 2, 1)


def test_a_changed_vote_is_one_row_and_two_events(
    member: Member, conversation: Conversation, statements: list[Statement]
) -> None:
    client = signed_in(member)
    client.post(at(conversation, "votes/"), votes_of((3, 1)))
    sent = {"key": str(uuid.uuid4()), "votes": [{"statement": 3, "value": -1, "important": True}]}
    client.post(at(conversation, "votes/"), sent)
    mine = client.get(at(conversation, "votes/")).json()["results"]
    assert [(vote["statement"], vote["value"], vote["important"]) for vote in mine] == [(3, -1, True)]
    assert VoteEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("votes", "status"),
    [
        ([{"statement": 0, "value": 2}], 400),
        ([{"statement": 0, "value": 1}, {"statement": 0, "value": -1}], 400),
        ([], 400),
        ([{"statement": 0, "value": 1}, {"statement": 99, "value": 1}], 404),
        ([{"statement": 0, "value": 1}, {"statement": 4, "value": 1}], 409),
    ],
)
def test_a_batch_with_one_bad_vote_casts_none(
    votes: list[dict[str, int]], status: int, member: Member, conversation: Conversation, statements: list[Statement]
) -> None:
    Statement.objects.filter(number=4).update(state=Statement.State.REJECTED)
    sent = {"key": str(uuid.uuid4()), "votes": votes}
    assert signed_in(member).post(at(conversation, "votes/"), sent).status_code == status
    assert not Vote.objects.exists()


def test_a_closed_conversation_takes_no_votes(
    member: Member, conversation: Conversation, statements: list[Statement]
) -> None:
    Conversation.objects.update(status=Conversation.Status.CLOSED)
    reply = signed_in(member).post(at(conversation, "votes/"), votes_of((0, 1)))
    assert (reply.status_code, "closed" in reply.json()["detail"]) == (409, True)


def test_visitors_read_and_do_not_write(conversation: Conversation, statements: list[Statement]) -> None:
    client = signed_in(None)
    assert client.get(ROOT).json()["results"][0]["slug"] == conversation.slug
    assert client.get(at(conversation, "statements/")).json()["count"] == 5
    assert client.get(at(conversation, "votes/")).status_code == 401
    assert client.post(at(conversation, "votes/"), votes_of((0, 1))).status_code == 401


def test_conversations_of_others_do_not_exist(statements: list[Statement], member: Member) -> None:
    foreign = ConversationFactory(community=CommunityFactory(is_public=False))
    StatementFactory(conversation=foreign, number=0)
    client = signed_in(member)
    got = {client.get(at(foreign, rest)).status_code for rest in ("", "statements/", "votes/", "results/")}
    sent = {client.post(at(foreign, "votes/"), votes_of((0, 1))).status_code}
    sent |= {client.post(at(foreign, "statements/"), {"key": str(uuid.uuid4()), "text": "Hello"}).status_code}
    assert (got, sent) == ({404}, {404})


def test_only_organisers_change_a_conversation(
    member: Member, conversation: Conversation, statements: list[Statement]
) -> None:
    def tries(who: Member) -> list[int]:
        client = signed_in(who)
        return [
            client.patch(at(conversation), keyed(title="Another")).status_code,
            client.post(at(conversation, "close/"), keyed()).status_code,
            client.post(at(conversation, "reopen/"), keyed()).status_code,
            client.post(at(conversation, "open/"), keyed()).status_code,
            client.post(at(conversation, "statements/seed/"), keyed(texts=["New"])).status_code,
            client.patch(at(conversation, "statements/0/"), keyed(state=-1, reason="Off topic")).status_code,
        ]

    outsider = MemberFactory(admin=True)
    organiser = MemberFactory(researcher=True, community=conversation.community)
    assert tries(member) == tries(outsider) == [404] * 6
    assert tries(organiser) == [200] * 6
    conversation.refresh_from_db()
    assert (conversation.title, conversation.status) == ("Another", "open")
    assert conversation.statements.get(number=0).reviews.get().reason == "Off topic"


def test_what_an_organiser_sends_is_done_once(conversation: Conversation, statements: list[Statement]) -> None:
    client = signed_in(MemberFactory(researcher=True, community=conversation.community))
    seeding, review, closing = keyed(texts=["New", "new"]), keyed(state=-1, reason="Off topic"), keyed()

    def send() -> list[tuple[int, object]]:
        replies = [
            client.post(at(conversation, "statements/seed/"), seeding),
            client.patch(at(conversation, "statements/0/"), review),
            client.post(at(conversation, "close/"), closing),
        ]
        return [(reply.status_code, reply.json()) for reply in replies]

    first = send()
    assert [status for status, _ in first] == [200, 200, 200]
    client.post(at(conversation, "reopen/"), keyed())
    assert send() == first
    conversation.refresh_from_db()
    assert (conversation.statements.count(), conversation.status) == (6, "open")
    assert conversation.statements.get(number=0).reviews.count() == 1
    assert client.post(at(conversation, "statements/seed/"), {**seeding, "texts": ["Other"]}).status_code == 422
    assert client.patch(at(conversation, "statements/1/"), review).status_code == 422
    assert client.post(at(conversation, "reopen/"), closing).status_code == 422
    assert client.post(at(conversation, "statements/seed/"), {"texts": ["Other"]}).status_code == 400


def test_a_key_acts_in_its_own_community_only(statements: list[Statement], conversation: Conversation) -> None:
    elsewhere = MemberFactory()
    _, secret = make_api_key(member=elsewhere, name="a program", scopes=["read", "write"])
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    own = ConversationFactory(community=elsewhere.community)
    assert [found["slug"] for found in client.get(ROOT).json()["results"]] == [own.slug]
    assert client.post(at(conversation, "votes/"), votes_of((0, 1))).status_code == 404


def test_a_draft_is_made_once(conversation: Conversation) -> None:
    organiser = MemberFactory(researcher=True, community=conversation.community)
    sent = {"key": str(uuid.uuid4()), "community": conversation.community.slug, "title": "Which rules?"}
    replies = [signed_in(organiser).post(ROOT, sent) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()
    assert (replies[0].json()["slug"], replies[0].json()["status"]) == ("which-rules", "draft")
    assert Conversation.objects.count() == 2
    assert signed_in(MemberFactory(community=conversation.community)).post(ROOT, sent).status_code == 404


def test_writing_the_same_words_twice_is_409(member: Member, conversation: Conversation) -> None:
    client = signed_in(member)
    first, second = ({"key": str(uuid.uuid4()), "text": text} for text in ("A  claim", "a claim"))
    assert client.post(at(conversation, "statements/"), first).json() == {"number": 0}
    assert client.post(at(conversation, "statements/"), second).status_code == 409


def test_seeding_names_the_rows_not_taken(conversation: Conversation) -> None:
    client = signed_in(MemberFactory(admin=True, community=conversation.community))
    reply = client.post(at(conversation, "statements/seed/"), keyed(texts=["One", "", "one"]))
    assert reply.json()["added"] == [0]
    assert [(row["row"], row["reason"]) for row in reply.json()["refused"]] == [
        (2, "The row is empty."),
        (3, "The same statement stands in the conversation already."),
    ]


def test_a_rejection_needs_a_reason(conversation: Conversation, statements: list[Statement]) -> None:
    client = signed_in(MemberFactory(admin=True, community=conversation.community))
    assert client.patch(at(conversation, "statements/0/"), keyed(state=-1)).status_code == 400
    assert client.patch(at(conversation, "statements/0/"), keyed()).status_code == 400
    assert client.patch(at(conversation, "statements/77/"), keyed(state=1)).status_code == 404
    assert client.patch(at(conversation, "statements/0/"), keyed(is_meta=True)).json()["is_meta"] is True


def grouped_conversation(member: Member) -> Conversation:
    """Two camps of ten, imported with their groups; statement 2 is rejected."""
    comments = [Comment(str(n), f"Claim {n}", "0", START + n * 1000, moderated=-1 if n == 2 else 1) for n in range(6)]
    rows = [
        (START + 100_000 + 1000 * (person * 6 + n), str(n), str(person), 1 if (person < 10) == (n % 2 == 0) else -1)
        for person in range(20)
        for n in range(6)
    ]
    folder = build_folder(
        Dialect.open_data(),
        comments=comments,
        participants=[str(person) for person in range(20)],
        events=events_of(rows),
        group_ids={str(person): str(person // 10) for person in range(20)},
    )
    conversation = import_conversation(community=member.community, folder=folder)
    arrays = vote_arrays(conversation)
    for grouping in OpinionMap.Grouping:
        draw_map(conversation, arrays, grouping)
    return conversation


def test_results_tell_groups_and_nobodys_place(member: Member, conversation: Conversation) -> None:
    assert signed_in(None).get(at(conversation, "results/")).status_code == 404
    grouped = grouped_conversation(member)
    for grouping in ("computed", "imported"):
        result = signed_in(None).get(at(grouped, "results/"), {"grouping": grouping}).json()
        assert (result["participants"], result["k"], [group["size"] for group in result["groups"]]) == (20, 2, [10, 10])
        assert "2" not in result["texts"]
        assert all("2" not in counts for counts in result["votes_by_group"].values())
        assert not re.search(r'"(members|participant|carried)"', str(result).replace("'", '"'))
    assert signed_in(None).get(at(grouped, "results/"), {"grouping": "other"}).status_code == 400


def test_lists_ask_as_many_queries_for_one_row_as_for_many(member: Member, conversation: Conversation) -> None:
    client = signed_in(member)

    def queries() -> list[int]:
        counts = []
        for address in (ROOT, at(conversation, "statements/"), at(conversation, "votes/")):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            counts.append(len(asked))
        return counts

    StatementFactory(conversation=conversation, number=0)
    client.post(at(conversation, "votes/"), votes_of((0, 1)))
    few = queries()
    for number in range(1, 21):
        StatementFactory(conversation=conversation, number=number)
        ConversationFactory(community=CommunityFactory())
    client.post(at(conversation, "votes/"), votes_of(*((number, 1) for number in range(1, 21))))
    assert queries() == few


def test_a_batch_of_votes_asks_as_many_queries_as_one(
    member: Member, conversation: Conversation, statements: list[Statement]
) -> None:
    client, counts = signed_in(member), []
    client.post(at(conversation, "votes/"), votes_of((0, 1)))
    for batch in ([(0, -1)], [(number, 1) for number in range(5)]):
        with CaptureQueriesContext(connection) as asked:
            assert client.post(at(conversation, "votes/"), votes_of(*batch)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.fixture
def schema() -> dict[str, Any]:
    return dict(APIClient().get("/api/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json())


def test_the_schema_describes_every_address(schema: dict[str, Any]) -> None:
    paths = {path for path in schema["paths"] if path.startswith(ROOT)}
    rest = ("", "open/", "close/", "reopen/", "statements/", "statements/seed/", "statements/{number}/", "votes/")
    of_one = (f"{ROOT}{{slug}}/{part}" for part in (*rest, "results/", "export/"))
    assert paths == {ROOT, f"{ROOT}import/", *of_one}
    assert "results" in schema["components"]["schemas"]["PaginatedVoteList"]["properties"]


def test_the_docs_page_has_no_inline_script_or_style() -> None:
    page = APIClient().get("/api/docs/").content.decode()
    assert re.findall(r"<script(?![^>]*src=)|<style| style=", page) == []
    script = re.search(r'src="(/api/docs/\?script=[^"]*)"', page)
    assert script is not None
    assert APIClient().get(script[1]).headers["Content-Type"].startswith("application/javascript")
