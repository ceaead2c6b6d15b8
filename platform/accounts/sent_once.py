"""What a page's form sends is done once, however often it arrives.

The browser gives every form that has no ``key`` of its own a field ``once`` with a new UUID (``js/once.js``). What
came under it is done in one transaction with the record of it (:func:`accounts.idempotency.answer_once`): the same
again is led to where the first led, another content under the same key is 422, two at once are one.
"""

import hashlib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import PageRequest, View, answer_refusal
from accounts.idempotency import KeyReused, Reply, answer_once

FIELD = "once"
NOT_SENT = {FIELD, "csrfmiddlewaretoken"}
#: Who erases what is held of them leaves no record of it; colours and the community one acts in are only set.
LEFT_OUT = {"accounts:erase", "accounts:delete-account", "accounts:act-in", "frontend:theme"}


class SentOnceMiddleware:
    """Does what a member's form sends once for its key; other requests pass."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reply: HttpResponse = self.get_response(request)
        return reply

    def process_view(self, request: PageRequest, view: View, args: Any, kwargs: Any) -> Any:
        key, member = _key_of(request), request.member
        if key is None or member is None:
            return None
        fresh: list[Any] = []

        def act() -> Reply:
            try:
                reply = view(request, *args, **kwargs)
            except Exception as problem:
                # Django shows exceptions to `MemberMiddleware` only where it calls the view itself.
                refusal = answer_refusal(request, problem)
                if refusal is None:
                    raise
                fresh.append(refusal)
                return 403, {}
            fresh.append(reply)
            address = reply.headers.get("Location") or reply.headers.get("HX-Redirect") or request.get_full_path()
            return reply.status_code, {"address": address}

        try:
            _, reply = answer_once(member=member, key=key, body=_body(request), act=act)
        except KeyReused as reused:
            return render(request, "accounts/key_reused.html", {"problem": str(reused)}, status=422)
        if fresh:
            return fresh[0]
        messages.info(request, "This was sent twice; it was done once.")
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": reply["address"]})
        return redirect(reply["address"])


def _key_of(request: PageRequest) -> UUID | None:
    match = request.resolver_match
    if request.method != "POST" or match is None or not match.namespaces or match.view_name in LEFT_OUT:
        return None
    try:
        return UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def _body(request: HttpRequest) -> dict[str, object]:
    files = {}
    for name, uploads in request.FILES.lists():
        files[name] = [hashlib.file_digest(upload, "sha256").hexdigest() for upload in uploads]
        for upload in uploads:
            upload.seek(0)
    sent = {name: values for name, values in request.POST.lists() if name not in NOT_SENT}
    return {"page": request.get_full_path(), "sent": sent, "files": files}
