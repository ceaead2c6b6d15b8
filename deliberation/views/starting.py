"""Pages that begin a conversation: from nothing, or from a Polis export."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, role_required
from accounts.forms.keyed import KeyedForm
from accounts.idempotency import KeyReused, Reply, answer_once
from accounts.models import Role
from deliberation.actions import create_conversation
from deliberation.actions.uploads import request_import
from deliberation.formats import FormatError
from deliberation.forms import ConversationForm, ImportForm


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESEARCHER, Role.ADMIN)
def create(request: MemberRequest) -> HttpResponse:
    """Start a draft in the community one acts in."""
    form, keyed = ConversationForm(request.POST or None), KeyedForm(request.POST or None)
    status, problem = 200, ""
    if request.method == "POST":
        status = 400
        if form.is_valid() and keyed.is_valid():

            def act() -> Reply:
                made = create_conversation(
                    community=request.member.community, created_by=request.member, **form.cleaned_data
                )
                return 201, {"slug": made.slug}

            body = {"form": "create", **form.cleaned_data}
            try:
                _, reply = answer_once(member=request.member, key=keyed.cleaned_data["key"], body=body, act=act)
            except KeyReused as reused:
                status, problem = 422, str(reused)
            else:
                return redirect("deliberation:manage", slug=reply["slug"])
    context = {"form": form, "keyed": KeyedForm(), "problem": problem, "community": request.member.community}
    return render(request, "deliberation/create.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESEARCHER, Role.ADMIN)
def import_(request: MemberRequest) -> HttpResponse:
    """Take in a zip archive of a Polis export; it is checked at once and stored by a job."""
    form = ImportForm(request.POST or None, request.FILES or None)
    status, problem = 200, ""
    if request.method == "POST":
        status = 400
        if form.is_valid():
            data = form.cleaned_data["file"].read()

            def act() -> Reply:
                job = request_import(
                    community=request.member.community,
                    data=data,
                    title=form.cleaned_data["title"],
                    created_by=request.member,
                )
                return 202, {"job": str(job)}

            body = {"form": "import", "sha256": form.digest(data), "title": form.cleaned_data["title"]}
            try:
                _, reply = answer_once(member=request.member, key=form.cleaned_data["key"], body=body, act=act)
            except FormatError as refused:
                form.add_error("file", str(refused))
            except KeyReused as reused:
                status, problem = 422, str(reused)
            else:
                return redirect("jobs:job", reply["job"])
    context = {"form": form, "keyed": KeyedForm(), "problem": problem, "community": request.member.community}
    return render(request, "deliberation/import.html", context, status=status)
