"""Constitutions at the release gate: a sealed text is proposed, and the decision that adopts it lets it leave."""

from uuid import UUID

from django.db import transaction

from accounts.models import Member
from governance.actions.releases import propose_release, record_approval, reference
from governance.chain import record
from governance.errors import Refused
from governance.models import Decision, Release
from governance.models.constitutions import ConstitutionVersion
from governance.models.releases import RiskTier
from governance.queries.releases import release_of

RATIONALE = "A text on principles, without anything about single persons."


def propose_text(version: ConstitutionVersion, by: Member | None) -> Release:
    """Put a sealed version before the gate, under the hash of its canonical text."""
    constitution = version.constitution
    before = None
    if version.based_on is not None and version.based_on.content_sha256:
        before = release_of(version.based_on.content_sha256, constitution.community)
    facts = {
        "population": constitution.source_title or "Written by its drafters, from no conversation",
        "principles": version.clauses.count(),
        "format": "canonical JSON; Markdown and the principles file are made from the same words",
    }
    return propose_release(
        community=constitution.community,
        kind=Release.Kind.CONSTITUTION,
        title=str(version),
        content_sha256=version.content_sha256,
        address=version.get_absolute_url(),
        risk_tier=RiskTier.LOW,
        proposed_by=by,
        rationale=RATIONALE,
        supersedes=before,
        facts=facts,
    )


def approve_text(version: ConstitutionVersion) -> None:
    """Write down for the gate which decision put the version in force; what its risk forbids is told by the chain."""
    community = version.constitution.community
    release = Release.objects.get(community=community, content_sha256=version.content_sha256)
    decision = decision_of(version.decision)
    try:
        with transaction.atomic():
            record_approval(
                release=release,
                content_sha256=version.content_sha256,
                risk_tier=release.risk_tier,
                stage=Release.Stage.PUBLIC,
                decision=version.decision,
                decision_address=version.decision_address,
                body=decision.body.name if decision else community.name,
                mandate=decision.body.mandate if decision else "",
                tally_sha256=decision.bundle.sha256 if decision and hasattr(decision, "bundle") else "",
            )
    except Refused as refused:
        payload = {"decision": version.decision, "why": str(refused)}
        record(community=community, kind="release.not-followed", subject=reference(release), payload=payload)


def decision_of(public_id: str) -> Decision | None:
    """The decision on this site with that public id."""
    try:
        pk = UUID(public_id)
    except ValueError:
        return None
    return Decision.objects.filter(pk=pk).select_related("body", "bundle").first()
