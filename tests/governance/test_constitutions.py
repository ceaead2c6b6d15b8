"""Constitutions: sealed words, amendments on moving text, candidates, dissent, files."""

import hashlib
import json
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Role
from governance import drafting
from governance.actions.amendments import drop_patch, patch_principle, propose_amendment, rebase_amendment
from governance.actions.constitutions import (
    add_clause,
    adopt_version,
    begin_draft,
    change_clause,
    reject_version,
    remove_clause,
    seal_version,
)
from governance.actions.drafting import (
    dismiss_candidate,
    dissent,
    gather_candidates,
    merge_candidates,
    take_candidate,
    track,
)
from governance.errors import Refused
from governance.models import AuditEntry, Candidate, Clause, ConstitutionVersion
from governance.queries.constitutions import clauses_of, in_force, pairs_alike
from governance.subjects import Reference
from governance.texts import as_markdown, as_principles, differences, word_pieces
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.governance.constitutions import adopted, amendment_of, drafted, passed, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return CommunityFactory()


def test_a_sealed_version_is_its_canonical_bytes(community):
    version = seal_version(constitution=drafted(community), by=None)
    assert hashlib.sha256(version.canonical_text.encode()).hexdigest() == version.content_sha256
    told = json.loads(version.canonical_text)
    assert [(one["key"], one["level"], one["text"]) for one in told["principles"]] == [
        ("p1", 1, "Say when you are not sure."),
        ("p2", 2, "Name your sources."),
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE governance_clause SET text = 'Anything goes.'",
        "DELETE FROM governance_clause",
        "UPDATE governance_constitutionversion SET canonical_text = 'x'",
        "UPDATE governance_constitutionversion SET content_sha256 = repeat('0', 64)",
        "UPDATE governance_constitutionversion SET sealed_at = NULL, status = 'draft', content_sha256 = ''",
        "DELETE FROM governance_constitutionversion",
        "INSERT INTO governance_clause (version_id, principle_id, level, text, rationale)"
        " SELECT version_id, principle_id + 1000, 1, 'More.', '' FROM governance_clause LIMIT 1",
    ],
)
def test_sealed_words_cannot_be_changed_even_by_sql(community, sql):
    seal_version(constitution=drafted(community), by=None)
    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_nothing_is_written_into_a_sealed_version(community):
    made = drafted(community)
    seal_version(constitution=made, by=None)
    clause = Clause.objects.first()
    for act in (
        lambda: add_clause(constitution=made, text="Another."),
        lambda: change_clause(clause=clause, text="Another.", level=1, rationale=""),
        lambda: remove_clause(clause=clause),
        lambda: seal_version(constitution=made, by=None),
    ):
        with pytest.raises(Refused):
            act()


def test_an_empty_draft_is_not_proposed(community):
    made = drafted(community)
    made.versions.get().clauses.all().delete()
    with pytest.raises(Refused, match="at least one principle"):
        seal_version(constitution=made, by=None)


def test_a_version_is_adopted_for_exactly_its_hash_and_replaces_the_one_before(community):
    made = adopted(community)
    first = in_force(made)
    second = begin_draft(constitution=made, by=None)
    assert [c.text for c in clauses_of(second)] == [c.text for c in clauses_of(first)]
    add_clause(constitution=made, text="Be brief.", level=3)
    second = seal_version(constitution=made, by=None)
    with pytest.raises(Refused, match="other words"):
        adopt_version(version=second, content_sha256=first.content_sha256, decision="d")
    adopt_version(version=second, content_sha256=second.content_sha256, decision="d")
    assert list(made.versions.values_list("number", "status")) == [(2, "adopted"), (1, "superseded")]
    kinds = (
        AuditEntry.objects.filter(kind__startswith="constitution.").order_by("number").values_list("kind", flat=True)
    )
    assert list(kinds) == [f"constitution.{what}" for what in ("begun", "sealed", "adopted", "sealed", "adopted")]


def test_a_rejected_version_is_kept_and_not_adopted_later(community):
    version = seal_version(constitution=drafted(community), by=None)
    reject_version(version=version, decision="d")
    with pytest.raises(Refused):
        adopt_version(version=version, content_sha256=version.content_sha256, decision="e")


def test_an_amendment_changes_adds_and_removes_named_principles(community):
    made = adopted(community)
    amendment = amendment_of(made, propose=False)
    patch_principle(amendment=amendment, principle=made.principles.get(key="p2"), action="remove")
    patch_principle(amendment=amendment, principle=None, action="add", text="Be kind.", level=1)
    passed(propose_amendment(amendment=amendment, by=None))
    assert words(made) == {"p1": "Say how sure you are.", "p3": "Be kind."}
    version = in_force(made)
    assert version.number == 2
    assert clauses_of(version)[0].rationale == "Reason 1", "what the patch does not explain anew keeps its reasons"
    amendment.refresh_from_db()
    assert (amendment.status, amendment.result) == ("adopted", version)


def test_two_amendments_of_different_principles_both_apply_whatever_their_order(community):
    made = adopted(community)
    one, two = amendment_of(made, "p1", "One."), amendment_of(made, "p2", "Two.")
    hashes = one.content_sha256, two.content_sha256
    passed(two)
    passed(one)
    assert words(made) == {"p1": "One.", "p2": "Two."}
    one.refresh_from_db()
    assert (one.content_sha256, two.content_sha256) == hashes


def test_an_amendment_of_words_that_have_moved_is_not_applied_until_rebased_and_decided_again(community):
    made = adopted(community)
    one, two = amendment_of(made, "p1", "One."), amendment_of(made, "p1", "Two.")
    passed(one)
    assert passed(two).status == "moved"
    assert words(made)["p1"] == "One."
    rebased = rebase_amendment(amendment=two)
    patch = rebased.patches.get()
    assert (rebased.status, patch.before, patch.text) == ("draft", "One.", "Two.")
    assert rebased.based_on == in_force(made)
    passed(propose_amendment(amendment=rebased, by=None), decision="second")
    assert words(made)["p1"] == "Two."


def test_an_amendment_written_before_the_text_moved_cannot_be_proposed(community):
    made = adopted(community)
    late = amendment_of(made, "p1", "Late.", propose=False)
    passed(amendment_of(made, "p1", "Early."))
    with pytest.raises(Refused, match="p1"):
        propose_amendment(amendment=late, by=None)
    rebase_amendment(amendment=late)
    propose_amendment(amendment=late, by=None)


def test_a_decision_about_other_words_does_not_amend(community):
    made = adopted(community)
    amendment = amendment_of(made)
    with pytest.raises(Refused):
        passed(amendment, content_sha256="0" * 64)
    assert words(made)["p1"] == "Say when you are not sure."


def test_proposed_patches_cannot_be_changed_even_by_sql(community):
    amendment = amendment_of(adopted(community))
    with pytest.raises(IntegrityError, match="proposed"), transaction.atomic():
        amendment.patches.update(text="Anything goes.")
    with pytest.raises(Refused):
        drop_patch(patch=amendment.patches.get())


def test_an_amendment_passes_beside_a_draft_of_the_whole_text(community):
    made = adopted(community)
    begin_draft(constitution=made, by=None)
    passed(amendment_of(made))
    assert list(made.versions.order_by("number").values_list("number", "status")) == [
        (1, "superseded"),
        (2, "draft"),
        (3, "adopted"),
    ]


SOURCE_STATEMENTS = {
    "1": "Say when you are not sure about an answer.",
    "2": "Say it when you are not sure about an answer!",
    "3": "Buses should come at night.",
}


@pytest.fixture
def source():
    taken = []
    drafting.register(
        drafting.Source(
            "notebook",
            "A notebook",
            lambda community, user: [Reference("notebook", "1", "Notes", "/notes/")],
            lambda reference: [
                drafting.Finding(id_, text, "All agree", f"/notes/{id_}/", {"agree": 12})
                for id_, text in SOURCE_STATEMENTS.items()
            ],
            lambda id_, principle: taken.append((id_, principle.key)),
        )
    )
    yield taken
    del drafting._sources["notebook"]


@pytest.fixture
def from_source(community, source):
    made = drafted(community, "Written by hand.", source=Reference("notebook", "1", "Notes", "/notes/"))
    assert gather_candidates(constitution=made) == 3
    assert gather_candidates(constitution=made) == 0
    return made


def test_candidates_that_read_alike_are_shown_side_by_side_and_merged_by_a_person(from_source, source):
    one, two, three = from_source.candidates.all()
    alike = pairs_alike(from_source)
    assert {key: [other for other, _ in others] for key, others in alike.items()} == {
        one.pk: [two.pk],
        two.pk: [one.pk],
    }
    merge_candidates(candidate=two, into=one)
    clause = take_candidate(candidate=one, text="Say when you are not sure.", level=1)
    assert clause.text == "Say when you are not sure."
    assert source == [("1", "p2"), ("2", "p2")]
    dismiss_candidate(candidate=three, reason="Not about models.")
    assert list(from_source.candidates.values_list("state", "principle__key")) == [
        ("taken", "p2"),
        ("merged", "p2"),
        ("dismissed", None),
    ]
    assert Candidate.objects.get(pk=one.pk).text == SOURCE_STATEMENTS["1"], "the original words stay"


def test_a_candidate_is_dealt_with_once(from_source):
    one = from_source.candidates.first()
    take_candidate(candidate=one, text="")
    with pytest.raises(Refused, match="already"):
        take_candidate(candidate=one, text="")
    with pytest.raises(Refused):
        merge_candidates(candidate=from_source.candidates.last(), into=from_source.candidates.last())
    with pytest.raises(Refused, match="why"):
        dismiss_candidate(candidate=from_source.candidates.last(), reason=" ")


def test_dissent_stands_in_the_text_and_changes_no_hash(community):
    made = adopted(community)
    version = in_force(made)
    member = MemberFactory(community=community)
    dissent(version=version, principle=made.principles.get(key="p1"), member=member, text="This costs speed.")
    version.refresh_from_db()
    assert "> On p1: This costs speed." in as_markdown(version, clauses_of(version))
    assert hashlib.sha256(version.canonical_text.encode()).hexdigest() == version.content_sha256
    with pytest.raises(Refused, match="draft"):
        dissent(version=begin_draft(constitution=made, by=None), principle=None, member=member, text="No.")


def test_principles_for_training_keep_order_and_priority(community):
    version = in_force(adopted(community))
    told = json.loads(as_principles(version, clauses_of(version)))
    assert [(one["id"], one["level"]) for one in told["principles"]] == [("p1", 1), ("p2", 2)]
    assert told["sha256"] == version.content_sha256


def test_differences_name_what_happened_to_each_principle(community):
    made = adopted(community)
    amendment = amendment_of(made, propose=False)
    patch_principle(amendment=amendment, principle=None, action="add", text="Be kind.")
    passed(propose_amendment(amendment=amendment, by=None))
    new = in_force(made)
    found = {one.key: one.kind for one in differences(clauses_of(new.based_on), clauses_of(new))}
    assert found == {"p1": "changed", "p2": "kept", "p3": "added"}
    pieces = [(piece.kind, piece.words) for piece in word_pieces("Say when you are not sure.", "Say how you are sure.")]
    assert pieces == [
        ("kept", "Say"),
        ("out", "when"),
        ("in", "how"),
        ("kept", "you are"),
        ("out", "not"),
        ("kept", "sure."),
    ]


def test_the_tracker_keeps_its_history(community):
    made = adopted(community)
    member = MemberFactory(community=community, roles=[Role.STEWARD])
    principle = made.principles.get(key="p1")
    for status in ("planned", "done"):
        track(principle=principle, status=status, note="Trained.", review_on=date(2027, 1, 1), by=member)
    assert [row.status for row in principle.implementations.all()] == ["done", "planned"]


def test_the_file_with_the_canonical_text_hashes_to_what_the_page_says(client, community):
    made = adopted(community)
    page = client.get(reverse("governance:constitution", args=[made.slug])).content.decode()
    file = client.get(reverse("governance:version-file", args=[made.slug, 1, "text.json"]))
    assert hashlib.sha256(file.content).hexdigest() in page


def test_a_draft_is_read_by_members_and_not_by_visitors(client, community):
    made = drafted(community)
    address = reverse("governance:constitution", args=[made.slug])
    assert client.get(address).status_code == 404
    client.force_login(MemberFactory(community=community).user)
    assert client.get(address).status_code == 200
    assert client.get(reverse("governance:draft", args=[made.slug])).status_code == 404


def test_a_steward_drafts_seals_and_amends_in_the_browser(client, community):
    steward = MemberFactory(community=community, roles=[Role.STEWARD])
    client.force_login(steward.user)

    def send(address, **fields):
        page = client.get(address)
        form = page.context.get("form") or page.context["keyed"]
        return client.post(address, {"key": form["key"].value(), **fields})

    start = reverse("governance:constitution-start", args=[community.slug])
    draft = send(start, title="House rules", source="")["Location"]
    assert send(draft, text="Say when you are not sure.", level=1).status_code == 302
    key = client.get(draft).context["keyed"]["key"].value()
    seal = reverse("governance:seal", args=["house-rules"])
    first, again = client.post(seal, {"key": key}), client.post(seal, {"key": key})
    assert first["Location"] == again["Location"] == reverse("governance:version", args=["house-rules", 1])
    version = ConstitutionVersion.objects.get()
    adopt_version(version=version, content_sha256=version.content_sha256, decision="d")
    begin = reverse("governance:amendment-begin", args=["house-rules"])
    amendment = send(begin, title="Sources", reasons="They were missing.")["Location"]
    send(f"{amendment}patch/", action="add", text="Name your sources.", level=2, principle="")
    assert "Name your sources." in client.get(amendment).content.decode()
    key = client.get(amendment).context["keyed"]["key"].value()
    client.post(f"{amendment}propose/", {"key": key})
    assert version.constitution.amendments.get().status == "proposed"
