"""Reading bodies: their seats with who holds them, and lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Community
from governance.models.bodies import Body, Seat, Term


@dataclass(frozen=True)
class Place:
    """One seat with the term that runs now (None where it is vacant) and the terms that are over."""

    seat: Seat
    term: Term | None
    former: list[Term]


def listed_bodies(user: Any, community: Community | None = None) -> QuerySet[Body]:
    """Bodies the person may see, with how many seats they have, `n_seats`."""
    bodies = Body.objects.visible_to(user).filter(dissolved_at=None).select_related("community")
    if community is not None:
        bodies = bodies.filter(community=community)
    return bodies.annotate(n_seats=Count("seats", filter=Q(seats__abolished_at=None))).order_by("name", "id")


def places_of(body: Body, now: Any = None) -> list[Place]:
    """The seats of a body by number."""
    return seated([body], now)[0][1]


def seated(bodies: Iterable[Body], now: Any = None) -> list[tuple[Body, list[Place]]]:
    """Each body with its seats by number."""
    now = now or timezone.now()
    terms = Term.objects.select_related("member", "drawn__draw").order_by("-starts_at")
    seats = Seat.objects.filter(body__in=bodies, abolished_at=None).prefetch_related(Prefetch("terms", terms))
    found: dict[int, list[Place]] = {body.pk: [] for body in bodies}
    for seat in seats.order_by("number"):
        running = [term for term in seat.terms.all() if term.starts_at <= now < term.ends_at]
        former = [term for term in seat.terms.all() if term.ends_at <= now]
        found[seat.body_id].append(Place(seat, running[0] if running else None, former))
    return [(body, found[body.pk]) for body in bodies]
