"""Writing a constitution: its draft, sealing it, and what a decision makes of it."""

import re
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Community, Member
from governance.actions.texts_released import approve_text, propose_text
from governance.canonical import canonical, sha256
from governance.chain import record
from governance.errors import Refused
from governance.models.constitutions import Clause, Constitution, ConstitutionVersion, Principle
from governance.queries.constitutions import clauses_of, in_force
from governance.subjects import Reference
from governance.texts import version_value

Status = ConstitutionVersion.Status


def reference(version: ConstitutionVersion) -> Reference:
    """A version as chain, decisions and incidents name it."""
    return Reference(
        type="constitution",
        id=f"{version.constitution.slug}/{version.number}",
        title=str(version),
        address=version.get_absolute_url(),
        content_sha256=version.content_sha256,
    )


@transaction.atomic
def start_constitution(
    *, community: Community, title: str, preamble: str = "", created_by: Member | None, source: Reference | None = None
) -> Constitution:
    """Begin a constitution with an empty first draft; ``source`` is what its candidates come from."""
    wanted = slugify(title)[:100] or "constitution"
    taken = set(Constitution.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    slug = next(name for name in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)
    constitution = Constitution.objects.create(
        community=community,
        slug=slug,
        title=title,
        created_by=created_by,
        source_type=source.type if source else "",
        source_id=source.id if source else "",
        source_title=source.title if source else "",
        source_address=source.address if source else "",
    )
    version = ConstitutionVersion.objects.create(constitution=constitution, number=1, preamble=preamble)
    payload = {"title": title, "source": source.address if source else ""}
    record(community=community, kind="constitution.begun", subject=reference(version), payload=payload, by=created_by)
    return constitution


def locked_draft(constitution: Constitution) -> ConstitutionVersion:
    """The draft, held for this transaction.

    Raises
    ------
    Refused
        If there is none: what is proposed or adopted is changed by an amendment or a new draft.
    """
    drafts = ConstitutionVersion.objects.select_for_update(of=("self",)).select_related("constitution__community")
    draft = drafts.filter(constitution=constitution, status=Status.DRAFT).first()
    if draft is None:
        raise Refused("There is no draft to write on. Begin a new draft, or propose an amendment.")
    return draft


def new_principle(constitution: Constitution) -> Principle:
    """A principle with the next free key: p1, p2, …; keys are never used again."""
    Constitution.objects.select_for_update().get(pk=constitution.pk)
    numbers = [
        int(key[1:])
        for key in Principle.objects.filter(constitution=constitution).values_list("key", flat=True)
        if re.fullmatch(r"p\d+", key)
    ]
    return Principle.objects.create(constitution=constitution, key=f"p{max(numbers, default=0) + 1}")


@transaction.atomic
def add_clause(*, constitution: Constitution, text: str, level: int = 1, rationale: str = "") -> Clause:
    """Add a principle to the draft."""
    draft = locked_draft(constitution)
    text = _said(text)
    return Clause.objects.create(
        version=draft, principle=new_principle(constitution), text=text, level=level, rationale=rationale.strip()
    )


@transaction.atomic
def change_clause(*, clause: Clause, text: str, level: int, rationale: str) -> Clause:
    """Change a principle of the draft.

    Raises
    ------
    Refused
        If its version is sealed.
    """
    _check_draft(clause)
    clause.text, clause.level, clause.rationale = _said(text), level, rationale.strip()
    clause.save(update_fields=["text", "level", "rationale"])
    return clause


@transaction.atomic
def remove_clause(*, clause: Clause) -> None:
    """Take a principle out of the draft; its comments stay."""
    _check_draft(clause)
    clause.delete()


def _check_draft(clause: Clause) -> None:
    draft = locked_draft(clause.version.constitution)
    if draft.pk != clause.version_id:
        raise Refused("This version is sealed: its words do not change any more.")


def _said(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Refused("Write the principle first.")
    return text


@transaction.atomic
def change_preamble(*, constitution: Constitution, preamble: str) -> ConstitutionVersion:
    """Change what stands before the principles, in the draft."""
    draft = locked_draft(constitution)
    draft.preamble = preamble.strip()
    draft.save(update_fields=["preamble"])
    return draft


@transaction.atomic
def seal_version(*, constitution: Constitution, by: Member | None) -> ConstitutionVersion:
    """Propose the draft: from now on not a byte of it changes, and a decision can be about exactly it.

    Raises
    ------
    Refused
        If there is no draft, or it has no principles.
    """
    draft = locked_draft(constitution)
    if not draft.clauses.exists():
        raise Refused("Add at least one principle first.")
    return _seal(draft, Status.PROPOSED, by)


def _seal(version: ConstitutionVersion, status: str, by: Member | None) -> ConstitutionVersion:
    text = canonical(version_value(version, clauses_of(version)))
    version.canonical_text, version.content_sha256 = text.decode(), sha256(text)
    version.status, version.sealed_at = status, timezone.now()
    version.save(update_fields=["canonical_text", "content_sha256", "status", "sealed_at"])
    payload = {"content_sha256": version.content_sha256, "number": version.number}
    community = version.constitution.community
    record(community=community, kind="constitution.sealed", subject=reference(version), payload=payload, by=by)
    propose_text(version, by)
    return version


@transaction.atomic
def begin_draft(*, constitution: Constitution, by: Member | None) -> ConstitutionVersion:
    """A new draft with the words of the text in force (or of the newest version), to be rewritten as a whole.

    Raises
    ------
    Refused
        If there is a draft already.
    """
    Constitution.objects.select_for_update().get(pk=constitution.pk)
    if constitution.versions.filter(status=Status.DRAFT).exists():
        raise Refused("There is a draft already.")
    base = in_force(constitution) or constitution.versions.order_by("-number").first()
    draft = next_version(constitution, base)
    if base is not None:
        copy_clauses(clauses_of(base), draft)
    return draft


def next_version(
    constitution: Constitution, base: ConstitutionVersion | None, status: str = Status.DRAFT
) -> ConstitutionVersion:
    """An empty version with the next number."""
    highest = constitution.versions.aggregate(highest=Max("number"))["highest"] or 0
    preamble = base.preamble if base else ""
    return ConstitutionVersion.objects.create(
        constitution=constitution, number=highest + 1, based_on=base, preamble=preamble, status=status
    )


def copy_clauses(clauses: Iterable[Clause], version: ConstitutionVersion) -> None:
    """Put the same words into another version."""
    Clause.objects.bulk_create(
        Clause(version=version, principle=one.principle, level=one.level, text=one.text, rationale=one.rationale)
        for one in clauses
    )


@transaction.atomic
def adopt_version(
    *, version: ConstitutionVersion, content_sha256: str, decision: str, decision_address: str = ""
) -> ConstitutionVersion:
    """Put a proposed version in force, as a decision about exactly its hash said; the one before is replaced.

    Raises
    ------
    Refused
        If the decision was about other words, or the version is not proposed.
    """
    locked = _locked(version)
    if locked.content_sha256 != content_sha256:
        raise Refused("The decision was about other words than this version has.")
    if locked.status == Status.ADOPTED:
        return locked
    if locked.status != Status.PROPOSED:
        raise Refused(f"This version cannot be adopted; it is: {locked.get_status_display().lower()}.")
    return put_in_force(locked, decision, decision_address)


def put_in_force(version: ConstitutionVersion, decision: str, decision_address: str) -> ConstitutionVersion:
    """Replace the text in force by this sealed version."""
    standing = in_force(version.constitution)
    if standing is not None:
        standing.status = Status.SUPERSEDED
        standing.save(update_fields=["status"])
    version.status, version.adopted_at = Status.ADOPTED, timezone.now()
    version.decision, version.decision_address = decision, decision_address
    version.save(update_fields=["status", "adopted_at", "decision", "decision_address"])
    payload = {"content_sha256": version.content_sha256, "decision": decision}
    community = version.constitution.community
    record(community=community, kind="constitution.adopted", subject=reference(version), payload=payload)
    approve_text(version)
    return version


@transaction.atomic
def reject_version(*, version: ConstitutionVersion, decision: str, decision_address: str = "") -> ConstitutionVersion:
    """Keep a proposed version as one that a decision did not adopt."""
    locked = _locked(version)
    if locked.status == Status.PROPOSED:
        locked.status, locked.decision, locked.decision_address = Status.REJECTED, decision, decision_address
        locked.save(update_fields=["status", "decision", "decision_address"])
        payload = {"content_sha256": locked.content_sha256, "decision": decision}
        community = locked.constitution.community
        record(community=community, kind="constitution.rejected", subject=reference(locked), payload=payload)
    return locked


def _locked(version: ConstitutionVersion) -> ConstitutionVersion:
    rows = ConstitutionVersion.objects.select_for_update(of=("self",)).select_related("constitution__community")
    return rows.get(pk=version.pk)


def make_version(
    constitution: Constitution, clauses: Iterable[Clause], decision: str, decision_address: str
) -> ConstitutionVersion:
    """For an adopted amendment: a version of these words, sealed and put in force at once, beside any draft."""
    version = next_version(constitution, in_force(constitution), Status.MAKING)
    copy_clauses(clauses, version)
    return put_in_force(_seal(version, Status.PROPOSED, None), decision, decision_address)
