"""Mails about decisions: a vote was opened, it closes soon, it has closed; and a weekly digest of what waits.

A mail names the decision, the time and the address. It never says how a vote goes or went, nor who voted.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Member, Role, User
from governance.models.bodies import Term
from governance.models.decisions import Decision
from governance.models.draws import PanelPlace
from governance.models.matters import Notice
from governance.procedure import State
from governance.queries.decisions import closing_within, standing, with_parts
from governance.queries.inbox import waiting_for

logger = logging.getLogger(__name__)
REMIND_HOURS = 24
GOING = (State.OPEN.value, State.CONTESTED.value, State.OVERRIDE.value)


def send_notices(now: datetime | None = None) -> int:
    """Send the mails that are due and were not sent before; returns how many."""
    now = now or timezone.now()
    sent = 0
    for decision in with_parts(Decision.objects.filter(state=State.OPEN, closes_at__gt=now)):
        until = date_format(timezone.localtime(decision.closes_at), "j F Y, H:i")
        sent += _send(decision, "opened", _everybody(decision), f"You can vote until {until}.")
    for decision in closing_within(REMIND_HOURS, now):
        case = standing(decision, now).case
        missing = case.eligible - case.first.voted if case else frozenset()
        waiting = [row.member for row in decision.electors.all() if row.number in missing]
        until = date_format(timezone.localtime(decision.closes_at), "j F Y, H:i")
        sent += _send(decision, "reminder", waiting, f"The vote closes on {until}, and yours is not in the box yet.")
    for decision in with_parts(Decision.objects.filter(state=State.OVERRIDE)):
        if standing(decision, now).state == State.OVERRIDE:
            sent += _send(decision, "override", _everybody(decision), "You can vote on overriding a veto.")
    for decision in with_parts(Decision.objects.filter(opened_at__isnull=False).exclude(state__in=GOING)):
        sent += _send(decision, "ended", _everybody(decision), "It has ended. The page shows how.")
    return sent


def send_digests(now: datetime | None = None) -> int:
    """Tell everybody who holds a seat, was drawn or runs decisions what waits for them; nothing where nothing does."""
    now = now or timezone.now()
    holders = Term.objects.running(now).values("member__user")
    stewards = Member.objects.active().filter(roles__overlap=[Role.STEWARD, Role.ADMIN]).values("user")
    sent = 0
    waiting = PanelPlace.objects.filter(answer=PanelPlace.Answer.WAITING, place__gone_in=None)
    asked = Q(pk__in=holders) | Q(pk__in=stewards) | Q(pk__in=waiting.values("place__member__user"))
    for person in User.objects.filter(asked, is_active=True).exclude(email=""):
        lines = [f"* {one.words}: {one.title}\n  {settings.SITE_URL}{one.address}" for one in waiting_for(person, now)]
        if lines:
            sent += _mail(person, "What waits for you", "\n".join(lines))
    return sent


def _everybody(decision: Decision) -> list[Member]:
    return [row.member for row in decision.electors.all()]


def _send(decision: Decision, kind: str, members: Iterable[Member], words: str) -> int:
    """One mail to each who was not sent this kind about this decision before."""
    told = set(decision.notices.filter(kind=kind).values_list("member", flat=True))
    sent = 0
    for member in members:
        if member.pk in told or not member.user.email or not member.is_active:
            continue
        with transaction.atomic():
            Notice.objects.create(decision=decision, member=member, kind=kind)
            text = f"{decision.title}\n\n{words}\n\n{settings.SITE_URL}{decision.get_absolute_url()}\n"
            sent += _mail(member.user, decision.title, text)
    return sent


def _mail(person: User, subject: str, text: str) -> int:
    """Send one mail; one that cannot be sent now is tried again with the next sweep."""
    return send_mail(subject.replace("\n", " "), text, settings.DEFAULT_FROM_EMAIL, [person.email])
