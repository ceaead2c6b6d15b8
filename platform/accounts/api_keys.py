"""API keys: made once, shown once, stored as a hash, recognised by their prefix."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.kept_queries import KeptQuery
from accounts.models import ApiKey, Member, User

PREFIX = "poly_"
SCOPES = ("read", "write")
_known = KeptQuery(lambda prefix: ApiKey.objects.select_related("member__user").filter(prefix=prefix), prefix=str)


def make_api_key(
    *, member: Member, name: str, scopes: list[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key for a program; the second value is the only time the secret is seen.

    The key is ``poly_<prefix>_<secret>``: 32 random bytes behind a prefix that may be shown.
    """
    unknown = set(scopes) - set(SCOPES)
    if unknown:
        raise ValueError(f"scopes={sorted(unknown)} should be among {SCOPES}")
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        member=member,
        name=name,
        prefix=prefix,
        secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=scopes,
        expires_at=expires_at or timezone.now() + timedelta(days=365),
    )
    return key, f"{PREFIX}{prefix}_{secret}"


def revoke_api_key(*, key: ApiKey) -> ApiKey:
    """Stop a key at once and for good."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
    return key


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer poly_…``; reading needs the scope *read*, everything else *write*."""

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _, given = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        prefix, _, secret = given.removeprefix(PREFIX).partition("_")
        key = _known.first(prefix=prefix)
        digest = hashlib.sha256(secret.encode()).hexdigest()
        if key is None or not hmac.compare_digest(key.secret_sha256, digest):
            raise AuthenticationFailed("This API key is not known.")
        now = timezone.now()
        if key.revoked_at or key.expires_at <= now or not key.member.is_active or not key.member.user.is_active:
            raise AuthenticationFailed("This API key has been revoked or has expired.")
        if ("read" if request.method in {"GET", "HEAD", "OPTIONS"} else "write") not in key.scopes:
            raise AuthenticationFailed("This API key does not allow that.")
        if key.last_used_at is None or now - key.last_used_at > timedelta(minutes=1):
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return key.member.user, key
