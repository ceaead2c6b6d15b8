"""Pages of finished runs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PageRequest, acting_member, protected
from accounts.models import Community, Role
from aggregation import figures, releasing
from aggregation.actions.aggregations import request_again
from aggregation.algorithms.axioms import AXIOMS
from aggregation.algorithms.rules import RULES
from aggregation.forms.release import ProposeForm
from aggregation.models import Aggregation
from aggregation.pipelines.methods import METHODS
from aggregation.queries import aggregations_for, shown_result, unfinished_aggregations
from aggregation.views.flags import flag_context

RUNS_ON_A_PAGE = 20
NEWEST = 3
ITEMS_ON_A_PAGE = 15
BRIDGING_ORDERS: dict[str, Callable[[dict[str, Any]], float]] = {
    "consensus": lambda row: -(row["bridging"]["consensus"] or 0),
    "least": lambda row: -(row["bridging"]["least"] or 0),
    "intercept": lambda row: -(row["intercept"] or 0),
}
"""What statements may be ordered by, the greatest first; those whose numbers are kept back come last."""


@require_safe
@protected
def runs(request: PageRequest) -> HttpResponse:
    """Every run of one's communities, newest first; for the home page the newest and how many are being computed."""
    listed = aggregations_for(request.user)
    if request.htmx:
        newest = {"newest": listed[:NEWEST], "unfinished": unfinished_aggregations(request.user)}
        return render(request, "aggregation/runs.html#newest", newest)
    kind = request.GET.get("kind", "")
    if kind in METHODS:
        listed = listed.filter(run__kind=kind)
    context = {
        "page": Paginator(listed, RUNS_ON_A_PAGE).get_page(request.GET.get("page")),
        "kind": kind,
        "methods": METHODS.values(),
        "may_make": Community.objects.run_by(request.user, Role.RESEARCHER, Role.ADMIN).exists(),
    }
    return render(request, "aggregation/runs.html", context)


@require_safe
@protected
def run(request: PageRequest, run: UUID) -> HttpResponse:
    """One result with everything known about it."""
    found = _found(request, run)
    method = METHODS[found.run.kind]
    result = shown_result(request.user, found)
    may_run = Aggregation.objects.run_by(request.user).filter(pk=found.pk).exists()
    context = {
        "aggregation": found,
        "run": found.run,
        "verdict": releasing.verdict_on(request.user, found),
        "propose": ProposeForm() if may_run and method.name in releasing.GATED else None,
        "method": method,
        "result": result,
        "rule": RULES.get(str(found.run.parameters.get("rule"))),
        "axioms": AXIOMS,
        "again": [(one, one.run.result == found.run.result) for one in found.repetitions.all()],
        "equal": found.again_of is None or found.again_of.run.result == found.run.result,
        "may_run": may_run,
        **({} if result.get("hidden") else CONTEXTS.get(method.name, _nothing)(request, found, result)),
    }
    return render(request, method.template, context)


@require_POST
@protected
def again(request: PageRequest, run: UUID) -> HttpResponse:
    """Compute it again from the stored inputs."""
    found = get_object_or_404(Aggregation.objects.run_by(request.user).select_related("run__community"), pk=run)
    if found.inputs is None:
        messages.info(request, "The answers that this was computed from were erased; make a new run instead.")
        return redirect(found)
    member = acting_member(request, found.run.community)
    return redirect("jobs:job", pk=request_again(member=member, aggregation=found))


@require_safe
@protected
def rules(request: PageRequest) -> HttpResponse:
    """What each rule promises, and to whom."""
    listed = [(rule, [AXIOMS[short] for short in rule.axioms]) for rule in RULES.values()]
    return render(request, "aggregation/rules.html", {"rules": listed, "axioms": AXIOMS.values()})


def _found(request: PageRequest, run: UUID) -> Aggregation:
    repetitions = Aggregation.objects.visible_to(request.user).select_related("run").defer("inputs", "members")
    visible = (
        Aggregation.objects.visible_to(request.user)
        .select_related("run__community", "requested_by", "again_of__run")
        .prefetch_related(Prefetch("repetitions", repetitions))
        .defer("members")
    )
    return get_object_or_404(visible, pk=run)


def _slate(request: PageRequest, found: Aggregation, result: dict[str, Any]) -> dict[str, Any]:
    imputed = result["imputed"]
    return {
        "texts": {row["candidate"]: row["text"] for row in (result["exposure"] or {"rows": []})["rows"]},
        "said": figures.said_by_groups(result["slate"]),
        "well": figures.how_well(result["groups"]),
        "inclusion": figures.inclusion(imputed["inclusion"], imputed["draws"]) if imputed else None,
        "exposed": figures.exposure(result["exposure"]) if result["exposure"] else None,
    }


def _ranking(request: PageRequest, found: Aggregation, result: dict[str, Any]) -> dict[str, Any]:
    places = [[(candidate, result["texts"][candidate]) for candidate in tied] for tied in result["order"]]
    return {"places": places, "means": figures.mean_by_group(result)}


def _distribution(request: PageRequest, found: Aggregation, result: dict[str, Any]) -> dict[str, Any]:
    items = [row | {"text": result["texts"][row["item"]] or row["item"]} for row in result["items"]]
    wanted = request.GET.get("item", "")
    chosen = next((row for row in items if row["item"] == wanted), items[0] if items else None)
    pairs = chosen["between_groups"] if chosen else []
    models = result.get("models", [])
    return {
        "page": Paginator(items, ITEMS_ON_A_PAGE).get_page(request.GET.get("page")),
        "chosen": figures.shares_of(chosen, chosen["text"]) if chosen else None,
        "distances": pairs,
        "metrics": figures.metric_names(
            chosen["between_groups"][0]["distances"] if chosen and chosen["between_groups"] else ()
        ),
        "metrics_of_models": figures.metric_names(models[0]["groups"][0]["distances"] if models else ()),
        "of_models": figures.distances_of_models(models),
    }


def _viewpoints(request: PageRequest, found: Aggregation, result: dict[str, Any]) -> dict[str, Any]:
    return {"shares": figures.viewpoint_shares(result["viewpoints"])}


def _bridging(request: PageRequest, found: Aggregation, result: dict[str, Any]) -> dict[str, Any]:
    order = request.GET.get("order", "")
    order = order if order in BRIDGING_ORDERS else "consensus"
    rows = sorted(result["statements"], key=BRIDGING_ORDERS[order])
    return {
        "page": Paginator(rows, ITEMS_ON_A_PAGE).get_page(request.GET.get("page")),
        "order": order,
        "agreed": figures.agreed_by_groups(rows[:ITEMS_ON_A_PAGE]),
    }


def _coverage(request: PageRequest, found: Aggregation, result: dict[str, Any]) -> dict[str, Any]:
    models = result["models"]
    return {"scores": figures.overton_scores(models), "by_group": figures.covered_by_group(models)}


def _integrity(request: PageRequest, found: Aggregation, result: dict[str, Any]) -> dict[str, Any]:
    return flag_context(found, result)


def _nothing(request: PageRequest, found: Aggregation, result: dict[str, Any]) -> dict[str, Any]:
    return {}


CONTEXTS: dict[str, Callable[[PageRequest, Aggregation, dict[str, Any]], dict[str, Any]]] = {
    "slate": _slate,
    "ranking": _ranking,
    "distribution": _distribution,
    "viewpoints": _viewpoints,
    "bridging": _bridging,
    "coverage": _coverage,
    "integrity": _integrity,
}
"""What the page of each method shows beside the result."""
