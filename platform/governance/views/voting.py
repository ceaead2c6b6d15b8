"""What people do on a decision's page: vote, step aside, veto, object, answer, discuss; and running it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import PageRequest, acting_member
from accounts.forms.keyed import KeyedForm
from governance.actions import decisions as running
from governance.actions import voting
from governance.errors import Refused
from governance.forms.decisions import BallotForm, InterestForm, OpeningForm, ReasonForm, TextForm
from governance.models.decisions import Decision
from governance.models.matters import Objection, Veto
from governance.views.acting import answered, do_once, own_member, run_decision, second_factor

View = Callable[..., HttpResponse]


def _seen(request: PageRequest, pk: UUID) -> Decision:
    return get_object_or_404(Decision.objects.visible_to(request.user).select_related("body__community"), pk=pk)


def _said(form: KeyedForm) -> dict[str, Any]:
    """What the form says, for the action."""
    return {name: value for name, value in form.cleaned_data.items() if name != "key"}


def _sent(request: PageRequest, form: KeyedForm) -> dict[str, object]:
    """What was sent, for the key: the address says what to do, and about what.

    What a secret ballot says is not part of it: a hash of it would lead from the voter to the ballot.
    """
    given = {} if isinstance(form, BallotForm) else {name: form.data.get(name, "") for name in form.fields}
    return {"do": type(form).__name__, "at": request.path, **given}


def _of_members(form_type: type[KeyedForm], act: Callable[..., Any], said: str, part: str) -> View:
    """A view in which a member does one thing in a decision, once, and goes back to it."""

    @require_POST
    def view(request: PageRequest, decision: UUID) -> HttpResponse:
        found, form = _seen(request, decision), form_type(request.POST)
        member = acting_member(request, found.body.community)
        body = _sent(request, form)
        problem, _ = do_once(member, form, body, lambda: act(decision=found, member=member, **_said(form)) and None)
        return answered(request, found, problem, said, part)

    return view


def _of_runners(form_type: type[KeyedForm], act: Callable[..., Any], said: str, part: str = "") -> View:
    """A view in which somebody who runs the decision does one thing, once, and goes back to it.

    Where the address names an objection or a veto, the thing is done to that.
    """

    @require_POST
    def view(request: PageRequest, decision: UUID, matter: str = "", matter_number: int = 0) -> HttpResponse:
        found = run_decision(request, decision)
        if (missing := second_factor(request)) is not None:
            return missing
        about = {"matter": _matter(found, matter, matter_number)} if matter else {"decision": found}
        form, member = form_type(request.POST), own_member(request, found.body)
        body = _sent(request, form)
        problem, _ = do_once(member, form, body, lambda: act(**about, by=member, **_said(form)) and None)
        return answered(request, found, problem, said, part)

    return view


def _matter(found: Decision, kind: str, number: int) -> Objection | Veto:
    rows: Any = Veto.objects if kind == "veto" else Objection.objects
    matter: Objection | Veto = get_object_or_404(rows.select_related("decision"), decision=found, pk=number)
    return matter


vote = _of_members(BallotForm, voting.cast_ballot, "Your vote is in the box.", "#vote")
interest = _of_members(InterestForm, voting.declare_interest, "Your interest is declared.", "#vote")
veto = _of_members(ReasonForm, voting.file_veto, "Your veto stands.", "#objections")
objection = _of_members(ReasonForm, voting.file_objection, "Your objection waits for a written answer.", "#objections")
comment = _of_members(TextForm, voting.write_comment, "Your comment is there.", "#discussion")
answer = _of_runners(TextForm, voting.answer_matter, "Your answer is published.", "#objections")
open_ = _of_runners(OpeningForm, running.open_decision, "The vote is open. Text, rule and electorate are frozen.")
withdraw = _of_runners(ReasonForm, running.withdraw_decision, "The decision is withdrawn.")


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
