"""Bodies with seats and decisions for tests."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.utils import timezone

from accounts.models import Community, Member, Role
from governance.actions.bodies import add_seats, fill_seat, set_up_body
from governance.actions.decisions import open_decision, propose_decision
from governance.models import Body, Decision, SeatClass
from governance.procedure import Rule
from tests.factories.accounts import CommunityFactory, MemberFactory

LENIENT = Rule(quorum=Fraction(1, 2), threshold=Fraction(1, 2), minimum_open_hours=1)


def make_body(community: Community | None = None, n: int = 5, vacant: int = 0, **described: Any) -> Body:
    """A body whose seats are held by stewards: elected, drawn and reserved by turns."""
    community = community or CommunityFactory()
    body = set_up_body(community=community, name="Steering body", mandate="It decides what is released.")
    now = timezone.now()
    classes = [SeatClass.ELECTED, SeatClass.SORTITION, SeatClass.RESERVED]
    for number in range(n + vacant):
        seat_class = classes[number % 3]
        [seat] = add_seats(body=body, seat_class=seat_class, reserved_for="Night workers", **described)
        if number < n:
            fill_seat(
                seat=seat,
                member=MemberFactory(community=community, roles=[Role.STEWARD]),
                starts_at=now - timedelta(days=30),
                ends_at=now + timedelta(days=365),
            )
    return body


def holders(body: Body) -> list[Member]:
    """Who holds the seats, by number."""
    return [
        seat.terms.get().member for seat in body.seats.order_by("number").prefetch_related("terms") if seat.terms.all()
    ]


def make_decision(
    body: Body | None = None, *, open_hours: int | None = 24, now: datetime | None = None, **described: Any
) -> Decision:
    """A decision, open for a day; a draft with ``open_hours=None``."""
    given = {"title": "Publish the data set", "text": "The data set is published.", "rule": LENIENT} | described
    decision = propose_decision(body=body or make_body(), **given)
    return open_decision(decision=decision, open_hours=open_hours, now=now) if open_hours else decision
