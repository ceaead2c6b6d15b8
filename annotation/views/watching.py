"""Watching a study: how far it is, where people agree and divide, and how each works; leaving out is a person's act."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PageRequest
from accounts.idempotency import Reply
from accounts.models import Member
from accounts.queries import member_of
from annotation.actions import exclude_member, lift_exclusion
from annotation.actions.watching import request_report
from annotation.kinds import FLAGS
from annotation.models import Enrolment, Study, WatchReport
from annotation.presentation.watched import shares_of_everyone, side_by_side, watched, with_figures
from annotation.presentation.watching import RULES, compare_people
from annotation.queries.watching import (
    Person,
    is_large,
    people_of,
    progress_of,
    read_answers,
    words_of_questions,
)
from annotation.views.common import for_organisers, once
from jobs.models import Job
from jobs.queries import job_behind


class LeaveOutForm(forms.Form):
    """Why somebody's answers are left out of the results."""

    rule = forms.ChoiceField(choices=list(RULES.items()), label="What drew attention")
    reason = forms.CharField(
        max_length=500,
        label="Reason",
        help_text="It stays on record with your name.",
        widget=forms.Textarea,
        error_messages={"required": "Say why."},
    )
    ask_others = forms.BooleanField(
        required=False, initial=True, label="Give their items to other people", help_text="Their answers stay stored."
    )


class CountAgainForm(forms.Form):
    """Why somebody's answers count again."""

    reason = forms.CharField(max_length=500, label="Reason", widget=forms.Textarea)


@require_safe
@for_organisers
def watch(request: PageRequest, study: Study) -> HttpResponse:
    """How far the study is, agreement, the most divided items, and who works how."""
    if name := request.GET.get("person", "").strip():
        of_name = study.enrolments.filter(member__pseudonym__iexact=name).first()
        if of_name is not None:
            return redirect("annotation:annotator", study.slug, of_name.pk)
        messages.info(request, f"Nobody called “{name}” takes part. The whole name is needed.")
    strata = progress_of(study)
    context = {
        **_shared(study),
        "strata": strata,
        "given": sum(one.given for one in strata),
        "wanted": sum(one.wanted for one in strata),
        "is_large": is_large(study),
    }
    if context["is_large"]:
        report = WatchReport.objects.filter(study=study).first()
        context |= {
            "report": report,
            "reading": report is not None and report.job is not None and _is_under_way(request, report.job),
            "n_excluded": study.exclusions.filter(lifted_at=None).count(),
        }
    else:
        answered = read_answers(study)
        context |= watched(study, answered, people_of(study, answered.work))
    return render(request, "annotation/watching.html", context)


def _is_under_way(request: PageRequest, wish: UUID) -> bool:
    job = job_behind(request.user, wish)
    return job is not None and job.status in (Job.Status.QUEUED, Job.Status.RUNNING)


@require_POST
@for_organisers
def read(request: PageRequest, study: Study) -> HttpResponse:
    """Have a worker read the answers of a large study; pressed while one reads, that reading is followed."""
    return redirect("jobs:job", request_report(study=study, requested_by=member_of(request.user, study.community)))


@require_safe
@for_organisers
def annotator(request: PageRequest, study: Study, enrolment: int) -> HttpResponse:
    """One person's figures, and whether their answers count."""
    return _annotator(request, study, enrolment)


def _annotator(
    request: PageRequest,
    study: Study,
    enrolment: int,
    *,
    form: forms.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    found = get_object_or_404(study.enrolments, pk=enrolment)
    person, drawn, distributions = _figures_of(study, found)
    if form is None:
        first = (drawn or ["other"])[0]
        form = CountAgainForm() if person.exclusion else LeaveOutForm(initial={"rule": first})
    history = study.exclusions.filter(member=found.member_id).select_related("decided_by", "lifted_by")
    context = {
        **_shared(study),
        "person": person,
        "drawn": [RULES[rule] for rule in drawn],
        "flags": [(FLAGS.get(name, name), n) for name, n in sorted(person.flags.items())],
        "distributions": distributions,
        "history": [(one, RULES.get(one.rule, one.rule)) for one in history],
        "form": form,
        "problem": problem,
    }
    return render(request, "annotation/watched_person.html", context, status=status)


Distributions = list[tuple[str, list[tuple[str, float, float]]]]


def _figures_of(study: Study, found: Enrolment) -> tuple[Person, list[str], Distributions]:
    """A person's figures, the rules that draw attention, and their answers beside everyone's.

    Of a large study the comparison with others is what a worker found last; what is the person's own is read now.
    """
    texts, options = words_of_questions(study)
    if not is_large(study):
        answered = read_answers(study)
        people = people_of(study, answered.work)
        drawn = compare_people(study, answered, people)
        person = next(one for one in people if one.member == found.member_id)
        own, everyone = shares_of_everyone(answered, found.member_id), shares_of_everyone(answered)
        return person, drawn[person.member], side_by_side(own, everyone, texts, options)
    report = WatchReport.objects.filter(study=study).first()
    person = next(one for one in people_of(study, {}) if one.member == found.member_id)
    kept = report.people.get(str(found.member_id), {}) if report else {}
    drawn_of = with_figures(person, kept)
    mine = read_answers(study, member=found.member_id)
    own = shares_of_everyone(mine, found.member_id)
    return person, drawn_of, side_by_side(own, report.everyone if report else [], texts, options)


@require_POST
@for_organisers
def leave_out(request: PageRequest, study: Study, enrolment: int) -> HttpResponse:
    """Leave the person's answers out of the results, with rule and reason."""
    found = get_object_or_404(study.enrolments.select_related("member"), pk=enrolment)
    form = LeaveOutForm(request.POST)
    if not form.is_valid():
        return _annotator(request, study, enrolment, form=form, status=400)
    sent = form.cleaned_data

    def act(by: Member | None) -> None:
        exclude_member(study=study, member=found.member, decided_by=by, figures=_figures(study, found), **sent)

    return _decide(request, study, found, form, act, f"The answers of {found.member} are left out of the results.")


@require_POST
@for_organisers
def count_again(request: PageRequest, study: Study, enrolment: int) -> HttpResponse:
    """Count the person's answers again, with a reason."""
    found = get_object_or_404(study.enrolments.select_related("member"), pk=enrolment)
    form = CountAgainForm(request.POST)
    if not form.is_valid():
        return _annotator(request, study, enrolment, form=form, status=400)

    def act(by: Member | None) -> None:
        exclusion = study.exclusions.filter(member=found.member, lifted_at=None).first()
        if exclusion is not None:
            lift_exclusion(exclusion=exclusion, lifted_by=by, reason=form.cleaned_data["reason"])

    return _decide(request, study, found, form, act, f"The answers of {found.member} count again.")


def _decide(
    request: PageRequest, study: Study, found: Enrolment, form: forms.Form, act: Any, said: str
) -> HttpResponse:
    by = member_of(request.user, study.community)
    if by is None:
        problem = "Join the community first: a decision about a person is recorded with who took it."
        return _annotator(request, study, found.pk, form=form, problem=problem, status=409)

    def once_only() -> Reply:
        act(by)
        return 200, {"enrolment": found.pk}

    body = {"form": type(form).__name__, "enrolment": found.pk, **form.cleaned_data}
    status, _, problem = once(request, by, body, once_only)
    if problem:
        return _annotator(request, study, found.pk, form=form, problem=problem, status=status)
    messages.success(request, said)
    return redirect("annotation:annotator", study.slug, found.pk)


def _figures(study: Study, found: Enrolment) -> dict[str, Any]:
    """What is known of the person when the decision is taken."""
    person, drawn, _ = _figures_of(study, found)
    return {
        "answered": person.answered,
        "median_seconds": person.median_seconds,
        "agreement": person.agreement,
        "commonest": person.commonest,
        "skipped": person.skipped,
        "attention": [person.attention_passed, person.attention_missed],
        "gold": [person.gold_right, person.gold_wrong],
        "flags": dict(person.flags),
        "drew_attention": drawn,
    }


def _shared(study: Study) -> dict[str, Any]:
    return {"study": study, "community": study.community, "synthetic": study.is_synthetic, "may_run": True}
