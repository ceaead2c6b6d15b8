"""The release gate: what opens, to whom, and what closes it again."""

import hashlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from accounts.models import Role
from governance.actions.releases import ask_for_review, record_approval, set_risk_tier, withdraw_release
from governance.errors import Refused
from governance.gate import may_release, propose_release
from governance.models import AuditEntry, Release, ReleaseApproval
from tests.factories.accounts import CommunityFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
CONTENT = hashlib.sha256(b"the artifact").hexdigest()
OTHER = hashlib.sha256(b"the artifact.").hexdigest()


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def people(community):
    """One person of each kind; `proposer` is a participant, so that nothing but proposing lets them in."""
    return {
        "visitor": AnonymousUser(),
        "participant": MemberFactory(community=community).user,
        "proposer": MemberFactory(community=community).user,
        "researcher": MemberFactory(community=community, roles=[Role.RESEARCHER]).user,
        "steward": MemberFactory(community=community, roles=[Role.STEWARD]).user,
        "auditor": MemberFactory(community=community, roles=[Role.AUDITOR]).user,
        "admin": MemberFactory(community=community, roles=[Role.ADMIN]).user,
        "foreign steward": MemberFactory(roles=[Role.STEWARD, Role.RESEARCHER, Role.ADMIN]).user,
        "banned steward": MemberFactory(community=community, roles=[Role.STEWARD], banned=True).user,
        "staff": UserFactory(staff=True),
    }


@pytest.fixture
def release(community, people):
    return propose(community, proposed_by=people["proposer"].members.get())


def propose(community, **given):
    return propose_release(
        **{
            "community": community,
            "kind": "dataset",
            "title": "Answers on advice",
            "content_sha256": CONTENT,
            "address": "/exports/1/",
            "risk_tier": "low",
            "proposed_by": None,
        }
        | given
    )


def approve(release, stage="public", **given):
    return record_approval(
        **{
            "release": release,
            "content_sha256": release.content_sha256,
            "risk_tier": release.risk_tier,
            "stage": stage,
            "decision": f"decision-{ReleaseApproval.objects.count()}",
            "body": "Release board",
        }
        | given
    )


def let_in(people):
    return {name for name, user in people.items() if may_release(user, CONTENT).allowed}


REVIEWERS = {"proposer", "steward", "auditor", "admin", "staff"}


def test_the_same_content_proposed_twice_is_one_release(community):
    assert propose(community) == propose(community, title="Another title")
    assert Release.objects.get().title == "Answers on advice"
    assert AuditEntry.objects.filter(kind="release.proposed").count() == 1


@pytest.mark.parametrize(
    "given", [{"kind": "poem"}, {"risk_tier": "none"}, {"content_sha256": "abc"}, {"content_sha256": "g" * 64}]
)
def test_what_makes_no_sense_is_refused_with_what_was_found(community, given):
    with pytest.raises(ValueError, match=str(next(iter(given.values())))):
        propose(community, **given)


def test_content_that_nobody_proposed_opens_to_nobody(people):
    assert let_in(people) == set()


def test_a_draft_and_a_review_open_to_proposer_and_reviewers(release, people):
    assert let_in(people) == REVIEWERS
    ask_for_review(release=release, by=None)
    assert let_in(people) == REVIEWERS


def test_a_limited_release_opens_to_the_named_roles_too(release, people):
    approve(release, "limited")
    assert let_in(people) == REVIEWERS | {"researcher"}
    Release.objects.update(limited_roles=[Role.PARTICIPANT])
    assert let_in(people) == REVIEWERS | {"researcher", "participant"}


def test_a_public_release_opens_to_everyone_and_names_its_approval(release, people):
    approval = approve(release, mandate="To decide on data sets")
    assert let_in(people) == set(people)
    verdict = may_release(AnonymousUser(), CONTENT)
    assert (verdict.stage, verdict.approvals) == ("public", (approval,))


def test_a_stage_without_a_decision_for_exactly_this_hash_and_tier_opens_nothing(release, people):
    Release.objects.update(stage="public")
    assert let_in(people) == REVIEWERS
    wrong = {"release": release, "stage": "public", "body": "Board"}
    ReleaseApproval.objects.create(**wrong, content_sha256=OTHER, risk_tier="low", decision="a")
    ReleaseApproval.objects.create(**wrong, content_sha256=CONTENT, risk_tier="medium", decision="b")
    assert let_in(people) == REVIEWERS
    ReleaseApproval.objects.create(
        **wrong | {"stage": "limited"}, content_sha256=CONTENT, risk_tier="low", decision="c"
    )
    assert let_in(people) == REVIEWERS, "an approval as far as limited does not make it public"


@pytest.mark.parametrize("given", [{"content_sha256": OTHER}, {"risk_tier": "high"}])
def test_a_decision_about_something_else_is_refused(release, given):
    with pytest.raises(Refused):
        approve(release, **given)
    assert Release.objects.get().stage == "draft"


def test_one_decision_approves_once(release):
    first = approve(release, "limited", decision="one")
    assert approve(release, "public", decision="one") == first
    assert Release.objects.get().stage == "limited"


def test_a_high_risk_goes_to_a_limited_circle_first(community, people):
    release = propose(community, risk_tier="high")
    with pytest.raises(Refused, match="limited circle first"):
        approve(release, "public")
    approve(release, "limited")
    assert Release.objects.get().stage == "limited"


def test_weighing_the_risk_anew_takes_back_what_was_approved_at_another(release, people):
    approve(release)
    set_risk_tier(release=release, risk_tier="medium", rationale="Names could be guessed.", by=None)
    assert Release.objects.get().stage == "review"
    assert let_in(people) == REVIEWERS
    with pytest.raises(Refused):
        set_risk_tier(release=release, risk_tier="low", rationale=" ", by=None)


def test_withdrawn_is_closed_for_good(release, people):
    approve(release)
    withdraw_release(release=release, reason="Consent was taken back.", by=None)
    assert let_in(people) == REVIEWERS
    with pytest.raises(Refused):
        approve(release, decision="later")


def test_a_copy_proposed_in_another_community_opens_nothing_here(release, people):
    elsewhere = propose(CommunityFactory())
    approve(elsewhere)
    assert let_in(people) == REVIEWERS
    assert may_release(AnonymousUser(), CONTENT, community=elsewhere.community).allowed


def test_an_approval_cannot_be_rewritten(release):
    approve(release)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleaseApproval.objects.update(content_sha256=OTHER)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleaseApproval.objects.all().delete()
