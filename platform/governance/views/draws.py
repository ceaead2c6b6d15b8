"""Reading draws: the list, one draw with its chances and its panel, and the files to draw it again."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PageRequest
from accounts.models import Community
from accounts.queries import member_of
from frontend.figures import Figure
from governance.draw_files import FILES, command, file_of
from governance.figures import chances
from governance.forms.draws import CommitForm, NamingForm, QuotaForm, SeatingForm, SeedForm
from governance.models.draws import Draw, PanelPlace
from governance.queries.draws import (
    features_of,
    groups_of,
    has_gone,
    listed_draws,
    panel_now,
    place_of,
    pool_features,
    spelled,
)
from jobs.models import Job
from jobs.queries import jobs_of

DRAWS_ON_A_PAGE = 20


@require_safe
def draws(request: PageRequest, community: str) -> HttpResponse:
    """Every draw of a community that the person may see."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    context = {
        "community": found,
        "page": Paginator(listed_draws(request.user, found), DRAWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "may_run": Community.objects.run_by(request.user).filter(pk=found.pk).exists(),
    }
    return render(request, "governance/draws.html", context)


@require_safe
def draw(request: PageRequest, draw: UUID) -> HttpResponse:
    """One draw: what was committed to, from which seed it was drawn, with what chances, and who sits in the panel."""
    seen = Draw.objects.visible_to(request.user).select_related("community", "questionnaire")
    return show(request, get_object_or_404(seen.prefetch_related("quotas"), pk=draw))


def show(request: PageRequest, found: Draw, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with the forms that were sent and could not be taken."""
    runs = Draw.objects.run_by(request.user).filter(pk=found.pk).exists()
    now = timezone.now()
    context: dict[str, Any] = {
        "draw": found,
        "community": found.community,
        "runs": runs,
        "checks": found.committed_at and Draw.objects.checked_by(request.user).filter(pk=found.pk).exists(),
        "member": member_of(request.user, found.community),
        "own": place_of(found, request.user),
        "job": _job(request, found) if runs else None,
        "takes_seed": runs and found.state == Draw.State.COMMITTED and found.seed_from and now >= found.seed_from,
    }
    rows = pool_features(found) if found.state != Draw.State.WITHDRAWN or found.committed_at else []
    features = features_of(found, rows)
    words = {(one.name, value.code): value.words for one in features for value in one.values}
    questions = {one.name: one.words for one in features}
    if context["own"]:
        told = context["own"].features.items()
        context["own_words"] = [(questions.get(n, n), words.get((n, code), spelled(code))) for n, code in told]
    if found.state == Draw.State.DRAFT:
        context |= {
            "n_pool": len(rows),
            "naming_form": forms.get("naming_form")
            or NamingForm(initial={"title": found.title, "purpose": found.purpose}),
            "quota_form": forms.get("quota_form") or QuotaForm(draw=found, features=features),
            "commit_form": forms.get("commit_form") or CommitForm(),
        }
    elif found.drawn_at is not None:
        context |= _drawn(found, features, words, questions)
        context["seating_form"] = forms.get("seating_form") or SeatingForm(community=found.community)
    else:
        context["quota_rows"] = _quotas(found, words, questions, {})
        context["seed_form"] = forms.get("seed_form") or SeedForm()
    return render(request, "governance/draw.html", context, status=status)


def _job(request: PageRequest, found: Draw) -> Job | None:
    """The newest long work on this draw, where it goes on or did not work."""
    jobs = jobs_of(request.user).filter(key=str(found.pk), kind__startswith="governance.")
    newest = jobs.order_by("-created_at").first()
    return newest if newest is not None and newest.status not in {"succeeded", "cancelled"} else None


def _quotas(
    found: Draw, words: dict[tuple[str, str], str], questions: dict[str, str], counts: dict[tuple[str, str], int]
) -> list[tuple[str, str, Any, int]]:
    """For the table of quotas: question, answer, the quota, and how many of the panel gave it."""
    return [
        (
            questions.get(one.feature, one.feature),
            words.get((one.feature, one.value), one.value),
            one,
            counts.get((one.feature, one.value), 0),
        )
        for one in found.quotas.all()
    ]


def _drawn(
    found: Draw, features: list[Any], words: dict[tuple[str, str], str], questions: dict[str, str]
) -> dict[str, Any]:
    """What a page shows of a panel."""
    panel = panel_now(found)
    pool = list(found.pool.all())
    counts: dict[tuple[str, str], int] = {}
    for one in panel:
        for pair in one.place.features.items():
            counts[pair] = counts.get(pair, 0) + 1
    gone = [one for one in panel if has_gone(one)]
    waiting = [one for one in panel if one.answer == PanelPlace.Answer.ACCEPTED and one.term_id is None]
    figure: Figure = chances(
        found, [one.chance or 0.0 for one in pool], groups_of(features, pool, found.community.small_cell)
    )
    replaced = list(
        found.panel.filter(place__gone_in__isnull=False)
        .select_related("place")
        .order_by("place__gone_in", "place__name")
    )
    return {
        "panel": [(one, has_gone(one)) for one in panel],
        "gone": gone,
        "may_answer": any(one.term_id is None for one in panel),
        "may_seat": bool([one for one in waiting if one not in gone]),
        "replaced": replaced,
        "quota_rows": _quotas(found, words, questions, counts),
        "figure": figure,
        "excluded": sum(one.chance == 0 for one in pool),
        "command": command(found, bool(replaced)),
    }


@require_safe
def file(request: PageRequest, draw: UUID, file: str) -> HttpResponse:
    """What `polyphony sortition` needs to draw the same panel; the pool is for admins and auditors."""
    seen = Draw.objects.checked_by(request.user).exclude(committed_at=None)
    found = get_object_or_404(seen.prefetch_related("quotas"), pk=draw)
    if file not in FILES:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return HttpResponse(file_of(found, file), content_type="text/csv; charset=utf-8", headers=headers)
