"""The release gate as aggregations use it: a slate leaves only as a community decided."""

from typing import Any
from uuid import UUID

from accounts.models import Member
from aggregation.bundles import content_sha256
from aggregation.disclosure import without_small_cells
from aggregation.models import Aggregation
from governance.gate import Verdict, may_release, propose_release
from governance.models import Release

GATED = ("slate", "generate", "ranking")
"""Methods whose results speak for people, and so leave only through the gate."""


def released_result(aggregation: Aggregation) -> dict[str, Any]:
    """The result as it leaves: without small cells, whoever takes it."""
    shown: dict[str, Any] = without_small_cells(aggregation.run.result, aggregation.run.community.small_cell)
    return shown


def propose(*, aggregation: Aggregation, member: Member, risk_tier: str, rationale: str) -> Release:
    """Put the result before the community's stewards; the same content again finds the proposal that stands."""
    result = released_result(aggregation)
    return propose_release(
        community=aggregation.run.community,
        kind=Release.Kind.SLATE,
        title=aggregation.title,
        content_sha256=content_sha256(aggregation, result),
        address=aggregation.get_absolute_url(),
        risk_tier=risk_tier,
        proposed_by=member,
        rationale=rationale,
        facts=facts_of(aggregation, result),
    )


def facts_of(aggregation: Aggregation, result: dict[str, Any]) -> dict[str, Any]:
    """What card and provenance say of a result."""
    run = aggregation.run
    certificates = result.get("certificates") or [one for one in [result.get("certificate")] if one]
    axioms = [f"{one['axiom']} {'holds' if one['holds'] else 'does not hold'} ({one['scope']})" for one in certificates]
    found: dict[str, Any] = {
        "population": f"{aggregation.material_title}: {aggregation.question_title}",
        "annotators": result.get("people"),
        "aggregation": {"method": run.kind, **run.parameters},
        "seed": run.seed,
        "input": run.input_sha256,
        "computed_with": run.versions,
        "uncertainty": "; ".join(axioms),
        "exclusions": f"Rows of fewer than {run.community.small_cell} people are left out.",
        "limits": "; ".join(str(warning) for warning in run.warnings),
    }
    if aggregation.is_synthetic:
        found["excluded_use"] = "The people are made up: nothing here is anybody's opinion."
    return {name: value for name, value in found.items() if value not in (None, "", {}, [])}


def open_to(user: Any, aggregation: Aggregation) -> Verdict:
    """Whether a program of the person may read the result: as their pages show it, until it was put to the gate.

    From then on the gate alone says who has it, and nobody has what an incident freezes.
    """
    if aggregation.run.kind in GATED:
        verdict = verdict_on(user, aggregation)
        if verdict.release is not None:
            return verdict
    return Verdict(True, "It is open to those who see its page.", "")


def takeable(user: Any, run: UUID) -> Aggregation | None:
    """The run whose files the person may ask for: of those they see, and of those whose release they see."""
    found = Aggregation.objects.filter(pk=run).select_related("run__community").first()
    if found is None or Aggregation.objects.visible_to(user).filter(pk=run).exists():
        return found
    release = verdict_on(user, found).release
    return found if release and Release.objects.visible_to(user).filter(pk=release.pk).exists() else None


def verdict_on(user: Any, aggregation: Aggregation) -> Verdict:
    """Whether the person may have the files now, and why."""
    if aggregation.run.kind not in GATED:
        allowed = Aggregation.objects.run_by(user).filter(pk=aggregation.pk).exists()
        return Verdict(allowed, "It is open to those who run aggregations here.", "")
    digest = content_sha256(aggregation, released_result(aggregation))
    return may_release(user, digest, community=aggregation.run.community)
