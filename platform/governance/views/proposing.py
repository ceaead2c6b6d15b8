"""Drafting a decision, and changing the draft until the vote is opened."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import PageRequest, protected
from accounts.models import Community, Role
from governance.actions.decisions import change_decision, propose_decision
from governance.forms.decisions import ProposalForm
from governance.models.bodies import Body
from governance.models.decisions import Decision
from governance.procedure import Rule, State
from governance.views.acting import do_once, own_member


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def propose(request: PageRequest, body: str) -> HttpResponse:
    """Draft a decision."""
    run = Community.objects.run_by(request.user, Role.STEWARD, Role.ADMIN)
    bodies = Body.objects.visible_to(request.user).filter(community__in=run).select_related("community")
    found = get_object_or_404(bodies, slug=body)
    form = ProposalForm(request.POST or None, community=found.community, user=request.user)
    form.begin_with(request.GET.get("subject", ""))

    def act() -> str:
        return str(propose_decision(body=found, proposed_by=own_member(request, found), **form.described()).pk)

    return _form(request, found, form, f"propose:{found.slug}", act)


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def change(request: PageRequest, decision: UUID) -> HttpResponse:
    """Change a draft; the page does not exist once the vote was opened."""
    drafts = Decision.objects.run_by(request.user).filter(state=State.DRAFT).select_related("body__community")
    found = get_object_or_404(drafts, pk=decision)
    form = ProposalForm(request.POST or None, community=found.body.community, user=request.user)
    form.continue_with(found)

    def act() -> str:
        by = own_member(request, found.body)
        described = form.described(standing=Rule.from_json(found.rule))
        return str(change_decision(decision=found, by=by, **described).pk)

    return _form(request, found.body, form, f"change:{found.pk}", act, found)


def _form(
    request: PageRequest, body: Body, form: ProposalForm, do: str, act: Any, decision: Decision | None = None
) -> HttpResponse:
    """Show the form, or do what it says."""
    problem = ""
    if request.method == "POST":
        sent = {"do": do, **{name: form.data.get(name, "") for name in form.fields}}
        problem, made = do_once(own_member(request, body), form, sent, act)
        if not problem:
            messages.success(request, "The draft is saved.")
            return redirect("governance:decision", decision=made)
    context = {
        "body": body,
        "community": body.community,
        "decision": decision,
        "form": form,
        "problem": problem if form.is_valid() else "",
    }
    return render(request, "governance/decision_new.html", context, status=400 if form.is_bound else 200)
