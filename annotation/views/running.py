"""Pages for those who run a study: making one, its state and terms, opening and closing, and a preview."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, PageRequest, role_required
from accounts.idempotency import Reply
from accounts.models import Role
from accounts.organising import carried_out
from annotation.actions import change_study, close_study, create_study, open_study, publish_version, reopen_study
from annotation.actions.studies import problems_of
from annotation.errors import Refused
from annotation.forms import CreateForm, StudyForm
from annotation.kinds import texts_of
from annotation.models import Question, Study
from annotation.ordering import order_shown
from annotation.presentation import shown_questions, shown_task
from annotation.queries.studies import counts_of, money
from annotation.ready_made import TEMPLATES
from annotation.views.common import for_organisers, once, with_version
from annotation.views.layout import layout_of, remember
from frontend.addresses import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESEARCHER, Role.ADMIN)
def create(request: MemberRequest) -> HttpResponse:
    """Start a draft from a template, in the community one acts in."""
    form = CreateForm(request.POST or None)
    status, problem = 200, ""
    if request.method == "POST":
        status = 400
        if form.is_valid():
            template = TEMPLATES[form.cleaned_data["template"]]

            def act() -> Reply:
                made = create_study(
                    community=request.member.community,
                    title=form.cleaned_data["title"],
                    created_by=request.member,
                    questions=template.questions,
                    guidelines=template.guidelines,
                    **template.described,
                )
                return 201, {"slug": made.slug}

            status, reply, problem = once(request, request.member, {"form": "create-study", **form.cleaned_data}, act)
            if not problem:
                return redirect("annotation:manage", reply["slug"])
    context = {"form": form, "problem": problem, "community": request.member.community}
    return render(request, "annotation/create.html", context, status=status)


@require_safe
@for_organisers
def manage(request: PageRequest, study: Study) -> HttpResponse:
    """What state the study is in, what it still lacks, and the way to everything its organisers do."""
    draft = study.versions.filter(published_at=None).first()
    hourly = study.hourly_cents
    context = {
        **_shared(study),
        "counts": counts_of(study),
        "problems": problems_of(study) if study.status == Study.Status.DRAFT else [],
        "draft": draft,
        "n_questions": Question.objects.filter(version=with_version(study)).count(),
        "pay": money(study.unit_pay_cents, study.currency) if study.unit_pay_cents else "",
        "hourly": money(hourly, study.currency) if hourly else "",
        "crowd_address": request.build_absolute_uri(f"/studies/{study.slug}/enter/"),
    }
    return render(request, "annotation/manage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def edit(request: PageRequest, study: Study) -> HttpResponse:
    """Change the description and the terms."""
    form = StudyForm(request.POST or None, instance=Study.objects.get(pk=study.pk))
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                change_study(study=study, **form.described())
            except Refused as refused:
                form.add_error(None, str(refused))
                status = 409
            else:
                messages.success(request, "Saved.")
                return redirect("annotation:manage", study.slug)
    return render(request, "annotation/edit.html", {**_shared(study), "form": form}, status=status)


@require_safe
@for_organisers
def preview(request: PageRequest, study: Study) -> HttpResponse:
    """The page as an annotator will see it; nothing is stored."""
    version = study.versions.filter(published_at=None).first() or study.version
    questions = list(version.questions.all()) if version else []
    number = whole_number(request.GET.get("item", ""))
    items = study.items.filter(retired_at=None)
    item = (None if number is None else items.filter(pk=number).first()) or items.first()
    turn = whole_number(request.GET.get("turn", "")) or 0
    task, shown = None, None
    if item is not None and questions:
        order = order_shown(item, questions, turn=turn)
        task = shown_task(item, questions, order=order, is_blind=study.is_blind)
        shown = shown_questions(questions, texts_of(item.content), order=order)
    later = items.filter(number__gt=item.number).first() if item else None
    context = {
        **_shared(study),
        "task": task,
        "questions": shown,
        "has_questions": bool(questions),
        "item": item,
        "later": later,
        "turn": turn,
    }
    if item is not None:
        context |= layout_of(request, f"{request.path}?item={item.pk}&turn={turn}")
    return remember(request, render(request, "annotation/preview.html", context))


def _moving(request: PageRequest, study: Study, move: Callable[..., object], said: str) -> HttpResponse:
    carried_out(request, lambda: move(study=study), refusals=Refused, said=said)
    return redirect("annotation:manage", study.slug)


@require_POST
@for_organisers
def open_(request: PageRequest, study: Study) -> HttpResponse:
    """Take answers from now on."""
    return _moving(request, study, open_study, "The study is open.")


@require_POST
@for_organisers
def close(request: PageRequest, study: Study) -> HttpResponse:
    """Give no more items."""
    return _moving(request, study, close_study, "The study is closed. Who has an item in hand may still send it.")


@require_POST
@for_organisers
def reopen(request: PageRequest, study: Study) -> HttpResponse:
    """Take answers again."""
    return _moving(request, study, reopen_study, "The study is open again.")


@require_POST
@for_organisers
def publish(request: PageRequest, study: Study) -> HttpResponse:
    """Put the changed questions to people from now on."""
    if study.status == Study.Status.DRAFT:
        raise Http404
    return _moving(request, study, publish_version, "The new questions are asked from the next item on.")


def _shared(study: Study) -> dict[str, object]:
    return {"study": study, "community": study.community, "synthetic": study.is_synthetic, "may_run": True}
