"""Releases: what wants to leave the house, who approved it, and under which mandate."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PageRequest, PersonRequest, acting_member, protected
from accounts.forms.keyed import KeyedForm
from accounts.models import Community, Member, Role
from accounts.queries import member_of
from governance.actions.releases import ask_for_review, set_risk_tier, withdraw_release
from governance.artifacts import files_of, sees_page
from governance.forms.releases import RiskForm, WithdrawForm
from governance.gate import judge
from governance.models import Release
from governance.provenance import approval_line, card_text, facts_of, prov_json
from governance.queries.releases import listed_releases
from governance.subject_kinds import next_stages
from governance.tiers import TIERS
from governance.views.putting import ways_to_decide
from governance.views.sending import press_once, send_once

PER_PAGE = 20
STEERING = (Role.STEWARD, Role.ADMIN)


@require_safe
def releases(request: HttpRequest, community: str) -> HttpResponse:
    """A community's releases, by kind and stage."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    kind, stage = request.GET.get("kind", ""), request.GET.get("stage", "")
    listed = listed_releases(request.user, found, kind=kind, stage=stage)
    context = {
        "community": found,
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "kinds": Release.Kind.choices,
        "stages": Release.Stage.choices,
        "kind": kind,
        "stage": stage,
    }
    return render(request, "governance/releases.html", context)


def _find(request: HttpRequest, pk: object) -> Release:
    seen = Release.objects.visible_to(request.user)
    related = ("community", "proposed_by", "risk_set_by", "supersedes")
    return get_object_or_404(seen.select_related(*related).prefetch_related("approvals"), pk=pk)


@require_safe
def release(request: PageRequest, release: object) -> HttpResponse:
    """One release: its content, its risk, who approved it, and whether you may open it."""
    found = _find(request, release)
    verdict = judge(request.user, found)
    member = member_of(request.user, found.community)
    context = {
        "community": found.community,
        "release": found,
        "verdict": verdict,
        "approvals": [(approval, approval_line(approval)) for approval in verdict.approvals],
        "stages": Release.Stage.choices[:4],
        "facts": facts_of(found),
        "files": files_of(found) if verdict.allowed else [],
        "sees_page": sees_page(found, request.user),
        "rule": TIERS[found.risk_tier],
        "superseded_by": Release.objects.visible_to(request.user).filter(supersedes=found),
        "may_ask": _may_ask(member, found),
        "may_steer": member is not None and member.has_role(*STEERING),
        "review_form": KeyedForm(),
        "ways": ways_to_decide(request, found.community, *next_stages(found)),
    }
    return render(request, "governance/release.html", context)


def _may_ask(member: Member | None, found: Release) -> bool:
    mine = member is not None and (member.pk == found.proposed_by_id or member.has_role(*STEERING))
    return mine and found.stage == Release.Stage.DRAFT


@require_safe
def card(request: HttpRequest, release: object) -> HttpResponse:
    """The artifact's card, in Markdown."""
    return HttpResponse(card_text(_find(request, release)), content_type="text/markdown; charset=utf-8")


@require_safe
def provenance(request: HttpRequest, release: object) -> HttpResponse:
    """The artifact's provenance, as a W3C PROV document."""
    return HttpResponse(prov_json(_find(request, release)), content_type="application/json")


@require_POST
@protected
def review(request: PersonRequest, release: object) -> HttpResponse:
    """Put a draft before the stewards."""
    found = _find(request, release)
    member = acting_member(request, found.community)
    if not (member.pk == found.proposed_by_id or member.has_role(*STEERING)):
        raise PermissionDenied("Only its proposer, stewards and admins ask for a review.")
    press_once(
        request,
        member=member,
        name=f"release-review:{found.pk}",
        act=lambda: ask_for_review(release=found, by=member),
        said="The stewards can review it now.",
    )
    return redirect(found)


def _steered(request: PersonRequest, pk: object) -> tuple[Release, Member]:
    found = _find(request, pk)
    member = acting_member(request, found.community)
    if not member.has_role(*STEERING):
        raise PermissionDenied("This is for the community's stewards and admins.")
    return found, member


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def risk(request: PersonRequest, release: object) -> HttpResponse:
    """Weigh the risk of a release."""
    found, member = _steered(request, release)
    form = RiskForm(request.POST or None, initial={"risk_tier": found.risk_tier, "rationale": found.risk_rationale})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = send_once(
            request,
            member=member,
            form=form,
            name=f"release-risk:{found.pk}",
            act=lambda: (
                set_risk_tier(release=found, risk_tier=said["risk_tier"], rationale=said["rationale"], by=member)
                and None
            ),
            said="The risk is weighed anew.",
        )
        if done is not None:
            return redirect(found)
    context = {"community": found.community, "release": found, "form": form, "tiers": TIERS.items()}
    return render(request, "governance/release_risk.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def withdraw(request: PersonRequest, release: object) -> HttpResponse:
    """Take a release back."""
    found, member = _steered(request, release)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = send_once(
            request,
            member=member,
            form=form,
            name=f"release-withdraw:{found.pk}",
            act=lambda: withdraw_release(release=found, reason=form.cleaned_data["reason"], by=member),
            said="It is withdrawn.",
        )
        if done is not None:
            return redirect(found)
    context = {"community": found.community, "release": found, "form": form}
    return render(request, "governance/release_withdraw.html", context, status=400 if form.errors else 200)
