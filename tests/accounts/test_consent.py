"""Consent is to a version, is asked for before anything else, and can be taken back."""

import pytest
from django.test import Client

from accounts.actions import Given, answer_question, give_consent, publish_consent_text, withdraw_consent
from accounts.errors import Refused
from accounts.models import Consent, ConsentText, DemographicAnswer, Member
from accounts.queries import owes_consent
from tests.factories.accounts import ConsentFactory, ConsentTextFactory, MemberFactory, QuestionFactory

pytestmark = pytest.mark.django_db


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_a_new_version_asks_everyone_again_and_keeps_what_was_agreed() -> None:
    member = MemberFactory()
    first = publish_consent_text(community=member.community, body="We keep votes.")
    assert publish_consent_text(community=member.community, body="We keep votes.\r\n") == first
    give_consent(member=member, text=first)
    assert not owes_consent(member)
    second = publish_consent_text(community=member.community, body="We keep votes for a year.")
    assert (second.version, second.sha256) == (2, ConsentText.sha256_of("We keep votes for a year."))
    assert owes_consent(member)
    with pytest.raises(Refused, match="has changed"):
        give_consent(member=member, text=first)
    give_consent(member=member, text=second)
    assert Consent.objects.filter(member=member, withdrawn_at=None).count() == 2


def test_saying_yes_twice_is_one_yes() -> None:
    consent = ConsentFactory()
    assert give_consent(member=consent.member, text=consent.text) == consent


def test_taking_it_back_empties_what_was_said_about_oneself_and_asks_again() -> None:
    consent = ConsentFactory()
    member = consent.member
    question = QuestionFactory(questionnaire__community=member.community)
    answer_question(member=member, question=question, given=Given(codes=("50",)), uses=["release"])
    assert withdraw_consent(member=member) == 1
    answer = DemographicAnswer.objects.get()
    assert (answer.status, answer.raw, answer.codes, answer.uses) == ("withdrawn", "", [], [])
    assert owes_consent(member)
    give_consent(member=member, text=consent.text)
    assert not owes_consent(member)
    assert Consent.objects.filter(member=member).count() == 2, "the withdrawn yes stays on record"


def test_pages_for_members_wait_for_the_consent() -> None:
    member = MemberFactory()
    ConsentTextFactory(community=member.community)
    client = signed_in(member)
    answer = client.get("/me/keys/new/")
    assert answer.headers["Location"] == f"/communities/{member.community.slug}/consent/?next=%2Fme%2Fkeys%2Fnew%2F"
    smooth = client.post("/me/keys/new/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/me/"})
    assert smooth.status_code == 401
    assert smooth.headers["HX-Redirect"].endswith("/consent/?next=%2Fme%2F")
    assert client.get("/me/").status_code == 200, "my data is mine without conditions"


def test_someone_elses_text_cannot_be_agreed_to() -> None:
    member = MemberFactory()
    ConsentTextFactory(community=member.community)
    foreign = ConsentTextFactory()
    sent = {"text": foreign.pk, "agree": "yes"}
    assert signed_in(member).post(f"/communities/{member.community.slug}/consent/", sent).status_code == 404
