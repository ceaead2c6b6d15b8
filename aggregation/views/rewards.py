"""Pages of reward models: choose what to learn from, watch the training, read the result, score texts."""

from collections.abc import Callable
from functools import wraps
from math import exp
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import EntryNeeded, MemberRequest, PageRequest, acting_member, role_required, signed_in
from accounts.forms.keyed import KeyedForm
from accounts.idempotency import KeyReused, Reply, answer_once
from accounts.models import Member, Role
from aggregation import reward_figures
from aggregation.actions.rewards import (
    Refused,
    request_scoring,
    request_training,
    resume_training,
    scoring_job,
    stop_training,
    training_job,
)
from aggregation.artifacts import artifact_name
from aggregation.forms.rewards import ScoringForm, TrainingForm
from aggregation.models import RewardModel
from aggregation.reward_queries import (
    chosen_materials,
    questions_to_learn,
    reward_models_of,
    shared_groupings,
    trainable,
    training_cost,
    withdrawn_since,
)
from aggregation.reward_report import kind_of, report_context, words_of
from aggregation.steering import DIMENSIONS, RULES, is_tie, steer
from frontend.addresses import whole_number
from frontend.markdown import safe_markdown
from governance.gate import may_release

MODELS_ON_A_PAGE = 20


def on_model(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Hand the view the reward model of the address; it does not exist for those who may not see it."""

    @signed_in
    @wraps(view)
    def guarded(request: PageRequest, reward_model: UUID, **kwargs: Any) -> HttpResponseBase:
        found = get_object_or_404(reward_models_of(request.user), pk=reward_model)
        return view(request, found, **kwargs)

    return guarded


def on_own_model(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The same for those who may train and score; for others it does not exist."""

    @signed_in
    @wraps(view)
    def guarded(request: PageRequest, reward_model: UUID, **kwargs: Any) -> HttpResponseBase:
        found = get_object_or_404(
            RewardModel.objects.run_by(request.user).select_related("community", "run"), pk=reward_model
        )
        return view(request, found, acting_member(request, found.community), **kwargs)

    return guarded


@require_safe
@signed_in
def reward_models(request: PageRequest) -> HttpResponse:
    """All that one may see, newest first."""
    page = Paginator(reward_models_of(request.user), MODELS_ON_A_PAGE).get_page(request.GET.get("page"))
    member = request.member
    may_train = member is not None and member.has_role(Role.RESEARCHER, Role.ADMIN)
    return render(request, "aggregation/rewards/list.html", {"page": page, "may_train": may_train})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESEARCHER, Role.ADMIN)
def new_reward_model(request: MemberRequest) -> HttpResponse:
    """Choose material; then questions, groups, loss and split; then train."""
    sent = request.POST if request.method == "POST" else request.GET
    materials = chosen_materials(request.user, request.member.community_id, sent.getlist("material"))
    parts = [(material, questions_to_learn(material)) for material in materials]
    parts = [(material, questions) for material, questions in parts if questions]
    cost = training_cost(parts, members=5) if parts else {}
    if not parts or (not cost["answers"] and all(len(questions) == 1 for _, questions in parts)):
        choices = trainable(request.user, request.member.community_id)
        context = {"choices": choices, "community": request.member.community, "picked_nothing": bool(materials)}
        return render(request, "aggregation/rewards/choose.html", context)
    form = TrainingForm(
        request.POST or None,
        materials=parts,
        groupings=shared_groupings(materials),
        initial={
            "title": f"What people say in “{materials[0].choice.title}”"[:200],
            "questions": [f"{m.choice.kind}:{m.choice.key}:{q.key}" for m, questions in parts for q in questions[:1]],
        },
    )
    status, problem = 200, ""
    if request.method == "POST":
        status = 400
        if form.is_valid():

            def act() -> Reply:
                made = request_training(
                    member=request.member, title=form.cleaned_data["title"], parts=form.chosen_parts, plan=form.plan
                )
                return 201, {"reward_model": str(made.pk)}

            body = {"form": "train", **{name: value for name, value in form.cleaned_data.items() if name != "key"}}
            try:
                _, reply = answer_once(member=request.member, key=form.cleaned_data["key"], body=body, act=act)
            except (KeyReused, Refused) as refused:
                status, problem = 422, str(refused)
            else:
                return redirect("aggregation:reward-model", reply["reward_model"])
    context = {"form": form, "materials": materials, "community": request.member.community, "problem": problem}
    return render(request, "aggregation/rewards/new.html", context | cost, status=status)


@require_safe
@never_cache
@on_model
def reward_model(request: PageRequest, found: RewardModel) -> HttpResponse:
    """How far the training is, or what came of it."""
    may_run = RewardModel.objects.run_by(request.user).filter(pk=found.pk).exists()
    context = {"reward_model": found, "may_run": may_run, "keyed": KeyedForm()}
    if not found.is_trained:
        context |= {"job": training_job(found), "figure": reward_figures.training_curve(found.curve)}
        template = "aggregation/rewards/training.html"
        return render(request, f"{template}#state" if request.htmx else template, context)
    context |= report_context(found, request.user)
    context["card"] = mark_safe(safe_markdown(found.run.result["card"])) if found.run else ""  # cleaned by nh3
    context |= {
        "form": ScoringForm(),
        "withdrawn": withdrawn_since(found),
        "verdict": may_release(request.user, found.artifact_sha256, community=found.community),
        "scorings": found.scorings.order_by("-created_at")[:10] if may_run else [],
    }
    response = render(request, "aggregation/rewards/result.html", context)
    if request.htmx:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@on_own_model
def stop(request: PageRequest, found: RewardModel, member: Member) -> HttpResponse:
    """Stop the training at its next step."""
    try:
        stop_training(reward_model=found)
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, "The training stops at its next step. What is finished is kept.")
    return redirect(found)


@require_POST
@on_own_model
def resume(request: PageRequest, found: RewardModel, member: Member) -> HttpResponse:
    """Go on from what is finished."""
    try:
        resume_training(reward_model=found, member=member)
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, "The training goes on.")
    return redirect(found)


@require_safe
@never_cache
def download(request: PageRequest, reward_model: UUID) -> HttpResponseBase:
    """The model's folder as a zip archive, where the release gate lets this person have it, visitors too."""
    asked = RewardModel.objects.takeable_by(request.user).select_related("community")
    found = asked.filter(pk=reward_model).first()
    if found is None and not request.user.is_authenticated:
        raise EntryNeeded
    if found is None or not found.is_trained:
        raise Http404
    verdict = may_release(request.user, found.artifact_sha256, community=found.community)
    if not verdict.allowed:
        return HttpResponseForbidden(verdict.why)
    file = default_storage.open(artifact_name(found.artifact_sha256))
    return FileResponse(file, as_attachment=True, filename=f"reward-model-{found.artifact_sha256[:12]}.zip")


@require_POST
@on_own_model
def score(request: PageRequest, found: RewardModel, member: Member) -> HttpResponse:
    """Have texts scored."""
    form = ScoringForm(request.POST)
    if not form.is_valid():
        context = {"reward_model": found, "form": form}
        return render(request, "aggregation/rewards/score.html", context, status=400)

    def act() -> Reply:
        data = form.cleaned_data
        made = request_scoring(reward_model=found, member=member, prompt=data["prompt"], texts=data["texts"])
        return 201, {"scoring": str(made.pk)}

    body = {
        "form": "score",
        "model": found.pk,
        "prompt": form.cleaned_data["prompt"],
        "texts": form.cleaned_data["texts"],
    }
    try:
        _, reply = answer_once(member=member, key=form.cleaned_data["key"], body=body, act=act)
    except (KeyReused, Refused) as refused:
        messages.warning(request, str(refused))
        return redirect(found)
    return redirect("aggregation:reward-scoring", found.pk, reply["scoring"])


@require_safe
@never_cache
@on_own_model
def scoring(request: PageRequest, found: RewardModel, member: Member, scoring: UUID) -> HttpResponse:
    """The scores: blended by weights, picked from by a rule."""
    made = get_object_or_404(found.scorings, pk=scoring)
    context: dict[str, Any] = {"reward_model": found, "scoring": made, "rules": RULES, "job": scoring_job(made)}
    template = "aggregation/rewards/scoring.html"
    if made.result is None:
        return render(request, f"{template}#state" if request.htmx else template, context)
    assert found.run is not None  # what is scored was trained
    context |= {"compares": kind_of(found.run.result["metrics"]) == "pairs", "words": words_of(found)}
    context |= _steering(request, made.result, made.texts)
    part = f"#{request.htmx.target}" if request.htmx and request.htmx.target in ("scores", "steering") else ""
    response = render(request, f"{template}{part}", context)
    if request.htmx and request.htmx.target == "scoring-state":  # who waited for the scores needs the choices too
        response["HX-Refresh"] = "true"
    return response


def _steering(request: PageRequest, result: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    """What the sliders and choices of the address say, as far as they make sense."""
    views = [name for name, levels in result["scores"][0]["groups"].items() if levels]
    if len(result["dimensions"]) > 1 or not views:
        views.append(DIMENSIONS)
    view = request.GET.get("view", "")
    view = view if view in views else views[0]
    asked = whole_number(request.GET.get("dimension", "")) or 0
    dimension = asked if asked < len(result["dimensions"]) else 0
    rule = request.GET.get("rule", "")
    rule = rule if rule in {one.short for one in RULES} else RULES[0].short
    directions = result["dimensions"] if view == DIMENSIONS else list(result["scores"][dimension]["groups"][view])
    weights = {}
    for place, name in enumerate(directions):
        given = whole_number(request.GET.get(f"weight-{place}", ""))
        weights[name] = 50.0 if given is None else float(min(given, 100))
    shown = directions if len(directions) > 1 else []  # a single one says the same as everybody
    steered = steer(result, view=view, dimension=dimension, weights=weights, rule=rule)
    return {
        "steered": steered,
        "kinds": round(exp(result.get("entropy_of_wording", 0.0)), 1),
        "is_tie": is_tie(steered),
        "rows": [
            row | {"text": texts[row["place"]], "directions": list(zip(shown, row["directions"], strict=False))}
            for row in steered.rows
        ],
        "view": view,
        "views": views,
        "dimension": dimension,
        "dimensions": list(enumerate(result["dimensions"])),
        "rule": rule,
        "chosen_rule": next(one for one in RULES if one.short == rule),
        "sliders": [(place, name, int(weights[name])) for place, name in enumerate(directions)],
    }
