"""The pages that belong to no room: the home page, the choice of light or dark, and the parts of all pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from frontend.home import fragments_for
from frontend.icons import PATHS
from frontend.themes import COOKIE, SECONDS_KEPT, THEMES


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and what each room has to say on the front page."""
    return render(request, "frontend/home.html", {"fragments": fragments_for(request)})


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice of light or dark, and go back."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return HttpResponseBadRequest("Choose auto, light or dark.")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(COOKIE, theme, max_age=SECONDS_KEPT, samesite="Lax", secure=request.is_secure())
    return response


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Every part of the look on one page, for demonstrations and for site staff."""
    if not (settings.DEMO or request.user.is_staff):
        raise Http404
    from frontend.showcase import example_figures  # numpy is slow to import and only this page needs it

    context = {"figures": example_figures(), "groups": range(8), "icons": sorted(PATHS)}
    return render(request, "frontend/components.html", context)
