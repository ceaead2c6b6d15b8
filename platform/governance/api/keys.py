"""What every window of this room does with API keys."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from accounts.models import ApiKey


def within_key(request: Request, rows: QuerySet[Any], community: str = "community") -> QuerySet[Any]:
    """Through an API key only what belongs to the key's community; ``community`` is the way to it from a row."""
    key = request.auth
    return rows.filter(**{community: key.member.community_id}) if isinstance(key, ApiKey) else rows
