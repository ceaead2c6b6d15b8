"""What surrounds a text: candidates, comments, minority reports, and the tracker of what is done about it."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import Member
from governance import drafting
from governance.actions.constitutions import add_clause
from governance.chain import record
from governance.errors import Refused
from governance.models.constitutions import Clause, Constitution, ConstitutionVersion, Principle
from governance.models.drafting import Candidate, Implementation, MinorityReport, PrincipleComment
from governance.subjects import Reference
from jobs.progress import Progress

PROMPT = ("governance.prompts", "reword_principle")


@transaction.atomic
def gather_candidates(*, constitution: Constitution) -> int:
    """Take what its source finds as candidates; how many are new.

    Raises
    ------
    Refused
        If the constitution has no source, or its kind is not offered any more.
    """
    source = drafting.source_of(constitution.source_type)
    if source is None:
        raise Refused("This constitution has no source that candidates could come from.")
    reference = Reference(
        constitution.source_type, constitution.source_id, constitution.source_title, constitution.source_address
    )
    known = set(constitution.candidates.values_list("source_id", flat=True))
    fresh = [finding for finding in source.findings(reference) if finding.id not in known]
    Candidate.objects.bulk_create(
        Candidate(
            constitution=constitution,
            text=finding.text,
            why=finding.why,
            source_type=source.name,
            source_id=finding.id,
            source_address=finding.address,
            evidence=dict(finding.evidence),
        )
        for finding in fresh
    )
    return len(fresh)


@transaction.atomic
def take_candidate(*, candidate: Candidate, text: str, level: int = 1, rationale: str = "") -> Clause:
    """Make a candidate a principle of the draft, in these words; those merged into it come along as its evidence.

    Raises
    ------
    Refused
        If somebody dealt with it already.
    """
    locked = _open(candidate)
    clause = add_clause(constitution=locked.constitution, text=text or locked.text, level=level, rationale=rationale)
    together = [locked, *locked.merged.all()]
    for one in together:
        one.principle = clause.principle
        one.state = Candidate.State.TAKEN if one.pk == locked.pk else one.state
        one.save(update_fields=["principle", "state"])
        source = drafting.source_of(one.source_type)
        if source is not None:
            source.taken(one.source_id, clause.principle)
    return clause


@transaction.atomic
def merge_candidates(*, candidate: Candidate, into: Candidate) -> Candidate:
    """Say that two candidates mean the same: one stands for both.

    Raises
    ------
    Refused
        If they are not two open ones of one constitution.
    """
    locked, target = _open(candidate), _open(into)
    if locked.pk == target.pk or locked.constitution_id != target.constitution_id:
        raise Refused("Choose two different candidates of this constitution.")
    Candidate.objects.filter(merged_into=locked).update(merged_into=target)
    locked.state, locked.merged_into = Candidate.State.MERGED, target
    locked.save(update_fields=["state", "merged_into"])
    return locked


@transaction.atomic
def dismiss_candidate(*, candidate: Candidate, reason: str) -> Candidate:
    """Leave a candidate out, with the reason.

    Raises
    ------
    Refused
        Without a reason, or if somebody dealt with it already.
    """
    locked = _open(candidate)
    if not reason.strip():
        raise Refused("Say why it is left out.")
    locked.state, locked.reason = Candidate.State.DISMISSED, reason.strip()
    locked.save(update_fields=["state", "reason"])
    return locked


def _open(candidate: Candidate) -> Candidate:
    locked = Candidate.objects.select_for_update(of=("self",)).select_related("constitution__community")
    found = locked.get(pk=candidate.pk)
    if found.state != Candidate.State.OPEN:
        raise Refused(f"Somebody dealt with this candidate already: {found.get_state_display().lower()}.")
    return found


def reword(progress: Progress, *, candidate: int, requested_by: int | None) -> dict[str, Any]:
    """The job that asks a language model for plainer words; the original stays, and stays shown."""
    from jobs.language import Caller, Settings, chat, load_prompt, model_name

    found = Candidate.objects.select_related("constitution__community").get(pk=candidate)
    member = Member.objects.filter(pk=requested_by).first() if requested_by else None
    caller = Caller(
        community=found.constitution.community,
        requested_by=member,
        purpose="governance: reword a principle",
        progress=progress,
    )
    reply = chat(load_prompt(*PROMPT, version=1), {"statement": found.text}, caller=caller, settings=Settings())
    words = " ".join(reply.text.split())[:2000]
    Candidate.objects.filter(pk=found.pk, state=Candidate.State.OPEN).update(reworded=words, reworded_by=model_name())
    return {"candidate": found.pk}


def comment(*, principle: Principle, member: Member, text: str) -> PrincipleComment:
    """Say something about a principle."""
    if not text.strip():
        raise Refused("Write your comment first.")
    return PrincipleComment.objects.create(principle=principle, member=member, text=text.strip())


@transaction.atomic
def dissent(*, version: ConstitutionVersion, principle: Principle | None, member: Member, text: str) -> MinorityReport:
    """File a minority report, which is published with the version.

    Raises
    ------
    Refused
        Without words, or against a draft, which can still be changed.
    """
    if not text.strip():
        raise Refused("Write your report first.")
    if not version.is_sealed:
        raise Refused("This is still a draft: change it, or comment on it.")
    report = MinorityReport.objects.create(version=version, principle=principle, member=member, text=text.strip())
    subject = Reference("constitution", f"{version.constitution.slug}/{version.number}", str(version))
    payload = {"principle": principle.key if principle else "", "text": report.text}
    community = version.constitution.community
    record(community=community, kind="constitution.dissent", subject=subject, payload=payload, by=member)
    return report


@transaction.atomic
def track(*, principle: Principle, status: str, note: str, review_on: date, by: Member) -> Implementation:
    """Write down how far the implementation of a principle is, and when it is looked at again."""
    row = Implementation.objects.create(
        principle=principle, status=Implementation.Status(status), note=note.strip(), review_on=review_on, by=by
    )
    subject = Reference("principle", f"{principle.constitution.slug}/{principle.key}", principle.key)
    payload = {"status": row.status, "note": row.note, "review_on": row.review_on.isoformat()}
    community = principle.constitution.community
    record(community=community, kind="principle.tracked", subject=subject, payload=payload, by=by)
    return row
