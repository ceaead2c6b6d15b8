"""Pages on which somebody chooses what to aggregate and how."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, acting_member, protected
from accounts.idempotency import KeyReused, Reply, answer_once
from aggregation.actions.aggregations import request_aggregation
from aggregation.algorithms.axioms import AXIOMS
from aggregation.algorithms.rules import RULES
from aggregation.forms.compose import FORMS
from aggregation.pipelines.methods import METHODS, Method, methods_for
from aggregation.sources import Material, Question, choices_for, find_material, sources


@require_safe
@protected
def new(request: PersonRequest) -> HttpResponse:
    """What there is to aggregate."""
    titles = {source.kind: source.title for source in sources()}
    choices: dict[str, list[Any]] = {}
    for choice in choices_for(request.user):
        choices.setdefault(titles[choice.kind], []).append(choice)
    return render(request, "aggregation/new.html", {"choices": list(choices.items())})


@require_safe
@protected
def methods(request: PersonRequest, source: str, material: str) -> HttpResponse:
    """What can be made of one conversation or study: its questions, and the methods for each."""
    found = _material(request, source, material)
    offered = [(question, methods_for(question)) for question in found.questions()]
    return render(request, "aggregation/methods.html", {"choice": found.choice, "offered": offered})


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def compose(request: PersonRequest, source: str, material: str, method: str) -> HttpResponse:
    """Choose people, rule and parameters; sending it begins the work and leads to its progress."""
    found = _material(request, source, material)
    how, question = _asked(found, method, request.GET.get("question", ""))
    form = FORMS[how.name](
        request.POST or None,
        request.FILES or None,
        groupings=list(found.groupings()),
        question=question,
        initial=_asked_for(request),
    )
    status, problem = 200, ""
    if request.method == "POST":
        status = 400
        member = acting_member(request, found.choice.community)
        if form.is_valid():
            asked = {
                "member": member,
                "material": found,
                "question": question,
                "method": how,
                "parameters": form.parameters(),
                "seed": form.cleaned_data["seed"],
                "title": form.cleaned_data["title"],
            }
            body = {"form": how.name, "source": source, "material": material, "question": question.key}
            body |= {name: asked[name] for name in ("parameters", "seed", "title")}

            def act() -> Reply:
                return 202, {"job": str(request_aggregation(**asked))}

            try:
                _, reply = answer_once(member=member, key=form.cleaned_data["key"], body=body, act=act)
            except KeyReused as reused:
                status, problem = 422, str(reused)
            else:
                return redirect("jobs:job", pk=reply["job"])
    context = {
        "choice": found.choice,
        "question": question,
        "method": how,
        "form": form,
        "problem": problem,
        "rules": RULES,
        "axioms": AXIOMS,
    }
    return render(request, f"aggregation/compose/{how.name}.html", context, status=status)


def _asked_for(request: PersonRequest) -> dict[str, str]:
    """People to leave out, as a link on the integrity page names them."""
    excluded = request.GET.get("excluded", "")
    return {"excluded": excluded} if excluded else {}


def _material(request: PersonRequest, source: str, material: str) -> Material:
    found = find_material(request.user, source, material)
    if found is None:
        raise Http404
    return found


def _asked(found: Material, method: str, key: str) -> tuple[Method, Question]:
    """The method, and the question of the address or the first that it can work on."""
    how = METHODS.get(method)
    if how is None:
        raise Http404
    fitting = [one for one in found.questions() if how.shape_of(one) and key in ("", one.key)]
    if not fitting:
        raise Http404
    return how, fitting[0]
