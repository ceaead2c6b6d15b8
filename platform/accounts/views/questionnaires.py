"""Questionnaires about oneself: an overview, and one question a page."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required, safe_next
from accounts.actions import answer_question, withdraw_answer
from accounts.forms import AnswerForm, UsesForm
from accounts.models import DemographicAnswer, Member, Question, Questionnaire
from accounts.queries import open_questionnaires

USES = "questionnaire_uses"
BACK = "questionnaire_back"


def _questions(member: Member, slug: str) -> tuple[Questionnaire, list[Question]]:
    """The open questionnaire and its questions, each with the member's answer as `.mine` (a list)."""
    questionnaire = get_object_or_404(open_questionnaires(member), slug=slug)
    mine = Prefetch("answers", DemographicAnswer.objects.filter(member=member), to_attr="mine")
    return questionnaire, list(questionnaire.questions.prefetch_related(mine))


def _came_from(request: MemberRequest, slug: str) -> str:
    """The page that sent the person here, to which the last answer leads back; empty where none did."""
    return str(request.session.get(BACK, {}).get(slug, ""))


def _is_answered(question: Question) -> bool:
    answers: list[DemographicAnswer] = question.mine  # type: ignore[attr-defined]  # set by the prefetch
    return any(answer.status in {"answered", "declined"} for answer in answers)


@member_required
def questionnaire(request: MemberRequest, slug: str) -> HttpResponse:
    """What is asked and why; afterwards, all answers to look over."""
    questionnaire, questions = _questions(request.member, slug)
    waiting = [question for question in questions if not _is_answered(question)]
    if address := safe_next(request, default=""):
        request.session[BACK] = {**request.session.get(BACK, {}), slug: address}
    form = UsesForm(request.POST or None, initial={"uses": request.session.get(USES, [])})
    if request.method == "POST" and form.is_valid():
        request.session[USES] = form.cleaned_data["uses"]
        return redirect("accounts:question", slug, (waiting or questions)[0].name)
    context = {
        "questionnaire": questionnaire,
        "questions": questions,
        "waiting": waiting,
        "form": form,
        "community": request.member.community,
        "came_from": _came_from(request, slug),
    }
    return render(request, "accounts/questionnaire.html", context)


@member_required
def question(request: MemberRequest, slug: str, name: str) -> HttpResponse:
    """One question."""
    questionnaire, questions = _questions(request.member, slug)
    question = next((question for question in questions if question.name == name), None)
    if question is None:
        raise Http404
    answer = next(iter(question.mine), None)  # type: ignore[attr-defined]  # set by the prefetch
    initial = {"uses": request.session.get(USES, []), **AnswerForm.initial_of(answer)}
    form = AnswerForm(request.POST or None, question=question, initial=initial)
    if request.method == "POST" and form.is_valid():
        answer_question(
            member=request.member, question=question, given=form.cleaned_data["given"], uses=form.cleaned_data["uses"]
        )
        after = questions[questions.index(question) + 1 :]
        following = next((later for later in after if not _is_answered(later)), None)
        done = "change" not in request.GET and all(_is_answered(one) for one in questions if one != question)
        if done and (address := _came_from(request, slug)):
            request.session[BACK] = {k: v for k, v in request.session[BACK].items() if k != slug}
            messages.success(request, "Thank you. You can change or take back these answers at any time.")
            return redirect(address)
        if following is None or "change" in request.GET:
            return redirect("accounts:questionnaire", slug)
        return redirect("accounts:question", slug, following.name)
    context = {
        "questionnaire": questionnaire,
        "question": question,
        "number": questions.index(question) + 1,
        "total": len(questions),
        "answer": answer,
        "form": form,
        "community": request.member.community,
    }
    return render(request, "accounts/question.html", context, status=400 if form.errors else 200)


@require_POST
@member_required
def take_back(request: MemberRequest, slug: str, name: str) -> HttpResponse:
    """Empty one answer."""
    answer = get_object_or_404(
        DemographicAnswer.objects.select_related("member"),
        member=request.member,
        question__name=name,
        question__questionnaire__slug=slug,
        question__questionnaire__is_open=True,
    )
    withdraw_answer(answer=answer)
    messages.success(request, "Your answer was emptied.")
    return redirect("accounts:questionnaire", slug)
