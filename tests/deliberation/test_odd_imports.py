"""Polis exports that do not keep to the usual, through the database and back."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.models import Community, Consent, Member
from deliberation.actions import (
    cast_vote,
    change_conversation,
    mark_meta,
    reopen_conversation,
    review_statements,
    seed_statements,
    write_statement,
)
from deliberation.actions.imported_people import numbers_of
from deliberation.actions.imports import import_conversation
from deliberation.errors import AlreadySaid
from deliberation.formats import Comment, Dialect, PolisFolder, differences, in_newer_dialect, read_files, write_files
from deliberation.formats.polis_newer import GROUPS_FILE, comment_groups, group_informed_consensus
from deliberation.holdings import ERASED, erase
from deliberation.models import Conversation, Statement, VoteEvent
from deliberation.queries.exports import polis_folder
from tests.deliberation.formats.conversations import START, events_of, small_conversation
from tests.factories.accounts import CommunityFactory, ConsentTextFactory, MemberFactory
from tests.factories.deliberation import ConversationFactory, StatementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return CommunityFactory()


def files_of(folder: PolisFolder, **changes: bytes) -> dict[str, bytes]:
    return write_files(folder) | {f"{name}.csv": data for name, data in changes.items()}


def back(conversation: Conversation) -> dict[str, bytes]:
    return write_files(polis_folder(Conversation.objects.get(pk=conversation.pk)))


def comes_back(community: Community, files: dict[str, bytes]) -> Conversation:
    source = read_files(files)
    conversation = import_conversation(community=community, folder=source)
    assert differences(source, polis_folder(conversation)) == []
    assert back(conversation) == files
    return conversation


def with_column(data: bytes, name: str, cells: list[str]) -> bytes:
    lines = data.decode().splitlines()
    return "\n".join(f"{line},{cell}" for line, cell in zip(lines, [name, *cells], strict=True)).encode() + b"\n"


def test_voters_who_are_only_in_votes_come_back(community: Community) -> None:
    cast = [(START + 10_000, "0", "1", 1), (START + 30_000, "0", "777", 1), (START + 31_000, "2", "3", 0)]
    comes_back(community, write_files(small_conversation(events=events_of(cast))))


def test_moments_before_1970_come_back(community: Community) -> None:
    events = events_of([(-5, "0", "1", 1), (-1_500, "2", "1", 1), (START, "0", "4", 0)])
    comes_back(community, write_files(small_conversation(events=events)))


def test_statements_that_are_only_in_votes_come_back(community: Community) -> None:
    files = write_files(small_conversation())
    del files["comments.csv"]
    files["votes.csv"] += f"{START + 40_000},Wed Nov 15 00:00:00 UTC 2023,55,5,1\n".encode()
    source = read_files(files)
    assert differences(source, polis_folder(import_conversation(community=community, folder=source))) == []


@pytest.mark.parametrize(
    "xids",
    [
        b"xid,participant\nabc,4\n",
        b"participant,xid,note\n4,abc,from the left\n11,,nothing\n",
        b"participant,xid\n4,ab\n4,abc\n",
        b"participant,xid\n4,abc\n99,not here\n",
    ],
)
@pytest.mark.parametrize("matrix", [True, False])
def test_xids_come_back_cell_by_cell(community: Community, xids: bytes, matrix: bool) -> None:
    plain = small_conversation(Dialect.open_data(xid=matrix), xids={})
    comes_back(community, files_of(plain, xids=xids))


def test_an_erased_persons_xid_is_in_no_file(community: Community) -> None:
    files = files_of(small_conversation(Dialect.open_data(xid=True), xids={}), xids=b"participant,xid\n4,abc\n5,de\n")
    conversation = comes_back(community, files)
    erase(conversation.participations.get(number=4).member)
    out = back(conversation)
    assert out["xids.csv"] == b"participant,xid\n5,de\n"
    assert not any(b"abc" in data for data in out.values())


def test_further_columns_of_votes_come_back(community: Community) -> None:
    files = write_files(small_conversation())
    files["votes.csv"] = with_column(files["votes.csv"], "weight", [str(i) for i in range(9)])
    conversation = comes_back(community, files)
    plain = import_conversation(community=community, folder=small_conversation())
    assert VoteEvent.objects.filter(conversation=plain).exclude(extra=None).count() == 0
    assert VoteEvent.objects.filter(conversation=conversation, extra=None).count() == 0


def test_a_file_without_votes_stays(community: Community) -> None:
    files = write_files(small_conversation(events=events_of([])))
    assert files["votes.csv"].count(b"\n") == 1
    comes_back(community, files)


def test_people_without_consent_and_banned_ones_are_not_in_the_export() -> None:
    conversation = ConversationFactory()
    community = conversation.community
    statement = StatementFactory(conversation=conversation)
    staying, leaving, banned = (MemberFactory(community=community) for _ in range(3))
    for member in (staying, leaving, banned):
        cast_vote(member=member, statement=statement, value=1)
    assert len(polis_folder(conversation).participants) == 3
    text = ConsentTextFactory(community=community)
    Consent.objects.create(member=leaving, text=text, withdrawn_at=timezone.now())
    Member.objects.filter(pk=banned.pk).update(banned_at=timezone.now())
    out = polis_folder(conversation)
    assert (len(out.participants), out.distinct_votes, out.vote_events) == (1, 1, 1)
    assert [comment.agrees for comment in out.comments] == [1]
    assert dict(out.summary)["voters"] == "1"


def test_banned_people_of_an_import_are_not_in_its_files(community: Community) -> None:
    files = files_of(small_conversation(Dialect.open_data(xid=True), xids={}), xids=b"participant,xid\n4,abc\n5,de\n")
    conversation = comes_back(community, files)
    Member.objects.filter(participations__number=4).update(banned_at=timezone.now())
    out = read_files(back(conversation))
    assert out.participants == ["1", "5", "11"]
    assert dict(out.xids) == {"5": "de"}
    assert {comment.id: (comment.agrees, comment.disagrees) for comment in out.comments}["0"] == (2, 0)
    assert out.notes == ()


def test_without_events_banned_people_are_not_counted_either(community: Community) -> None:
    files = write_files(small_conversation(Dialect.open_data(votes=False)))
    conversation = comes_back(community, files)
    Member.objects.filter(participations__number=4).update(banned_at=timezone.now())
    tallies = {comment.id: (comment.agrees, comment.disagrees) for comment in read_files(back(conversation)).comments}
    assert tallies == {"0": (2, 0), "2": (1, 1), "7": (0, 0), "9": (0, 0), "12": (0, 0)}


def newer() -> PolisFolder:
    """As a newer server writes it, with consensus, importance and votes by group."""
    return in_newer_dialect(small_conversation(Dialect.newer(importance=True)), importance=True)


def test_an_import_that_went_on_adds_up(community: Community) -> None:
    files = write_files(newer())
    files["participant-importance.csv"] = b"participant,importance\n1,0.5\n"
    files["notes.csv"] = b"a,b\n1,2\n"
    conversation = reopen_conversation(conversation=comes_back(community, files))
    cast_vote(member=MemberFactory(community=community), statement=conversation.statements.get(number=0), value=-1)
    change_conversation(conversation=conversation, title="Another question", description="Shorter")
    out = read_files(back(conversation))
    told = dict(out.summary)
    assert (told["topic"], told["conversation-description"]) == ("Another question", "Shorter")
    assert (told["voters"], told["comments"], told["groups"], told["commenters"]) == ("5", "5", "2", "3")
    assert sorted(out.tables) == [GROUPS_FILE, "notes.csv"]
    assert out.tables[GROUPS_FILE].rows == comment_groups(out).rows
    consensus = {comment.id: comment.extra["group-informed-consensus"] for comment in out.comments}
    assert consensus == {comment: repr(value) for comment, value in group_informed_consensus(out).items()}
    assert not any("differs" in note for note in out.notes)


@pytest.mark.parametrize("how", ["rejected", "meta"])
def test_moderation_makes_an_export_anew(community: Community, how: str) -> None:
    files = write_files(newer()) | {"participant-importance.csv": b"participant,importance\n1,0.5\n"}
    conversation = comes_back(community, files)
    if how == "rejected":
        review_statements(conversation=conversation, numbers=[2], state=-1, reviewer=None)
    else:
        mark_meta(statement=conversation.statements.get(number=2), is_meta=True)
    assert "participant-importance.csv" not in back(conversation)


def test_facts_about_people_stay_when_an_import_goes_on(community: Community) -> None:
    files = write_files(small_conversation())
    rows = files["participants-votes.csv"].decode().splitlines()
    files["participants-votes.csv"] = (
        "\n".join(
            f"{line.split(',', 1)[0]},{age},{line.split(',', 1)[1]}"
            for line, age in zip(rows, ["age", "20", "30", "40", "50"], strict=True)
        ).encode()
        + b"\n"
    )
    conversation = reopen_conversation(conversation=comes_back(community, files))
    cast_vote(member=MemberFactory(community=community), statement=conversation.statements.get(number=0), value=-1)
    assert read_files(back(conversation)).participant_cells["age"] == ("20", "30", "40", "50", "")


def test_words_of_an_import_are_not_said_again(community: Community) -> None:
    twice = [Comment("0", "Plain words", "1"), Comment("2", "plain  WORDS", "1"), Comment("7", " ", "1")]
    events = events_of([(START, "0", "1", 1)])
    folder = small_conversation(comments=twice, participants=["1"], events=events, group_ids={})
    conversation = reopen_conversation(conversation=import_conversation(community=community, folder=folder))
    assert sum(bool(key) for key in conversation.statements.values_list("text_key", flat=True)) == 1
    with pytest.raises(AlreadySaid):
        write_statement(conversation=conversation, author=MemberFactory(community=community), text="plain words")
    assert len(seed_statements(conversation=conversation, texts=["Plain words"]).refused) == 1


def test_statements_of_an_older_import_learn_which_words_are_the_same(community: Community) -> None:
    conversation = ConversationFactory(community=community)
    texts = ["Plain words", "plain  WORDS", " ", ERASED, "Other words"]
    made = [StatementFactory(conversation=conversation, text=text, text_key="") for text in texts]
    written = StatementFactory(conversation=conversation, text="OTHER words")
    import_module("deliberation.migrations.0007_equal_words_known").fill(apps, None)
    keys = dict(conversation.statements.values_list("pk", "text_key"))
    assert [keys[one.pk] for one in made] == [Statement.key_of("plain words"), "", "", "", ""]
    assert keys[written.pk] == written.text_key


def test_ids_of_very_many_digits_get_numbers_of_their_own() -> None:
    assert numbers_of(["3", "9" * 5000, "007", "4000000000"]) == [3, 4, 5, 6]
