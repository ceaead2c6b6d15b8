"""Deciding about flagged answers; the people concerned read the decisions and appeal."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, acting_member, protected, signed_in
from aggregation.actions.flags import appeal_flag, decide_flag
from aggregation.models import Aggregation, FlagDecision

DECIDED = (FlagDecision.Verdict.KEEP, FlagDecision.Verdict.LEAVE_OUT)


def flag_context(aggregation: Aggregation, result: dict[str, Any]) -> dict[str, Any]:
    """Flagged people with what was decided about each, newest first, and those to leave out."""
    decided: dict[str, list[FlagDecision]] = {}
    for one in aggregation.decisions.select_related("decided_by"):
        decided.setdefault(one.participant, []).append(one)
    flagged = [row | {"decisions": decided.get(row["participant"], [])} for row in result["flagged"]]
    out = [
        row["participant"]
        for row in flagged
        if row["decisions"] and row["decisions"][0].verdict == FlagDecision.Verdict.LEAVE_OUT
    ]
    changes = result["changes"] or {"agreement": {}, "most_changed": []}
    return {
        "flagged": flagged,
        "left_out": ",".join(out),
        "changed": [{"text": result["texts"][name], **changes["agreement"][name]} for name in changes["most_changed"]],
        "verdicts": [(verdict.value, verdict.label) for verdict in DECIDED],
    }


@require_POST
@protected
def decide(request: PersonRequest, run: UUID, participant: str) -> HttpResponse:
    """Keep somebody's answers or leave them out, with a reason."""
    found = get_object_or_404(Aggregation.objects.run_by(request.user).select_related("run__community"), pk=run)
    member = acting_member(request, found.run.community)
    verdict = request.POST.get("verdict", "")
    if verdict not in {choice.value for choice in DECIDED}:
        messages.info(request, "Choose whether to keep the answers or leave them out.")
        return redirect(found)
    try:
        decide_flag(
            aggregation=found,
            participant=participant,
            verdict=verdict,
            reason=request.POST.get("reason", "")[:1000],
            decided_by=member,
        )
    except ValueError as reason:
        messages.info(request, str(reason))
    else:
        messages.success(request, "Written down. The person can read it and appeal.")
    return redirect(found)


@require_safe
@signed_in
def mine(request: PersonRequest) -> HttpResponse:
    """What was decided about one's own answers."""
    listed = FlagDecision.objects.filter(member__user=request.user)
    flags = listed.select_related("aggregation__run__community")
    return render(request, "aggregation/my_flags.html", {"flags": flags})


@require_POST
@signed_in
def appeal(request: PersonRequest, flag: UUID) -> HttpResponse:
    """Object to a decision about one's own answers."""
    found = FlagDecision.objects.select_related("aggregation", "member").filter(member__user=request.user)
    one = found.filter(pk=flag).first()
    if one is None or one.member is None:
        raise Http404
    try:
        appeal_flag(flag=one, member=one.member, reason=request.POST.get("reason", "")[:1000])
    except ValueError as reason:
        messages.info(request, str(reason))
    else:
        messages.success(request, "Your objection is written down. Somebody decides again.")
    return redirect("aggregation:my-flags")
