"""What people do about a draw: prepare it, commit to it, draw, accept or decline, draw again, give seats."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import EntryNeeded, PageRequest, protected
from accounts.forms.keyed import KeyedForm
from accounts.models import Community, Member
from accounts.queries import member_of
from governance.actions import draws as running
from governance.actions import panels
from governance.forms.decisions import ReasonForm
from governance.forms.draws import CommitForm, DrawForm, NamingForm, QuotaForm, SeatingForm, SeedForm
from governance.models.draws import Draw, PanelPlace
from governance.queries.draws import features_of, pool_features
from governance.views.acting import do_once
from governance.views.draws import show
from jobs.actions import request_job


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def new_draw(request: PageRequest, community: str) -> HttpResponse:
    """Begin a draw."""
    found = get_object_or_404(Community.objects.run_by(request.user), slug=community)
    form = DrawForm(request.POST or None, community=found)
    if request.method == "POST":
        member = member_of(request.user, found)

        def act() -> str:
            given = {name: value for name, value in form.cleaned_data.items() if name != "key"}
            return str(running.begin_draw(community=found, by=member, **given).pk)

        problem, made = do_once(member, form, _sent("begin", found.slug, form), act)
        if not problem:
            return redirect("governance:draw", draw=made)
    context = {"community": found, "form": form}
    return render(request, "governance/draw_new.html", context, status=400 if form.is_bound else 200)


def _run(request: PageRequest, pk: UUID) -> tuple[Draw, Member | None]:
    drawn = Draw.objects.run_by(request.user).select_related("community", "questionnaire").prefetch_related("quotas")
    found = get_object_or_404(drawn, pk=pk)
    return found, member_of(request.user, found.community)


def _sent(do: str, about: str, form: KeyedForm) -> dict[str, object]:
    return {"do": f"draw:{do}", "about": about, **{name: form.data.get(name, "") for name in form.fields}}


def _do(
    request: PageRequest,
    found: Draw,
    member: Member | None,
    do: str,
    form: KeyedForm,
    said: str,
    act: Callable[[], Any],
) -> HttpResponse:
    """Do it once, and go back to the draw; a form that cannot be taken is shown again with what to mend."""
    problem, made = do_once(member, form, _sent(do, str(found.pk), form), act)
    if problem and form.errors:
        return show(request, found, 400, **{f"{do}_form": form})
    if problem:
        messages.warning(request, problem)
    elif isinstance(made, dict) and "job" in made:
        return redirect("jobs:job", pk=made["job"])
    else:
        messages.success(request, said)
    return redirect("governance:draw", draw=found.pk)


def _job(kind: str, found: Draw, member: Member | None, **payload: Any) -> dict[str, str]:
    """Ask for long work on the draw."""
    payload = {"draw": str(found.pk), "requested_by": member.pk if member else None, **payload}
    job = request_job(
        kind=f"governance.{kind}", key=str(found.pk), payload=payload, community=found.community, requested_by=member
    )
    return {"job": str(job)}


@require_POST
@protected
def rename(request: PageRequest, draw: UUID) -> HttpResponse:
    """Change what a draft is called, and what it is for."""
    found, member = _run(request, draw)
    form = NamingForm(request.POST)

    def act() -> None:
        title, purpose = form.cleaned_data["title"], form.cleaned_data["purpose"]
        running.rename_draw(draw=found, title=title, purpose=purpose, by=member)

    return _do(request, found, member, "naming", form, "Name and purpose are saved.", act)


@require_POST
@protected
def quotas(request: PageRequest, draw: UUID) -> HttpResponse:
    """Save the quotas of a draft."""
    found, member = _run(request, draw)
    form = QuotaForm(request.POST, draw=found, features=features_of(found, pool_features(found)))
    return _do(
        request,
        found,
        member,
        "quota",
        form,
        "The quotas are saved.",
        lambda: running.set_quotas(draw=found, limits=form.limits()) and None,
    )


@require_POST
@protected
def commit(request: PageRequest, draw: UUID) -> HttpResponse:
    """Check the quotas, and commit to the pool."""
    found, member = _run(request, draw)
    form = CommitForm(request.POST)

    def act() -> dict[str, str]:
        source, when = form.cleaned_data["seed_source"], form.cleaned_data["seed_from"]
        running.check_announcement(draw=found, seed_source=source, seed_from=when)
        return _job("commit_pool", found, member, seed_source=source, seed_from=when.isoformat())

    return _do(request, found, member, "commit", form, "", act)


@require_POST
@protected
def seed(request: PageRequest, draw: UUID) -> HttpResponse:
    """Write down the seed, and draw; or draw again where the work was interrupted."""
    found, member = _run(request, draw)
    again = bool(found.seed_text and found.state == Draw.State.COMMITTED)
    form = KeyedForm(request.POST) if again else SeedForm(request.POST)

    def act() -> dict[str, str]:
        if not again:
            running.enter_seed(draw=found, seed_text=form.cleaned_data["seed_text"], by=member)
        return _job("draw_panel", found, member)

    return _do(request, found, member, "seed", form, "", act)


@require_POST
def answer(request: PageRequest, draw: UUID, place: int) -> HttpResponse:
    """Accept or decline a place: the person who was drawn, or who runs the draw on their behalf."""
    if not request.user.is_authenticated:
        raise EntryNeeded
    seen = Draw.objects.visible_to(request.user).select_related("community")
    found = get_object_or_404(seen, pk=draw)
    places = PanelPlace.objects.filter(draw=found).select_related("draw")
    if not Draw.objects.run_by(request.user).filter(pk=found.pk).exists():
        places = places.filter(place__member__user=request.user)
    one = get_object_or_404(places, pk=place)
    answers = {"accept": True, "decline": False}
    wanted = request.POST.get("answer", "")
    if wanted not in answers:
        raise Http404
    member = member_of(request.user, found.community)
    form = KeyedForm(request.POST)

    def act() -> None:
        panels.answer_draw(place=one, accepts=answers[wanted], by=member)

    problem, _ = do_once(member, form, {"do": f"draw:{wanted}", "place": one.pk}, act)
    if problem:
        messages.warning(request, problem)
    else:
        messages.success(request, "Thank you. The place is taken." if answers[wanted] else "The place is free again.")
    return redirect("governance:draw", draw=found.pk)


@require_POST
@protected
def replace(request: PageRequest, draw: UUID) -> HttpResponse:
    """Draw for those who are gone."""
    found, member = _run(request, draw)
    number = panels.next_replacement(found)
    form = KeyedForm(request.POST)
    return _do(
        request,
        found,
        member,
        "replace",
        form,
        "",
        lambda: _job("draw_replacements", found, member, number=number),
    )


@require_POST
@protected
def seat(request: PageRequest, draw: UUID) -> HttpResponse:
    """Give seats of a body to those who accepted."""
    found, member = _run(request, draw)
    form = SeatingForm(request.POST, community=found.community)

    def act() -> int:
        given = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        return len(panels.seat_panel(draw=found, by=member, now=timezone.now(), **given))

    return _do(request, found, member, "seating", form, "Those who accepted hold seats now.", act)


@require_POST
@protected
def withdraw(request: PageRequest, draw: UUID) -> HttpResponse:
    """Give a draw up."""
    found, member = _run(request, draw)
    form = ReasonForm(request.POST)

    def act() -> None:
        running.withdraw_draw(draw=found, reason=form.cleaned_data["reason"], by=member)

    return _do(request, found, member, "withdraw", form, "The draw is given up.", act)
