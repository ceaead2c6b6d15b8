"""What the pages of this room share: find what a person may run, do what they sent once, and say what came of it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.access import EntryNeeded, PageRequest, ask_for_second_factor, lacks_second_factor
from accounts.forms.keyed import KeyedForm
from accounts.idempotency import KeyReused, answer_once
from accounts.models import Member
from accounts.queries import member_of
from governance.errors import Refused
from governance.models.bodies import Body
from governance.models.decisions import Decision


def run_decision(request: PageRequest, pk: Any) -> Decision:
    """A decision of the address for those who run it; it does not exist for others."""
    if not request.user.is_authenticated:
        raise EntryNeeded
    return get_object_or_404(Decision.objects.run_by(request.user).select_related("body__community"), pk=pk)


def run_body(request: PageRequest, slug: str) -> Body:
    """A body of the address for those who run it; it does not exist for others."""
    if not request.user.is_authenticated:
        raise EntryNeeded
    return get_object_or_404(Body.objects.run_by(request.user).select_related("community"), slug=slug)


def second_factor(request: PageRequest) -> HttpResponse | None:
    """The page that asks for a second factor, where one is missing."""
    return ask_for_second_factor(request) if lacks_second_factor(request) else None


def do_once(
    member: Member | None, form: KeyedForm, body: Mapping[str, object], act: Callable[[], Any]
) -> tuple[str, Any]:
    """Do what a form asks, once for its key.

    Returns
    -------
    what stands in the way, in words ("" where it was done), and the reply

    Site staff who are no members act without a key: they run the site and send no answers.
    """
    if not form.is_valid():
        words = [str(error) for errors in form.errors.values() for error in errors]
        return " ".join(words) or "Something is missing.", None
    try:
        if member is None:
            return "", act()
        _, reply = answer_once(
            member=member, key=form.cleaned_data["key"], body=body, act=lambda: (200, {"made": act()})
        )
        return "", reply["made"]
    except (Refused, KeyReused, ValueError) as refused:
        return str(refused), None


def answered(request: PageRequest, decision: Decision, problem: str, said: str, part: str = "") -> HttpResponse:
    """Back to the decision, with what came of it."""
    if problem:
        messages.warning(request, problem)
    else:
        messages.success(request, said)
    return redirect(f"{decision.get_absolute_url()}{part}")


def own_member(request: PageRequest, body: Body) -> Member | None:
    """The person's membership in the body's community; None for site staff from elsewhere."""
    return member_of(request.user, body.community)
