"""Light, dark, or as the device says: kept in a cookie, so that the first byte of a page has the right look."""

from django.http import HttpRequest

COOKIE = "theme"
THEMES = ("auto", "light", "dark")
SECONDS_KEPT = 365 * 24 * 3600


def chosen_theme(request: HttpRequest) -> str:
    """The person's choice; "auto" (the device's setting) when there is none."""
    theme = request.COOKIES.get(COOKIE, "auto")
    return theme if theme in THEMES else "auto"
