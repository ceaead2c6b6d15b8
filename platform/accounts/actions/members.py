"""Joining, leaving, roles and bans."""

import hashlib
import random
import secrets
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.errors import Banned, EntryClosed, LastAdmin, Refused
from accounts.models import Community, EntryLink, Member, MemberEvent, Role, User
from accounts.pseudonyms import pseudonyms

RETRY_FOR = timedelta(minutes=10)


def passwordless_user(key: UUID | None = None) -> User:
    """A person who can hold a session and nothing else: no password, no address, a name that says nothing."""
    name = hashlib.sha256(key.bytes).hexdigest()[:24] if key else secrets.token_hex(12)
    return User(username=f"p-{name}", password=make_password(None))


def person_of_key(key: UUID | None) -> User | None:
    """The person whose entry was sent under this key a moment ago, when only the reply was lost."""
    if key is None:
        return None
    recent = timezone.now() - RETRY_FOR
    return User.objects.filter(
        username=passwordless_user(key).username, is_active=True, date_joined__gte=recent
    ).first()


def free_pseudonym(community: Community) -> str:
    """A pseudonym nobody in the community has, or had."""
    candidates = list(islice(pseudonyms(random.SystemRandom()), 20))
    taken = set(
        Member.objects.filter(community=community, pseudonym__in=candidates).values_list("pseudonym", flat=True)
    )
    if len(taken) < len(candidates):
        return next(name for name in candidates if name not in taken)
    everyone = Member.objects.filter(community=community).values_list("pseudonym", flat=True)
    return next(pseudonyms(random.SystemRandom(), taken=set(everyone)))


@transaction.atomic
def join_community(
    *,
    community: Community,
    user: Any = None,
    invited: bool = False,
    link: EntryLink | None = None,
    roles: Sequence[str] = (),
    key: UUID | None = None,
) -> Member:
    """Let a person in, under a random pseudonym; who is in already stays as they are.

    Parameters
    ----------
    user : None or an anonymous user makes a passwordless one
    invited : whether somebody who may has let them in; otherwise the community must be open to all
    key : made by the browser; a repeated entry under the same key is the same person (see `RETRY_FOR`)

    Raises
    ------
    Banned, EntryClosed
    """
    # New members of one community are let in one after the other, so that no two get the same pseudonym.
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    if user is None or not user.is_authenticated:
        user = person_of_key(key)
    known = user is not None
    member = Member.objects.filter(community=community, user=user).first() if known else None
    if member is not None and member.banned_at:
        raise Banned(f"You were excluded from {community}. Write to its organisers if you think this is a mistake.")
    if member is not None and member.left_at is None:
        return member
    if not (invited or link or community.open_entry):
        raise EntryClosed(f"{community} takes new people by invitation. Ask its organisers for a link.")
    if member is not None:
        member.left_at = None
        member.save(update_fields=["left_at"])
        record(member, MemberEvent.Kind.RETURNED)
        return member
    if not known:
        user = passwordless_user(key)
        user.save()
    member = Member.objects.create(
        community=community,
        user=user,
        pseudonym=free_pseudonym(community),
        roles=sorted(set(roles)),
        entered_by=link,
        is_synthetic=community.is_synthetic,
    )
    record(member, MemberEvent.Kind.JOINED, after=member.roles)
    return member


def record(
    member: Member,
    kind: MemberEvent.Kind,
    *,
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    reason: str = "",
    by: User | None = None,
) -> MemberEvent:
    """Keep what was decided about a membership."""
    return MemberEvent.objects.create(
        member=member, kind=kind, before=list(before), after=list(after), reason=reason, by=by
    )


def locked(member: Member) -> Member:
    """The member as they are now; a community's roles, bans and departures are decided one after the other."""
    Community.objects.select_for_update(no_key=True).get(pk=member.community_id)
    return Member.objects.select_related("community", "user").get(pk=member.pk)


def keep_an_admin(member: Member) -> None:
    """Refuse to take the last admin away."""
    others = Member.objects.active().filter(community=member.community_id, roles__contains=[Role.ADMIN])
    if member.is_active and Role.ADMIN in member.roles and not others.exclude(pk=member.pk).exists():
        raise LastAdmin(f"{member} is the only admin of {member.community}. Make somebody else an admin first.")


@transaction.atomic
def change_roles(*, member: Member, roles: Sequence[str], by: User | None = None, reason: str = "") -> Member:
    """Give a member these roles and no others; taking part needs none.

    Raises
    ------
    LastAdmin
        If the community would be left without an admin.
    ValueError
        If a role is unknown.
    """
    unknown = set(roles) - set(Role.values)
    if unknown:
        raise ValueError(f"roles={sorted(unknown)} should be among {sorted(Role.values)}")
    member = locked(member)
    wanted = sorted(set(roles) - {Role.PARTICIPANT})
    if wanted == sorted(member.roles):
        return member
    if Role.ADMIN not in wanted:
        keep_an_admin(member)
    record(member, MemberEvent.Kind.ROLES, before=member.roles, after=wanted, reason=reason, by=by)
    member.roles = wanted
    member.save(update_fields=["roles"])
    return member


@transaction.atomic
def ban_member(*, member: Member, reason: str, by: User | None = None) -> Member:
    """Exclude a member; what they said stays, they can still see and take their data.

    Raises
    ------
    Refused
        Without a reason: the person is told why.
    LastAdmin
    """
    if not reason.strip():
        raise Refused("Write down why. The reason is kept, and shown to the person.")
    member = locked(member)
    if member.banned_at is None:
        keep_an_admin(member)
        member.banned_at = timezone.now()
        member.save(update_fields=["banned_at"])
        record(member, MemberEvent.Kind.BANNED, before=member.roles, reason=reason.strip(), by=by)
    return member


@transaction.atomic
def unban_member(*, member: Member, reason: str = "", by: User | None = None) -> Member:
    """Let an excluded member take part again, with the roles they had."""
    member = locked(member)
    if member.banned_at is not None:
        member.banned_at = None
        member.save(update_fields=["banned_at"])
        record(member, MemberEvent.Kind.UNBANNED, after=member.roles, reason=reason.strip(), by=by)
    return member


@transaction.atomic
def leave_community(*, member: Member) -> Member:
    """Stop taking part; answers stay under the pseudonym, and the person may come back.

    Raises
    ------
    LastAdmin
    """
    member = locked(member)
    if member.left_at is None:
        keep_an_admin(member)
        member.left_at = timezone.now()
        member.save(update_fields=["left_at"])
        record(member, MemberEvent.Kind.LEFT, before=member.roles)
    return member
