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
from governance.models import ConstitutionVersion, Release, ReleaseApproval
from governance.models.releases import REVIEWERS
from governance.queries.releases import freezing_incident, release_of, valid_approvals
from governance.tiers import covers

__all__ = ["Verdict", "judge", "may_release", "propose_release", "text_verdict"]

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
    release : what was judged; None where nobody proposed it
    """

    allowed: bool
    why: str
    stage: str
    approvals: tuple[ReleaseApproval, ...] = ()
    release: Release | None = None


def may_release(user: Any, content_sha256: str, *, community: Community | None = None) -> Verdict:
    """Whether the person may open the artifact with this hash now.

    * content nobody proposed: nobody.
    * **draft** and **steward review**: who proposed it, and who reviews: the community's stewards, auditors and admins,
      and site staff. Researchers and participants are not among them, unless they proposed it. A constitution, which
      its community discusses, is open to all its members.
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


def text_verdict(user: Any, version: ConstitutionVersion) -> Verdict:
    """Whether the person may have a version's files; a draft, which has no hash, is its members' to read."""
    community = version.constitution.community
    if version.is_sealed:
        return may_release(user, version.content_sha256, community=community)
    inside = getattr(user, "is_staff", False) or member_of(user, community) is not None
    return Verdict(inside, "A draft is open to the community's members.", "draft")


def judge(user: Any, release: Release) -> Verdict:
    """The same for a release at hand."""

    def verdict(allowed: bool, why: str) -> Verdict:
        return Verdict(allowed, why, stage, approvals, release)

    approvals = tuple(valid_approvals(release))
    incident, stage = freezing_incident(release), release.stage
    if incident:
        return verdict(False, f"It is frozen while incident {incident} is open. Nobody can open it until then.")
    if stage in {Release.Stage.LIMITED, Release.Stage.PUBLIC} and not any(covers(a.stage, stage) for a in approvals):
        stage = Release.Stage.REVIEW
    if stage == Release.Stage.PUBLIC:
        return verdict(True, "It is public.")
    member = member_of(user, release.community_id)
    if getattr(user, "is_staff", False):
        return verdict(True, "You run this site.")
    if member is not None and member.pk == release.proposed_by_id:
        return verdict(True, "You proposed it.")
    if member is not None and member.has_role(*REVIEWERS):
        return verdict(True, "You may review what this community releases.")
    in_review = stage in {Release.Stage.DRAFT, Release.Stage.REVIEW}
    if release.kind == Release.Kind.CONSTITUTION and in_review and member is not None:
        return verdict(True, "It is proposed to you and the other members.")
    if stage == Release.Stage.LIMITED and member is not None and member.has_role(*release.limited_roles):
        return verdict(True, "It is open to people with your role.")
    return verdict(False, _refusal(release, stage, member))


def _refusal(release: Release, stage: str, member: Member | None) -> str:
    if stage == Release.Stage.LIMITED:
        roles = ", ".join(str(Role(role).label).lower() for role in release.limited_roles)
        return f"It is open to a limited circle of this community: {roles or 'its reviewers only'}."
    if stage == Release.Stage.WITHDRAWN:
        return "It was withdrawn."
    return "No decision has approved exactly this content yet."
