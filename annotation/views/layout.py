"""Whether long responses stand side by side or one under the other: chosen by a link, remembered on the device."""

from typing import Any

from django.http import HttpRequest, HttpResponse

COOKIE, YEAR = "responses", 365 * 24 * 3600
LAYOUTS = ("beside", "stacked")


def layout_of(request: HttpRequest, address: str) -> dict[str, Any]:
    """What templates need: whether to stack, and the address to which the choice is added."""
    chosen = request.GET.get("layout", "")
    if chosen not in LAYOUTS:
        chosen = request.COOKIES.get(COOKIE, "")
    return {"stacked": chosen == "stacked", "layout_address": f"{address}{'&' if '?' in address else '?'}"}


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep a choice that the address holds."""
    chosen = request.GET.get("layout", "")
    if chosen in LAYOUTS:
        response.set_cookie(COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response
