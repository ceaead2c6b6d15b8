"""Reading decisions, and the inbox of what waits for a person."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import PageRequest, signed_in
from accounts.queries import member_of
from governance.actions.decisions import settle
from governance.forms.decisions import BallotForm, InterestForm, OpeningForm, ReasonForm, TextForm
from governance.models.ballots import CHOICES
from governance.models.decisions import STATES, Decision
from governance.procedure import Rule, State
from governance.queries.bodies import listed_bodies
from governance.queries.decisions import elector_of, listed_decisions, standing, with_parts
from governance.queries.inbox import waiting_for
from governance.result import result
from governance.words import rule_in_words

DECISIONS_ON_A_PAGE = 20


@require_safe
def decisions(request: PageRequest) -> HttpResponse:
    """Every decision that the person may see, by state when asked, and the bodies that take them."""
    state = request.GET.get("state", "")
    listed = listed_decisions(request.user)
    if state in dict(STATES):
        listed = listed.filter(state=state)
    page = Paginator(with_parts(listed), DECISIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "page": page,
        "rows": [(decision, standing(decision, now)) for decision in page],
        "state": state,
        "states": [one for one in STATES if one[0] != State.DRAFT],
        "bodies": listed_bodies(request.user),
    }
    return render(request, "governance/decisions.html", context)


@require_safe
@signed_in
def inbox(request: PageRequest) -> HttpResponse:
    """What waits for me."""
    return render(request, "governance/inbox.html", {"waiting": waiting_for(request.user)})


@require_safe
@never_cache
def waiting(request: PageRequest) -> HttpResponse:
    """The same in short, for the home page."""
    template = "governance/inbox.html#short" if request.htmx else "governance/inbox.html"
    return render(request, template, {"waiting": waiting_for(request.user), "short": True})


@require_safe
def decision(request: PageRequest, decision: UUID) -> HttpResponse:
    """One decision: text, evidence, discussion, objections, vote, and after closing the tally."""
    seen = Decision.objects.visible_to(request.user)
    found = get_object_or_404(with_parts(seen).prefetch_related("comments__member", "transitions__by"), pk=decision)
    now = standing(found)
    elector = elector_of(found, request.user)
    member = member_of(request.user, found.body.community)
    runs = Decision.objects.run_by(request.user).filter(pk=found.pk).exists()
    rule = Rule.from_json(found.rule)
    context: dict[str, Any] = {
        "decision": found,
        "community": found.body.community,
        "now": now,
        "label": now.label,
        "rule": rule,
        "rule_words": rule_in_words(rule),
        "elector": elector,
        "member": member,
        "runs": runs,
        "reached": [*found.transitions.all()],
        "steps": [(step, dict(STATES)[step.after.value]) for step in now.steps],
        "takes_objections": now.state == State.OPEN and member is not None,
        "takes_answers": runs and now.state in {State.OPEN, State.CONTESTED},
        "comment_form": TextForm(),
        "reason_form": ReasonForm(),
        "opening_form": OpeningForm(initial={"open_hours": max(168, rule.minimum_open_hours)}),
    }
    if now.case is not None:
        context |= _voting(found, now, elector)
    return render(request, "governance/decision.html", context)


def _voting(found: Decision, now: Any, elector: Any) -> dict[str, Any]:
    """What a page shows of the votes: one's own while they run, all of an open one once they are over."""
    case, first = now.case, now.state == State.OPEN
    told: dict[str, Any] = {"rounds": []}
    if now.is_counted:
        told["result"] = result(case, now.state)
    over = [number for number, shown in ((1, now.is_counted), (2, now.is_ended and case.override_opened_at)) if shown]
    for number in over:
        ballots = [ballot for ballot in found.ballots.all() if ballot.round == number]
        by_elector = {ballot.elector_id: ballot for ballot in ballots if ballot.elector_id}
        voted = {row.elector_id for row in found.voted.all() if row.round == number}
        rows = [
            (row, by_elector.get(row.pk), row.pk in voted, row.number in case.recused) for row in found.electors.all()
        ]
        counts = [(label, sum(ballot.choice == choice for ballot in ballots)) for choice, label in CHOICES]
        told["rounds"].append({"number": number, "rows": rows, "counts": counts, "cast": len(ballots)})
    if elector is not None and now.is_voting:
        number = 1 if first else 2
        round_ = case.first if first else case.second
        own = next((b for b in found.ballots.all() if b.round == number and b.elector_id == elector.pk), None)
        told |= {
            "may_vote": elector.number in case.eligible and elector.starts_at <= timezone.now() < elector.ends_at,
            "is_recused": elector.number in case.recused,
            "has_voted": elector.number in round_.voted,
            "own": own,
            "ballot_form": BallotForm(initial={"choice": own.choice if own else None}),
            "interest_form": InterestForm(),
            "may_veto": first and elector.seat_class in case.rule.veto_classes and elector.number in case.eligible,
        }
    return told


@require_safe
def bundle(request: PageRequest, decision: UUID) -> HttpResponse:
    """The tally bundle, byte for byte; there is none before the decision has ended."""
    found = get_object_or_404(Decision.objects.visible_to(request.user), pk=decision)
    settled = settle(decision=found)
    if not hasattr(settled, "bundle"):
        raise Http404("This decision has no tally yet.")
    headers = {"Content-Disposition": f'attachment; filename="tally-{found.pk}.json"'}
    return HttpResponse(bytes(settled.bundle.data), content_type="application/json", headers=headers)
