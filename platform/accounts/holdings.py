"""What this room itself holds of a person; registered in :mod:`accounts.personal_data`."""

from typing import Any

from accounts.actions.demographics import empty_answers
from accounts.models import Consent, DemographicAnswer, EntryLink, Member
from accounts.personal_data import Holding, Shown


def show(member: Member) -> list[Shown]:
    """The membership and the answers about the person, in words."""
    given = DemographicAnswer.objects.filter(member=member).exclude(status=DemographicAnswer.Status.WITHDRAWN)
    answers = given.select_related("question__questionnaire").order_by("question__questionnaire", "question__position")
    lines = [Shown(answer.question.text, answer.raw or answer.get_status_display()) for answer in answers]
    return [
        Shown("Known here as", member.pseudonym),
        Shown("Taking part since", f"{member.joined_at:%-d %B %Y}"),
        *lines,
    ]


def _export_answer(answer: DemographicAnswer) -> dict[str, Any]:
    return {
        "questionnaire": answer.question.questionnaire.slug,
        "version": answer.question.questionnaire.version,
        "question": answer.question.name,
        "text": answer.question.text,
        "status": answer.status,
        "raw": answer.raw,
        "codes": answer.codes,
        "number": answer.number,
        "uses": answer.uses,
        "answered_at": answer.answered_at.isoformat(),
    }


def _export_consent(consent: Consent) -> dict[str, Any]:
    return {
        "version": consent.text.version,
        "text": consent.text.body,
        "sha256": consent.text.sha256,
        "given_at": consent.given_at.isoformat(),
        "withdrawn_at": consent.withdrawn_at and consent.withdrawn_at.isoformat(),
    }


def export(member: Member) -> dict[str, Any]:
    """All of it, ready for JSON."""
    answers = DemographicAnswer.objects.filter(member=member).select_related("question__questionnaire")
    return {
        "community": member.community.slug,
        "pseudonym": member.pseudonym,
        "roles": member.roles,
        "is_synthetic": member.is_synthetic,
        "joined_at": member.joined_at.isoformat(),
        "left_at": member.left_at and member.left_at.isoformat(),
        "banned_at": member.banned_at and member.banned_at.isoformat(),
        "consents": [_export_consent(consent) for consent in member.consents.select_related("text")],
        "answers_about_you": [_export_answer(answer) for answer in answers],
        "events": [
            {
                "kind": event.kind,
                "before": event.before,
                "after": event.after,
                "reason": event.reason,
                "happened_at": event.happened_at.isoformat(),
            }
            for event in member.events.all()
        ],
        "api_keys": [
            {"name": key.name, "prefix": key.prefix, "created_at": key.created_at.isoformat()}
            for key in member.api_keys.all()
        ],
    }


def withdraw(member: Member) -> None:
    """A consent taken back empties the answers about the person."""
    empty_answers(member)


def erase(member: Member) -> str:
    """Empty the answers, remove keys, stored replies and the tie to the link that let the person in."""
    count = empty_answers(member)
    member.submissions.all().delete()
    member.api_keys.all().delete()
    EntryLink.objects.filter(used_by=member).update(used_by=None, label="")
    return f"{count} answers about you were emptied, and your keys removed." if count else "Your keys were removed."


HOLDING = Holding("accounts", "You in this community", show, export, erase, withdraw)
