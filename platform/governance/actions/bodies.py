"""Setting up bodies, and filling their seats."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Community, Member
from governance.chain import record, stamp
from governance.errors import Refused
from governance.models.bodies import Body, Seat, SeatClass, Term
from governance.subjects import Reference


def body_reference(body: Body) -> Reference:
    """The body as the audit chain names it."""
    return Reference("body", body.slug, body.name, body.get_absolute_url())


def free_slug(name: str) -> str:
    """A short address that no body has yet."""
    stem = slugify(name)[:80] or "body"
    taken = set(Body.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{stem}-{number}") not in taken)


@transaction.atomic
def set_up_body(*, community: Community, name: str, mandate: str, by: Member | None = None) -> Body:
    """Found a body, without seats as yet."""
    body = Body.objects.create(community=community, slug=free_slug(name), name=name, mandate=mandate)
    record(community=community, kind="body.founded", subject=body_reference(body), payload={"mandate": mandate}, by=by)
    return body


@transaction.atomic
def add_seats(*, body: Body, n: int = 1, by: Member | None = None, **described: Any) -> list[Seat]:
    """Add seats of one class.

    Parameters
    ----------
    described : seat_class, reserved_for (for a reserved seat), most_terms, pay_cents, currency
    """
    if described["seat_class"] == SeatClass.RESERVED and not described.get("reserved_for"):
        raise Refused("Say which group the seat is reserved for.")
    if described["seat_class"] != SeatClass.RESERVED:
        described["reserved_for"] = ""
    Body.objects.select_for_update().get(pk=body.pk)
    newest = body.seats.order_by("-number").values_list("number", flat=True).first() or 0
    seats = [Seat.objects.create(body=body, number=newest + place, **described) for place in range(1, n + 1)]
    record(
        community=body.community,
        kind="body.seats_added",
        subject=body_reference(body),
        payload={"seats": [seat.number for seat in seats], **described},
        by=by,
    )
    return seats


@transaction.atomic
def fill_seat(
    *, seat: Seat, member: Member, starts_at: datetime, ends_at: datetime, by: Member | None = None, source: str = ""
) -> Term:
    """Give a seat to a member for a time; it ends by itself.

    Parameters
    ----------
    source : where the choice comes from, such as the address of a draw

    Raises
    ------
    Refused
        If somebody holds the seat then, the member holds another seat of the body then, or has held as many terms as
        the seat allows.
    """
    body = Body.objects.select_for_update().select_related("community").get(pk=seat.body_id)
    if member.community_id != body.community_id or not member.is_active:
        raise Refused("Only an active member of the community can hold a seat.")
    if ends_at <= starts_at:
        raise Refused("The term has to end after it starts.")
    terms = Term.objects.filter(seat__body=body)
    overlapping = terms.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    if overlapping.filter(seat=seat).exists():
        raise Refused("Somebody holds this seat at that time.")
    if overlapping.filter(member=member).exists():
        raise Refused(f"{member} holds another seat of this body at that time.")
    held = terms.filter(member=member, starts_at__lt=starts_at).count()
    if seat.most_terms is not None and held >= seat.most_terms:
        raise Refused(f"{member} has held {held} of at most {seat.most_terms} terms in this body.")
    term = Term.objects.create(seat=seat, member=member, starts_at=starts_at, ends_at=ends_at)
    record(
        community=body.community,
        kind="seat.filled",
        subject=body_reference(body),
        payload={
            "class": seat.seat_class,
            "ends_at": stamp(ends_at),
            "member": member.pseudonym,
            "seat": seat.number,
            "source": source,
            "starts_at": stamp(starts_at),
        },
        by=by,
        about=[member],
    )
    return term


@transaction.atomic
def end_term(*, term: Term, reason: str, by: Member | None = None, now: datetime | None = None) -> Term:
    """End a term before its time, with a reason."""
    now = now or timezone.now()
    locked = Term.objects.select_for_update().select_related("seat__body__community", "member").get(pk=term.pk)
    if locked.ends_at <= now:
        raise Refused("This term has ended already.")
    if not reason.strip():
        raise Refused("Say why the term ends now.")
    locked.ends_at, locked.ended_because = max(now, locked.starts_at), reason
    locked.save(update_fields=["ends_at", "ended_because"])
    record(
        community=locked.seat.body.community,
        kind="seat.left",
        subject=body_reference(locked.seat.body),
        payload={"member": locked.member.pseudonym, "reason": reason, "seat": locked.seat.number},
        by=by,
        about=[locked.member],
    )
    return locked


@transaction.atomic
def leave_seats(*, member: Member, now: datetime | None = None) -> int:
    """End the terms of somebody who is erased, now and to come; the chain names the seats alone. How many that were."""
    now = now or timezone.now()
    terms = Term.objects.select_for_update(of=("self",)).select_related("seat__body__community")
    running = list(terms.filter(member=member, ends_at__gt=now).order_by("pk"))
    for term in running:
        term.ends_at, term.ended_because = max(now, term.starts_at), "The holder left."
        term.save(update_fields=["ends_at", "ended_because"])
        body, payload = term.seat.body, {"reason": term.ended_because, "seat": term.seat.number}
        record(community=body.community, kind="seat.left", subject=body_reference(body), payload=payload)
    return len(running)
