"""The release gate: nothing is downloaded by anyone it is not open to, whatever the way they ask.

Rooms that hold artifacts call :func:`propose_release` when one is made and :func:`may_release` before every download,
on pages, over REST and in jobs alike. The gate knows content by its SHA-256 alone: a changed byte is another content,
which nobody has approved.
"""

from dataclasses import dataclass
from typing import Any

from accounts.models import Community, Member, Role
from accounts.queries import member_of
from governance.actions.releases import propose_release
from governance.models import Release, ReleaseApproval
from governance.models.releases import REVIEWERS
from governance.queries.releases import freezing_incident, release_of, valid_approvals
from governance.tiers import covers

__all__ = ["Verdict", "judge", "may_release", "propose_release"]

UNKNOWN = "Nobody has proposed this content for release."


@dataclass(frozen=True)
class Verdict:
    """Whether someone may open an artifact.

    Attributes
    ----------
    allowed : the answer
    why : one sentence for the page or the reply
    stage : how far the release has come; empty where there is none
    approvals : the decisions for exactly this content and risk that opened it, oldest first
    """

    allowed: bool
    why: str
    stage: str
    approvals: tuple[ReleaseApproval, ...] = ()


def may_release(user: Any, content_sha256: str, *, community: Community | None = None) -> Verdict:
    """Whether the person may open the artifact with this hash now.

    * content nobody proposed: nobody.
    * **draft** and **steward review**: who proposed it, and who reviews: the community's stewards, auditors and admins,
      and site staff. Researchers and participants are not among them, unless they proposed it.
    * **limited**: those, and the community's members with one of the roles named in the release (researchers unless it
      says otherwise).
    * **public**: everyone, visitors without an account included.
    * **withdrawn**: who proposed it, and who reviews.

    A release is held to be limited or public only while a decision for exactly this hash and this risk tier covers that
    stage; without one it counts as being in review. While an open serious incident names it, it is closed to everyone.

    Parameters
    ----------
    user : a user, or who is not signed in
    content_sha256 : 64 hexadecimal digits
    community : whose release is meant. Without it the one that was proposed first decides, so that a copy of the bytes
        proposed elsewhere opens nothing.
    """
    release = release_of(content_sha256, community)
    return Verdict(False, UNKNOWN, "") if release is None else judge(user, release)


def judge(user: Any, release: Release) -> Verdict:
    """The same for a release at hand."""
    approvals = tuple(valid_approvals(release))
    incident = freezing_incident(release)
    if incident:
        why = f"It is frozen while incident {incident} is open. Nobody can open it until then."
        return Verdict(False, why, release.stage, approvals)
    stage = release.stage
    if stage in {Release.Stage.LIMITED, Release.Stage.PUBLIC} and not any(covers(a.stage, stage) for a in approvals):
        stage = Release.Stage.REVIEW
    if stage == Release.Stage.PUBLIC:
        return Verdict(True, "It is public.", stage, approvals)
    member = member_of(user, release.community_id)
    if getattr(user, "is_staff", False):
        return Verdict(True, "You run this site.", stage, approvals)
    if member is not None and member.pk == release.proposed_by_id:
        return Verdict(True, "You proposed it.", stage, approvals)
    if member is not None and member.has_role(*REVIEWERS):
        return Verdict(True, "You may review what this community releases.", stage, approvals)
    if stage == Release.Stage.LIMITED and member is not None and member.has_role(*release.limited_roles):
        return Verdict(True, "It is open to people with your role.", stage, approvals)
    return Verdict(False, _refusal(release, stage, member), stage, approvals)


def _refusal(release: Release, stage: str, member: Member | None) -> str:
    if stage == Release.Stage.LIMITED:
        roles = ", ".join(str(Role(role).label).lower() for role in release.limited_roles)
        return f"It is open to a limited circle of this community: {roles or 'its reviewers only'}."
    if stage == Release.Stage.WITHDRAWN:
        return "It was withdrawn."
    return "No decision has approved exactly this content yet."
