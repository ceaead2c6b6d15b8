"""Incidents: reports without an account, clocks, remedies, appeals, and what they freeze."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from governance.actions.incidents import (
    KeyTaken,
    Upload,
    answer_remedy,
    appeal,
    close,
    investigate,
    offer_remedy,
    opens,
    redact,
    reject,
    report_incident,
    triage,
)
from governance.actions.releases import reference
from governance.errors import Refused
from governance.gate import may_release
from governance.models import Incident
from governance.queries.incidents import incident_counts, listed_incidents
from tests.factories.accounts import CommunityFactory, MemberFactory, UserFactory
from tests.pages.world import propose_release_of, record_approval_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def steward(community):
    return MemberFactory(community=community, roles=[Role.STEWARD])


def report(community, **given):
    return report_incident(
        **{
            "community": community,
            "key": uuid.uuid4(),
            "title": "It named a person",
            "what_happened": "The data set held a name.",
            "harm": "privacy",
        }
        | given
    )


@pytest.mark.parametrize(("severity", "days"), [("ordinary", 15), ("serious", 10), ("critical", 2)])
def test_the_clock_runs_by_severity_and_is_set_anew_when_somebody_looks(community, steward, severity, days):
    incident = report(community, severity=severity).incident
    assert incident.due_at - incident.reported_at == timedelta(days=days)
    triage(incident=incident, severity="critical", words="Worse than it looks.", by=steward)
    incident.refresh_from_db()
    assert incident.due_at - incident.reported_at == timedelta(days=2)
    assert incident.owner == steward


def test_the_same_report_sent_again_is_one_with_the_same_token(community):
    key = uuid.uuid4()
    first, again = report(community, key=key), report(community, key=key)
    assert (first.incident, first.token) == (again.incident, again.token)
    assert Incident.objects.count() == 1
    with pytest.raises(KeyTaken):
        report(community, key=key, title="Something else")
    assert first.token not in str(Incident.objects.values().get())
    assert opens(first.incident, first.token)
    assert not opens(first.incident, report(community).token)


@pytest.fixture
def release(community):
    made = propose_release_of(community)
    record_approval_of(made)
    return made


def may_open(release, user=None):
    return may_release(user or AnonymousUser(), release.content_sha256).allowed


def test_a_serious_incident_freezes_what_it_names_for_everyone_until_it_ends(community, steward, release):
    assert may_open(release)
    incident = report(community, severity="serious", subjects=[reference(release)]).incident
    assert may_open(release), "a stranger's word alone stops nothing"
    triage(incident=incident, severity="serious", words="It is so.", by=steward)
    for user in (AnonymousUser(), steward.user, UserFactory(staff=True)):
        verdict = may_release(user, release.content_sha256)
        assert not verdict.allowed
        assert incident.number in verdict.why
    offer_remedy(incident=incident, remedy="The name is out.", by=steward)
    assert not may_open(release)
    answer_remedy(incident=incident, accepted=True)
    assert may_open(release)


def test_it_freezes_nothing_when_it_is_not_serious_rejected_or_about_something_else(community, steward, release):
    ordinary = report(community, subjects=[reference(release)]).incident
    triage(incident=ordinary, severity="ordinary", words="", by=steward)
    other = report(community, severity="critical", subjects=[reference(propose_release_of(community, 7))]).incident
    triage(incident=other, severity="critical", words="", by=steward)
    assert may_open(release)
    serious = report(community, severity="serious", subjects=[reference(release)], confirmed=True).incident
    assert not may_open(release), "a reviewer's own report freezes at once"
    reject(incident=serious, reason="There is no name in it.", by=steward)
    assert may_open(release)
    appeal(incident=serious, words="There is, on line 7.")
    assert may_open(release), "an appeal freezes again once somebody has looked at it"
    triage(incident=serious, severity="serious", words="Line 7 it is.", by=steward)
    assert not may_open(release)


def test_an_incident_of_another_community_freezes_nothing_here(release):
    elsewhere = CommunityFactory()
    report(elsewhere, severity="critical", subjects=[reference(release)], confirmed=True)
    assert may_open(release)


def test_steps_lead_only_where_they_may(community, steward):
    incident = report(community).incident
    for act in (
        lambda: close(incident=incident, words="", by=steward),
        lambda: investigate(incident=incident, words="", by=steward),
        lambda: appeal(incident=incident, words="Slow."),
        lambda: answer_remedy(incident=incident, accepted=True),
        lambda: reject(incident=incident, reason=" ", by=steward),
    ):
        with pytest.raises(Refused):
            act()
    assert Incident.objects.get().status == "received"
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.update(status="rejected")


def test_a_remedy_that_is_not_accepted_is_an_appeal_and_does_not_close(community, steward):
    incident = report(community).incident
    triage(incident=incident, severity="ordinary", words="", by=steward)
    offer_remedy(incident=incident, remedy="Sorry.", by=steward)
    with pytest.raises(Refused, match="Wait"):
        close(incident=incident, words="", by=steward)
    answer_remedy(incident=incident, accepted=False, words="Not enough.")
    investigate(incident=incident, words="Again.", by=steward)
    offer_remedy(incident=incident, remedy="A correction.", by=steward)
    Incident.objects.update(due_at=timezone.now() - timedelta(days=1))
    close(incident=incident, words="No answer in time.", by=steward)
    statuses = list(incident.events.values_list("after", flat=True))
    assert statuses == ["received", "triaged", "remedied", "appealed", "investigating", "remedied", "closed"]


def test_what_is_overdue_is_said_publicly_even_before_anybody_looked(client, community):
    Incident.objects.filter(pk=report(community).incident.pk).update(due_at=timezone.now() - timedelta(hours=1))
    assert incident_counts(community) == {"all": 1, "open": 1, "overdue": 1}
    page = client.get(reverse("governance:incidents", args=[community.slug])).content.decode()
    assert "1 incident is overdue" in page
    assert "It named a person" not in page, "its words wait until somebody has looked"


def test_the_words_are_public_once_somebody_looked_and_the_contact_never(client, community, steward):
    incident = report(community, contact="me@example.org").incident
    address = reverse("governance:incident", args=[incident.number])
    assert client.get(address).status_code == 404
    triage(incident=incident, severity="ordinary", words="Thank you.", by=steward)
    assert "me@example.org" not in client.get(address).content.decode()
    assert list(listed_incidents(AnonymousUser(), community)) == [incident]
    client.force_login(steward.user)
    assert "me@example.org" in client.get(address).content.decode()


def test_evidence_is_redacted_with_its_reason_and_keeps_its_hash(client, community, steward):
    incident = report(community, evidence=[Upload("photo.png", "image/png", b"bytes")]).incident
    piece = incident.evidence.get()
    address = reverse("governance:incident-evidence", args=[incident.number, piece.pk])
    assert client.get(address).status_code == 302
    client.force_login(steward.user)
    assert client.get(address).content == b"bytes"
    redact(evidence=piece, reason="It shows a face.", by=steward)
    piece.refresh_from_db()
    assert (piece.data, piece.redaction, len(piece.sha256)) == (None, "It shows a face.", 64)
    assert client.get(address).status_code == 404


def test_a_stranger_reports_follows_and_appeals_in_the_browser_without_an_account(client, community, steward, release):
    address = reverse("governance:incident-report", args=[community.slug])
    form = client.get(address).context["form"]
    sent = {
        "key": form["key"].value(),
        "title": "It named a person",
        "what_happened": "The data set held a name.",
        "about": [f"artifact:{release.pk}"],
        "harm": "privacy",
        "severity": "serious",
        "scale": "one",
        "reversibility": "no",
    }
    first = client.post(address, sent | {"file": SimpleUploadedFile("a.txt", b"a name")})
    again = client.post(address, sent | {"file": SimpleUploadedFile("a.txt", b"a name")})
    assert (first.status_code, again.context["incident"]) == (201, first.context["incident"])
    own = reverse("governance:incident-own", args=[first.context["token"]])
    assert own in first.content.decode()
    incident = Incident.objects.get()
    reject(incident=incident, reason="No name found.", by=steward)
    page = client.get(own)
    assert "No name found." in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    client.post(own, {"do": "appeal", "words": "Line 7."})
    incident.refresh_from_db()
    assert incident.status == "appealed"
    assert client.get(reverse("governance:incident-own", args=["0" * 64])).status_code == 404


def test_reports_from_one_address_are_limited(client, community, settings):
    # Counters live in the cache and outlast a test run.
    cache.clear()
    settings.FORM_LIMITS = settings.FORM_LIMITS | {"incident": "2/h"}
    address = reverse("governance:incident-report", args=[community.slug])
    told = [client.post(address, {"title": ""}, REMOTE_ADDR="203.0.113.9").status_code for _ in range(3)]
    assert told == [400, 400, 429]
