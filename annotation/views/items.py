"""Putting items into a study: by hand, from a file with a preview, and taking them out of circulation."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PageRequest
from accounts.queries import member_of
from annotation.actions import NewItem, add_items, change_item, restore_item, retire_item
from annotation.actions.conflict_cases import is_written_by_model
from annotation.actions.items import expected_problems
from annotation.actions.uploads import (
    AT_ONCE,
    MOST_SHOWN,
    count_rows,
    drop_upload,
    keep_upload,
    preview,
    request_items,
    take_in,
)
from annotation.errors import Refused
from annotation.formats.dataset import FormatError
from annotation.formats.items import PARTS, check_parts
from annotation.formats.rows import as_text
from annotation.forms import ItemForm, UploadForm
from annotation.forms.items import fits_form
from annotation.models import Item, Question, Study
from annotation.views.common import for_organisers, with_version
from annotation.views.right_answers import can_be_named
from jobs.kinds import Unfinishable

ON_A_PAGE = 50
UPLOAD = "items_upload"


def _shared(study: Study) -> dict[str, Any]:
    return {"study": study, "community": study.community, "synthetic": study.is_synthetic, "may_run": True}


@require_safe
@for_organisers
def items(request: PageRequest, study: Study) -> HttpResponse:
    """All items, by kind and name."""
    listed = study.items.prefetch_related("quotas").order_by("number", "pk")
    kind, name = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    if kind in Item.Kind.values:
        listed = listed.filter(kind=kind)
    if name:
        listed = listed.filter(name__icontains=name)
    page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        (item, sum(quota.taken for quota in item.quotas.all()), sum(quota.wanted for quota in item.quotas.all()))
        for item in page
    ]
    context = {**_shared(study), "page": page, "rows": rows, "kind": kind, "q": name, "kinds": Item.Kind.choices}
    return render(request, "annotation/items.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def new_item(request: PageRequest, study: Study) -> HttpResponse:
    """Write one item by hand."""
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = NewItem(form.cleaned_data["name"], form.content(), described=form.described())
        added, refused = add_items(study=study, items=[new])
        for made in added:
            messages.success(request, f"{made.name} was added.")
            if can_be_named(study, made):
                return redirect("annotation:right-answers", study.slug, made.pk)
            return redirect("annotation:items", study.slug)
        for one in refused:
            form.add_error(None, one.reason)
    context = {**_shared(study), "form": form}
    return render(request, "annotation/item_form.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def item(request: PageRequest, study: Study, item: int) -> HttpResponse:
    """Change an item; its texts stay once somebody was given it."""
    found = get_object_or_404(study.items.select_related("study"), pk=item)
    holds = fits_form(found)
    form = ItemForm(request.POST or None, item=found)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            described = form.described() | {"name": form.cleaned_data["name"]}
            described["provenance"] = found.provenance | described["provenance"]
            described["is_synthetic"] = described["is_synthetic"] or is_written_by_model(found)
            problems: list[str] = []
            if holds:
                described["content"] = form.content()
                problems = _expected(study, Item(study=study, content=form.content(), expected=found.expected))
            try:
                if not problems:
                    change_item(item=found, **described)
            except Refused as refused:
                problems, status = [str(refused)], 409
            if not problems:
                messages.success(request, "Saved.")
                return redirect("annotation:items", study.slug)
            for problem in problems:
                form.add_error(None, problem)
    context = {
        **_shared(study),
        "form": form,
        "item": found,
        "holds": holds,
        "names_right": can_be_named(study, found),
    }
    return render(request, "annotation/item_form.html", context, status=status)


@require_POST
@for_organisers
def retire(request: PageRequest, study: Study, item: int) -> HttpResponse:
    """Give an item to nobody any more, or to people again."""
    found = get_object_or_404(study.items.select_related("study"), pk=item)
    if request.POST.get("again"):
        restore_item(item=found)
        messages.success(request, f"{found.name} is given out again.")
    else:
        retire_item(item=found)
        messages.success(request, f"{found.name} is given to nobody any more. Its answers stay.")
    return redirect("annotation:items", study.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def upload(request: PageRequest, study: Study) -> HttpResponse:
    """Upload a file, look at its first rows, say which column is what, and take it in."""
    kept: dict[str, str] = request.session.get(UPLOAD, {})
    name = kept.get(str(study.pk), "")
    if request.method == "POST" and "file" in request.FILES:
        return _keep(request, study, name)
    if request.method == "POST" and request.POST.get("do") == "other":
        _forget(request, study, name)
        return redirect("annotation:upload", study.slug)
    if not name:
        form = UploadForm(request.POST or None) if request.method == "POST" else UploadForm()
        context = {**_shared(study), "form": form}
        return render(request, "annotation/upload.html", context, status=400 if form.is_bound else 200)
    try:
        seen = preview(name)
    except (FormatError, Unfinishable) as problem:
        _forget(request, study, name)
        messages.warning(request, str(problem))
        return redirect("annotation:upload", study.slug)
    parts = dict(seen.parts)
    problems: list[str] = []
    if request.method == "POST":
        parts = {column: request.POST.get(f"part-{n}", "") for n, column in enumerate(seen.columns)}
        problems = check_parts(parts)
        if not problems:
            return _take(request, study, name, parts)
    columns = [
        (n, column, parts[column], [as_text(row.get(column))[:120] for row in seen.rows])
        for n, column in enumerate(seen.columns)
    ]
    context = {**_shared(study), "columns": columns, "parts": PARTS, "problems": problems}
    return render(request, "annotation/mapping.html", context, status=400 if problems else 200)


def _keep(request: PageRequest, study: Study, before: str) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "annotation/upload.html", {**_shared(study), "form": form}, status=400)
    file = form.cleaned_data["file"]
    name = keep_upload(study, file, Path(file.name).suffix.lower())
    _forget(request, study, before)
    request.session[UPLOAD] = {**request.session.get(UPLOAD, {}), str(study.pk): name}
    return redirect("annotation:upload", study.slug)


def _forget(request: PageRequest, study: Study, name: str) -> None:
    if name:
        drop_upload(name)
    kept = dict(request.session.get(UPLOAD, {}))
    kept.pop(str(study.pk), None)
    request.session[UPLOAD] = kept


def _take(request: PageRequest, study: Study, name: str, parts: dict[str, str]) -> HttpResponse:
    """Take the rows in at once, or have a worker do it where they are many."""
    if count_rows(name, AT_ONCE + 1) > AT_ONCE:
        job = request_items(study=study, name=name, parts=parts, requested_by=member_of(request.user, study.community))
        kept = dict(request.session.get(UPLOAD, {}))
        kept.pop(str(study.pk), None)
        request.session[UPLOAD] = kept
        return redirect("jobs:job", job)
    added, refused = take_in(study, name, parts)
    _forget(request, study, name)
    context = {**_shared(study), "added": added, "refused": refused[:MOST_SHOWN], "n_refused": len(refused)}
    return render(request, "annotation/uploaded.html", context)


def _expected(study: Study, item: Item) -> list[str]:
    problems = expected_problems(item, Question.objects.filter(version=with_version(study))) if item.expected else []
    return [f"The right answers would no longer fit. Change those first. {problem}" for problem in problems]
