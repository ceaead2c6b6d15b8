"""Preparing a draw, committing to its pool, and drawing: what is drawn follows from the pool and a later seed."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Community, Member, Questionnaire
from governance.chain import record, stamp
from governance.errors import Refused
from governance.lots import Impossible, Limit, lottery
from governance.models.draws import Draw, DrawQuota, PanelPlace, PoolPlace
from governance.queries.draws import features_for, limits_of, members_for, people_of

_shuffle = random.SystemRandom().shuffle
Report = Callable[[float, str], object]
State = Draw.State


@transaction.atomic
def begin_draw(
    *,
    community: Community,
    title: str,
    purpose: str,
    seats: int,
    questionnaire: Questionnaire | None = None,
    without_roles: bool = True,
    without_seats: bool = True,
    by: Member | None = None,
) -> Draw:
    """Begin a draft, which only who runs the community sees until its pool is committed to."""
    if questionnaire is not None and questionnaire.community_id != community.pk:
        raise Refused("This questionnaire belongs to another community.")
    draw = Draw.objects.create(
        community=community,
        title=title,
        purpose=purpose,
        seats=seats,
        questionnaire=questionnaire,
        without_roles=without_roles,
        without_seats=without_seats,
        created_by=by,
    )
    say(draw, "draw.begun", {"seats": seats, "title": title}, by)
    return draw


@transaction.atomic
def rename_draw(*, draw: Draw, title: str, purpose: str, by: Member | None = None) -> Draw:
    """Call a draft otherwise, and say anew what it is for.

    Raises
    ------
    Refused
        If it is no draft any more: the pool was committed to under this name.
    """
    locked = locked_draw(draw, State.DRAFT)
    before = locked.title
    locked.title, locked.purpose = title, purpose
    locked.save(update_fields=["title", "purpose"])
    if title != before:
        say(locked, "draw.renamed", {"before": before, "title": title}, by)
    return locked


@transaction.atomic
def set_quotas(*, draw: Draw, limits: Sequence[Limit]) -> Draw:
    """Say how many of the panel gave which answer; replaces what was said before.

    Raises
    ------
    Refused
        If it is no draft any more, or a question's quotas cannot add up to the seats.
    """
    locked = locked_draw(draw, State.DRAFT)
    for name in sorted({one.feature for one in limits}):
        rows = [one for one in limits if one.feature == name]
        least = sum(one.least for one in rows)
        if least > locked.seats:
            raise Refused(f"“{name}”: at least {least} are asked for, but there are {locked.seats} seats.")
    locked.quotas.all().delete()
    DrawQuota.objects.bulk_create(
        DrawQuota(draw=locked, feature=one.feature, value=one.value, least=one.least, most=one.most) for one in limits
    )
    return locked


def check_announcement(*, draw: Draw, seed_source: str, seed_from: datetime, now: datetime | None = None) -> None:
    """Refuse what cannot be committed to, before the work is asked for."""
    if draw.state != State.DRAFT:
        raise Refused("The pool of this draw was committed to already.")
    if not seed_source.strip():
        raise Refused("Say where the seed will come from.")
    if seed_from <= (now or timezone.now()):
        raise Refused("The seed has to be something that nobody can know yet: choose a time that is still to come.")


@transaction.atomic
def commit_pool(
    *, draw: Draw, seed_source: str, seed_from: datetime, by: Member | None = None, now: datetime | None = None
) -> Draw:
    """Freeze the pool, under numbers that tell nothing, and publish its hash before anybody can know the seed.

    Raises
    ------
    Refused
        If no panel meets the quotas; it names those that conflict.
    """
    now = now or timezone.now()
    locked = locked_draw(draw)
    if locked.state == State.COMMITTED:
        return locked
    check_announcement(draw=locked, seed_source=seed_source, seed_from=seed_from, now=now)
    members = members_for(locked)
    features = features_for(locked, members)
    _shuffle(members)
    width = len(str(len(members)))
    pool = [
        PoolPlace(draw=locked, name=f"p{number:0{width}d}", member=member, features=features[member.pk])
        for number, member in enumerate(members, 1)
    ]
    try:
        committed = lottery().commit({one.name: one.features for one in pool}, limits_of(locked), locked.seats)
    except Impossible as impossible:
        raise Refused(str(impossible)) from impossible
    PoolPlace.objects.bulk_create(pool)
    locked.people, locked.commitment, locked.committed_at = len(pool), committed, now
    locked.seed_source, locked.seed_from, locked.state = seed_source.strip(), seed_from, State.COMMITTED
    locked.save()
    said = {
        "commitment": committed,
        "people": len(pool),
        "quotas": [
            {"feature": one.feature, "max": one.most, "min": one.least, "value": one.value} for one in limits_of(locked)
        ],
        "seats": locked.seats,
        "seed_from": stamp(seed_from),
        "seed_source": locked.seed_source,
    }
    say(locked, "draw.committed", said, by)
    return locked


@transaction.atomic
def enter_seed(*, draw: Draw, seed_text: str, by: Member | None = None, now: datetime | None = None) -> Draw:
    """Write down the seed, once it can be known; it is never changed.

    Raises
    ------
    Refused
        Before that time, without a seed, or where there is one already.
    """
    now = now or timezone.now()
    locked = locked_draw(draw, State.COMMITTED)
    seed_text = " ".join(seed_text.split())
    if locked.seed_text:
        raise Refused("The seed of this draw is written down already.")
    if locked.seed_from is None or now < locked.seed_from:
        raise Refused("It is too early: the seed was announced for a later time.")
    if not seed_text:
        raise Refused("Write down the seed.")
    locked.seed_text = seed_text
    locked.save(update_fields=["seed_text"])
    say(locked, "draw.seeded", {"seed_text": seed_text}, by)
    return locked


def draw_panel(*, draw: Draw, report: Report, by: Member | None = None, now: datetime | None = None) -> Draw:
    """Draw the panel from what was committed to and the seed; a second time nothing is drawn.

    Raises
    ------
    Refused
        If there is no seed, or the pool no longer is what was committed to.
    """
    draw.refresh_from_db()
    if draw.state == State.DRAWN:
        return draw
    if not draw.seed_text:
        raise Refused("There is no seed yet.")
    try:
        drawn = lottery().draw(people_of(draw), limits_of(draw), draw.seats, draw.seed_text, report)
    except Impossible as impossible:
        raise Refused(str(impossible)) from impossible
    if drawn.commitment != draw.commitment:
        raise Refused("The pool is not the one that was committed to; nothing was drawn.")
    with transaction.atomic():
        locked = locked_draw(draw)
        if locked.state != State.COMMITTED:
            return locked
        places = list(locked.pool.all())
        for place in places:
            place.chance = drawn.chances[place.name]
        PoolPlace.objects.bulk_update(places, ["chance"], batch_size=500)
        chosen = set(drawn.panel)
        PanelPlace.objects.bulk_create(PanelPlace(draw=locked, place=one) for one in places if one.name in chosen)
        locked.state, locked.drawn_at = State.DRAWN, now or timezone.now()
        locked.least, locked.optimum, locked.panels = drawn.least, drawn.optimum, drawn.panels
        locked.save()
        said = {
            "least": f"{drawn.least:.6f}",
            "optimum": f"{drawn.optimum:.6f}",
            "panel": list(drawn.panel),
            "panels": drawn.panels,
        }
        say(locked, "draw.drawn", said, by)
    return locked


@transaction.atomic
def withdraw_draw(*, draw: Draw, reason: str, by: Member | None = None) -> Draw:
    """Give a draw up, with a reason, as long as nobody was given a seat from it."""
    locked = locked_draw(draw)
    if not reason.strip():
        raise Refused("Say why it is given up.")
    if locked.state == State.WITHDRAWN:
        raise Refused("It was given up before.")
    if locked.panel.exclude(term=None).exists():
        raise Refused("People hold seats from this draw. End their terms instead.")
    locked.state, locked.withdrawn_because = State.WITHDRAWN, reason.strip()[:300]
    locked.save(update_fields=["state", "withdrawn_because"])
    say(locked, "draw.withdrawn", {"reason": locked.withdrawn_because}, by)
    return locked


def locked_draw(draw: Draw, state: str | None = None) -> Draw:
    """The draw behind a lock, in that state.

    Raises
    ------
    Refused
        If it is in another one.
    """
    found = Draw.objects.select_for_update(of=("self",)).select_related("community").get(pk=draw.pk)
    if state is not None and found.state != state:
        raise Refused(f"This cannot be done any more; the draw is: {found.get_state_display().lower()}.")
    return found


def say(draw: Draw, kind: str, payload: dict[str, Any], by: Member | None) -> None:
    """Write a step into the audit chain: numbers of the pool, never names."""
    record(community=draw.community, kind=kind, subject=draw.reference, payload=payload, by=by)
