"""Voting, stepping aside, vetoing, objecting and answering. The procedure judges; these write what it allows."""

import random
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from governance.actions.decisions import settle
from governance.chain import record
from governance.errors import Refused
from governance.models.ballots import Ballot, Voted
from governance.models.decisions import Decision, ElectorRow
from governance.models.matters import Comment, Interest, Objection, Veto
from governance.procedure import Case, Choice, State, answer, cast, object_to, recuse, veto, withdraw_objection
from governance.queries.decisions import case_of

_shuffle = random.SystemRandom().shuffle


@transaction.atomic
def cast_ballot(*, decision: Decision, member: Member, choice: str, now: datetime | None = None) -> None:
    """Vote, or vote on overriding vetoes.

    A secret ballot carries no voter and no time, and all ballots of the vote are written anew in random order with
    every one that comes: neither their keys, nor their places, nor the transactions that wrote them tell them apart.
    """
    now = now or timezone.now()
    locked, case, elector = _seated(decision, member, now)
    state = State(locked.state)
    cast(case, state, elector.number, Choice(choice), now)
    number = 1 if state == State.OPEN else 2
    Voted.objects.get_or_create(decision=locked, elector=elector, round=number)
    if not case.rule.secret:
        Ballot.objects.update_or_create(
            decision=locked, elector=elector, round=number, defaults={"choice": choice, "cast_at": now}
        )
        return
    ballots = Ballot.objects.filter(decision=locked, round=number)
    choices = [*ballots.values_list("choice", flat=True), choice]
    ballots.delete()
    _shuffle(choices)
    Ballot.objects.bulk_create(Ballot(decision=locked, round=number, choice=one) for one in choices)


@transaction.atomic
def declare_interest(
    *, decision: Decision, member: Member, text: str, steps_aside: bool, now: datetime | None = None
) -> Interest:
    """Declare an interest; with ``steps_aside`` the seat does not vote and the quorum is counted without it."""
    now = now or timezone.now()
    if not text.strip():
        raise Refused("Say what your interest is.")
    locked, case, elector = _seated(decision, member, now)
    if steps_aside:
        recuse(case, State(locked.state), elector.number, now)
    elif locked.state != State.OPEN:
        raise Refused("Interests are declared while the vote is open.")
    interest = Interest.objects.create(
        decision=locked, elector=elector, text=text, is_recused=steps_aside, declared_at=now
    )
    kind = "decision.recusal" if steps_aside else "decision.interest"
    _record(locked, kind, {"seat": elector.number, "text": text}, member)
    return interest


@transaction.atomic
def file_veto(*, decision: Decision, member: Member, reason: str, now: datetime | None = None) -> Veto:
    """Veto with a reason."""
    now = now or timezone.now()
    locked, case, elector = _seated(decision, member, now)
    veto(case, State(locked.state), elector.number, reason, now)
    made = Veto.objects.create(decision=locked, elector=elector, reason=reason, filed_at=now)
    _record(locked, "decision.veto", {"reason": reason, "seat": elector.number}, member)
    return made


@transaction.atomic
def file_objection(*, decision: Decision, member: Member, reason: str, now: datetime | None = None) -> Objection:
    """Object with a reason, as any member of the community may."""
    now = now or timezone.now()
    locked, case = _running(decision, now)
    if member.community_id != locked.body.community_id or not member.is_active:
        raise Refused("Only members of the community can object.")
    object_to(case, State(locked.state), reason, now)
    made = Objection.objects.create(decision=locked, member=member, reason=reason, filed_at=now)
    _record(locked, "decision.objection", {"objection": made.pk, "reason": reason}, member)
    return made


@transaction.atomic
def answer_matter(
    *, matter: Objection | Veto, text: str, by: Member | None, now: datetime | None = None
) -> Objection | Veto:
    """Answer an objection or a veto in writing."""
    now = now or timezone.now()
    locked, case = _running(matter.decision, now)
    fresh, place, kind = _fresh(locked, matter)
    pure = (case.vetoes if kind == "veto" else case.objections)[place]
    answer(case, State(locked.state), pure, text, now)
    fresh.answer, fresh.answered_by, fresh.answered_at = text, by, now
    fresh.save(update_fields=["answer", "answered_by", "answered_at"])
    _record(locked, f"decision.{kind}_answered", {kind: fresh.pk, "text": text}, by)
    settle(decision=locked, now=now)
    return fresh


@transaction.atomic
def withdraw_matter(*, matter: Objection | Veto, member: Member, now: datetime | None = None) -> Objection | Veto:
    """Take one's own objection or veto back."""
    now = now or timezone.now()
    locked, case = _running(matter.decision, now)
    fresh, place, kind = _fresh(locked, matter)
    owner = fresh.elector.member_id if isinstance(fresh, Veto) else fresh.member_id
    if owner != member.pk:
        raise Refused("Only who filed it can withdraw it.")
    pure = (case.vetoes if kind == "veto" else case.objections)[place]
    withdraw_objection(case, State(locked.state), pure, now)
    fresh.withdrawn_at = now
    fresh.save(update_fields=["withdrawn_at"])
    _record(locked, f"decision.{kind}_withdrawn", {kind: fresh.pk}, member)
    settle(decision=locked, now=now)
    return fresh


@transaction.atomic
def write_comment(*, decision: Decision, member: Member, text: str) -> Comment:
    """Say something in the discussion."""
    if not text.strip():
        raise Refused("Write something first.")
    if member.community_id != decision.body.community_id:
        raise Refused("Only members of the community take part in the discussion.")
    return Comment.objects.create(decision=decision, member=member, text=text)


def _running(decision: Decision, now: datetime) -> tuple[Decision, Case]:
    """The decision behind a lock, settled up to now, and its case."""
    locked = settle(decision=decision, now=now)
    case = case_of(locked)
    if case is None:
        raise Refused("This decision is a draft; nothing can be voted on yet.")
    return locked, case


def _seated(decision: Decision, member: Member, now: datetime) -> tuple[Decision, Case, ElectorRow]:
    locked, case = _running(decision, now)
    elector = next((row for row in locked.electors.all() if row.member_id == member.pk), None)
    if elector is None:
        raise Refused("You held no seat when this vote was opened, so you have no vote in it.")
    return locked, case, elector


def _fresh(decision: Decision, matter: Objection | Veto) -> tuple[Objection | Veto, int, str]:
    """The matter as it stands behind the lock, its place among its kind, and the kind's name."""
    kind = "veto" if isinstance(matter, Veto) else "objection"
    rows: list[Objection | Veto] = list(decision.vetoes.all() if kind == "veto" else decision.objections.all())
    place = next(place for place, row in enumerate(rows) if row.pk == matter.pk)
    return rows[place], place, kind


def _record(decision: Decision, kind: str, payload: dict[str, object], by: Member | None) -> None:
    record(community=decision.body.community, kind=kind, subject=decision.reference, payload=payload, by=by)
