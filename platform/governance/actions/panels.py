"""What becomes of a drawn panel: people accept or decline, others are drawn for who is gone, seats are filled."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Member
from governance.actions.bodies import add_seats, fill_seat
from governance.actions.draws import Report, State, locked_draw, say
from governance.errors import Refused
from governance.lots import Impossible, lottery
from governance.models.bodies import Body, Seat, SeatClass, Term
from governance.models.draws import Draw, PanelPlace, PoolPlace
from governance.queries.draws import has_gone, limits_of, panel_now, people_of

Answer = PanelPlace.Answer


@transaction.atomic
def answer_draw(*, place: PanelPlace, accepts: bool, by: Member | None = None) -> PanelPlace:
    """Accept a place in the panel, or decline it, also later on; who holds a seat leaves it first.

    Raises
    ------
    Refused
        If somebody else was drawn already, or the person holds a seat.
    """
    draw = locked_draw(place.draw, State.DRAWN)
    found = draw.panel.select_for_update(of=("self",)).select_related("place", "term").get(pk=place.pk)
    if found.is_gone:
        raise Refused("Somebody else was drawn for this place already.")
    if found.term is not None and found.term.ends_at > timezone.now():
        raise Refused("A seat was given for this place. End the term first.")
    answer = Answer.ACCEPTED if accepts else Answer.DECLINED
    if found.answer == answer:
        return found
    found.answer, found.answered_at = answer, timezone.now()
    found.save(update_fields=["answer", "answered_at"])
    say(draw, f"draw.{answer.value}", {"person": found.place.name}, by)
    return found


def next_replacement(draw: Draw) -> int:
    """The number that the next replacement has."""
    return (draw.panel.aggregate(highest=Max("number"))["highest"] or 0) + 1


@transaction.atomic
def draw_replacements(*, draw: Draw, number: int, report: Report, by: Member | None = None) -> tuple[str, ...]:
    """Draw for all seats whose people are gone; the numbers that were drawn, and none where it was done before.

    Raises
    ------
    Refused
        If nobody is gone, or nobody left in the pool can fill the quotas.
    """
    locked = locked_draw(draw, State.DRAWN)
    if number != next_replacement(locked):
        return ()
    standing = panel_now(locked)
    gone = [one for one in standing if has_gone(one)]
    if not gone:
        raise Refused("Everybody in the panel takes part or has still to answer.")
    drawn_ever = set(locked.panel.values_list("place", flat=True))
    outside = locked.pool.exclude(pk__in=drawn_ever).select_related("member")
    unavailable = [one for one in outside if one.gone_in is not None or not (one.member and one.member.is_active)]
    former = PoolPlace.objects.filter(draw=locked, drawn__isnull=False).exclude(gone_in=None)
    try:
        drawn = lottery().replace(
            people_of(locked),
            limits_of(locked),
            panel=[one.place.name for one in standing],
            gone=[one.place.name for one in gone],
            unavailable=[one.name for one in (*unavailable, *former)],
            seed_text=locked.seed_text,
            number=number,
            progress=report,
        )
    except Impossible as impossible:
        raise Refused(str(impossible)) from impossible
    for place in (*(one.place for one in gone), *(one for one in unavailable if one.gone_in is None)):
        place.gone_in = number
        place.save(update_fields=["gone_in"])
    places = locked.pool.filter(name__in=drawn)
    PanelPlace.objects.bulk_create(PanelPlace(draw=locked, place=place, number=number) for place in places)
    said = {"drawn": list(drawn), "gone": sorted(one.place.name for one in gone), "number": number}
    say(locked, "draw.replaced", said, by)
    return drawn


@transaction.atomic
def seat_panel(
    *,
    draw: Draw,
    body: Body,
    months: int,
    most_terms: int | None = None,
    pay_cents: int = 0,
    by: Member | None = None,
    now: datetime | None = None,
) -> list[Term]:
    """Give everybody who accepted and has no seat yet one in the body: vacant seats drawn by lot first, then new ones.

    Raises
    ------
    Refused
        If nobody waits for a seat, or one cannot be given (such as to who holds another seat of the body).
    """
    now = now or timezone.now()
    locked = locked_draw(draw, State.DRAWN)
    if body.community_id != locked.community_id:
        raise Refused("This body belongs to another community.")
    waiting = [
        one for one in panel_now(locked) if one.answer == Answer.ACCEPTED and one.term is None and not has_gone(one)
    ]
    if not waiting:
        raise Refused("Nobody who accepted waits for a seat.")
    ends_at = now + timedelta(days=30 * months)
    terms = []
    for one, seat in zip(waiting, _seats(body, len(waiting), now, most_terms, pay_cents, by), strict=True):
        assert one.place.member is not None  # has_gone says so
        one.term = fill_seat(
            seat=seat,
            member=one.place.member,
            starts_at=now,
            ends_at=ends_at,
            by=by,
            source=locked.get_absolute_url(),
        )
        one.save(update_fields=["term"])
        terms.append(one.term)
    said = {"body": body.slug, "seats": {one.place.name: one.term.seat.number for one in waiting if one.term}}
    say(locked, "draw.seated", said, by)
    return terms


def _seats(body: Body, n: int, now: datetime, most_terms: int | None, pay_cents: int, by: Member | None) -> list[Seat]:
    """So many seats of the body that are drawn by lot and nobody holds or will hold; new ones where they are short."""
    held = Term.objects.filter(ends_at__gt=now, seat__body=body).values("seat")
    free = list(body.seats.filter(seat_class=SeatClass.SORTITION, abolished_at=None).exclude(pk__in=held)[:n])
    if len(free) == n:
        return free
    made = add_seats(
        body=body,
        n=n - len(free),
        seat_class=SeatClass.SORTITION,
        most_terms=most_terms,
        pay_cents=pay_cents,
        by=by,
    )
    return [*free, *made]
