"""Pages of bodies: who sits there under which mandate, and for admins setting them up."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import EntryNeeded, PageRequest
from accounts.models import Community, Role
from accounts.queries import member_of
from governance.actions.bodies import add_seats, end_term, fill_seat, set_up_body
from governance.forms.bodies import BodyForm, SeatsForm, TermForm
from governance.forms.decisions import ReasonForm
from governance.models.bodies import Body, Term
from governance.queries.bodies import places_of
from governance.queries.decisions import listed_decisions, standing, with_parts
from governance.views.acting import do_once, own_member, run_body, second_factor

DECISIONS_ON_A_PAGE = 20


@require_safe
def body(request: PageRequest, body: str) -> HttpResponse:
    """What a body is for, who sits in it, and what it decides."""
    found = get_object_or_404(Body.objects.visible_to(request.user).select_related("community"), slug=body)
    listed = with_parts(listed_decisions(request.user, body=found))
    page = Paginator(listed, DECISIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "body": found,
        "community": found.community,
        "places": places_of(found),
        "page": page,
        "rows": [(decision, standing(decision)) for decision in page],
        "may_propose": Community.objects.run_by(request.user, Role.STEWARD, Role.ADMIN)
        .filter(pk=found.community_id)
        .exists(),
        "may_run": Body.objects.run_by(request.user).filter(pk=found.pk).exists(),
    }
    return render(request, "governance/body.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_body(request: PageRequest, community: str) -> HttpResponse:
    """Set up a body."""
    if not request.user.is_authenticated:
        raise EntryNeeded
    found = get_object_or_404(Community.objects.run_by(request.user, Role.ADMIN), slug=community)
    if (missing := second_factor(request)) is not None:
        return missing
    form = BodyForm(request.POST or None)
    if request.method == "POST":
        member = member_of(request.user, found)
        sent = {"do": "body", "in": found.slug, **{name: form.data.get(name, "") for name in ("name", "mandate")}}

        def act() -> str:
            given = form.cleaned_data
            return set_up_body(community=found, name=given["name"], mandate=given["mandate"], by=member).slug

        problem, slug = do_once(member, form, sent, act)
        if not problem:
            messages.success(request, "The body is there. Give it seats, and fill them.")
            return redirect("governance:seats", body=slug)
    return render(
        request, "governance/body_new.html", {"community": found, "form": form}, status=400 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def seats(request: PageRequest, body: str) -> HttpResponse:
    """Add seats to a body, and see who may be given one."""
    found = run_body(request, body)
    if (missing := second_factor(request)) is not None:
        return missing
    form = SeatsForm(request.POST or None)
    if request.method == "POST":
        member = own_member(request, found)

        def act() -> list[int]:
            given = {name: value for name, value in form.cleaned_data.items() if name != "key"}
            return [seat.number for seat in add_seats(body=found, by=member, **given)]

        sent = {"do": "seats", "body": found.slug, **{name: form.data.get(name, "") for name in form.fields}}
        problem, _ = do_once(member, form, sent, act)
        if not problem:
            messages.success(request, "The seats are there.")
            return redirect("governance:seats", body=found.slug)
    context = {
        "body": found,
        "community": found.community,
        "places": places_of(found),
        "form": form,
        "term_form": TermForm(body=found),
        "reason_form": ReasonForm(),
    }
    return render(request, "governance/seats.html", context, status=400 if form.is_bound else 200)


@require_POST
def fill(request: PageRequest, body: str) -> HttpResponse:
    """Give a seat to a member."""
    found = run_body(request, body)
    if (missing := second_factor(request)) is not None:
        return missing
    form, member = TermForm(request.POST, body=found), own_member(request, found)

    def act() -> None:
        starts_at, ends_at = form.times()
        given = form.cleaned_data
        fill_seat(seat=given["seat"], member=given["member"], starts_at=starts_at, ends_at=ends_at, by=member)

    sent = {"do": "fill", "body": found.slug, **{name: form.data.get(name, "") for name in form.fields}}
    problem, _ = do_once(member, form, sent, act)
    if problem:
        messages.warning(request, problem)
    else:
        messages.success(request, "The seat is filled.")
    return redirect("governance:seats", body=found.slug)


@require_POST
def end(request: PageRequest, body: str, term: int) -> HttpResponse:
    """End a term before its time."""
    found = run_body(request, body)
    if (missing := second_factor(request)) is not None:
        return missing
    held = get_object_or_404(Term.objects.filter(seat__body=found), pk=term)
    form, member = ReasonForm(request.POST), own_member(request, found)

    def act() -> None:
        end_term(term=held, reason=form.cleaned_data["reason"][:300], by=member)

    sent = {"do": "end", "term": held.pk, "reason": form.data.get("reason", "")}
    problem, _ = do_once(member, form, sent, act)
    if problem:
        messages.warning(request, problem)
    else:
        messages.success(request, "The term has ended.")
    return redirect("governance:seats", body=found.slug)
