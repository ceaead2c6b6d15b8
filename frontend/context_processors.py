"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from frontend.themes import chosen_theme


def shell(request: HttpRequest) -> dict[str, Any]:
    """Whether this is a demonstration, and whether the person chose a light or dark look."""
    return {"demo_mode": settings.DEMO, "theme": chosen_theme(request)}
