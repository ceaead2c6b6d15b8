"""Results as files, and the way to their release."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import EntryNeeded, PageRequest, acting_member, protected
from accounts.idempotency import KeyReused, Reply, answer_once
from aggregation import bundles, releasing
from aggregation.forms.release import ProposeForm
from aggregation.models import Aggregation
from governance.provenance import approval_line

PARTS = {"json": "application/json", "csv": "text/csv; charset=utf-8", "card": "text/markdown; charset=utf-8"}


@require_safe
@never_cache
def download(request: PageRequest, run: UUID, part: str) -> HttpResponseBase:
    """One file, or "all" in a zip; the gate is asked each time, of visitors too."""
    found = releasing.takeable(request.user, run)
    if found is None and not request.user.is_authenticated:
        raise EntryNeeded
    if found is None or part not in {*PARTS, "all"}:
        raise Http404
    verdict = releasing.verdict_on(request.user, found)
    if not verdict.allowed:
        sees_page = Aggregation.objects.visible_to(request.user).filter(pk=found.pk).exists()
        context = {"aggregation": found, "verdict": verdict, "sees_page": sees_page}
        return render(request, "aggregation/closed.html", context, status=403)
    result, approvals = releasing.released_result(found), [approval_line(one) for one in verdict.approvals]
    if part == "all":
        answer = HttpResponse(bundles.as_zip(found, result, approvals), content_type="application/zip")
        ending = "zip"
    else:
        text = {
            "json": lambda: bundles.as_json(found, result),
            "csv": lambda: bundles.as_csv(result),
            "card": lambda: bundles.as_card(found, result, approvals),
        }[part]()
        answer = HttpResponse(text, content_type=PARTS[part])
        ending = "md" if part == "card" else part
    answer["Content-Disposition"] = f'attachment; filename="{found.run.kind}-{str(found.pk)[:8]}.{ending}"'
    return answer


@require_POST
@protected
def propose(request: PageRequest, run: UUID) -> HttpResponse:
    """Put the result before the community's stewards."""
    found = get_object_or_404(Aggregation.objects.run_by(request.user).select_related("run__community"), pk=run)
    member = acting_member(request, found.run.community)
    form = ProposeForm(request.POST)
    if found.run.kind not in releasing.GATED or not form.is_valid():
        messages.info(request, "Choose how risky it would be to publish this. Nothing was proposed yet.")
        return redirect(found)
    sent = {"risk_tier": form.cleaned_data["risk_tier"], "rationale": form.cleaned_data["rationale"]}

    def act() -> Reply:
        release = releasing.propose(aggregation=found, member=member, **sent)
        return 201, {"release": str(release.pk)}

    try:
        answer_once(member=member, key=form.cleaned_data["key"], body={"propose": str(run), **sent}, act=act)
    except KeyReused as reused:
        messages.info(request, str(reused))
    else:
        messages.success(request, "It is before the stewards now. You can download it yourself at once.")
    return redirect(found)
