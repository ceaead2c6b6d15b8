"""Finding releases, what approved them, and what freezes them."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import Community
from governance.models import Release, ReleaseApproval
from governance.queries.incidents import freezing_number


def release_of(content_sha256: str, community: Community | int | None = None) -> Release | None:
    """The release of this content: the community's own, or without one the first that was proposed anywhere."""
    found = Release.objects.filter(content_sha256=content_sha256.lower()).select_related("community", "proposed_by")
    if community is not None:
        found = found.filter(community=community)
    return found.order_by("proposed_at", "id").first()


def valid_approvals(release: Release) -> list[ReleaseApproval]:
    """Decisions for exactly this hash and tier; one for other bytes or for a lower risk counts for nothing."""
    same = {"content_sha256": release.content_sha256, "risk_tier": release.risk_tier}
    return [one for one in release.approvals.all() if all(getattr(one, name) == value for name, value in same.items())]


def freezing_incident(release: Release) -> str:
    """The public id of an open serious incident that names the release; empty without one."""
    return freezing_number(release.community_id, release.content_sha256)


def listed_releases(user: Any, community: Community, *, kind: str = "", stage: str = "") -> QuerySet[Release]:
    """A community's releases as the person may see them, newest first, with their approvals."""
    found = Release.objects.visible_to(user).filter(community=community)
    if kind:
        found = found.filter(kind=kind)
    if stage:
        found = found.filter(stage=stage)
    return found.select_related("community", "proposed_by").prefetch_related(
        Prefetch("approvals", ReleaseApproval.objects.order_by("decided_at", "id"))
    )
