"""The release gate as exports use it: every built export is proposed, and no file opens without the gate's word."""

from typing import Any

from exports.models import Export
from governance.gate import Verdict, may_release, propose_release
from governance.models import Release


def propose(export: Export) -> Release:
    """Put a built export before the community's stewards; the same bytes again find the proposal that stands."""
    return propose_release(
        community=export.community,
        kind="dataset",
        title=export.title,
        content_sha256=export.sha256,
        address=export.get_absolute_url(),
        risk_tier=export.risk_tier,
        proposed_by=export.requested_by,
        rationale=export.risk_rationale,
    )


def verdict_on(user: Any, export: Export) -> Verdict:
    """Whether the person may have the files now, and why."""
    return may_release(user, export.sha256, community=export.community)
