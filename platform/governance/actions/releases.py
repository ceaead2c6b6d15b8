"""Proposing an artifact for release, weighing its risk, and opening it as far as a decision says."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Community, Member
from governance.chain import record
from governance.errors import Refused
from governance.models import Release, ReleaseApproval
from governance.models.releases import RiskTier
from governance.queries.comal import is_audited
from governance.subjects import Reference
from governance.tiers import TIERS, covers


@transaction.atomic
def propose_release(
    *,
    community: Community,
    kind: str,
    title: str,
    content_sha256: str,
    address: str,
    risk_tier: str,
    proposed_by: Member | None,
    rationale: str = "",
    supersedes: Release | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Release:
    """Put an artifact before the community's bodies; the same content again gives the release that stands.

    Parameters
    ----------
    kind : one of `Release.Kind`
    content_sha256 : of the bytes that will be downloaded (for an archive, of its manifest), in hexadecimal
    address : the page on this site where the artifact is
    risk_tier : one of `RiskTier`; ``rationale`` says why
    facts : what its maker says of it, for card and provenance; see `governance.provenance`

    Raises
    ------
    ValueError
        If kind or tier are unknown, or the hash is no SHA-256.
    """
    content_sha256 = content_sha256.lower()
    if kind not in Release.Kind.values:
        raise ValueError(f"kind={kind!r} should be among {Release.Kind.values}")
    if risk_tier not in RiskTier.values:
        raise ValueError(f"risk_tier={risk_tier!r} should be among {RiskTier.values}")
    if len(content_sha256) != 64 or set(content_sha256) - set("0123456789abcdef"):
        raise ValueError(f"content_sha256={content_sha256!r} should be 64 hexadecimal digits")
    release, is_new = Release.objects.get_or_create(
        community=community,
        content_sha256=content_sha256,
        defaults={
            "kind": kind,
            "title": title,
            "address": address,
            "risk_tier": risk_tier,
            "risk_rationale": rationale,
            "risk_set_by": proposed_by,
            "proposed_by": proposed_by,
            "supersedes": supersedes,
            "facts": dict(facts or {}),
        },
    )
    if is_new:
        payload = {"kind": kind, "title": title, "content_sha256": content_sha256, "risk_tier": risk_tier}
        record(
            community=community, kind="release.proposed", subject=reference(release), payload=payload, by=proposed_by
        )
    return release


@transaction.atomic
def ask_for_review(*, release: Release, by: Member | None) -> Release:
    """Move a draft to steward review.

    Raises
    ------
    Refused
        If it is no draft.
    """
    locked = _locked(release)
    if locked.stage != Release.Stage.DRAFT:
        raise Refused(f"This is no draft any more; it stands at: {locked.get_stage_display().lower()}.")
    _move(locked, Release.Stage.REVIEW, by)
    return locked


@transaction.atomic
def set_risk_tier(*, release: Release, risk_tier: str, rationale: str, by: Member | None) -> Release:
    """Weigh the risk anew, with the reasons. Approvals for another tier no longer count.

    Raises
    ------
    Refused
        Without a rationale.
    """
    if not rationale.strip():
        raise Refused("Say why the risk is weighed so.")
    locked = _locked(release)
    before = locked.risk_tier
    locked.risk_tier, locked.risk_rationale = RiskTier(risk_tier), rationale.strip()
    locked.risk_set_by, locked.risk_set_at = by, timezone.now()
    locked.save(update_fields=["risk_tier", "risk_rationale", "risk_set_by", "risk_set_at"])
    if before != locked.risk_tier and locked.stage in {Release.Stage.LIMITED, Release.Stage.PUBLIC}:
        standing = [a for a in locked.approvals.all() if a.risk_tier == locked.risk_tier]
        if not any(covers(approval.stage, locked.stage) for approval in standing):
            _move(locked, Release.Stage.REVIEW, by)
    payload = {"before": before, "after": locked.risk_tier, "rationale": locked.risk_rationale}
    record(community=locked.community, kind="release.risk-set", subject=reference(locked), payload=payload, by=by)
    return locked


@transaction.atomic
def record_approval(
    *,
    release: Release,
    content_sha256: str,
    risk_tier: str,
    stage: str,
    decision: str,
    body: str,
    mandate: str = "",
    decision_address: str = "",
    tally_sha256: str = "",
) -> ReleaseApproval:
    """Write down that a decision passed for this content, and open the release as far as it says; once per decision.

    Called by the decision when it is adopted, in the same transaction; no page calls it.

    Raises
    ------
    Refused
        If the decision was about other bytes or another risk than the release has now, or the tier asks for more first.
    """
    standing = ReleaseApproval.objects.filter(decision=decision).first()
    if standing is not None:
        return standing
    locked = _locked(release)
    if (content_sha256, risk_tier) != (locked.content_sha256, locked.risk_tier):
        raise Refused(
            f"The decision was about {content_sha256[:12]} at {RiskTier(risk_tier).label.lower()}; the release is"
            f" {locked.content_sha256[:12]} at {locked.get_risk_tier_display().lower()}."
        )
    if locked.stage == Release.Stage.WITHDRAWN:
        raise Refused("This release was withdrawn.")
    if missing := what_is_missing(locked, stage):
        raise Refused(missing)
    approval = ReleaseApproval.objects.create(
        release=locked,
        content_sha256=content_sha256,
        risk_tier=risk_tier,
        stage=stage,
        decision=decision,
        decision_address=decision_address,
        tally_sha256=tally_sha256,
        body=body,
        mandate=mandate,
    )
    _move(locked, stage, None, decision=decision)
    return approval


def what_is_missing(release: Release, stage: str) -> str:
    """What the risk tier asks for before this stage and is not there yet, in words; empty when nothing is."""
    rule = TIERS[release.risk_tier]
    if stage != Release.Stage.PUBLIC:
        return ""
    if rule.needs_limited_first and release.stage not in {Release.Stage.LIMITED, Release.Stage.PUBLIC}:
        return "At this risk it goes to a limited circle first."
    if rule.needs_audit and not is_audited(release.community_id, release.content_sha256):
        return "At this risk an audit of exactly this content has to be published first."
    return ""


@transaction.atomic
def withdraw_release(*, release: Release, reason: str, by: Member | None) -> Release:
    """Take a release back, for good and with the reason; it is then open to its proposer and reviewers only.

    Raises
    ------
    Refused
        Without a reason.
    """
    if not reason.strip():
        raise Refused("Say why it is withdrawn; the reason is published.")
    locked = _locked(release)
    locked.withdrawn_reason = reason.strip()
    locked.save(update_fields=["withdrawn_reason"])
    _move(locked, Release.Stage.WITHDRAWN, by, reason=locked.withdrawn_reason)
    return locked


def reference(release: Release) -> Reference:
    """The release as chain, decisions and incidents name it."""
    return Reference(
        type="artifact",
        id=str(release.pk),
        title=release.title,
        address=release.get_absolute_url(),
        content_sha256=release.content_sha256,
    )


def _locked(release: Release) -> Release:
    return Release.objects.select_for_update(of=("self",)).select_related("community").get(pk=release.pk)


def _move(release: Release, stage: str, by: Member | None, **payload: str) -> None:
    before, release.stage = release.stage, stage
    release.save(update_fields=["stage"])
    said = {"before": before, "after": str(stage), "content_sha256": release.content_sha256, **payload}
    record(community=release.community, kind="release.moved", subject=reference(release), payload=said, by=by)
