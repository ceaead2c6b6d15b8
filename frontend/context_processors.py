"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Whether this is a demonstration."""
    return {"demo_mode": settings.DEMO}
