"""Beginning, writing, answering and publishing COMAL audits, and ordering what is to be studied."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Community, Member
from governance.chain import record
from governance.comal import evidence_rows, figure_row, fillings
from governance.errors import Refused
from governance.models.comal import QUESTIONS, Audit, Finding, Part, Priority
from governance.subjects import Reference


def reference(audit: Audit) -> Reference:
    """An audit as the chain names it."""
    return Reference("audit", str(audit.pk), str(audit), audit.get_absolute_url(), audit.content_sha256)


@transaction.atomic
def begin_audit(*, community: Community, subject: Reference, auditor: Member, interest: str) -> Audit:
    """Begin an audit, filled in with what data says; the same content again gives the audit that stands.

    Raises
    ------
    Refused
        Without a declaration of interest, or where the content has no hash.
    """
    if not interest.strip():
        raise Refused("Say what ties you to what you audit; “none” is an answer.")
    if not subject.content_sha256:
        raise Refused("Only what is bound by a hash can be audited.")
    audit, is_new = Audit.objects.get_or_create(
        community=community,
        type=subject.type,
        ref=subject.id,
        content_sha256=subject.content_sha256,
        defaults={
            "title": subject.title,
            "address": subject.address,
            "auditor": auditor,
            "interest": interest.strip(),
        },
    )
    if is_new:
        _fill(audit, subject)
        # What was measured when it began: figures that are changed later no longer hash to this.
        hashes = {one.part: [row["sha256"] for row in one.evidence] for one in audit.findings.all()}
        payload = {"content_sha256": audit.content_sha256, "evidence": hashes}
        record(community=community, kind="audit.begun", subject=reference(audit), payload=payload, by=auditor)
    return audit


def _fill(audit: Audit, subject: Reference) -> None:
    found = fillings(audit.community, subject)
    Finding.objects.bulk_create(
        Finding(
            audit=audit,
            part=part,
            question=QUESTIONS[part],
            answer="\n\n".join(one.words for one in found.get(part, [])),
            figures=[figure_row(figure) for one in found.get(part, []) for figure in one.figures],
            evidence=[row for one in found.get(part, []) for row in evidence_rows(one)],
        )
        for part in Part
    )


def _unpublished(finding: Finding) -> Finding:
    locked = Finding.objects.select_for_update(of=("self",)).select_related("audit__community").get(pk=finding.pk)
    if locked.audit.published_at is not None:
        raise Refused("This audit is published; its findings do not change any more.")
    return locked


@transaction.atomic
def write_finding(*, finding: Finding, answer: str, rating: str) -> Finding:
    """The auditor's answer and rating.

    Raises
    ------
    Refused
        After publication.
    """
    locked = _unpublished(finding)
    locked.answer, locked.rating = answer.strip(), Finding.Rating(rating)
    locked.save(update_fields=["answer", "rating"])
    return locked


@transaction.atomic
def publish_audit(*, audit: Audit, by: Member) -> Audit:
    """Publish an audit, once each part has an answer and a rating.

    Raises
    ------
    Refused
        If a part is missing.
    """
    locked = Audit.objects.select_for_update(of=("self",)).select_related("community").get(pk=audit.pk)
    if locked.published_at is not None:
        return locked
    missing = [f.get_part_display() for f in locked.findings.all() if not f.answer or f.rating == "unrated"]
    if missing:
        raise Refused(f"These parts have no answer or no rating yet: {', '.join(missing)}.")
    locked.published_at = timezone.now()
    locked.save(update_fields=["published_at"])
    payload = {"ratings": {finding.part: finding.rating for finding in locked.findings.all()}}
    record(community=locked.community, kind="audit.published", subject=reference(locked), payload=payload, by=by)
    return locked


@transaction.atomic
def respond(*, finding: Finding, response: str, action: str, action_due: date | None, by: Member) -> Finding:
    """What the body answers to a published finding, and what it will do until when.

    Raises
    ------
    Refused
        Without an answer, or before publication.
    """
    locked = Finding.objects.select_for_update(of=("self",)).select_related("audit__community").get(pk=finding.pk)
    if locked.audit.published_at is None:
        raise Refused("Wait until the audit is published.")
    if not response.strip():
        raise Refused("Write your answer first.")
    locked.response, locked.action, locked.action_due = response.strip(), action.strip(), action_due
    locked.responded_by = by
    locked.save(update_fields=["response", "action", "action_due", "responded_by"])
    payload = {"part": locked.part, "response": locked.response, "action": locked.action}
    community = locked.audit.community
    record(community=community, kind="audit.answered", subject=reference(locked.audit), payload=payload, by=by)
    return locked


@transaction.atomic
def order_studies(*, community: Community, rows: Sequence[dict[str, str]], by: Member) -> list[Priority]:
    """Say anew what is to be studied, first things first: rows of "domain", "groups" and "why"."""
    Community.objects.select_for_update().get(pk=community.pk)
    Priority.objects.filter(community=community, ended_at=None).update(ended_at=timezone.now())
    made = Priority.objects.bulk_create(
        Priority(
            community=community,
            rank=rank,
            domain=row["domain"],
            groups=row.get("groups", ""),
            why=row.get("why", ""),
            set_by=by,
        )
        for rank, row in enumerate(rows, start=1)
    )
    subject = Reference("priorities", community.slug, "What is to be studied first")
    payload: dict[str, Any] = {"order": [dict(row) for row in rows]}
    record(community=community, kind="priorities.ordered", subject=subject, payload=payload, by=by)
    return made
