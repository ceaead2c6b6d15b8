"""Named reads of the accounts room."""

from typing import Any

from accounts.models import Community, Consent, ConsentText, Member


def member_of(user: Any, community: Community | int) -> Member | None:
    """The person's membership in the community, when they may take part there."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Member.objects.active().select_related("community", "user").filter(user=user, community=community).first()


def current_member(user: Any, community_id: int | None = None) -> Member | None:
    """The membership someone acts as: in the given community when they belong to it, else their first one."""
    if not getattr(user, "is_authenticated", False):
        return None
    memberships = list(Member.objects.active().select_related("community", "user").filter(user=user).order_by("id"))
    return next((m for m in memberships if m.community_id == community_id), next(iter(memberships), None))


def newest_consent_text(community: Community | int) -> ConsentText | None:
    """What people of the community are asked to agree to today."""
    return ConsentText.objects.filter(community=community).order_by("-version").first()


def consent_of(member: Member) -> Consent | None:
    """The member's standing yes to the newest text, or None."""
    newest = newest_consent_text(member.community_id)
    if newest is None:
        return None
    return Consent.objects.filter(member=member, text=newest, withdrawn_at=None).first()


def owes_consent(member: Member) -> bool:
    """Whether the community has a text that the member has not agreed to, or has taken back."""
    newest = newest_consent_text(member.community_id)
    return newest is not None and not newest.consents.filter(member=member, withdrawn_at=None).exists()
