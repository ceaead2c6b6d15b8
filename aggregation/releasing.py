"""The release gate as aggregations use it: a slate leaves only as a community decided."""

from typing import Any

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
    )


def verdict_on(user: Any, aggregation: Aggregation) -> Verdict:
    """Whether the person may have the files now, and why."""
    if aggregation.run.kind not in GATED:
        allowed = Aggregation.objects.run_by(user).filter(pk=aggregation.pk).exists()
        return Verdict(allowed, "It is open to those who run aggregations here.", "")
    digest = content_sha256(aggregation, released_result(aggregation))
    return may_release(user, digest, community=aggregation.run.community)
