"""Erasing a person from a community; what stays is a tombstone."""

import secrets

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts import personal_data
from accounts.actions.members import keep_an_admin, locked, record
from accounts.errors import Refused
from accounts.models import Member, MemberEvent, User


def _stranger() -> User:
    """Someone who cannot sign in and is nobody; tombstones belong to them."""
    return User.objects.create(
        username=f"erased-{secrets.token_hex(12)}", password=make_password(None), is_active=False
    )


@transaction.atomic
def erase_member(*, member: Member) -> list[str]:
    """Erase what is held of a member and cut the tie to the person; returns what was done, sentence by sentence.

    The member row stays without name, roles and person (a tombstone), so that published counts can be explained.
    A passwordless person who belongs nowhere else is erased with it: their session ends at once.

    Raises
    ------
    LastAdmin
        If the community would be left without an admin.
    """
    member = locked(member)
    keep_an_admin(member)
    done = personal_data.erase(member)
    person = member.user
    member.user = _stranger()
    member.pseudonym = f"Former member {member.pk}"
    member.roles = []
    member.entered_by = None
    member.left_at = member.left_at or timezone.now()
    member.save(update_fields=["user", "pseudonym", "roles", "entered_by", "left_at"])
    member.events.update(reason="", by=None)
    record(member, MemberEvent.Kind.ERASED)
    if person.is_passwordless and not person.is_staff and not person.members.exists():
        person.delete()
    return done


@transaction.atomic
def delete_account(*, person: User) -> None:
    """Remove a person who belongs nowhere any more: address, password, passkeys, session.

    Raises
    ------
    Refused
        While they are a member anywhere, or staff.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_staff:
        raise Refused("You run this site. Ask another member of staff to take that right from you first.")
    if person.members.exists():
        raise Refused("First erase your data in each community you belong to.")
    person.delete()
