"""How often a form may be sent from one address; the counters live in the cache."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def sender(request: HttpRequest) -> str:
    """Who is counted: the person when known, else the address (behind a proxy, the one the proxy saw)."""
    if request.user.is_authenticated:
        return f"user-{request.user.pk}"
    if settings.SECURE_PROXY_SSL_HEADER:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or "unknown"
    return str(request.META.get("REMOTE_ADDR", "unknown"))


def parse_rate(rate: str) -> tuple[int, int]:
    """("300/h") → (300, 3600): how many in how many seconds."""
    count, _, period = rate.partition("/")
    if not count.isdigit() or period not in SECONDS:
        raise ValueError(f"rate={rate!r} should look like 300/h, with one of {sorted(SECONDS)}")
    return int(count), SECONDS[period]


def seconds_to_wait(name: str, who: str, rate: str) -> int:
    """Count one more; 0 when that is within the rate, else the seconds until the next period begins."""
    allowed, period = parse_rate(rate)
    now = time.time()
    key = f"limit:{name}:{who}:{int(now // period)}"
    try:
        cache.add(key, 0, timeout=period)
        count = cache.incr(key)
    except Exception:
        # Without its counters the site goes on: a lost cache must not lose an answer.
        logger.warning("The cache cannot be reached; %s is not limited for now.", name, exc_info=True)
        return 0
    return 0 if count <= allowed else int(period - now % period) + 1


def limited(name: str) -> Callable[[View], View]:
    """Let a form be sent as often as settings.FORM_LIMITS[name] says, then answer 429 with the time to wait."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                wait = seconds_to_wait(name, sender(request), settings.FORM_LIMITS[name])
                if wait:
                    page = render(request, "accounts/too_many.html", {"minutes": -(-wait // 60)}, status=429)
                    page["Retry-After"] = str(wait)
                    return page
            return view(request, *args, **kwargs)

        return guarded

    return decorate
