"""What governance holds of a person: all of it under "my data", and after erasure only what binds, without them."""

import json
from datetime import timedelta

import pytest
from django.core import serializers
from django.test import Client
from django.utils import timezone

from accounts import personal_data
from accounts.actions import erase_member
from accounts.models import Role
from governance.actions import drafting
from governance.actions.comal import begin_audit, order_studies
from governance.actions.constitutions import reference
from governance.actions.decisions import settle
from governance.actions.notices import send_notices
from governance.actions.voting import (
    answer_matter,
    cast_ballot,
    declare_interest,
    file_objection,
    file_veto,
    write_comment,
)
from governance.canonical import sha256
from governance.holdings_deciding import ERASED, OFFICE
from governance.models import Audit, Ballot, Decision, Interest, Objection, Release, Term, Veto, Voted
from governance.procedure import Rule, State
from governance.queries.audit import check_community
from governance.queries.constitutions import in_force
from tests.factories.accounts import MemberFactory
from tests.factories.governance import LENIENT, holders, make_body, make_decision
from tests.governance.constitutions import adopted
from tests.pages.world import propose_release_of

pytestmark = pytest.mark.django_db
SECRET = Rule(quorum=LENIENT.quorum, threshold=LENIENT.threshold, minimum_open_hours=1, secret=True)
VETOES = Rule(quorum=LENIENT.quorum, threshold=LENIENT.threshold, minimum_open_hours=1, veto_classes=("elected",))
SAID = "words that are mine alone"


@pytest.fixture
def body():
    return make_body(n=3)


@pytest.fixture
def member(body):
    """The holder of the first, elected seat, who also runs the community's studies and audits."""
    found = holders(body)[0]
    found.roles = [Role.STEWARD, Role.AUDITOR]
    found.save(update_fields=["roles"])
    return found


def say_everything(body, member):
    """One of each thing a person can say or do in governance; returns the open decision and the secret one."""
    decision, secret = make_decision(body, rule=VETOES), make_decision(body, rule=SECRET)
    send_notices()
    write_comment(decision=decision, member=member, text=f"Comment: {SAID}")
    declare_interest(decision=decision, member=member, text=f"Interest: {SAID}", steps_aside=False)
    file_objection(decision=decision, member=member, reason=f"Objection: {SAID}")
    file_veto(decision=decision, member=member, reason=f"Veto: {SAID}")
    for one in holders(body):
        cast_ballot(decision=decision, member=one, choice="for")
        cast_ballot(decision=secret, member=one, choice="against" if one == member else "for")
    other = file_objection(decision=decision, member=holders(body)[1], reason="Too early")
    answer_matter(matter=other, text="It is not.", by=member)
    made = adopted(body.community)
    drafting.comment(principle=made.principles.get(key="p1"), member=member, text=f"On p1: {SAID}")
    drafting.dissent(version=in_force(made), principle=None, member=member, text=f"Dissent: {SAID}")
    begin_audit(community=body.community, subject=reference(in_force(made)), auditor=member, interest=f"None, {SAID}")
    order_studies(community=body.community, rows=[{"domain": "Advice"}], by=member)
    Release.objects.filter(pk=propose_release_of(body.community).pk).update(proposed_by=member)
    return decision, secret


def test_my_data_holds_each_thing_a_person_said_and_did(body, member):
    decision, secret = say_everything(body, member)
    client = Client()
    client.force_login(member.user)
    told = json.loads(client.get("/me/data/").content)["communities"][body.community.slug]["deciding"]
    assert [(seat["seat"], seat["class"]) for seat in told["seats"]] == [(1, "elected")]
    votes = {vote["decision"]: (vote["secret"], vote["choice"]) for vote in told["votes"]}
    assert votes == {str(decision.pk): (False, "for"), str(secret.pk): (True, None)}
    assert {mail["kind"] for mail in told["mails_about_decisions"]} == {"opened", "reminder"}
    said = {
        "comments_on_decisions": ("text", "Comment"),
        "comments_on_principles": ("text", "On p1"),
        "minority_reports": ("text", "Dissent"),
        "declared_interests": ("text", "Interest"),
        "objections": ("reason", "Objection"),
        "vetoes": ("reason", "Veto"),
    }
    assert {name: [row[field] for row in told[name]] for name, (field, _) in said.items()} == {
        name: [f"{before}: {SAID}"] for name, (_, before) in said.items()
    }
    assert {row["kind"] for row in told["done_in_office"]} >= {"audit", "priority", "objection", "release"}
    page = client.get("/me/").content.decode()
    for words in ("Seat 1 of Steering body", "Minority reports", "Interests you declared", "Vetoes"):
        assert words in page


def test_nobody_elses_words_are_in_it(body, member):
    say_everything(body, member)
    other = holders(body)[2]
    told = personal_data.export(other)["deciding"]
    assert SAID not in json.dumps(told)
    assert len(told["votes"]) == 2
    assert personal_data.export(MemberFactory())["deciding"]["votes"] == []


def everything_stored():
    """Every row of this room as text."""
    from django.apps import apps

    rows = [row for model in apps.get_app_config("governance").get_models() for row in model._default_manager.all()]
    return serializers.serialize("json", rows)


def test_erasure_empties_the_words_and_keeps_what_binds(body, member):
    decision, secret = say_everything(body, member)
    assert SAID in everything_stored()
    before = check_community(body.community).entries
    told = " ".join(erase_member(member=member))
    assert "6 things you said" in told
    assert "Free again: 1 seat of yours" in told
    assert SAID not in everything_stored()
    assert Interest.objects.get().text == Veto.objects.get().reason == ERASED
    assert Audit.objects.get().interest == ERASED
    assert Objection.objects.exclude(answer="").get().answer == "It is not."
    assert not any(model._default_manager.filter(**{field: member}).exists() for model, field in OFFICE)
    assert not Term.objects.running().filter(member=member).exists()
    assert Ballot.objects.filter(decision=decision).count() == Voted.objects.filter(decision=secret).count() == 3
    checked = check_community(body.community)
    assert checked.holds
    assert checked.entries == before + 1
    # The veto still stands in the way, without a word of who filed it or why.
    now = timezone.now() + timedelta(hours=25)
    assert settle(decision=decision, now=now).state == State.CONTESTED
    assert settle(decision=secret, now=now).state == State.ADOPTED


def test_a_tally_made_before_the_erasure_is_the_same_bytes_after_it(body, member):
    decision, _ = say_everything(body, member)
    for matter in (*decision.objections.filter(answered_at=None), *decision.vetoes.all()):
        answer_matter(matter=matter, text="Read and answered.", by=None)
    ended = settle(decision=decision, now=timezone.now() + timedelta(days=90))
    assert ended.ended_at
    bundle = bytes(Decision.objects.get(pk=decision.pk).bundle.data)
    erase_member(member=member)
    after = Decision.objects.get(pk=decision.pk).bundle
    assert (bytes(after.data), after.sha256) == (bundle, sha256(bundle))
    assert SAID.encode() not in bundle


def test_who_said_nothing_is_told_so(body):
    stranger = MemberFactory(community=body.community)
    assert personal_data.export(stranger)["deciding"]["seats"] == []
    assert [held.show(stranger) for held in personal_data.holdings() if held.name == "deciding"] == [[]]
    assert "0 things you said" in " ".join(erase_member(member=stranger))
