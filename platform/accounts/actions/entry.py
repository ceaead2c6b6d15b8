"""Entry links: doors for people without a password."""

import hashlib
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.actions.members import join_community, person_of_key
from accounts.errors import LinkRefused
from accounts.models import Community, EntryLink, Member

UNKNOWN = "This link is not known here. Check that you copied all of it, or ask who gave it to you for a new one."


def token_sha256(token: str) -> str:
    """What is stored of a token; the token itself is not."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_entry_link(
    *,
    community: Community,
    kind: str = EntryLink.Kind.SINGLE,
    label: str = "",
    leads_to: str = "",
    expires_at: datetime | None = None,
    created_by: Member | None = None,
) -> tuple[EntryLink, str]:
    """Make a door into the community; the second value is the only time its token (32 random bytes) is seen.

    Raises
    ------
    ValueError
        If the link would lead to another site.
    """
    leads_to = leads_to or f"/communities/{community.slug}/"
    if not (leads_to.startswith("/") and url_has_allowed_host_and_scheme(leads_to, allowed_hosts=None)):
        raise ValueError(f"leads_to={leads_to!r} should be an address on this site, such as /conversations/")
    token = secrets.token_urlsafe(32)
    link = EntryLink.objects.create(
        community=community,
        kind=kind,
        token_sha256=token_sha256(token),
        label=label,
        leads_to=leads_to,
        expires_at=expires_at,
        created_by=created_by,
    )
    return link, token


def check_open(link: EntryLink, user: Any = None) -> None:
    """Refuse a link that opens nothing; the person who used it may walk through again.

    Raises
    ------
    LinkRefused
        With words that say what to do.
    """
    ask = f"Ask the organisers of {link.community} for a new one."
    if link.revoked_at is not None:
        raise LinkRefused(f"This link was withdrawn. {ask}")
    if link.expires_at is not None and link.expires_at <= timezone.now():
        raise LinkRefused(f"This link worked until {link.expires_at:%-d %B %Y, %H:%M} (UTC). {ask}")
    used_by_another = link.used_by is None or user is None or link.used_by.user_id != user.pk
    if link.kind == EntryLink.Kind.SINGLE and link.used_at is not None and used_by_another:
        raise LinkRefused(
            "This link was for one person and has been used. If it was you, go on in the browser you used then. "
            f"Otherwise: {ask}"
        )


def find_entry_link(*, token: str, user: Any = None) -> EntryLink:
    """The link of a token, when it still opens.

    Raises
    ------
    LinkRefused
    """
    links = EntryLink.objects.select_related("community", "used_by")
    link = links.filter(token_sha256=token_sha256(token)).first()
    if link is None:
        raise LinkRefused(UNKNOWN)
    check_open(link, user)
    return link


@transaction.atomic
def use_entry_link(*, link: EntryLink, user: Any = None, key: UUID | None = None) -> Member:
    """Go through the door: join the community, and close the door behind oneself when it is for one person.

    Raises
    ------
    LinkRefused, Banned
    """
    # Two with one invitation: the second waits here, and then finds it used.
    link = EntryLink.objects.select_for_update(of=("self",)).select_related("community", "used_by").get(pk=link.pk)
    if user is None or not user.is_authenticated:
        user = person_of_key(key)
    check_open(link, user)
    member = join_community(community=link.community, user=user, link=link, key=key)
    if link.kind == EntryLink.Kind.SINGLE and link.used_at is None:
        link.used_at, link.used_by = timezone.now(), member
        link.save(update_fields=["used_at", "used_by"])
    return member


def revoke_entry_link(*, link: EntryLink) -> EntryLink:
    """Close a door for good; who came through it stays."""
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
    return link
