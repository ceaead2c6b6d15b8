"""Receipts for answers that the browser keeps until they are confirmed (``static/frontend/js/send.js``)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

KEY = "X-Answer-Key"
PERSON = "X-Answer-Person"
NEXT = "X-Answer-Next"


class AnswerReceipts:
    """Confirms an answer by its key, and never takes one under another person's name.

    A browser sends what it kept with the key and with the person who gave it. Whoever is signed in now may be
    somebody else (a shared device): then the reply is 401 and the answer stays where it is. A success carries the key
    back, which no captive portal does; a redirect becomes a header, since a script would follow it unseen.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get(KEY)
        if key is None:
            return self.get_response(request)
        person = request.headers.get(PERSON)
        if person and request.user.is_authenticated and person != str(request.user.pk):
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("account_login")})
        response = self.get_response(request)
        if response.status_code in {301, 302, 303, 307, 308}:
            if _leads_to_sign_in(response.headers["Location"]):
                return HttpResponse(status=401, headers={"HX-Redirect": response.headers["Location"]})
            response = HttpResponse(status=200, headers={NEXT: response.headers["Location"]})
        if response.status_code < 400:
            response.headers[KEY] = key
        return response


def _leads_to_sign_in(location: str) -> bool:
    return location.startswith(reverse("account_login")) or "next=" in location
