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
from aggregation import figures
from aggregation.actions.aggregations import request_again
from aggregation.algorithms.axioms import AXIOMS
from aggregation.algorithms.rules import RULES
from aggregation.models import Aggregation
from aggregation.pipelines.methods import METHODS
from aggregation.queries import aggregations_for, shown_result

RUNS_ON_A_PAGE = 20


@require_safe
@protected
def runs(request: PageRequest) -> HttpResponse:
    """Every run of one's communities, newest first; of one material when the address says so."""
    listed = aggregations_for(request.user)
    kind = request.GET.get("kind", "")
    if kind in METHODS:
        listed = listed.filter(run__kind=kind)
    context = {
        "page": Paginator(listed, RUNS_ON_A_PAGE).get_page(request.GET.get("page")),
        "kind": kind,
        "methods": METHODS.values(),
    }
    return render(request, "aggregation/runs.html", context)


@require_safe
@protected
def run(request: PageRequest, run: UUID) -> HttpResponse:
    """One result with everything known about it."""
    found = _found(request, run)
    method = METHODS[found.run.kind]
    result = shown_result(request.user, found)
    context = {
        "aggregation": found,
        "run": found.run,
        "method": method,
        "result": result,
        "rule": RULES.get(str(found.run.parameters.get("rule"))),
        "axioms": AXIOMS,
        "again": [(one, one.run.result == found.run.result) for one in found.repetitions.all()],
        "equal": found.again_of is None or found.again_of.run.result == found.run.result,
        "may_run": Aggregation.objects.run_by(request.user).filter(pk=found.pk).exists(),
        **CONTEXTS.get(method.name, _nothing)(result),
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


def _slate(result: dict[str, Any]) -> dict[str, Any]:
    imputed = result["imputed"]
    return {
        "texts": {row["candidate"]: row["text"] for row in (result["exposure"] or {"rows": []})["rows"]},
        "said": figures.said_by_groups(result["slate"]),
        "well": figures.how_well(result["groups"]),
        "inclusion": figures.inclusion(imputed["inclusion"], imputed["draws"]) if imputed else None,
        "exposed": figures.exposure(result["exposure"]) if result["exposure"] else None,
    }


def _nothing(result: dict[str, Any]) -> dict[str, Any]:
    return {}


CONTEXTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"slate": _slate}
"""What the page of each method shows beside the result."""
