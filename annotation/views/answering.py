"""Answering: one item after the other, each answer kept before the next item comes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PageRequest
from accounts.idempotency import Reply
from accounts.models import Member
from annotation.actions import Taken, answer_and_go_on, next_assignment, of_study, skip_assignment
from annotation.actions.conflict_cases import take_back_validation, validate_item
from annotation.answers import sent_answers
from annotation.errors import Refused, Unanswered
from annotation.kinds import texts_of
from annotation.models import Assignment, Enrolment, Item, Response, Study
from annotation.presentation import questions_html, shown_task
from annotation.queries.asked import asked
from annotation.queries.studies import assignment_of, enrolment_of, part_so_far
from annotation.views.common import for_members, once, seconds_sent
from annotation.views.layout import layout_of, remember

State = Assignment.State
TEMPLATE = "annotation/answer.html"
NOT_SENT = {"key", "csrfmiddlewaretoken", "seconds"}


@require_safe
@never_cache
@for_members
def answer(request: PageRequest, study: Study, member: Member) -> HttpResponse:
    """The next item; those who have not started are sent to the start."""
    if enrolment_of(study, member) is None:
        return redirect("annotation:start", study.slug)
    return next_card(request, study, member)


@require_POST
@for_members
def respond(request: PageRequest, study: Study, member: Member, assignment: UUID) -> HttpResponse:
    """Take an answer, or a change of one, and show the next item."""
    given = _own(study, member, assignment)
    questions = asked(given.version)
    texts = texts_of(given.item.content)
    body = {
        "form": "respond",
        "assignment": given.pk,
        "sent": {name: request.POST.getlist(name) for name in request.POST if name not in NOT_SENT},
    }
    answers: dict[str, Any] = {}
    taken: list[Taken] = []

    def act() -> Reply:
        now = answer_and_go_on(assignment=given, member=member, answers=answers, seconds=seconds_sent(request))
        taken.append(now)
        if given.item.is_synthetic and "asks_sound" in request.POST:
            vouch = validate_item if request.POST.get("sound") == "yes" else take_back_validation
            vouch(item=given.item, by=member)
        return 200, {"response": str(now.response.pk), "state": now.response.state}

    try:
        answers = sent_answers(questions, dict(request.POST.lists()), texts)
        status, _, problem = once(request, member, body, act)
    except Unanswered as missing:
        return card(request, study, member, given, given=answers, problems=missing.problems, status=400)
    changes = request.POST.get("place") == "answers"
    if not request.htmx:
        if problem:
            messages.warning(request, problem)
        if given.item.kind == Item.Kind.TRAINING and not problem:
            return redirect("annotation:task", study.slug, given.pk)
        return redirect("annotation:answers" if changes else "annotation:answer", study.slug)
    if changes and not problem:
        messages.success(request, "Your answer is changed. What you said before is kept in its history.")
        return redirect("annotation:answers", study.slug)
    if given.item.kind == Item.Kind.TRAINING and not problem:
        given.refresh_from_db()
        return card(request, study, member, given)
    if taken and taken[0].following is not None:
        return card(request, study, member, taken[0].following, part=taken[0].part)
    return next_card(request, study, member, problem=problem, status=status)


@require_POST
@for_members
def skip(request: PageRequest, study: Study, member: Member, assignment: UUID) -> HttpResponse:
    """Give an item back and show the next one."""
    given = _own(study, member, assignment)
    reason = request.POST.get("reason", "").strip()

    def act() -> Reply:
        skip_assignment(assignment=given, reason=reason)
        return 200, {"skipped": str(given.pk)}

    body = {"form": "skip", "assignment": given.pk, "reason": reason}
    status, _, problem = once(request, member, body, act)
    if not request.htmx:
        if problem:
            messages.warning(request, problem)
        return redirect("annotation:answer", study.slug)
    return next_card(request, study, member, problem=problem, status=status)


@require_safe
@never_cache
@for_members
def task(request: PageRequest, study: Study, member: Member, assignment: UUID) -> HttpResponse:
    """One item that was answered: what one said, to be changed; for practice, what others would say."""
    given = _own(study, member, assignment)
    if given.state == State.ASSIGNED:
        return redirect("annotation:answer", study.slug)
    return card(request, study, member, given)


def next_card(
    request: PageRequest, study: Study, member: Member, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """The card with the member's next item, or with why there is none."""
    try:
        assignment = next_assignment(study=study, member=member)
    except Refused as refused:
        assignment, problem = None, problem or str(refused)
    return card(request, study, member, assignment, problem=problem, status=status)


def card(
    request: PageRequest,
    study: Study,
    member: Member,
    assignment: Assignment | None,
    *,
    given: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
    part: Enrolment | None = None,
) -> HttpResponse:
    """The card of one item, or the end of one's part; for a script that card alone, otherwise a page."""
    enrolment = part or enrolment_of(study, member)
    context: dict[str, Any] = {
        "study": study,
        "community": study.community,
        "synthetic": study.is_synthetic,
        "member": member,
        "enrolment": enrolment,
        "part": part_so_far(study, enrolment, member) if enrolment else None,
        "assignment": assignment,
        "problem": problem,
        "problems": problems or {},
    }
    if assignment is None:
        context |= ending(study, enrolment)
    else:
        item, response = assignment.item, None if assignment.state == State.ASSIGNED else _response(assignment)
        place = (
            ("annotation:answer", study.slug) if response is None else ("annotation:task", study.slug, assignment.pk)
        )
        context |= layout_of(request, reverse(place[0], args=place[1:]))
        order, changes = assignment.order_shown, response is not None and item.kind != Item.Kind.TRAINING
        shown = shown_task(item, asked(assignment.version), order=order, is_blind=study.is_blind)
        one_tap = shown.one_tap and not changes
        if given is None and response is not None:
            given = response.answers
        context |= {
            "response": response,
            "history": list(response.events.order_by("happened_at", "pk")) if response else [],
            "vouches": response is not None and item.is_synthetic and item.validations.filter(member=member).exists(),
            "changes": changes,
            "lesson": lesson_of(response) if response and item.kind == Item.Kind.TRAINING else None,
            "task": shown,
            "one_tap": one_tap,
            "questions": questions_html(
                assignment.version, texts_of(item.content), order=order, given=given, problems=problems, one_tap=one_tap
            ),
        }
    template = f"{TEMPLATE}#card" if request.htmx else TEMPLATE
    return remember(request, render(request, template, context, status=status))


def ending(study: Study, enrolment: Enrolment | None) -> dict[str, Any]:
    """What a person without a next item is told: why, and the code that says so to a crowd service."""
    codes, state = study.completion_codes, enrolment.state if enrolment else ""
    name = {
        Enrolment.State.SCREENED_OUT: "screened_out",
        Enrolment.State.FAILED_ATTENTION: "failed_attention",
        Enrolment.State.REFUSED: "refused",
    }.get(Enrolment.State(state) if state else Enrolment.State.ACTIVE, "complete")
    reached = (
        enrolment is not None and study.most_per_member is not None and enrolment.answered >= study.most_per_member
    )
    waits = state in {Enrolment.State.TRAINING, Enrolment.State.ACTIVE} and not reached
    code = codes.get(name, "") if name != "complete" or (enrolment and enrolment.answered) else ""
    crowd = enrolment.crowd if enrolment else ""
    link = f"https://app.prolific.com/submissions/complete?cc={code}" if code and crowd == "prolific" else ""
    return {"ended": state, "waits": waits, "code": code, "code_link": link}


def lesson_of(response: Response) -> dict[str, Any]:
    """What a person learns from a training item."""
    return {
        "passed": response.passed,
        "feedback": response.item.feedback,
        "address": reverse("annotation:answer", args=[response.study.slug]),
    }


def _response(assignment: Assignment) -> Response | None:
    return Response.objects.select_related("item", "study").filter(assignment=assignment).first()


def _own(study: Study, member: Member, pk: UUID) -> Assignment:
    found = assignment_of(study, member, pk)
    if found is None:
        raise Http404
    return of_study(found, study)
