"""What people get while the database is away: 503 and when to come back, never 500.

Django calls the handler of uncaught exceptions from within the ``except`` block, wherever in the chain of middleware
the exception rose, so the exception is still at hand here; a middleware of ours would miss those of other middleware.
"""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

RETRY_AFTER_SECONDS = 5
AWAY = "The service is away for a moment. Every answer that was confirmed is kept."
WORDS = "The service is away for a moment. What you sent was not saved yet; it is safe to send it again."
logger = logging.getLogger(__name__)


def is_outage(error: BaseException | None) -> bool:
    """Whether the database was away or refused for now (also when another exception followed from that)."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def unexpected(request: HttpRequest) -> HttpResponseBase:
    """The reply to an exception that nobody caught."""
    if not is_outage(sys.exc_info()[1]):
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": "Something unexpected happened; it has been noted."}, status=500)
        return server_error(request)
    logger.warning("The database is away: %s", sys.exc_info()[1])
    again = request.method in {"GET", "HEAD"}
    if request.path.startswith("/api/"):
        reply: HttpResponse = JsonResponse({"detail": WORDS}, status=503)
    else:
        # Without the request: its context would ask the database who is signed in.
        asked = {"words": WORDS if not again else AWAY, "seconds": RETRY_AFTER_SECONDS, "again": again}
        page = render_to_string("frontend/unavailable.html", asked)
        reply = HttpResponse(page, status=503)
    reply["Retry-After"] = str(RETRY_AFTER_SECONDS)
    reply["Cache-Control"] = "no-store"
    return reply
