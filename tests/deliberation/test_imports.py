"""Polis exports through the database and back."""

import time
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Community
from deliberation.actions import cast_vote, reopen_conversation
from deliberation.actions.imports import import_conversation
from deliberation.formats import Dialect, PolisFolder, differences, in_dialect, read_folder, write_folder
from deliberation.formats.polis_newer import GROUPS_FILE
from deliberation.models import Conversation, VoteEvent
from deliberation.queries.exports import polis_folder
from tests.deliberation.formats.conversations import REAL_FOLDERS, small_conversation
from tests.factories.accounts import CommunityFactory, MemberFactory

pytestmark = pytest.mark.django_db

DIALECTS = {
    "open data": Dialect.open_data(),
    "open data with xids": Dialect.open_data(xid=True),
    "open data without votes.csv": Dialect.open_data(votes=False),
    "newer": Dialect.newer(),
    "newer with everything": Dialect.newer(xids=True, importance=True),
    "newer without votes.csv": Dialect.newer(votes=False),
}


@pytest.fixture
def community() -> Community:
    return CommunityFactory()


def taken_in(community: Community, folder: PolisFolder) -> Conversation:
    return import_conversation(community=community, folder=folder)


@pytest.mark.parametrize("name", REAL_FOLDERS)
def test_a_real_folder_comes_out_as_it_went_in(
    name: str, shared_data: Path, community: Community, tmp_path: Path
) -> None:
    source = read_folder(shared_data / "polis" / name)
    started = time.process_time()
    conversation = taken_in(community, source)
    assert time.process_time() - started < 20
    assert differences(source, polis_folder(conversation)) == []
    write_folder(polis_folder(conversation), tmp_path / "out")
    again = read_folder(tmp_path / "out")
    assert differences(source, again) == []
    assert again.first_vote_order.tolist() == source.first_vote_order.tolist()


@pytest.mark.parametrize("name", DIALECTS)
def test_a_generated_folder_comes_out_as_it_went_in(name: str, community: Community, tmp_path: Path) -> None:
    write_folder(small_conversation(DIALECTS[name]), tmp_path / "in")
    source = read_folder(tmp_path / "in")
    write_folder(polis_folder(taken_in(community, source)), tmp_path / "out")
    assert differences(source, read_folder(tmp_path / "out")) == []
    for file in (tmp_path / "in").iterdir():
        assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("wanted", ["open-data", "newer"])
@pytest.mark.parametrize("name", ["open data with xids", "newer with everything"])
def test_an_export_in_another_dialect_says_the_same(name: str, wanted: str, community: Community) -> None:
    source = small_conversation(DIALECTS[name])
    out = polis_folder(taken_in(community, source), dialect=wanted)
    other = in_dialect(source, out.dialect)
    # Votes by group are counted anew in the newer dialect, which is tested with what counts them.
    assert (GROUPS_FILE in out.tables) == (wanted == "newer")
    kept = [_without_groups(folder) for folder in (other, out)]
    assert differences(*kept, moments=False) == []


def _without_groups(folder: PolisFolder) -> PolisFolder:
    tables = {file: table for file, table in folder.tables.items() if file != GROUPS_FILE}
    comments = tuple(replace(comment, extra={}) for comment in folder.comments)
    return replace(folder, tables=tables, comments=comments)


def test_an_unknown_dialect_is_refused(community: Community) -> None:
    with pytest.raises(ValueError, match="should be one of source, open-data, newer"):
        polis_folder(taken_in(community, small_conversation()), dialect="older")


def test_votes_cast_after_the_import_are_in_the_export(community: Community) -> None:
    source = small_conversation()
    conversation = reopen_conversation(conversation=taken_in(community, source))
    statement = conversation.statements.get(number=0)
    cast_vote(member=MemberFactory(community=community), statement=statement, value=-1)
    out = polis_folder(conversation)
    before, after = source.comments[0], next(c for c in out.comments if c.id == "0")
    assert (after.agrees, after.disagrees) == (before.agrees, before.disagrees + 1)
    assert out.vote_events == (source.vote_events or 0) + 1
    assert out.participants == [*source.participants, "12"]


def test_re_votes_stay_events(community: Community) -> None:
    conversation = taken_in(community, small_conversation())
    assert conversation.votes.count() == 8
    assert VoteEvent.objects.filter(conversation=conversation).count() == 9


def test_the_commands_import_and_export(community: Community, tmp_path: Path) -> None:
    write_folder(small_conversation(), tmp_path / "in")
    said = StringIO()
    call_command("import_conversation", str(tmp_path / "in"), community=community.slug, stdout=said)
    conversation = Conversation.objects.get()
    assert said.getvalue() == f"{conversation.slug}: 4 participants, 5 statements, 8 votes, 9 vote events\n"
    call_command("export_conversation", conversation.slug, str(tmp_path / "out"), stdout=StringIO())
    assert differences(read_folder(tmp_path / "in"), read_folder(tmp_path / "out")) == []


def test_the_import_command_refuses_flipped_signs_with_the_numbers(community: Community, tmp_path: Path) -> None:
    source = small_conversation()
    flipped = [replace(c, agrees=c.disagrees, disagrees=c.agrees) for c in source.comments]
    write_folder(replace(source, comments=tuple(flipped)), tmp_path / "in")
    with pytest.raises(CommandError, match=r"as they stand .* with the sign flipped"):
        call_command("import_conversation", str(tmp_path / "in"), community=community.slug)
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "--community", "c"], "no community"),
        (["--community", "there", "nowhere"], "no folder or file nowhere"),
    ],
)
def test_the_import_command_names_what_is_missing(arguments: list[str], message: str) -> None:
    CommunityFactory(slug="there")
    with pytest.raises(CommandError, match=message):
        call_command("import_conversation", *arguments)
