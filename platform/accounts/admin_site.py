"""The staff's own pages: people sign in there as everywhere else, and with a second factor where one is asked for."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.access import ask_for_second_factor, lacks_second_factor


class StaffSite(AdminSite):
    """Django's admin behind our own sign-in."""

    site_header = "Polyphony"
    site_title = "Polyphony"
    index_title = "What is kept"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not lacks_second_factor(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in; for people who are not staff these pages do not exist."""
        if not request.user.is_authenticated:
            wanted = request.GET.get("next") or reverse("admin:index")
            return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")
        if not super().has_permission(request):
            raise Http404
        return ask_for_second_factor(request) if lacks_second_factor(request) else redirect("admin:index")
