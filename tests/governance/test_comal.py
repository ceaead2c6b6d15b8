"""Audits filled in from data: what each room measured stands there, with evidence whose hash can be checked."""

import hashlib
import json

import pytest
from django.test import Client

from accounts.models import Role
from aggregation import releasing
from deliberation.drafting import SOURCE
from governance import drafting
from governance.actions.comal import begin_audit, publish_audit, write_finding
from governance.actions.constitutions import reference as version_reference
from governance.actions.constitutions import seal_version, start_constitution
from governance.actions.drafting import gather_candidates, take_candidate
from governance.actions.releases import reference as artifact
from governance.comal import with_origins
from governance.models import AuditEntry, Opening, Release
from governance.pay import credit_unit
from governance.subject_kinds import stage_reference
from jobs.models import LanguageCall
from tests.exports.studies import add_item, answer, built, make_study, people_of
from tests.factories.accounts import MemberFactory
from tests.factories.aggregation import make_aggregation
from tests.factories.governance import make_body
from tests.factories.rewards import make_trained
from tests.governance.constitutions import drafted
from tests.governance.deciding import STRICT, decide
from tests.governance.opinions import divided_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def body():
    return make_body(n=3)


@pytest.fixture
def auditor(body):
    return MemberFactory(community=body.community, roles=[Role.AUDITOR])


def audit_of(subject, auditor):
    """An audit of the thing, its findings by part."""
    made = begin_audit(community=auditor.community, subject=subject, auditor=auditor, interest="None")
    return made, {finding.part: finding for finding in made.findings.all()}


def figures(finding):
    return {row["name"]: row["value"] for row in finding.figures}


def test_a_decided_text_says_how_it_was_decided_with_the_tallys_hash(body, auditor):
    version = seal_version(constitution=drafted(body.community), by=None)
    decision = decide(body, version_reference(version))
    version.refresh_from_db()
    _, found = audit_of(version_reference(version), auditor)
    said = found["legitimacy"]
    assert "3 of 3 who could vote did" in said.answer
    assert figures(said) == {f"Turnout, {decision.title}": 1.0, f"Share for it, {decision.title}": 1.0}
    [tally] = said.evidence
    assert tally["sha256"] == decision.bundle.sha256
    assert hashlib.sha256(Client().get(tally["address"]).content).hexdigest() == tally["sha256"]
    assert "written by hand: 2" in found["criteria"].answer


def test_a_text_drafted_from_a_conversation_says_who_took_part(body, auditor):
    conversation = divided_conversation(body.community)
    [source] = [one for one in SOURCE.choices(body.community, auditor.user) if one.id == conversation.slug]
    made = start_constitution(community=body.community, title="From talk", created_by=None, source=source)
    assert gather_candidates(constitution=made) > 0
    for candidate in made.candidates.all()[:2]:
        take_candidate(candidate=candidate, text=candidate.text)
    version = seal_version(constitution=made, by=None)
    _, found = audit_of(version_reference(version), auditor)
    assert "Grown from what people said: 2; written by hand: 0" in found["criteria"].answer
    assert figures(found["origin"])["People who voted"] == conversation.participations.count()
    assert "opinion groups" in found["measurement"].answer
    # The two statements that both camps agree with come first by groups and by heads alike.
    ranked = json.loads(found["aggregation"].evidence[-1]["content"])
    shared = {statement for statement, share in ranked["agreed"].items() if share == 1}
    assert len(shared) == 2
    assert set(ranked["by_groups"][:2]) == set(ranked["by_heads"][:2]) == shared
    measured = json.loads(found["measurement"].evidence[-1]["content"])
    assert measured["run"]["input_sha256"]
    assert drafting.source_of("conversation") is not None


def test_a_data_set_says_who_answered_who_is_missing_and_how_far_people_agree(body, auditor):
    study = make_study(body.community, unit_pay_cents=50, estimated_seconds=120)
    people = people_of(body.community, "yyyyyyoooooo")
    for number in range(4):
        item = add_item(study, f"item-{number}")
        for place, member in enumerate(people):
            chosen = "r1" if (place + number) % 3 else "r2"
            answer(item, member, {"better": {"value": {"chosen": chosen, "strength": 1}}})
    for member in people:
        credit_unit(member=member, unit=f"u{member.pk}", amount_cents=50, currency="EUR", reason="One", seconds=90)
    export = built(study, requested_by=auditor)
    release = Release.objects.get(content_sha256=export.sha256)
    assert [one.type for one in with_origins(body.community, artifact(release))] == ["artifact", "study"]
    _, found = audit_of(artifact(release), auditor)
    origin = found["origin"]
    assert figures(origin) == {
        "People in the files": 12, "People who answered": 12, "Median pay per hour, EUR": 20.0,
    }  # fmt: skip
    assert "12 people answered “Honesty among friends”" in origin.answer
    assert "An hour at the expected pace paid 15.00 EUR" in origin.answer
    assert "age 18_29: 6; age 50: 6" in origin.answer
    assert export.sha256 in {row["sha256"] for row in origin.evidence}
    [(name, alpha)] = [(name, value) for name, value in figures(found["measurement"]).items() if "alpha" in name]
    assert name.endswith("Which is better?")
    assert -1 < alpha < 1
    [row] = [row for row in found["measurement"].figures if "alpha" in row["name"]]
    assert row["low"] <= alpha <= row["high"]
    assert row["n"] == 12


def test_groups_that_are_too_small_are_not_told(body, auditor):
    study = make_study(body.community)
    item = add_item(study, "item")
    for member in people_of(body.community, "yyyyyyoo"):
        answer(item, member, {"better": {"value": {"chosen": "r1", "strength": 1}}})
    export = built(study, requested_by=auditor)
    _, found = audit_of(artifact(Release.objects.get(content_sha256=export.sha256)), auditor)
    assert "too small to be told" in found["origin"].answer
    [content] = [row["content"] for row in found["origin"].evidence if "Study" in row["title"]]
    assert json.loads(content)["groups"] == []


def test_a_slate_says_its_rule_its_axioms_and_what_other_rules_would_have_given(body, auditor):
    made = make_aggregation(body.community)
    release = releasing.propose(aggregation=made, member=auditor, risk_tier="low", rationale="Small.")
    _, found = audit_of(artifact(release), auditor)
    said = found["aggregation"]
    assert "Approval" in said.answer
    assert any(word in said.answer for word in ("holds", "does not hold"))
    assert figures(said)["People"] == 24
    assert any(name.startswith("Kept under ") for name in figures(said))
    measured = json.loads(said.evidence[-1]["content"])
    assert measured["input_sha256"] == made.run.input_sha256
    assert measured["certificates"]


def test_a_reward_model_says_what_it_learnt_from(body, auditor):
    make_trained(auditor)
    _, found = audit_of(artifact(Release.objects.get(kind="model")), auditor)
    assert "learnt from 10 people on 10 items" in found["measurement"].answer
    assert "Losses: points" in found["aggregation"].answer


def test_calls_of_language_models_are_counted_by_purpose(body, auditor):
    for number in range(3):
        LanguageCall.objects.create(
            community=body.community, purpose="reword", model="small-1", prompt="reword", prompt_version=1,
            outcome="answered", prompt_sha256=f"{number // 2:064d}",
        )  # fmt: skip
    version = seal_version(constitution=drafted(body.community), by=None)
    _, found = audit_of(version_reference(version), auditor)
    assert "called 3 times in this community (reword: 3); models: small-1." in found["measurement"].answer
    assert [row["n"] for row in json.loads(found["measurement"].evidence[0]["content"])["calls"]] == [2, 1]


def test_what_was_measured_is_downloaded_byte_for_byte_and_bound_by_the_chain(body, auditor):
    version = seal_version(constitution=drafted(body.community), by=None)
    audit, found = audit_of(version_reference(version), auditor)
    address = f"/audits/{audit.pk}/criteria/evidence/0.json"
    assert Client().get(address).status_code == 404, "an audit that is being written is for those who write it"
    client = Client()
    client.force_login(auditor.user)
    content = client.get(address).content
    [row] = found["criteria"].evidence
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert client.get(f"/audits/{audit.pk}/criteria/evidence/7.json").status_code == 404
    entry = AuditEntry.objects.get(kind="audit.begun")
    assert row["sha256"] in Opening.objects.get(entry=entry).text
    page = client.get(audit.get_absolute_url()).content.decode()
    assert address in page
    assert row["sha256"] in page
    for finding in found.values():
        write_finding(finding=finding, answer=finding.answer or "Looked at.", rating="good")
    publish_audit(audit=audit, by=auditor)
    assert Client().get(address).content == content


def test_a_release_at_high_risk_becomes_public_with_its_audit(body, auditor):
    made = make_aggregation(body.community)
    release = releasing.propose(aggregation=made, member=auditor, risk_tier="high", rationale="Names groups.")
    long = STRICT.__class__(quorum=STRICT.quorum * 4 / 3, threshold=STRICT.threshold * 4 / 3, more_than=False,
                            minimum_open_hours=72)  # fmt: skip
    decide(body, stage_reference(release, "limited"), rule=long)
    release.refresh_from_db()
    audit, found = audit_of(artifact(release), auditor)
    for finding in found.values():
        write_finding(finding=finding, answer=finding.answer or "Looked at.", rating="partly")
    publish_audit(audit=audit, by=auditor)
    decide(body, stage_reference(release, "public"), rule=long)
    release.refresh_from_db()
    assert (release.stage, release.approvals.count()) == ("public", 2)
