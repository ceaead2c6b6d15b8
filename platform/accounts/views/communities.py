"""Communities: list, page, settings."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PageRequest, PersonRequest, protected, safe_next, staff_required
from accounts.actions import add_questionnaire, change_community, create_community, publish_consent_text
from accounts.forms import CommunityForm, ConsentTextForm
from accounts.limits import limited
from accounts.middleware import remember_community
from accounts.models import Community, Questionnaire
from accounts.panels import panels_for
from accounts.queries import (
    communities_with_counts,
    member_of,
    newest_consent_text,
    open_questionnaires,
    owes_consent,
    questionnaires_of,
)
from accounts.questionnaires import READY_MADE

PER_PAGE = 20


@require_safe
def communities(request: PageRequest) -> HttpResponse:
    """Every community the person may see."""
    page = Paginator(communities_with_counts(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/communities.html", {"page": page, "mine": my_communities(request)})


def my_communities(request: PageRequest) -> set[int]:
    """Ids of the communities the person takes part in."""
    if not request.user.is_authenticated:
        return set()
    return set(request.user.members.active().values_list("community_id", flat=True))


@require_safe
def community(request: HttpRequest, slug: str) -> HttpResponse:
    """What is open in a community, and how to take part."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    member = member_of(request.user, community)
    context = {
        "community": community,
        "member": member,
        "owes_consent": member is not None and owes_consent(member),
        "questionnaires": open_questionnaires(member) if member else [],
        "panels": panels_for(community),
        "may_run": Community.objects.run_by(request.user).filter(pk=community.pk).exists(),
    }
    return render(request, "accounts/community.html", context)


@require_POST
def act_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Act in another of one's communities from now on."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    if member_of(request.user, community):
        remember_community(request, community)
    return redirect(safe_next(request, default=f"/communities/{slug}/"))


@staff_required
@limited("make")
def new_community(request: PersonRequest) -> HttpResponse:
    """Found a community (site staff)."""
    form = CommunityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        community = create_community(**form.cleaned_data, created_by=request.user)
        messages.success(request, f"{community} is there. You are its first admin.")
        return redirect("accounts:community", community.slug)
    return render(request, "accounts/new_community.html", {"form": form})


@protected
def settings(request: PersonRequest, slug: str) -> HttpResponse:
    """Name, description, who may come in (admins)."""
    community = get_object_or_404(Community.objects.run_by(request.user), slug=slug)
    form = CommunityForm(request.POST or None, instance=community)
    if request.method == "POST" and form.is_valid():
        change_community(community=community, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("accounts:settings", slug)
    context = {
        "community": community,
        "form": form,
        "consent": newest_consent_text(community),
        "questionnaires": questionnaires_of(community),
        "ready_made": READY_MADE.values(),
    }
    return render(request, "accounts/settings.html", context)


@protected
def publish_consent(request: PersonRequest, slug: str) -> HttpResponse:
    """Write what people are asked to agree to (admins)."""
    community = get_object_or_404(Community.objects.run_by(request.user), slug=slug)
    newest = newest_consent_text(community)
    form = ConsentTextForm(request.POST or None, initial={"body": newest.body if newest else ""})
    if request.method == "POST" and form.is_valid():
        text = publish_consent_text(community=community, body=form.cleaned_data["body"])
        messages.success(request, f"Version {text.version} is published. People are asked before their next answer.")
        return redirect("accounts:settings", slug)
    return render(request, "accounts/publish_consent.html", {"community": community, "form": form, "newest": newest})


@require_POST
@protected
def offer_questionnaire(request: PersonRequest, slug: str, questionnaire: str) -> HttpResponse:
    """Offer a ready-made questionnaire, or stop offering it (admins)."""
    community = get_object_or_404(Community.objects.run_by(request.user), slug=slug)
    offered = Questionnaire.objects.filter(community=community, slug=questionnaire, is_open=True)
    if "close" in request.POST:
        get_object_or_404(offered)
        offered.update(is_open=False)
        messages.success(request, "The questionnaire is closed. The answers stay.")
    elif questionnaire in READY_MADE:
        add_questionnaire(community=community, text=READY_MADE[questionnaire])
        messages.success(request, "Members are now asked these questions on the community's page.")
    return redirect("accounts:settings", slug)
