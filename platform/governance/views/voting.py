"""What people do on a decision's page: vote, step aside, veto, object, answer, discuss; and running it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import EntryNeeded, PageRequest, acting_member
from accounts.models import Community, Role
from governance.actions import decisions as running
from governance.actions import voting
from governance.errors import Refused
from governance.forms.decisions import (
    BallotForm,
    InterestForm,
    OpeningForm,
    ProposalForm,
    ReasonForm,
    TextForm,
)
from governance.models.bodies import Body
from governance.models.decisions import Decision
from governance.models.matters import Objection, Veto
from governance.views.acting import answered, do_once, own_member, run_decision, second_factor


def _seen(request: PageRequest, pk: UUID) -> Decision:
    return get_object_or_404(Decision.objects.visible_to(request.user).select_related("body__community"), pk=pk)


def _as_member(
    request: PageRequest, pk: UUID, form: Any, said: str, act: Callable[..., Any], part: str = ""
) -> HttpResponse:
    """Find the decision, let the member act on it once, and go back to it."""
    found = _seen(request, pk)
    member = acting_member(request, found.body.community)
    # What a secret ballot says is not part of the body: a hash of it would lead from the voter to the ballot.
    sent = {} if isinstance(form, BallotForm) else {name: form.data.get(name, "") for name in form.fields}
    body = {"do": type(form).__name__, "at": request.path, **sent}
    problem, _ = do_once(member, form, body, lambda: act(found, member))
    return answered(request, found, problem, said, part)


@require_POST
def vote(request: PageRequest, decision: UUID) -> HttpResponse:
    """Cast a ballot."""
    form = BallotForm(request.POST)

    def act(found: Decision, member: Any) -> None:
        voting.cast_ballot(decision=found, member=member, choice=form.cleaned_data["choice"])

    return _as_member(request, decision, form, "Your vote is in the box.", act, "#vote")


@require_POST
def interest(request: PageRequest, decision: UUID) -> HttpResponse:
    """Declare an interest, and step aside."""
    form = InterestForm(request.POST)

    def act(found: Decision, member: Any) -> None:
        voting.declare_interest(
            decision=found,
            member=member,
            text=form.cleaned_data["text"],
            steps_aside=form.cleaned_data["steps_aside"],
        )

    return _as_member(request, decision, form, "Your interest is declared.", act, "#vote")


@require_POST
def veto(request: PageRequest, decision: UUID) -> HttpResponse:
    """Veto, with a reason."""
    form = ReasonForm(request.POST)

    def act(found: Decision, member: Any) -> None:
        voting.file_veto(decision=found, member=member, reason=form.cleaned_data["reason"])

    return _as_member(request, decision, form, "Your veto stands.", act, "#objections")


@require_POST
def objection(request: PageRequest, decision: UUID) -> HttpResponse:
    """Object, with a reason."""
    form = ReasonForm(request.POST)

    def act(found: Decision, member: Any) -> None:
        voting.file_objection(decision=found, member=member, reason=form.cleaned_data["reason"])

    return _as_member(request, decision, form, "Your objection waits for a written answer.", act, "#objections")


@require_POST
def comment(request: PageRequest, decision: UUID) -> HttpResponse:
    """Say something in the discussion."""
    form = TextForm(request.POST)

    def act(found: Decision, member: Any) -> None:
        voting.write_comment(decision=found, member=member, text=form.cleaned_data["text"])

    return _as_member(request, decision, form, "Your comment is there.", act, "#discussion")


def _matter(found: Decision, kind: str, number: int) -> Objection | Veto:
    if kind == "veto":
        return get_object_or_404(Veto.objects.select_related("decision"), decision=found, pk=number)
    return get_object_or_404(Objection.objects.select_related("decision"), decision=found, pk=number)


@require_POST
def answer(request: PageRequest, decision: UUID, matter: str, matter_number: int) -> HttpResponse:
    """Answer an objection or a veto, as somebody who runs the decision."""
    found = run_decision(request, decision)
    if (missing := second_factor(request)) is not None:
        return missing
    about = _matter(found, matter, matter_number)
    form, member = TextForm(request.POST), own_member(request, found.body)
    body = {"do": "answer", "matter": matter, "number": matter_number, "text": form.data.get("text", "")}

    def act() -> None:
        voting.answer_matter(matter=about, text=form.cleaned_data["text"], by=member)

    problem, _ = do_once(member, form, body, act)
    return answered(request, found, problem, "Your answer is published.", "#objections")


@require_POST
def take_back(request: PageRequest, decision: UUID, matter: str, matter_number: int) -> HttpResponse:
    """Withdraw one's own objection or veto."""
    found = _seen(request, decision)
    member = acting_member(request, found.body.community)
    about = _matter(found, matter, matter_number)
    owner = about.elector.member_id if isinstance(about, Veto) else about.member_id
    if owner != member.pk:
        raise Http404
    problem = ""
    try:
        voting.withdraw_matter(matter=about, member=member)
    except Refused as refused:
        problem = str(refused)
    return answered(request, found, problem, "It is withdrawn.", "#objections")


@require_POST
def open_(request: PageRequest, decision: UUID) -> HttpResponse:
    """Open a draft for voting."""
    found = run_decision(request, decision)
    if (missing := second_factor(request)) is not None:
        return missing
    form, member = OpeningForm(request.POST), own_member(request, found.body)

    def act() -> None:
        running.open_decision(decision=found, open_hours=form.cleaned_data["open_hours"], by=member)

    body = {"do": "open", "decision": str(found.pk), "hours": form.data.get("open_hours", "")}
    problem, _ = do_once(member, form, body, act)
    return answered(request, found, problem, "The vote is open. Text, rule and electorate are frozen.")


@require_POST
def withdraw(request: PageRequest, decision: UUID) -> HttpResponse:
    """Take a decision back."""
    found = run_decision(request, decision)
    if (missing := second_factor(request)) is not None:
        return missing
    form, member = ReasonForm(request.POST), own_member(request, found.body)

    def act() -> None:
        running.withdraw_decision(decision=found, reason=form.cleaned_data["reason"], by=member)

    body = {"do": "withdraw", "decision": str(found.pk), "reason": form.data.get("reason", "")}
    problem, _ = do_once(member, form, body, act)
    return answered(request, found, problem, "The decision is withdrawn.")


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: PageRequest, body: str) -> HttpResponse:
    """Draft a decision."""
    if not request.user.is_authenticated:
        raise EntryNeeded
    found = get_object_or_404(
        Body.objects.visible_to(request.user)
        .filter(community__in=Community.objects.run_by(request.user, Role.STEWARD, Role.ADMIN))
        .select_related("community"),
        slug=body,
    )
    if (missing := second_factor(request)) is not None:
        return missing
    form = ProposalForm(request.POST or None, community=found.community, user=request.user)
    form.begin_with(request.GET.get("subject", ""))
    problem = ""
    if request.method == "POST":
        member = own_member(request, found)

        def act() -> str:
            made = running.propose_decision(body=found, proposed_by=member, **form.described())
            return str(made.pk)

        sent = {"do": "propose", "body": found.slug, **{name: form.data.get(name, "") for name in form.fields}}
        problem, made = do_once(member, form, sent, act)
        if not problem:
            return redirect("governance:decision", decision=made)
    context = {"body": found, "community": found.community, "form": form, "problem": problem if form.is_valid() else ""}
    return render(request, "governance/decision_new.html", context, status=400 if form.is_bound else 200)
