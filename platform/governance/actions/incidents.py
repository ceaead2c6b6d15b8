"""Reporting an incident without an account, and dealing with it step by step."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Community, Member
from governance.chain import record
from governance.errors import Refused
from governance.models.amendments import Amendment
from governance.models.constitutions import Principle
from governance.models.incidents import Evidence, Incident, IncidentEvent, IncidentSubject, Severity
from governance.subjects import Reference

Status = Incident.Status
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SALT = 7_064

#: From where to where a step may lead.
STEPS: dict[str, frozenset[str]] = {
    Status.TRIAGED: frozenset({Status.RECEIVED, Status.APPEALED}),
    Status.INVESTIGATING: frozenset({Status.TRIAGED, Status.APPEALED, Status.REMEDIED}),
    Status.REMEDIED: frozenset({Status.TRIAGED, Status.INVESTIGATING, Status.APPEALED}),
    Status.REJECTED: frozenset({Status.RECEIVED, Status.TRIAGED, Status.INVESTIGATING, Status.APPEALED}),
    Status.APPEALED: frozenset({Status.REJECTED, Status.REMEDIED, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.REMEDIED}),
}


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Receipt:
    """What the reporter is given at once: the public id, and the private token that opens the report to them."""

    incident: Incident
    token: str


class KeyTaken(Refused):
    """The key came with another report before."""


def token_for(community: Community, key: UUID) -> str:
    """The private token of the report with this key.

    It is derived from the site's secret and the key, which nobody but the reporter has: a report that is sent again is
    given the same token, and only its hash is stored.
    """
    said = f"incident-token:{community.pk}:{key}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()


@transaction.atomic
def report_incident(
    *,
    community: Community,
    key: UUID,
    title: str,
    what_happened: str,
    harm: str,
    severity: str = Severity.ORDINARY,
    subjects: Sequence[Reference] = (),
    principles: Iterable[Principle] = (),
    evidence: Sequence[Upload] = (),
    reported_by: Member | None = None,
    confirmed: bool = False,
    against: Incident | None = None,
    **details: Any,
) -> Receipt:
    """Take a report; the same key again gives the same receipt.

    Parameters
    ----------
    severity : as the reporter sees it; the clock runs by it at once, but what is named is frozen only when somebody
        with a role holds it to be serious
    confirmed : whether the reporter is such a person
    details : further fields of the report

    Raises
    ------
    KeyTaken
        If the key came with another report before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [SALT, f"{community.pk}:{key}"])
    files = [(file, hashlib.sha256(file.data).hexdigest()) for file in evidence]
    said = {
        "title": title,
        "what_happened": what_happened,
        "harm": harm,
        "severity": severity,
        "subjects": [[one.type, one.id] for one in subjects],
        "principles": sorted(principle.pk for principle in principles),
        "evidence": [digest for _, digest in files],
        "details": {name: str(value) for name, value in details.items()},
    }
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    token = token_for(community, key)
    standing = Incident.objects.filter(community=community, report_key=key).first()
    if standing is not None:
        if standing.report_sha256 != digest:
            raise KeyTaken("This form was sent before with other words. Reload the page to send another report.")
        return Receipt(standing, token)
    incident = Incident(
        community=community,
        number=_free_number(),
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        report_key=key,
        report_sha256=digest,
        title=title,
        what_happened=what_happened,
        harm=harm,
        severity=severity,
        against=against,
        confirmed_at=timezone.now() if confirmed else None,
        **details,
    )
    incident.due_at = incident.due_for(severity)
    incident.save(force_insert=True)
    incident.principles.set(principles)
    name_subjects(incident=incident, subjects=subjects)
    Evidence.objects.bulk_create(
        Evidence(
            incident=incident,
            name=file.name[:200],
            content_type=file.content_type[:100],
            sha256=file_digest,
            size=len(file.data),
            data=file.data,
        )
        for file, file_digest in files
    )
    IncidentEvent.objects.create(incident=incident, after=Status.RECEIVED, by_reporter=True)
    payload = {"report_sha256": digest, "severity": severity, "evidence": [one for _, one in files]}
    record(community=community, kind="incident.received", subject=reference(incident), payload=payload, by=reported_by)
    return Receipt(incident, token)


def _free_number() -> str:
    while True:
        number = "INC-" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        if not Incident.objects.filter(number=number).exists():
            return number


def reference(incident: Incident) -> Reference:
    """An incident as the chain names it: by its public id, not by what it says."""
    return Reference("incident", incident.number, "", incident.get_absolute_url())


def name_subjects(*, incident: Incident, subjects: Sequence[Reference]) -> None:
    """Say what an incident is about."""
    IncidentSubject.objects.bulk_create(
        (
            IncidentSubject(
                incident=incident,
                type=one.type,
                ref=one.id,
                title=one.title,
                address=one.address,
                content_sha256=one.content_sha256,
            )
            for one in subjects
        ),
        ignore_conflicts=True,
    )


def opens(incident: Incident, token: str) -> bool:
    """Whether this is the reporter's private token."""
    return hmac.compare_digest(incident.token_sha256, hashlib.sha256(token.encode()).hexdigest())


@transaction.atomic
def triage(*, incident: Incident, severity: str, words: str, by: Member, owner: Member | None = None) -> Incident:
    """Look at a report: hold its severity to be this, and say who deals with it. From now on it is public."""
    locked = _locked(incident)
    locked.severity, locked.owner = Severity(severity), owner or by
    locked.confirmed_at, locked.due_at = timezone.now(), locked.due_for(severity)
    locked.save(update_fields=["severity", "owner", "confirmed_at", "due_at"])
    return _step(locked, Status.TRIAGED, words, by=by, severity=str(locked.severity))


@transaction.atomic
def investigate(*, incident: Incident, words: str, by: Member) -> Incident:
    """Begin to look into it, or go on after a remedy that was not accepted."""
    return _step(_locked(incident), Status.INVESTIGATING, words, by=by)


@transaction.atomic
def offer_remedy(
    *, incident: Incident, remedy: str, by: Member, amendment: Amendment | None = None, retraining: str = ""
) -> Incident:
    """Offer to make it good.

    Raises
    ------
    Refused
        Without words, or where the incident does not stand so.
    """
    if not remedy.strip():
        raise Refused("Say what is offered.")
    locked = _locked(incident)
    locked.remedy, locked.remedy_accepted = remedy.strip(), None
    locked.amendment, locked.retraining = amendment, retraining
    locked.save(update_fields=["remedy", "remedy_accepted", "amendment", "retraining"])
    return _step(locked, Status.REMEDIED, remedy.strip(), by=by)


@transaction.atomic
def reject(*, incident: Incident, reason: str, by: Member) -> Incident:
    """Say that nothing will be done, and why; the reporter can appeal. What it froze is free again.

    Raises
    ------
    Refused
        Without a reason, or where the incident does not stand so.
    """
    if not reason.strip():
        raise Refused("Say why; the reporter and the public read the reason.")
    locked = _locked(incident)
    locked.rejection, locked.confirmed_at = reason.strip(), None
    locked.save(update_fields=["rejection", "confirmed_at"])
    return _step(locked, Status.REJECTED, reason.strip(), by=by)


@transaction.atomic
def close(*, incident: Incident, words: str, by: Member) -> Incident:
    """End it after its remedy. What it froze is free again.

    Raises
    ------
    Refused
        Where the reporter has not accepted the remedy and its clock has not run out yet.
    """
    locked = _locked(incident)
    if locked.remedy_accepted is False:
        raise Refused("The reporter did not accept the remedy. Offer another one, or investigate further.")
    if locked.remedy_accepted is None and locked.due_at > timezone.now():
        raise Refused("Wait for the reporter's answer to the remedy, or until the clock has run out.")
    locked.closed_at = timezone.now()
    locked.save(update_fields=["closed_at"])
    return _step(locked, Status.CLOSED, words, by=by)


@transaction.atomic
def answer_remedy(*, incident: Incident, accepted: bool, words: str = "") -> Incident:
    """The reporter says whether the remedy is enough; with the private token, no account.

    Raises
    ------
    Refused
        If no remedy waits for an answer.
    """
    locked = _locked(incident)
    if locked.status != Status.REMEDIED or locked.remedy_accepted is not None:
        raise Refused("No remedy waits for an answer.")
    locked.remedy_accepted = accepted
    locked.closed_at = timezone.now() if accepted else None
    locked.save(update_fields=["remedy_accepted", "closed_at"])
    after = Status.CLOSED if accepted else Status.APPEALED
    return _step(locked, after, words, by_reporter=True)


@transaction.atomic
def appeal(*, incident: Incident, words: str) -> Incident:
    """The reporter contests a rejection, a remedy or the end; with the private token, no account.

    The clock begins anew, by the severity that was last set. What it names stays free until somebody with a role looks
    at the appeal.

    Raises
    ------
    Refused
        Without words, or where there is nothing to contest.
    """
    if not words.strip():
        raise Refused("Say why you do not agree.")
    locked = _locked(incident)
    if Status.APPEALED not in STEPS or locked.status not in STEPS[Status.APPEALED]:
        raise Refused("There is nothing to appeal against yet.")
    locked.closed_at = None
    days = locked.due_for(locked.severity) - locked.reported_at
    locked.due_at = timezone.now() + days
    locked.save(update_fields=["closed_at", "due_at"])
    return _step(locked, Status.APPEALED, words.strip(), by_reporter=True)


@transaction.atomic
def redact(*, evidence: Evidence, reason: str, by: Member) -> Evidence:
    """Destroy the bytes of a piece of evidence; its hash and the reason stay.

    Raises
    ------
    Refused
        Without a reason.
    """
    if not reason.strip():
        raise Refused("Say why it is redacted.")
    locked = Evidence.objects.select_for_update(of=("self",)).select_related("incident__community").get(pk=evidence.pk)
    if locked.redacted_at is None:
        locked.data, locked.redacted_at, locked.redaction = None, timezone.now(), reason.strip()
        locked.save(update_fields=["data", "redacted_at", "redaction"])
        payload = {"sha256": locked.sha256, "reason": locked.redaction}
        subject, community = reference(locked.incident), locked.incident.community
        record(community=community, kind="incident.redacted", subject=subject, payload=payload, by=by)
    return locked


def _locked(incident: Incident) -> Incident:
    return Incident.objects.select_for_update(of=("self",)).select_related("community").get(pk=incident.pk)


def _step(
    incident: Incident, after: str, words: str, *, by: Member | None = None, by_reporter: bool = False, **more: str
) -> Incident:
    before = incident.status
    if before not in STEPS[after]:
        raise Refused(
            f"It is {incident.get_status_display().lower()}; it cannot become {Status(after).label.lower()} from there."
        )
    incident.status = after
    incident.save(update_fields=["status"])
    IncidentEvent.objects.create(
        incident=incident, before=before, after=after, words=words, by=by, by_reporter=by_reporter
    )
    payload: Mapping[str, Any] = {"before": before, "after": str(after), **more}
    record(community=incident.community, kind="incident.moved", subject=reference(incident), payload=payload, by=by)
    return incident
