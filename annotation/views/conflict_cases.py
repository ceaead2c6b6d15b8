"""Pages that have a language model write conflict cases, and where people validate what it wrote."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PageRequest
from accounts.idempotency import Reply
from accounts.queries import member_of
from annotation.actions.conflict_cases import MOST_ROUNDS, request_conflict_case, validate_item
from annotation.errors import Refused
from annotation.models import Study
from annotation.views.common import for_organisers, once
from jobs.language import is_configured, model_name


class ConflictCaseForm(forms.Form):
    """What the personas argue about, and from which values."""

    topic = forms.CharField(max_length=300, label="Subject", help_text="Such as: caring for a parent who refuses help.")
    values = forms.CharField(
        max_length=400, label="Values", widget=forms.Textarea, help_text="Two to four, one on each line."
    )
    rounds = forms.IntegerField(min_value=1, max_value=MOST_ROUNDS, initial=1, label="How often each speaks")


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def conflict_cases(request: PageRequest, study: Study) -> HttpResponse:
    """Ask the language model for a case."""
    form = ConflictCaseForm(request.POST or None)
    status, problem = 200, ""
    if request.method == "POST":
        status = 400
        by = member_of(request.user, study.community)
        if by is None:
            status, problem = 409, "Join the community first: each case is kept with who asked for it."
        elif form.is_valid():
            sent = form.cleaned_data
            values = sent["values"].splitlines()

            def act() -> Reply:
                asked = {"topic": sent["topic"], "values": values, "rounds": sent["rounds"]}
                return 202, {"job": str(request_conflict_case(study=study, requested_by=by, **asked))}

            status, _, problem = once(request, by, {"form": "conflict-case", "study": study.pk, **sent}, act)
            if not problem:
                messages.success(request, "The case is being written. It will stand among the items.")
                return redirect("annotation:items", study.slug)
    context = {
        "study": study,
        "community": study.community,
        "synthetic": study.is_synthetic,
        "may_run": True,
        "form": form,
        "problem": problem,
        "model": model_name() if is_configured() else "",
    }
    return render(request, "annotation/conflict_cases.html", context, status=status)


@require_POST
@for_organisers
def validate(request: PageRequest, study: Study, item: int) -> HttpResponse:
    """Vouch for an item that a program made."""
    found = get_object_or_404(study.items, pk=item)
    by = member_of(request.user, study.community)
    if by is None:
        messages.warning(request, "Join the community first: each validation is kept with who gave it.")
        return redirect("annotation:item", study.slug, found.pk)
    try:
        validated = validate_item(item=found, by=by)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, f"Validated by {validated.validated_by} of {study.validations_wanted}.")
    return redirect("annotation:item", study.slug, found.pk)
