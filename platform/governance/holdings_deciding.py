"""What this room holds of a person as one who decides and says: seats, votes, words; see :mod:`accounts.personal_data`.

What was decided binds and stays: votes in an open ballot, recusals, vetoes and objections go on counting, under the
seat or a tombstone. The words a person wrote about them are emptied. Of a secret ballot nothing is held but that they
voted. What they did for a body in their office (answers to objections, amendments, orders) stays as the body's act.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts.models import Member
from accounts.personal_data import Holding, Shown
from frontend.numbers import count
from governance.actions.bodies import leave_seats
from governance.models import (
    Amendment,
    Audit,
    Comment,
    Constitution,
    Decision,
    ElectorRow,
    Finding,
    Implementation,
    Incident,
    IncidentEvent,
    Interest,
    MinorityReport,
    Notice,
    Objection,
    PrincipleComment,
    Priority,
    Release,
    Term,
    Veto,
)

ERASED = "This was erased by its author."

#: What was done in an office: the act stays, the tie to the person goes. Model, field.
OFFICE: tuple[tuple[type[Model], str], ...] = (
    (Amendment, "proposed_by"),
    (Audit, "auditor"),
    (Constitution, "created_by"),
    (Decision, "proposed_by"),
    (Finding, "responded_by"),
    (Implementation, "by"),
    (Incident, "owner"),
    (IncidentEvent, "by"),
    (Objection, "answered_by"),
    (Priority, "set_by"),
    (Release, "proposed_by"),
    (Release, "risk_set_by"),
    (Veto, "answered_by"),
)


def _said(member: Member) -> dict[str, tuple[QuerySet[Any], str]]:
    """What they wrote in their own name, by its key in the export: the rows, and the field with the words."""
    mine = {"member": member}
    seated = {"elector__member": member}
    return {
        "comments_on_decisions": (Comment.objects.filter(**mine).select_related("decision"), "text"),
        "comments_on_principles": (
            PrincipleComment.objects.filter(**mine).select_related("principle__constitution"),
            "text",
        ),
        "minority_reports": (
            MinorityReport.objects.filter(**mine).select_related("version__constitution", "principle"),
            "text",
        ),
        "declared_interests": (Interest.objects.filter(**seated).select_related("decision"), "text"),
        "objections": (Objection.objects.filter(**mine).select_related("decision"), "reason"),
        "vetoes": (Veto.objects.filter(**seated).select_related("decision"), "reason"),
    }


WORDS = {
    "comments_on_decisions": "Comments on decisions",
    "comments_on_principles": "Comments on principles",
    "minority_reports": "Minority reports",
    "declared_interests": "Interests you declared",
    "objections": "Objections",
    "vetoes": "Vetoes",
}


def show(member: Member) -> list[Shown]:
    """Their seats, and how much they said of each kind."""
    now = timezone.now()
    terms = Term.objects.filter(member=member).select_related("seat__body").order_by("-starts_at")
    seats = [
        Shown(
            f"Seat {term.seat.number} of {term.seat.body.name}",
            f"{'Since' if term.ends_at > now else 'From'} {term.starts_at:%-d %B %Y} until {term.ends_at:%-d %B %Y}",
            term.seat.body.get_absolute_url(),
        )
        for term in terms
    ]
    counts = [(WORDS[name], rows.count()) for name, (rows, _) in _said(member).items()]
    counts.append(("Decisions you could vote in", ElectorRow.objects.filter(member=member).count()))
    return [*seats, *(Shown(words, str(n)) for words, n in counts if n)]


def export(member: Member) -> dict[str, Any]:
    """All of it, ready for JSON; of secret ballots only that one was cast."""
    found: dict[str, Any] = {
        "seats": [_term(term) for term in Term.objects.filter(member=member).select_related("seat__body")],
        "votes": list(_votes(member)),
        "mails_about_decisions": [
            {"decision": str(notice.decision_id), "kind": notice.kind, "sent_at": notice.sent_at.isoformat()}
            for notice in Notice.objects.filter(member=member)
        ],
    }
    for name, (rows, field) in _said(member).items():
        found[name] = [{**_about(row), field: getattr(row, field), **_dates(row)} for row in rows]
    found["done_in_office"] = [
        {"kind": str(model._meta.verbose_name), "id": str(pk), "as": field.replace("_", " ")}
        for model, field in OFFICE
        for pk in _rows(model, field, member).values_list("pk", flat=True)
    ]
    return found


def _term(term: Term) -> dict[str, Any]:
    return {
        "body": term.seat.body.slug,
        "seat": term.seat.number,
        "class": term.seat.seat_class,
        "pay_cents": term.seat.pay_cents,
        "currency": term.seat.currency,
        "starts_at": term.starts_at.isoformat(),
        "ends_at": term.ends_at.isoformat(),
        "ended_because": term.ended_because,
    }


def _votes(member: Member) -> Iterable[dict[str, Any]]:
    rows = ElectorRow.objects.filter(member=member).select_related("decision").order_by("decision__opened_at", "pk")
    for row in rows.prefetch_related("ballots", "voted"):
        open_ballots = {ballot.round: ballot for ballot in row.ballots.all()}
        for voted in row.voted.all():
            ballot = open_ballots.get(voted.round)
            yield {
                "decision": str(row.decision_id),
                "title": row.decision.title,
                "seat": row.number,
                "round": "override" if voted.round == 2 else "vote",
                "secret": bool(row.decision.rule.get("secret")),
                "choice": ballot.choice if ballot else None,
                "cast_at": ballot.cast_at.isoformat() if ballot and ballot.cast_at else None,
            }


def _about(row: Any) -> dict[str, str]:
    """What a row is about."""
    if hasattr(row, "decision_id"):
        return {"decision": str(row.decision_id), "title": row.decision.title}
    if isinstance(row, MinorityReport):
        about = {"constitution": row.version.constitution.slug, "version": str(row.version.number)}
        return about | ({"principle": row.principle.key} if row.principle else {})
    return {"constitution": row.principle.constitution.slug, "principle": row.principle.key}


def _dates(row: Any) -> dict[str, Any]:
    """When it was said, and what became of it."""
    names = ("written_at", "declared_at", "is_recused", "filed_at", "withdrawn_at", "answer", "answered_at")
    held = {name: getattr(row, name) for name in names if hasattr(row, name)}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in held.items()}


def _rows(model: type[Model], field: str, member: Member) -> QuerySet[Any]:
    return model._default_manager.filter(**{field: member}).order_by("pk")


def erase(member: Member) -> str:
    """Words are emptied, offices lose their name, seats become free; what was decided goes on counting."""
    seats = leave_seats(member=member)
    emptied = sum(rows.select_related(None).update(**{field: ERASED}) for rows, field in _said(member).values())
    Audit.objects.filter(auditor=member).update(interest=ERASED)
    for model, field in OFFICE:
        _rows(model, field, member).update(**{field: None})
    Notice.objects.filter(member=member).delete()
    parts = [f"Emptied: {count(emptied, 'thing')} you said about decisions and principles."]
    if seats:
        parts.append(f"Free again: {count(seats, 'seat')} of yours.")
    if ElectorRow.objects.filter(member=member).exists():
        parts.append("What was decided with your vote stays decided; it no longer leads to you.")
    return " ".join(parts)


HOLDING = Holding("deciding", "Your seats, votes and words in decisions", show, export, erase)
