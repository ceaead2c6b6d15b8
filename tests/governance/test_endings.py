"""What the end of a decision makes of its subject: the whole way from proposal through votes to what opens."""

import hashlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import Role
from governance.actions.amendments import reference as amendment_reference
from governance.actions.constitutions import reference as version_reference
from governance.actions.constitutions import seal_version
from governance.actions.incidents import report_incident
from governance.actions.releases import reference as artifact
from governance.actions.releases import set_risk_tier
from governance.gate import may_release, propose_release
from governance.models import AuditEntry
from governance.provenance import card_text, prov_json
from governance.queries.constitutions import in_force
from governance.subject_kinds import stage_reference
from tests.factories.accounts import MemberFactory
from tests.factories.governance import make_body
from tests.governance.constitutions import adopted, amendment_of, drafted, words
from tests.governance.deciding import STRICT, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return make_body(n=3)


def test_an_adopted_decision_puts_exactly_the_version_in_force(body):
    version = seal_version(constitution=drafted(body.community), by=None)
    decision = decide(body, version_reference(version))
    standing = in_force(version.constitution)
    assert (standing, standing.decision) == (version, str(decision.pk))
    assert version.content_sha256 in decision.text


def test_a_rejected_one_leaves_nothing_in_force(body):
    version = seal_version(constitution=drafted(body.community), by=None)
    decide(body, version_reference(version), choice="against")
    version.refresh_from_db()
    assert (version.status, in_force(version.constitution)) == ("rejected", None)


def test_amendments_are_applied_and_one_whose_words_moved_waits(body):
    made = adopted(body.community)
    one, two = amendment_of(made, "p1", "One."), amendment_of(made, "p1", "Two.")
    decide(body, amendment_reference(one))
    decide(body, amendment_reference(two))
    two.refresh_from_db()
    assert (words(made)["p1"], two.status) == ("One.", "moved")


@pytest.fixture
def release(body):
    return propose_release(
        community=body.community,
        kind="model",
        title="Reward model",
        content_sha256=hashlib.sha256(b"weights").hexdigest(),
        address="/models/1/",
        risk_tier="low",
        proposed_by=None,
        rationale="Small.",
    )


def opens(release, user=None):
    return may_release(user or AnonymousUser(), release.content_sha256).allowed


def test_a_release_opens_with_its_decision_and_an_incident_freezes_it_again(body, release):
    researcher = MemberFactory(community=body.community, roles=[Role.RESEARCHER]).user
    assert not opens(release)
    assert not opens(release, researcher)
    decide(body, stage_reference(release, "limited"))
    assert opens(release, researcher)
    assert not opens(release)
    release.refresh_from_db()
    decision = decide(body, stage_reference(release, "public"))
    assert opens(release)
    told = card_text(release)
    assert f"decision {decision.pk}" in told
    assert body.mandate in told
    assert decision.bundle.sha256 in prov_json(release)
    report_incident(
        community=body.community,
        key=decision.pk,
        title="It harms",
        what_happened="Like this.",
        harm="rights",
        severity="critical",
        subjects=[artifact(release)],
        confirmed=True,
    )
    assert not opens(release)
    assert not opens(release, researcher)


def test_a_decision_with_a_rule_below_the_tier_opens_nothing_and_the_chain_says_why(body, release):
    set_risk_tier(release=release, risk_tier="medium", rationale="Larger.", by=None)
    release.refresh_from_db()
    decide(body, stage_reference(release, "public"))
    assert not opens(release)
    assert AuditEntry.objects.filter(kind="release.not-followed").count() == 1
    decide(body, stage_reference(release, "public"), rule=STRICT)
    assert opens(release)


def test_a_decision_at_another_risk_opens_nothing(body, release):
    about = stage_reference(release, "public")
    set_risk_tier(release=release, risk_tier="high", rationale="It can be misused.", by=None)
    decide(body, about)
    assert not opens(release)


def test_the_release_page_names_decision_and_mandate(client, body, release):
    decision = decide(body, stage_reference(release, "public"))
    page = client.get(reverse("governance:release", args=[release.pk])).content.decode()
    assert decision.get_absolute_url() in page
    assert body.mandate in page
