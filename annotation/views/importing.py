"""Importing a data set in the browser: upload it, look at what would come in, agree."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, PageRequest, ask_for_second_factor, lacks_second_factor, role_required
from accounts.forms.keyed import KeyedForm
from accounts.idempotency import KeyReused, Reply, answer_once
from accounts.models import Role
from accounts.queries import member_of
from annotation.actions.import_uploads import look_at, request_study, tell_columns, unpacked
from annotation.errors import Refused
from annotation.formats.csv_folder import is_answers_file
from annotation.formats.dataset import FormatError
from annotation.formats.readers import READERS, main_file, mapping_of
from annotation.formats.rows import columns_of
from annotation.forms.imports import ColumnsForm, ImportForm
from annotation.models import StudyImport

TABLES = ("csv", "table")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESEARCHER, Role.ADMIN)
def new(request: MemberRequest) -> HttpResponse:
    """Upload a data set into the community one acts in; it is read at once and stored as it came."""
    form = ImportForm(request.POST or None, request.FILES or None)
    status, problem = 200, ""
    if request.method == "POST":
        status = 400
        if form.is_valid():
            file, told = form.cleaned_data["file"], {n: form.cleaned_data[n] for n in ("format", "title")}

            def act() -> Reply:
                made = look_at(
                    community=request.member.community, file=file, name=file.name, created_by=request.member, **told
                )
                return 201, {"import": str(made.pk)}

            body = {"form": "import data set", "name": file.name, "size": file.size, **told}
            try:
                _, reply = answer_once(member=request.member, key=form.cleaned_data["key"], body=body, act=act)
            except FormatError as refused:
                form.add_error("file", str(refused))
            except KeyReused as reused:
                status, problem = 422, str(reused)
            else:
                return redirect("annotation:import", study_import=reply["import"])
    context = {"form": form, "keyed": KeyedForm(), "problem": problem, "community": request.member.community}
    return render(request, "annotation/import_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def study_import(request: PageRequest, study_import: UUID) -> HttpResponse:
    """What the file holds and what is refused; for tables also which column is what. Then it can be taken in."""
    related = ("community", "study", "created_by")
    found = get_object_or_404(StudyImport.objects.visible_to(request.user).select_related(*related), pk=study_import)
    if lacks_second_factor(request):
        return ask_for_second_factor(request)
    columns, initial = _table(found)
    form = ColumnsForm(request.POST if "columns" in request.POST else None, columns=columns, initial=initial)
    status = 200
    if request.method == "POST":
        try:
            if "columns" not in request.POST:
                job = request_study(study_import=found, requested_by=member_of(request.user, found.community))
                return redirect("jobs:job", job)
            if form.is_valid():
                found = tell_columns(study_import=found, told=form.cleaned_data)
                messages.success(request, "Read again with these columns.")
                return redirect(found)
            status = 400
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect(found)
        except FormatError as problem:
            form.add_error(None, str(problem))
            status = 400
    context = {"import": found, "form": form if columns else None, "reader": READERS[found.format]}
    return render(request, "annotation/import.html", {**context, "community": found.community}, status=status)


def _table(found: StudyImport) -> tuple[list[str], dict[str, Any]]:
    """The columns of a table that waits to be taken in, and what each was said or guessed to be."""
    if found.format not in TABLES or found.status != StudyImport.Status.LOOKED_AT:
        return [], {}
    try:
        with unpacked(found) as path:
            table = main_file(path, READERS["table"])
            if is_answers_file(table):
                return [], {}
            mapping = mapping_of(table, found.told)
            columns = columns_of(table)
    except FormatError:
        return [], {}
    names = ("item", "rater", "values", "texts", "demographics", "why")
    return columns, {name: getattr(mapping, name) for name in names}
