"""Models as subjects: upload what they answered, look at what is taken and what is refused, agree."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import PageRequest, acting_member
from accounts.forms.keyed import KeyedForm
from accounts.idempotency import Reply
from aggregation.pipelines.methods import METHODS
from annotation.actions.model_responses import SOURCE, check_responses, take_responses
from annotation.actions.uploads import drop_upload, keep_upload, local
from annotation.errors import Refused
from annotation.forms.model_responses import ModelResponsesForm
from annotation.material import KIND, StudyMaterial
from annotation.models import Study
from annotation.views.common import for_organisers, once
from jobs.kinds import Unfinishable

UPLOAD = "model_responses_upload"
ROWS_SHOWN = 10
REFUSED_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def models(request: PageRequest, study: Study) -> HttpResponse:
    """The models whose responses people rate here, and the way to add one."""
    kept: dict[str, str] = request.session.get(UPLOAD, {}).get(str(study.pk), {})
    if request.method == "POST" and request.POST.get("do") == "other":
        _forget(request, study, drop=True)
        return redirect("annotation:models", study.slug)
    if request.method == "POST" and "upload" in request.POST:
        return _take(request, study, kept)
    if request.method == "POST":
        form = ModelResponsesForm(request.POST, request.FILES)
        if not form.is_valid():
            return _page(request, study, form, status=400)
        _forget(request, study, drop=True)
        name = keep_upload(study, form.cleaned_data["file"], ".jsonl")
        _remember(request, study, {"name": name, "model": form.cleaned_data["model"].strip()})
        return redirect("annotation:models", study.slug)
    return _preview(request, study, kept) if kept else _page(request, study, ModelResponsesForm())


def _page(request: PageRequest, study: Study, form: ModelResponsesForm, *, status: int = 200) -> HttpResponse:
    subjects = (
        study.items.filter(provenance__source=SOURCE)
        .values("provenance__model")
        .annotate(n_responses=Count("pk", distinct=True), given=Coalesce(Sum("quotas__taken"), 0))
        .order_by("provenance__model")
    )
    context = _shared(study) | {"form": form, "subjects": subjects, "kind": KIND, "can_score": _can_score(study)}
    return render(request, "annotation/models.html", context, status=status)


def _preview(
    request: PageRequest, study: Study, kept: dict[str, str], problem: str = "", status: int = 200
) -> HttpResponse:
    try:
        with local(kept["name"]) as path:
            checked = check_responses(study, path, model=kept["model"])
    except (Refused, Unfinishable) as refused:
        _forget(request, study, drop=True)
        messages.warning(request, str(refused))
        return _page(request, study, ModelResponsesForm(), status=400)
    context = _shared(study) | {
        "checked": checked,
        "rows": [(item, item.content["responses"][0]) for item in checked.items[:ROWS_SHOWN]],
        "refused": checked.refused[:REFUSED_SHOWN],
        "upload": kept["name"],
        "keyed": KeyedForm(),
        "problem": problem,
    }
    return render(request, "annotation/models_preview.html", context, status=status)


def _take(request: PageRequest, study: Study, kept: dict[str, str]) -> HttpResponse:
    """Add the responses; the same key again tells the same, also when the upload is gone by then."""
    upload = request.POST["upload"]

    def act() -> Reply:
        if kept.get("name") != upload:
            raise Refused("This file is not waiting any more. Upload it again.")
        taken = take_responses(study, upload, model=kept["model"])
        return 201, {"added": len(taken.items), "models": len(taken.models), "refused": len(taken.refused)}

    try:
        member = acting_member(request, study.community)
        status, reply, problem = once(request, member, {"form": "model responses", "upload": upload}, act)
    except Unfinishable as gone:
        status, reply, problem = 409, {}, str(gone)
    if problem:
        if kept:
            return _preview(request, study, kept, problem, status)
        messages.warning(request, problem)
        return redirect("annotation:models", study.slug)
    _forget(request, study, drop=False)
    models, refused = reply["models"], reply["refused"]
    told = f"{reply['added']:,} responses of {models} {'model' if models == 1 else 'models'} were added"
    messages.success(request, told + (f"; {refused:,} rows were not taken." if refused else "."))
    return redirect("annotation:models", study.slug)


def _can_score(study: Study) -> bool:
    """Whether the study asks something by which models can be scored."""
    if study.status == Study.Status.DRAFT:
        return False
    return any(METHODS["coverage"].shape_of(question) for question in StudyMaterial(study).questions())


def _remember(request: PageRequest, study: Study, kept: dict[str, str]) -> None:
    request.session[UPLOAD] = {**request.session.get(UPLOAD, {}), str(study.pk): kept}


def _forget(request: PageRequest, study: Study, *, drop: bool) -> None:
    waiting = dict(request.session.get(UPLOAD, {}))
    gone = waiting.pop(str(study.pk), None)
    if gone and drop:
        drop_upload(gone["name"])
    request.session[UPLOAD] = waiting


def _shared(study: Study) -> dict[str, Any]:
    return {"study": study, "community": study.community, "synthetic": study.is_synthetic, "may_run": True}
