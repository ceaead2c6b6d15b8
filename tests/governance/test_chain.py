"""The audit chain: bound by hashes, kept by the database, checked against what was published."""

import copy
import json
import random
import threading

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import personal_data
from accounts.actions import erase_member
from governance import canonical as writing
from governance.actions.audit import check_chains, heads_file, publish_head, publish_heads
from governance.chain import GENESIS, record
from governance.chain_check import check_chain
from governance.models import AuditEntry, Opening, PublishedHead
from governance.queries.audit import chain_bundle, chain_rows, check_community, head_rows
from governance.subjects import Reference
from polyphony import verify_tally
from tests.factories.accounts import CommunityFactory, MemberFactory

THING = Reference("decision", "7", "Open the park", "/decisions/7/", "a" * 64)


@pytest.fixture
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def filled(n: int, **named):
    community = CommunityFactory()
    for number in range(n):
        record(community=community, kind="decision.opened", subject=THING, payload={"n": number}, **named)
    return community


@pytest.mark.django_db
def test_each_entry_stands_on_the_one_before():
    entries = list(filled(3).audit_entries.order_by("number"))
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.prev_hash for entry in entries] == [GENESIS, entries[0].row_hash, entries[1].row_hash]


@pytest.mark.django_db
def test_each_community_has_a_chain_of_its_own():
    first, second = filled(2), filled(1)
    assert check_community(first).entries == 2
    assert check_community(second).head == second.audit_entries.get().row_hash


@pytest.mark.django_db
def test_an_action_that_is_undone_leaves_no_entry():
    community = CommunityFactory()
    with transaction.atomic():
        record(community=community, kind="decision.opened", subject=THING, payload={})
        transaction.set_rollback(True)
    assert not community.audit_entries.exists()


@pytest.mark.django_db
def test_numbers_with_several_texts_are_refused():
    with pytest.raises(TypeError, match=r"1\.5 has no single text"):
        record(community=CommunityFactory(), kind="x", subject=THING, payload={"share": 1.5})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE governance_auditentry SET kind = 'decision.adopted'",
        "DELETE FROM governance_auditentry",
        "TRUNCATE governance_auditentry CASCADE",
        "UPDATE governance_publishedhead SET row_hash = repeat('0', 64)",
        "DELETE FROM governance_publishedhead",
        "UPDATE governance_opening SET text = '{}'",
    ],
)
@pytest.mark.usefixtures("_own_folder")
def test_the_database_refuses_to_change_what_was_recorded(statement):
    publish_head(community=filled(2))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_entries_written_at_once_follow_each_other():
    community = CommunityFactory()

    def write() -> None:
        try:
            for number in range(5):
                record(community=community, kind="decision.opened", subject=THING, payload={"n": number})
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    checked = check_community(community)
    assert (checked.entries, checked.faults) == (20, ())


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_folder")
def test_erasing_a_person_destroys_what_the_chain_says_about_them_and_the_chain_holds():
    member = MemberFactory()
    record(community=member.community, kind="seat.taken", subject=THING, payload={"who": "Quiet Heron"}, about=[member])
    record(community=member.community, kind="decision.opened", subject=THING, payload={})
    publish_head(community=member.community)
    assert personal_data.export(member)["governance"]["audit_entries"][0]["payload"] == {"who": "Quiet Heron"}
    erase_member(member=member)
    checked = check_community(member.community)
    assert (checked.holds, checked.entries, checked.erased) == (True, 2, 1)
    assert not Opening.objects.filter(text__contains="Quiet Heron").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_folder")
def test_heads_are_published_once_in_the_table_and_in_the_file():
    community = filled(2)
    assert publish_heads() == 1
    assert publish_heads() == 0
    record(community=community, kind="decision.closed", subject=THING, payload={})
    assert publish_heads() == 1
    lines = [json.loads(line) for line in heads_file(community).read_text().splitlines()]
    assert [(line["number"], line["row_hash"]) for line in lines] == list(
        PublishedHead.objects.order_by("number").values_list("number", "row_hash")
    )
    assert verify_tally.read_heads(heads_file(community).read_bytes()) == lines


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_folder")
def test_a_rewritten_chain_is_found_by_the_nightly_check(caplog):
    community = filled(3)
    publish_head(community=community)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE governance_auditentry SET kind = 'decision.adopted' WHERE number = 2")
        cursor.execute("RESET session_replication_role")
    assert check_chains()[community.slug].faults == ("Entry 2 was changed: its hash is another.",)
    assert "Entry 2 was changed" in caplog.text


def rehash(entries: list[dict], start: int) -> None:
    """What somebody with the whole database would do: every hash from there on made right again."""
    for place in range(start, len(entries)):
        entry = entries[place]
        entry["prev_hash"] = entries[place - 1]["row_hash"] if place else GENESIS
        entry["row"]["number"] = place + 1
        entry["row_hash"] = writing.sha256(entry["prev_hash"].encode() + writing.canonical(entry["row"]))


def mutate(entries: list[dict], rng: random.Random) -> tuple[str, list[dict]]:
    """The chain after one mutation of a random kind at a random place."""
    kind = rng.choice(["edit", "edit opening", "delete", "insert", "reorder", "cut tail", "rewrite", "replace"])
    changed = copy.deepcopy(entries)
    place = rng.randrange(len(changed))
    if kind == "edit":
        row = changed[place]["row"]
        name = rng.choice(["at", "commitment", "kind"])
        position = rng.randrange(len(row[name]))
        row[name] = row[name][:position] + chr(ord(row[name][position]) ^ 1) + row[name][position + 1 :]
    elif kind == "edit opening":
        changed[place]["opening"]["text"] += " "
    elif kind == "delete":
        del changed[place]
        if rng.random() < 0.5:
            rehash(changed, place)
    elif kind == "insert":
        changed.insert(place, copy.deepcopy(changed[rng.randrange(len(changed))]))
        if rng.random() < 0.5:
            rehash(changed, place)
    elif kind == "reorder":
        other = (place + rng.randrange(1, len(changed))) % len(changed)
        changed[place], changed[other] = changed[other], changed[place]
        if rng.random() < 0.5:
            rehash(changed, min(place, other))
    elif kind == "cut tail":
        del changed[rng.randrange(len(changed)) :]
    elif kind == "rewrite":
        changed[place]["row"]["kind"] += ".forged"
        rehash(changed, place)
    else:
        changed = [copy.deepcopy(entry) for entry in entries]
        changed[place]["opening"] = {"salt": "0" * 64, "text": "{}"}
        changed[place]["row"]["commitment"] = writing.sha256(b"0" * 64 + b"{}")
        rehash(changed, place)
    return kind, changed


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_folder")
def test_a_thousand_mutations_are_all_found_against_the_published_heads():
    community = filled(24)
    publish_head(community=community)
    entries, heads = list(chain_rows(community, opened=True)), head_rows(community)
    assert check_chain(entries, heads).holds
    rng = random.Random(0)
    kinds: dict[str, int] = {}
    for _ in range(1000):
        kind, changed = mutate(entries, rng)
        kinds[kind] = kinds.get(kind, 0) + 1
        assert not check_chain(changed, heads).holds, kind
        assert verify_tally.check_chain(changed, heads)[0], kind
    assert len(kinds) == 8
    assert min(kinds.values()) > 80


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_folder")
def test_the_standalone_verifier_agrees_with_the_room():
    community = filled(5)
    publish_head(community=community)
    Opening.objects.filter(entry__number=2).delete()
    data = chain_bundle(community, opened=True)
    found = verify_tally.verify(data)
    assert found["holds"]
    assert (found["entries"], found["without_text"]) == (5, 1)
    assert found["head"] == check_community(community).head
    assert not verify_tally.verify(data + b"\n")["holds"]
    assert not verify_tally.verify(data, heads=[{"number": 5, "row_hash": "0" * 64}])["holds"]


@pytest.mark.django_db
def test_the_public_bundle_says_nothing_of_what_happened(client):
    community = filled(2)
    data = client.get(f"/communities/{community.slug}/audit/chain.json").content
    assert b"Open the park" not in data
    assert verify_tally.verify(data)["without_text"] == 2


@pytest.mark.django_db
def test_an_auditor_reads_what_an_entry_says_and_a_visitor_does_not(client):
    community = filled(1)
    address = AuditEntry.objects.get().get_absolute_url()
    assert "Open the park" not in client.get(address).content.decode()
    client.force_login(MemberFactory(community=community, auditor=True).user)
    assert "Open the park" in client.get(address).content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_folder")
def test_the_heads_stand_in_a_feed(client):
    community = filled(1)
    publish_head(community=community)
    feed = client.get(f"/communities/{community.slug}/audit/heads.atom").content.decode()
    assert AuditEntry.objects.get().row_hash in feed
