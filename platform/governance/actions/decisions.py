"""Proposing, opening, withdrawing and settling decisions: every change of state goes through :func:`_move`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from governance import subjects
from governance.canonical import sha256
from governance.chain import record, stamp
from governance.errors import Refused
from governance.models.bodies import Body, Seat, Term
from governance.models.decisions import Decision, ElectorRow, TallyBundle, Transition
from governance.procedure import ALLOWED, ENDED, Case, Elector, Rule, State, advance, open_case
from governance.queries.decisions import case_of, unsettled, with_parts
from governance.result import result
from governance.subjects import Reference
from governance.tally import hash_of_text, tally_bytes


@transaction.atomic
def propose_decision(
    *,
    body: Body,
    title: str,
    text: str,
    rule: Rule,
    proposed_by: Member | None = None,
    reasons: str = "",
    evidence: Sequence[dict[str, str]] = (),
    subject: Reference | None = None,
) -> Decision:
    """Draft a decision, which only stewards, admins and the body's members see until it is opened.

    Parameters
    ----------
    text : what is adopted, word for word
    evidence : each with "title", "address" and "sha256" (empty where there is none)
    subject : what it is about; None where the text stands alone
    """
    named = subject or Reference("", "")
    decision = Decision.objects.create(
        body=body,
        title=title,
        text=text,
        reasons=reasons,
        evidence=list(evidence),
        subject_type=named.type,
        subject_id=named.id,
        subject_title=named.title,
        subject_address=named.address,
        subject_sha256=named.content_sha256,
        rule=rule.to_json(),
        proposed_by=proposed_by,
    )
    _record(decision, "decision.proposed", {"rule": decision.rule, "title": title}, proposed_by)
    return decision


@transaction.atomic
def change_decision(
    *, decision: Decision, rule: Rule, subject: Reference | None = None, by: Member | None = None, **described: Any
) -> Decision:
    """Change a draft: whatever is described, the rule, and what it is about.

    Parameters
    ----------
    described : title, text, reasons, evidence

    Raises
    ------
    Refused
        If the vote was opened.
    """
    locked = Decision.objects.select_for_update(of=("self",)).select_related("body__community").get(pk=decision.pk)
    if locked.state != State.DRAFT:
        raise Refused("The vote was opened; its text and rules are frozen.")
    for name, value in described.items():
        setattr(locked, name, value)
    named = subject or Reference("", "")
    locked.subject_type, locked.subject_id, locked.subject_title = named.type, named.id, named.title
    locked.subject_address, locked.subject_sha256 = named.address, named.content_sha256
    locked.rule = rule.to_json()
    locked.save()
    _record(locked, "decision.changed", {"rule": locked.rule, "title": locked.title}, by)
    return locked


@transaction.atomic
def open_decision(
    *, decision: Decision, open_hours: int, by: Member | None = None, now: datetime | None = None
) -> Decision:
    """Freeze text, rule and electorate, and take votes until ``open_hours`` from now.

    Raises
    ------
    Refused
        If it is no draft, nobody holds a seat, or the time is shorter than the rule's least.
    """
    now = now or timezone.now()
    locked = _locked(decision)
    if locked.state != State.DRAFT:
        raise Refused("This decision was opened before.")
    terms = list(
        Term.objects.running(now)
        .filter(seat__body=locked.body, seat__abolished_at=None, member__left_at=None, member__banned_at=None)
        .select_related("seat", "member")
        .order_by("seat__number")
    )
    closes_at = now + timedelta(hours=open_hours)
    electors = [Elector(term.seat.number, term.seat.seat_class, term.starts_at, term.ends_at) for term in terms]
    n_seats = Seat.objects.filter(body=locked.body, abolished_at=None).count()
    rule = Rule.from_json(locked.rule)
    open_case(rule=rule, electors=electors, vacant=n_seats - len(terms), opened_at=now, closes_at=closes_at)
    ElectorRow.objects.bulk_create(
        ElectorRow(
            decision=locked,
            seat=term.seat,
            member=term.member,
            number=term.seat.number,
            seat_class=term.seat.seat_class,
            reserved_for=term.seat.reserved_for,
            starts_at=term.starts_at,
            ends_at=term.ends_at,
        )
        for term in terms
    )
    locked.opened_at, locked.closes_at, locked.vacant = now, closes_at, n_seats - len(terms)
    locked.text_sha256 = hash_of_text(locked.text)
    said = {
        "closes_at": stamp(closes_at),
        "electors": [{"class": one.seat_class, "seat": one.seat} for one in electors],
        "rule": locked.rule,
        "vacant": locked.vacant,
    }
    _move(locked, State.OPEN, at=now, by=by, reason="Opened.", said=said)
    # Afresh: what was read with it before has no electors.
    return Decision.objects.select_related("body__community").get(pk=locked.pk)


@transaction.atomic
def withdraw_decision(
    *, decision: Decision, reason: str, by: Member | None = None, now: datetime | None = None
) -> Decision:
    """Take a decision back, with a reason; the votes given so far are never counted."""
    now = now or timezone.now()
    if not reason.strip():
        raise Refused("Say why it is withdrawn.")
    locked = settle(decision=decision, now=now)
    if State.WITHDRAWN not in ALLOWED[State(locked.state)]:
        raise Refused("It can no longer be withdrawn.")
    _move(locked, State.WITHDRAWN, at=now, by=by, reason=reason)
    return locked


@transaction.atomic
def settle(*, decision: Decision, now: datetime | None = None) -> Decision:
    """Write down what the clock has made of a decision by now; returns it locked, and fresh for the next move."""
    now = now or timezone.now()
    locked = _locked(decision)
    case, before = case_of(locked), State(locked.state)
    if case is None or before in ENDED:
        return locked
    case, _, steps = advance(case, before, now)
    for step in steps:
        said = result(case, step.after) if step.after in ENDED else {}
        if step.after == State.OVERRIDE:
            locked.override_opened_at = step.at
        _move(locked, step.after, at=step.at, reason=step.reason, said=said, case=case)
    return locked


def settle_all(now: datetime | None = None) -> int:
    """Settle every decision whose time has come; returns how many changed."""
    changed = 0
    for decision in unsettled(now):
        changed += settle(decision=decision, now=now).state != decision.state
    return changed


def _locked(decision: Decision) -> Decision:
    """The decision with all its parts, behind a lock, so that one move at a time is judged."""
    Decision.objects.select_for_update().get(pk=decision.pk)
    return with_parts(Decision.objects.all()).get(pk=decision.pk)


def _move(
    decision: Decision,
    after: State,
    *,
    at: datetime,
    by: Member | None = None,
    reason: str = "",
    said: dict[str, Any] | None = None,
    case: Case | None = None,
) -> None:
    """Change the state: the row, its transition and its audit entry, in one transaction."""
    before = State(decision.state)
    if after not in ALLOWED[before]:
        raise Refused(f"There is no way from {before} to {after}.")
    decision.state = after.value
    if after in ENDED:
        decision.ended_at = at
    payload = {"after": after.value, "at": stamp(at), "before": before.value, "reason": reason} | (said or {})
    if after in ENDED and case is not None:
        data = tally_bytes(decision, case, after, at, reason)
        bundle = TallyBundle.objects.create(decision=decision, data=data, sha256=sha256(data))
        payload["bundle_sha256"] = bundle.sha256
    decision.save()
    entry = _record(decision, f"decision.{after.value}", payload, by)
    Transition.objects.create(
        decision=decision, before=before, after=after, happened_at=at, by=by, reason=reason, entry=entry
    )
    if after in ENDED:
        subjects.told(decision.subject, after.value)


def _record(decision: Decision, kind: str, payload: dict[str, Any], by: Member | None) -> Any:
    community = decision.body.community
    return record(community=community, kind=kind, subject=decision.reference, payload=payload, by=by)
