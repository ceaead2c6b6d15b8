"""Amending the text in force: patches to named principles, their rebase, and what a decision makes of them."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import Member
from governance.actions.constitutions import make_version, new_principle
from governance.canonical import canonical, sha256
from governance.chain import record
from governance.errors import Refused
from governance.models.amendments import Amendment, Patch
from governance.models.constitutions import Clause, Constitution, ConstitutionVersion, Principle
from governance.queries.constitutions import clauses_of, in_force, patches_of
from governance.subjects import Reference
from governance.texts import amendment_value

Status = Amendment.Status


def reference(amendment: Amendment) -> Reference:
    """An amendment as chain, decisions and incidents name it."""
    return Reference(
        type="amendment",
        id=str(amendment.pk),
        title=f"{amendment.title} ({amendment.constitution})",
        address=amendment.get_absolute_url(),
        content_sha256=amendment.content_sha256,
    )


@transaction.atomic
def begin_amendment(*, constitution: Constitution, title: str, reasons: str, proposed_by: Member | None) -> Amendment:
    """Begin an amendment of the text in force.

    Raises
    ------
    Refused
        If no text is in force.
    """
    standing = in_force(constitution)
    if standing is None:
        raise Refused("No text is in force yet; change the draft instead.")
    return Amendment.objects.create(
        constitution=constitution, title=title, reasons=reasons, based_on=standing, proposed_by=proposed_by
    )


@transaction.atomic
def patch_principle(
    *,
    amendment: Amendment,
    principle: Principle | None,
    action: str,
    text: str = "",
    level: int = 1,
    rationale: str = "",
) -> Patch:
    """Say what the amendment does to one principle; saying it again replaces it. Without a principle one is added.

    Raises
    ------
    Refused
        If the amendment is proposed already, or the principle is not in force.
    """
    locked = _writable(amendment)
    text = " ".join(text.split())
    if action == Patch.Action.ADD:
        principle = new_principle(locked.constitution) if principle is None else principle
        before: Clause | None = None
    else:
        before = Clause.objects.filter(version=locked.based_on, principle=principle).first()
        if before is None or principle is None:
            raise Refused("This principle is not in the text that is amended.")
    if action != Patch.Action.REMOVE and not text:
        raise Refused("Write the new words first.")
    removes = action == Patch.Action.REMOVE
    values: Mapping[str, object] = {
        "action": action,
        "before": before.text if before else "",
        "level_before": before.level if before else None,
        "text": "" if removes else text,
        "level": None if removes else level,
        "rationale": rationale.strip(),
    }
    patch, _ = Patch.objects.update_or_create(amendment=locked, principle=principle, defaults=values)
    return patch


@transaction.atomic
def drop_patch(*, patch: Patch) -> None:
    """Leave a principle as it is after all."""
    _writable(patch.amendment)
    patch.delete()


def _writable(amendment: Amendment) -> Amendment:
    locked = _locked(amendment)
    if locked.status != Status.DRAFT:
        raise Refused("This amendment is proposed: its words do not change any more.")
    return locked


def _locked(amendment: Amendment) -> Amendment:
    rows = Amendment.objects.select_for_update(of=("self",)).select_related("constitution__community", "based_on")
    return rows.get(pk=amendment.pk)


@transaction.atomic
def propose_amendment(*, amendment: Amendment, by: Member | None) -> Amendment:
    """Seal an amendment, so that a decision can be about exactly it.

    Raises
    ------
    Refused
        If it does nothing, or the text has moved under it.
    """
    locked = _writable(amendment)
    patches = patches_of(locked)
    if not patches:
        raise Refused("Change at least one principle first.")
    if moved := moved_patches(locked):
        raise Refused(f"The text has moved: {', '.join(str(patch.principle) for patch in moved)}. Rebase it first.")
    text = canonical(amendment_value(locked, patches))
    locked.canonical_text, locked.content_sha256, locked.status = text.decode(), sha256(text), Status.PROPOSED
    locked.save(update_fields=["canonical_text", "content_sha256", "status"])
    payload = {"content_sha256": locked.content_sha256, "principles": [patch.principle.key for patch in patches]}
    community = locked.constitution.community
    record(community=community, kind="amendment.proposed", subject=reference(locked), payload=payload, by=by)
    return locked


def moved_patches(amendment: Amendment) -> list[Patch]:
    """Patches whose principle reads otherwise now than when they were written."""
    standing = in_force(amendment.constitution)
    now = {clause.principle_id: clause for clause in clauses_of(standing)} if standing else {}
    moved = []
    for patch in patches_of(amendment):
        clause = now.get(patch.principle_id)
        found = (clause.text, clause.level) if clause else ("", None)
        if found != (patch.before, patch.level_before):
            moved.append(patch)
    return moved


@transaction.atomic
def rebase_amendment(*, amendment: Amendment) -> Amendment:
    """Write an amendment against the text in force now. Its new words stay; it needs to be proposed again.

    A change of a principle that is gone becomes an addition; a removal of one that is gone is dropped.

    Raises
    ------
    Refused
        While it is proposed, or after it ended.
    """
    locked = _locked(amendment)
    if locked.status not in {Status.DRAFT, Status.MOVED}:
        raise Refused("Only an amendment that waits to be proposed can be rebased.")
    standing = in_force(locked.constitution)
    if standing is None:
        raise Refused("No text is in force.")
    now = {clause.principle_id: clause for clause in clauses_of(standing)}
    for patch in patches_of(locked):
        clause = now.get(patch.principle_id)
        if clause is None and patch.action == Patch.Action.REMOVE:
            patch.delete()
            continue
        patch.before, patch.level_before = (clause.text, clause.level) if clause else ("", None)
        if patch.action != Patch.Action.REMOVE:
            patch.action = Patch.Action.CHANGE if clause else Patch.Action.ADD
        patch.save(update_fields=["before", "level_before", "action"])
    locked.based_on, locked.status, locked.canonical_text, locked.content_sha256 = standing, Status.DRAFT, "", ""
    locked.save(update_fields=["based_on", "status", "canonical_text", "content_sha256"])
    return locked


@transaction.atomic
def adopt_amendment(
    *, amendment: Amendment, content_sha256: str, decision: str, decision_address: str = ""
) -> Amendment:
    """Apply an amendment as a decision about exactly its hash said: to the text in force now, as a new version.

    Other principles may have moved since it was written; where one that it touches has, nothing is applied and the
    amendment waits to be rebased and decided on again.

    Raises
    ------
    Refused
        If the decision was about other words, or the amendment is not proposed.
    """
    locked = _locked(amendment)
    if locked.content_sha256 != content_sha256:
        raise Refused("The decision was about other words than this amendment has.")
    if locked.status == Status.ADOPTED:
        return locked
    if locked.status != Status.PROPOSED:
        raise Refused(f"This amendment cannot be adopted; it is: {locked.get_status_display().lower()}.")
    Constitution.objects.select_for_update().get(pk=locked.constitution_id)
    standing = in_force(locked.constitution)
    if standing is None or moved_patches(locked):
        return _end(locked, Status.MOVED, decision, decision_address)
    locked.result = make_version(locked.constitution, _patched(locked, standing), decision, decision_address)
    return _end(locked, Status.ADOPTED, decision, decision_address)


def _patched(amendment: Amendment, version: ConstitutionVersion) -> list[Clause]:
    """The words of a version with the patches applied; what a patch does not explain anew keeps its rationale."""
    clauses = {clause.principle_id: clause for clause in clauses_of(version)}
    for patch in patches_of(amendment):
        standing = clauses.pop(patch.principle_id, None)
        if patch.action == Patch.Action.REMOVE:
            continue
        rationale = patch.rationale or (standing.rationale if standing else "")
        clauses[patch.principle_id] = Clause(
            principle=patch.principle, level=patch.level or 1, text=patch.text, rationale=rationale
        )
    return list(clauses.values())


def _end(amendment: Amendment, status: str, decision: str, decision_address: str) -> Amendment:
    amendment.status, amendment.decision, amendment.decision_address = status, decision, decision_address
    amendment.save(update_fields=["status", "decision", "decision_address", "result"])
    payload = {"content_sha256": amendment.content_sha256, "decision": decision}
    community = amendment.constitution.community
    record(community=community, kind=f"amendment.{status}", subject=reference(amendment), payload=payload)
    return amendment


@transaction.atomic
def reject_amendment(*, amendment: Amendment, decision: str, decision_address: str = "") -> Amendment:
    """Keep an amendment as one that a decision did not adopt."""
    locked = _locked(amendment)
    return _end(locked, Status.REJECTED, decision, decision_address) if locked.status == Status.PROPOSED else locked
