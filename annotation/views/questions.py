"""Writing the questions of a study."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PageRequest
from annotation.actions import QuestionText, set_questions
from annotation.errors import NotSetUp
from annotation.forms import QuestionForm
from annotation.models import Question, Study
from annotation.ready_made import EDGE_SETS, SETS
from annotation.views.common import for_organisers
from frontend.addresses import whole_number


def _written(study: Study) -> list[QuestionText]:
    """The questions as they will be put: the draft's, or the published ones where nothing was changed since."""
    version = study.versions.filter(published_at=None).first() or study.version
    return [QuestionText.of(question) for question in version.questions.all()] if version else []


def _shared(study: Study) -> dict[str, object]:
    return {"study": study, "community": study.community, "synthetic": study.is_synthetic, "may_run": True}


def _save(request: PageRequest, study: Study, questions: list[QuestionText]) -> bool:
    try:
        set_questions(study=study, questions=questions)
    except NotSetUp as refused:
        messages.warning(request, " ".join(refused.problems))
        return False
    return True


@require_safe
@for_organisers
def questions(request: PageRequest, study: Study) -> HttpResponse:
    """All questions, to be changed, moved and added to."""
    written = _written(study)
    kinds = dict(Question.Kind.choices)
    context = {
        **_shared(study),
        "questions": [(n, one, kinds[one.kind]) for n, one in enumerate(written, start=1)],
        "kinds": Question.Kind.choices,
        "sets": EDGE_SETS,
        "is_draft": study.versions.filter(published_at=None).exists(),
        "has_answers": study.responses.exists(),
    }
    return render(request, "annotation/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def new_question(request: PageRequest, study: Study, kind: str) -> HttpResponse:
    """Write a question of one kind."""
    if kind not in Question.Kind.values:
        raise Http404
    form = QuestionForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid() and _save(request, study, [*_written(study), form.question()]):
        return redirect("annotation:questions", study.slug)
    context = {**_shared(study), "form": form, "kind": Question.Kind(kind).label}
    return render(request, "annotation/question_form.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def question(request: PageRequest, study: Study, position: int) -> HttpResponse:
    """Change one question."""
    written = _written(study)
    if not 1 <= position <= len(written):
        raise Http404
    one = written[position - 1]
    form = QuestionForm(request.POST or None, kind=one.kind, question=one)
    if request.method == "POST" and form.is_valid():
        changed = [*written[: position - 1], form.question(), *written[position:]]
        if _save(request, study, changed):
            return redirect("annotation:questions", study.slug)
    context = {**_shared(study), "form": form, "kind": Question.Kind(one.kind).label, "position": position}
    return render(request, "annotation/question_form.html", context, status=400 if form.is_bound else 200)


@require_POST
@for_organisers
def arrange(request: PageRequest, study: Study) -> HttpResponse:
    """Move a question up, take it out, or add a ready-made set."""
    written = _written(study)
    action, _, value = request.POST.get("do", "").partition(":")
    place = (whole_number(value) or 0) - 1
    if action == "add" and value in SETS:
        named = {one.name for one in written}
        added = [one for one in SETS[value].questions if one.name not in named]
        _save(request, study, [*written, *added])
    elif action == "up" and 1 <= place < len(written):
        written[place - 1], written[place] = written[place], written[place - 1]
        _save(request, study, written)
    elif action == "remove" and 0 <= place < len(written):
        _save(request, study, [*written[:place], *written[place + 1 :]])
    return redirect("annotation:questions", study.slug)
