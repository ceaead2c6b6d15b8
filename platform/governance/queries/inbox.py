"""What waits for a person: votes, answers, and seats that are about to become free."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from governance.models.bodies import Body, Term
from governance.models.decisions import Decision
from governance.procedure import State
from governance.queries.decisions import Standing, elector_of, standing, with_parts
from governance.queries.draws import draws_to_carry_on, draws_waiting_for

EXPIRES_SOON = timedelta(days=30)
GOING = (State.OPEN.value, State.CONTESTED.value, State.OVERRIDE.value)


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what to do, where, and until when."""

    words: str
    title: str
    address: str
    until: datetime | None = None


def waiting_for(user: Any, now: datetime | None = None) -> list[Waiting]:
    """Everything that waits for the person, the most urgent first."""
    if not getattr(user, "is_authenticated", False):
        return []
    now = now or timezone.now()
    found: list[Waiting] = []
    runs = set(Decision.objects.run_by(user).filter(state__in=GOING).values_list("pk", flat=True))
    for decision in with_parts(Decision.objects.visible_to(user).filter(state__in=GOING)):
        found += _of_decision(decision, standing(decision, now), user, decision.pk in runs)
    found += _of_seats(user, now)
    found += [
        Waiting("You were drawn: do you take part?", place.draw.title, place.draw.get_absolute_url())
        for place in draws_waiting_for(user)
    ]
    found += [Waiting(words, draw.title, draw.get_absolute_url()) for words, draw in draws_to_carry_on(user, now)]
    far = now + timedelta(days=36_500)
    return sorted(found, key=lambda one: one.until or far)


def _of_decision(decision: Decision, now: Standing, user: Any, runs: bool) -> list[Waiting]:
    case, address = now.case, decision.get_absolute_url()
    if case is None:
        return []
    found = []
    elector = elector_of(decision, user)
    if elector is not None and now.is_voting and elector.number in case.eligible:
        voted = case.first.voted if now.state == State.OPEN else case.second.voted
        if elector.number not in voted:
            words = "Vote" if now.state == State.OPEN else "Vote on overriding the veto"
            found.append(Waiting(words, decision.title, address, now.closes_at))
    if runs and now.state in {State.OPEN, State.CONTESTED}:
        n = sum(matter.waits for matter in (*case.objections, *case.vetoes))
        if n:
            words = f"Answer {n} objection{'' if n == 1 else 's'} or vetoes" if n > 1 else "Answer an objection"
            found.append(Waiting(words, decision.title, f"{address}#objections", case.answers_due_at))
    return found


def _of_seats(user: Any, now: datetime) -> list[Waiting]:
    """One's own terms, and those of bodies one runs, that end soon."""
    soon = Term.objects.running(now).filter(ends_at__lte=now + EXPIRES_SOON).select_related("seat__body", "member")
    bodies = Body.objects.run_by(user).values("pk")
    mine = [
        Waiting(
            f"Your seat {term.seat.number} ends", term.seat.body.name, term.seat.body.get_absolute_url(), term.ends_at
        )
        for term in soon.filter(member__user=user)
    ]
    theirs = [
        Waiting(
            f"Seat {term.seat.number} becomes free",
            term.seat.body.name,
            term.seat.body.get_absolute_url(),
            term.ends_at,
        )
        for term in soon.filter(seat__body__in=bodies).exclude(member__user=user)
    ]
    return mine + theirs
