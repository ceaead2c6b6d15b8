"""One principle: its words through all versions, whom it serves, what people say of it, and what is done about it."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PageRequest, PersonRequest, acting_member, protected
from accounts.models import Community
from governance.actions.drafting import comment as say
from governance.actions.drafting import track as write_down
from governance.drafting import group_views
from governance.forms.constitutions import SayForm, TrackForm
from governance.models.constitutions import DRAFTERS, Constitution, Principle
from governance.queries.constitutions import in_force
from governance.views.constitutions import find_constitution, is_inside
from governance.views.sending import say_problems, send_once

REVIEW_DAYS = 90


def _find(request: HttpRequest, slug: str, key: str) -> tuple[Constitution, Principle]:
    found = find_constitution(request, slug)
    principles = found.principles.select_related("constitution__community")
    if not is_inside(request, found):
        principles = principles.filter(clauses__version__sealed_at__isnull=False)
    return found, get_object_or_404(principles.distinct(), key=key)


@require_safe
def principle(request: PageRequest, constitution: str, principle: str) -> HttpResponse:
    """The principle with everything that hangs on it."""
    found, one = _find(request, constitution, principle)
    inside = is_inside(request, found)
    clauses = one.clauses.select_related("version__constitution").order_by("-version__number")
    if not inside:
        clauses = clauses.exclude(version__sealed_at=None)
    standing = in_force(found)
    drafts = Community.objects.run_by(request.user, *DRAFTERS).filter(pk=found.community_id).exists()
    context = {
        "community": found.community,
        "constitution": found,
        "principle": one,
        "clauses": clauses,
        "in_force": standing is not None and one.clauses.filter(version=standing).exists(),
        "views": group_views([one]).get(one.pk, []),
        "candidates": one.candidates.order_by("id"),
        "reports": one.minority_reports.select_related("version", "member"),
        "comments": one.comments.select_related("member"),
        "history": one.implementations.select_related("by"),
        "say_form": SayForm(),
        "track_form": TrackForm(initial={"review_on": timezone.localdate() + timedelta(days=REVIEW_DAYS)}),
        "is_member": inside,
        "may_track": drafts,
    }
    return render(request, "governance/principle.html", context)


@require_POST
def comment(request: PersonRequest, constitution: str, principle: str) -> HttpResponse:
    """Say something about a principle (members)."""
    found, one = _find(request, constitution, principle)
    member = acting_member(request, found.community)
    form = SayForm(request.POST)
    if form.is_valid():
        send_once(
            request,
            member=member,
            form=form,
            name=f"comment:{one.pk}",
            act=lambda: say(principle=one, member=member, text=form.cleaned_data["text"]),
            said="Your comment is there.",
        )
    else:
        say_problems(request, form)
    return redirect(one)


@require_POST
@protected
def track(request: PersonRequest, constitution: str, principle: str) -> HttpResponse:
    """Write down how far the implementation is (stewards, researchers, admins)."""
    drafted = Constitution.objects.drafted_by(request.user).select_related("community")
    found = get_object_or_404(drafted, slug=constitution)
    one = get_object_or_404(found.principles.select_related("constitution__community"), key=principle)
    member = acting_member(request, found.community)
    form = TrackForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        send_once(
            request,
            member=member,
            form=form,
            name=f"track:{one.pk}",
            act=lambda: write_down(
                principle=one, status=said["status"], note=said["note"], review_on=said["review_on"], by=member
            ),
            said="Saved.",
        )
    else:
        say_problems(request, form)
    return redirect(one)
