"""What is right for a gold, attention or training item: said by answering it, as an annotator would."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import PageRequest
from annotation.actions import change_item
from annotation.answers import read_answers, sent_answers
from annotation.errors import Unanswered
from annotation.kinds import KINDS, Texts, Unfit, texts_of
from annotation.models import Item, Question, Study
from annotation.ordering import order_shown
from annotation.presentation import shown_questions, shown_task
from annotation.views.common import for_organisers, with_version
from annotation.views.layout import layout_of, remember


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def right_answers(request: PageRequest, study: Study, item: int) -> HttpResponse:
    """The item with its questions; each that is answered here is compared with what people say."""
    found = get_object_or_404(study.items.select_related("study"), pk=item)
    questions = _values_only(study)
    texts = texts_of(found.content)
    given = _named_before(found, questions, texts)
    problems: dict[str, str] = {}
    if request.method == "POST":
        expected: dict[str, Any] = {}
        try:
            if request.POST.get("do") != "clear":
                given = sent_answers(questions, dict(request.POST.lists()), texts)
                stored = read_answers(questions, given, texts)
                expected = {name: answer["value"] for name, answer in stored.items()}
        except Unanswered as missing:
            problems = missing.problems
        else:
            change_item(item=found, expected=expected)
            messages.success(request, "Saved." if expected else "Nothing is compared for this item any more.")
            return redirect("annotation:item", study.slug, found.pk)
    order = order_shown(found, questions, turn=0)
    shown = shown_questions(questions, texts, order=order, given=given, problems=problems)
    context = {
        "study": study,
        "community": study.community,
        "synthetic": study.is_synthetic,
        "may_run": True,
        "item": found,
        "problems": problems,
        "task": shown_task(found, questions, order=order, is_blind=study.is_blind),
        "questions": [replace(question, flags=()) for question in shown],
        **layout_of(request, request.path),
    }
    status = 400 if problems else 200
    return remember(request, render(request, "annotation/right_answers.html", context, status=status))


def can_be_named(study: Study, item: Item) -> bool:
    """Whether there is something to compare: a question, and an item that is not plain work."""
    return item.kind != Item.Kind.WORK and Question.objects.filter(version=with_version(study)).exists()


def _named_before(item: Item, questions: Iterable[Question], texts: Texts) -> dict[str, Any]:
    """The right answers so far, without those that the questions of today do not take."""
    given: dict[str, Any] = {}
    for question in questions:
        with suppress(Unfit):
            value = KINDS[question.kind].read(item.expected.get(question.name), question.settings, texts)
            if value is not None:
                given[question.name] = {"value": value}
    return given


def _values_only(study: Study) -> Sequence[Question]:
    """The questions without reasons and confidence, none of which must be answered; not to be saved."""
    questions = list(Question.objects.filter(version=with_version(study)).order_by("position"))
    for question in questions:
        question.is_required, question.why, question.asks_confidence = False, Question.Why.NO, False
    return questions
