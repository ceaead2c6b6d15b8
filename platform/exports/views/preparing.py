"""The steps before an export is built, each a page that works without JavaScript."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, PageRequest, role_required
from accounts.forms.keyed import KeyedForm
from accounts.idempotency import KeyReused, Reply, answer_once
from accounts.models import Role
from accounts.organising import carried_out, organisers_of
from accounts.queries import member_of
from exports.actions import choose_privacy, decide_texts, prepare_again, request_export, start_export
from exports.errors import Refused
from exports.forms import NewExportForm, PrivacyForm
from exports.models import Export
from exports.preview import privacy_preview
from exports.privacy import Choices
from exports.queries import exportable

FINDINGS_ON_A_PAGE = 100


def running(user: Any) -> QuerySet[Export]:
    """Data sets the person prepares."""
    related = ("community", "study__community", "conversation__community", "requested_by")
    return Export.objects.run_by(user).select_related(*related)


for_organisers = organisers_of(running, named="export", lookup="pk")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESEARCHER, Role.ADMIN)
def new(request: MemberRequest) -> HttpResponse:
    """Choose what to export and how."""
    sources = exportable(request.user)
    initial = {"of": f"study:{request.GET.get('study', '')}", "licence": "cc-by-4.0"}
    if "conversation" in request.GET:
        initial["of"] = f"conversation:{request.GET['conversation']}"
    form = NewExportForm(request.POST or None, sources=sources, initial=initial)
    status, problem = 200, ""
    if request.method == "POST":
        status = 400
        if form.is_valid():
            of = sources[form.cleaned_data["of"]]
            fields = {name: form.cleaned_data[name] for name in ("format", "title", "risk_tier", "risk_rationale")}

            def act() -> Reply:
                member = member_of(request.user, of.community)
                made = start_export(of=of, options=form.options(), requested_by=member, **fields)
                return 201, {"export": str(made.pk)}

            body = {"form": "new export", **{name: held for name, held in form.cleaned_data.items() if name != "key"}}
            try:
                _, reply = answer_once(member=request.member, key=form.cleaned_data["key"], body=body, act=act)
            except KeyReused as reused:
                status, problem = 422, str(reused)
            else:
                return redirect("exports:privacy", export=reply["export"])
    context = {"form": form, "keyed": KeyedForm(), "problem": problem, "sources": sources}
    return render(request, "exports/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def privacy(request: PageRequest, found: Export) -> HttpResponse:
    """What is told of people: the columns with their answers, a choice for each, and what would come of it."""
    choices = Choices.from_json(found.privacy)
    form = PrivacyForm(request.POST or None, initial={"k": choices.k, "rare": choices.rare})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            before = privacy_preview(found, Choices(form.cleaned_data["k"], choices.columns, choices.rare))
            choices = form.choices({column.name: column.mappings for column in before.columns})
            if "decide" in request.POST:
                by = member_of(request.user, found.community)
                if _done(request, lambda: choose_privacy(export=found, choices=choices, by=by)):
                    return redirect("exports:texts", export=found.pk)
                return redirect(found)
        else:
            status = 400
    context = {"export": found, "form": form, "preview": privacy_preview(found, choices), "choices": choices}
    return render(request, "exports/privacy.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def texts(request: PageRequest, found: Export) -> HttpResponse:
    """What looks like personal data in the texts: tick what may stay; the rest is taken out."""
    page = Paginator(found.findings.all(), FINDINGS_ON_A_PAGE).get_page(request.GET.get("page"))
    if request.method == "POST":
        listed = [finding.pk for finding in page]
        kept = [int(pk) for pk in request.POST.getlist("kept") if pk.isdecimal()]
        last = not page.has_next()
        columns = None
        if "columns" in request.POST:
            parted = (one.partition(":") for one in request.POST.getlist("column"))
            columns = {(place, name) for place, _, name in parted}
        if not _done(request, lambda: decide_texts(export=found, kept=kept, listed=listed, done=last, beside=columns)):
            return redirect(found)
        if last:
            return redirect(found)
        onward = redirect("exports:texts", export=found.pk)
        onward["Location"] += f"?page={page.next_page_number()}"
        return onward
    shown = found.beside if page.number == 1 else []
    return render(request, "exports/texts.html", {"export": found, "page": page, "columns": shown})


@require_POST
@for_organisers
def build(request: PageRequest, found: Export) -> HttpResponse:
    """Ask for the files; a second press finds the first one's work."""
    by = member_of(request.user, found.community)
    if _done(request, lambda: request_export(export=found, requested_by=by)):
        messages.success(request, "The data set is being built. You can leave this page.")
    return redirect(found)


@require_POST
@for_organisers
def again(request: PageRequest, found: Export) -> HttpResponse:
    """Back to its preparation, where it could not be built."""
    _done(request, lambda: prepare_again(export=found))
    return redirect(found)


def _done(request: PageRequest, act: Callable[[], object]) -> bool:
    """Do it; what the export refuses is told on the next page."""
    return carried_out(request, act, refusals=Refused)
