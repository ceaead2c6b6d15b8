"""What there is to answer, starting a study, one's own answers, and ending one's part."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PageRequest, signed_in
from accounts.idempotency import Reply
from accounts.models import Member
from accounts.queries import open_questionnaires
from annotation.actions import enrol, finish_enrolment, refuse_consent
from annotation.crowd import arrival_in
from annotation.models import Enrolment, Item, Question, Study
from annotation.queries.studies import enrolment_of, listed_studies, money, open_to, part_so_far, responses_of
from annotation.summaries import in_words
from annotation.views.answering import ending
from annotation.views.common import for_members, once
from frontend.markdown import safe_markdown
from governance.queries.comal import study_orders

ON_A_PAGE = 20


@require_safe
@signed_in
def studies(request: PageRequest) -> HttpResponse:
    """Studies one may answer, and for those who run them, drafts too."""
    status = request.GET.get("status", "")
    listed = listed_studies(request.user, status=status if status in Study.Status.values else "")
    may_create = request.member is not None and (
        request.user.is_staff or request.member.has_role("researcher", "admin")
    )
    context = {
        "page": Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page")),
        "may_create": may_create,
        "status": status,
        "statuses": Study.Status.choices,
        "orders": study_orders(request.user) if may_create else [],
    }
    return render(request, "annotation/studies.html", context)


@require_safe
@signed_in
def waiting(request: PageRequest) -> HttpResponse:
    """Studies that wait for the person's answers: a fragment of the home page, or a page."""
    found = list(open_to(request.member)[:5]) if request.member else []
    template = "annotation/waiting.html#list" if request.htmx else "annotation/waiting.html"
    return render(request, template, {"studies": found})


@require_safe
@for_members
def study(request: PageRequest, study: Study, member: Member) -> HttpResponse:
    """What a study asks, how long it takes, what it pays, and what one has done so far."""
    enrolment = enrolment_of(study, member)
    return render(request, "annotation/study.html", about(request, study, member, enrolment))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_members
def start(request: PageRequest, study: Study, member: Member) -> HttpResponse:
    """Say yes or no to taking part, once the questions about oneself are answered."""
    enrolment = enrolment_of(study, member)
    context = about(request, study, member, enrolment)
    if request.method != "POST":
        if enrolment is not None and enrolment.state != Enrolment.State.REFUSED:
            return redirect("annotation:answer", study.slug)
        return render(request, "annotation/start.html", context)
    says_no = request.POST.get("answer") == "no"
    if not says_no and study.consent and request.POST.get("agree") != "yes":
        context["problem"] = "Tick the box if you agree. If you do not, say so; nothing of yours is kept then."
        return render(request, "annotation/start.html", context, status=400)
    if not says_no and context["questionnaires"]:
        context["problem"] = "First answer the questions about yourself; you may say that you would rather not."
        return render(request, "annotation/start.html", context, status=400)
    crowd = arrival_in(request.session, study)

    def act() -> Reply:
        made = (refuse_consent if says_no else enrol)(study=study, member=member, **crowd)
        return 200, {"enrolment": made.pk, "state": made.state}

    status, _, problem = once(request, member, {"form": "start", "study": study.pk, "no": says_no}, act)
    if problem:
        return render(request, "annotation/start.html", {**context, "problem": problem}, status=status)
    return redirect("annotation:answer", study.slug)


@require_safe
@for_members
def answers(request: PageRequest, study: Study, member: Member) -> HttpResponse:
    """All one's answers in this study, each of which can be changed while the study is open."""
    page = Paginator(responses_of(study, member), ON_A_PAGE).get_page(request.GET.get("page"))
    versions = {response.version_id for response in page}
    questions: dict[int, list[Question]] = {}
    for question in Question.objects.filter(version__in=versions).order_by("version", "position"):
        questions.setdefault(question.version_id, []).append(question)
    rows = [(response, in_words(response, questions.get(response.version_id, []))) for response in page]
    enrolment = enrolment_of(study, member)
    context = {**about(request, study, member, enrolment), "page": page, "rows": rows}
    return render(request, "annotation/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_members
def finish(request: PageRequest, study: Study, member: Member) -> HttpResponse:
    """End one's part; afterwards the completion code, where there is one."""
    enrolment = enrolment_of(study, member)
    if enrolment is None:
        return redirect("annotation:study", study.slug)
    if request.method == "POST":

        def act() -> Reply:
            return 200, {"state": finish_enrolment(study=study, member=member).state}

        _, _, problem = once(request, member, {"form": "finish", "study": study.pk}, act)
        if problem:
            messages.warning(request, problem)
        return redirect("annotation:finish", study.slug)
    context = about(request, study, member, enrolment) | ending(study, enrolment)
    return render(request, "annotation/finish.html", context)


def about(request: PageRequest, study: Study, member: Member, enrolment: Enrolment | None) -> dict[str, Any]:
    """What every page before, beside and after the answering tells of a study."""
    asked = [q for q in open_questionnaires(member) if q.slug in study.questionnaires] if study.questionnaires else []
    address = reverse("annotation:start", args=[study.slug])
    hourly = study.hourly_cents
    return {
        "study": study,
        "community": study.community,
        "synthetic": study.is_synthetic,
        "member": member,
        "enrolment": enrolment,
        "part": part_so_far(study, enrolment, member) if enrolment else None,
        "guidelines": mark_safe(safe_markdown(study.guidelines)),  # cleaned by nh3
        "consent": mark_safe(safe_markdown(study.consent)),  # cleaned by nh3
        "pay": money(study.unit_pay_cents, study.currency) if study.unit_pay_cents else "",
        "hourly": money(hourly, study.currency) if hourly else "",
        "questionnaires": [
            (one, f"{reverse('accounts:questionnaire', args=[one.slug])}?{urlencode({'next': address})}")
            for one in asked
            if one.n_given < one.n_questions  # type: ignore[attr-defined]  # counted by the query
        ],
        "may_run": Study.objects.run_by(request.user).filter(pk=study.pk).exists(),
        "has_training": study.items.filter(kind=Item.Kind.TRAINING, retired_at=None).exists(),
    }
