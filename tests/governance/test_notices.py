"""Mails about decisions: each once, to those whom it concerns, and without a word on how a vote goes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.actions.decisions import settle
from governance.actions.notices import send_digests, send_notices
from governance.actions.voting import cast_ballot
from tests.factories.governance import holders, make_decision
from tests.governance.test_decisions import after_closing, everybody

pytestmark = pytest.mark.django_db


def test_everybody_is_told_once_that_a_vote_was_opened(mailoutbox):
    decision = make_decision(open_hours=72)
    assert (send_notices(), send_notices()) == (5, 0)
    assert {mail.to[0] for mail in mailoutbox} == {member.user.email for member in holders(decision.body)}


def test_only_who_has_not_voted_is_reminded(mailoutbox):
    decision = make_decision(open_hours=72)
    send_notices()
    voters = holders(decision.body)[:3]
    for member in voters:
        cast_ballot(decision=decision, member=member, choice="against")
    mailoutbox.clear()
    assert send_notices(timezone.now() + timedelta(hours=50)) == 2
    assert not {mail.to[0] for mail in mailoutbox} & {member.user.email for member in voters}


def test_no_mail_says_how_a_vote_went(mailoutbox):
    decision = make_decision(open_hours=24, title="Publish it")
    everybody(decision)
    send_notices()
    settle(decision=decision, now=after_closing(decision))
    send_notices(after_closing(decision))
    send_digests()
    assert len(mailoutbox) == 10
    for mail in mailoutbox:
        words = f"{mail.subject} {mail.body}".lower()
        assert not [word for word in ("adopted", "against", "5", "majority", "passed") if word in words.split()]


def test_the_digest_goes_to_those_for_whom_something_waits(mailoutbox):
    decision = make_decision()
    done, *rest = holders(decision.body)
    cast_ballot(decision=decision, member=done, choice="for")
    send_digests()
    assert {mail.to[0] for mail in mailoutbox} == {member.user.email for member in rest}
    assert all("Publish the data set" in mail.body for mail in mailoutbox)
