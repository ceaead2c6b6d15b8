"""What people may do, and when. Each move checks, and returns the case with what was done; the caller writes it down.

Every function takes the state as it is at ``now`` (see :func:`governance.procedure.steps.advance`) and raises
:class:`governance.errors.Refused` with words for the person.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from governance.errors import Refused
from governance.procedure.case import Case, Choice, Elector, Objection, Round, Veto
from governance.procedure.rule import Rule
from governance.procedure.states import State

Matter = TypeVar("Matter", bound=Objection)


def open_case(
    *, rule: Rule, electors: Sequence[Elector], vacant: int, opened_at: datetime, closes_at: datetime
) -> Case:
    """Freeze rule and electorate and begin the vote."""
    if not electors:
        raise Refused("Nobody holds a seat at the moment, so nobody could vote. Fill a seat first.")
    if len({elector.seat for elector in electors}) != len(electors):
        raise Refused("A seat stands twice in the electorate.")
    for elector in electors:
        if not elector.is_in_term(opened_at):
            raise Refused(f"The term of seat {elector.seat} does not run now.")
    if closes_at - opened_at < timedelta(hours=rule.minimum_open_hours):
        raise Refused(f"The vote has to stay open for at least {rule.minimum_open_hours} hours.")
    return Case(rule=rule, electors=tuple(electors), vacant=vacant, opened_at=opened_at, closes_at=closes_at)


def cast(case: Case, state: State, seat: int, choice: Choice, now: datetime) -> Case:
    """Cast a ballot; an open one may be changed until the vote closes, a secret one is final."""
    if state not in {State.OPEN, State.OVERRIDE}:
        raise Refused("The vote is not open.")
    elector = case.elector(seat)
    if elector is None:
        raise Refused("You held no seat when this vote was opened, so you have no vote in it.")
    if seat in case.recused:
        raise Refused("You recused yourself from this decision.")
    if not elector.is_in_term(now):
        raise Refused("Your term has ended, and with it your vote.")
    before = case.first if state == State.OPEN else case.second
    if case.rule.secret:
        if seat in before.voted:
            raise Refused("You have voted. A secret ballot cannot be found again, so it cannot be changed.")
        after = Round(before.voted | {seat}, secret=(*before.secret, choice))
    else:
        after = Round(before.voted | {seat}, named={**before.named, seat: choice})
    return replace(case, first=after) if state == State.OPEN else replace(case, second=after)


def recuse(case: Case, state: State, seat: int, now: datetime) -> Case:
    """Step aside for this decision; the quorum is counted without the seat."""
    if state != State.OPEN:
        raise Refused("One can step aside only while the vote is open.")
    elector = case.elector(seat)
    if elector is None or not elector.is_in_term(now):
        raise Refused("You have no vote in this decision that you could step aside from.")
    if seat in case.first.voted:
        raise Refused("You have voted already. Tell the other members about your interest instead.")
    if any(veto.seat == seat and veto.stands for veto in case.vetoes):
        raise Refused("You have filed a veto. Withdraw it before you step aside.")
    return replace(case, recused=case.recused | {seat})


def veto(case: Case, state: State, seat: int, reason: str, now: datetime) -> Case:
    """Veto, with a reason, as the holder of a seat whose class may."""
    if state != State.OPEN:
        raise Refused("A veto can be filed only while the vote is open.")
    if not reason.strip():
        raise Refused("Say why. A veto without a reason does not count.")
    elector = case.elector(seat)
    if elector is None or elector.seat_class not in case.rule.veto_classes:
        raise Refused("Your seat carries no right to veto this decision.")
    if seat in case.recused:
        raise Refused("You recused yourself from this decision.")
    if not elector.is_in_term(now):
        raise Refused("Your term has ended, and with it the right to veto.")
    if any(filed.seat == seat and filed.stands for filed in case.vetoes):
        raise Refused("Your veto stands already.")
    return replace(case, vetoes=(*case.vetoes, Veto(filed_at=now, seat=seat)))


def object_to(case: Case, state: State, reason: str, now: datetime) -> Case:
    """Object, with a reason, as a member of the community."""
    if state != State.OPEN:
        raise Refused("Objections are taken only while the vote is open.")
    if not reason.strip():
        raise Refused("Say why. An objection without a reason cannot be answered.")
    return replace(case, objections=(*case.objections, Objection(filed_at=now)))


def answer(case: Case, state: State, matter: Matter, text: str, now: datetime) -> Matter:
    """Answer an objection or a veto in writing; returns it as answered."""
    if state not in {State.OPEN, State.CONTESTED} or now >= case.answers_due_at:
        raise Refused("This decision no longer waits for answers.")
    if not text.strip():
        raise Refused("Write the answer first.")
    if not matter.waits:
        raise Refused("It was withdrawn, or has its answer already.")
    return replace(matter, answered_at=now)


def withdraw_objection(case: Case, state: State, matter: Matter, now: datetime) -> Matter:
    """Take an objection or a veto back; returns it as withdrawn."""
    if state not in {State.OPEN, State.CONTESTED}:
        raise Refused("It is too late to withdraw it.")
    if not matter.stands:
        raise Refused("It was withdrawn before.")
    return replace(matter, withdrawn_at=now)
