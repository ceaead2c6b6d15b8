"""The files of an export, to those to whom the release gate opens them."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import PageRequest
from exports.queries import listed_exports
from exports.ranges import send_file
from exports.releasing import verdict_on


@require_safe
@never_cache
def download(request: PageRequest, export: UUID) -> HttpResponseBase:
    """The archive or a part of it; the gate is asked each time."""
    found = get_object_or_404(listed_exports(request.user), pk=export)
    if not found.is_ready:
        raise Http404
    verdict = verdict_on(request.user, found)
    if not verdict.allowed:
        return render(request, "exports/closed.html", {"export": found, "verdict": verdict}, status=403)
    file = default_storage.open(found.stored_as)
    return send_file(request, file, size=found.size, etag=found.sha256, name=found.file_name, kind="application/zip")
