"""Pages for people who run a conversation: its state, its description, its statements, and its export."""

import io
from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PageRequest
from accounts.organising import carried_out, organisers_of
from accounts.queries import member_of
from deliberation.actions import (
    change_conversation,
    close_conversation,
    mark_meta,
    open_conversation,
    reopen_conversation,
    review_statements,
    seed_statements,
)
from deliberation.actions.statements import Seeding
from deliberation.errors import Refused
from deliberation.formats import write_zip
from deliberation.forms import ConversationForm, ReviewForm, SeedForm
from deliberation.models import Conversation, ImportedFolder, Statement
from deliberation.queries import statements_by_state
from deliberation.queries.exports import DIALECTS, polis_folder

STATEMENTS_ON_A_PAGE = 25
STATES = {
    "unreviewed": Statement.State.UNMODERATED,
    "accepted": Statement.State.ACCEPTED,
    "rejected": Statement.State.REJECTED,
}


def running(user: Any) -> QuerySet[Conversation]:
    """Conversations the person runs."""
    return Conversation.objects.run_by(user).select_related("community")


for_organisers = organisers_of(running, named="slug")


@require_safe
@for_organisers
def manage(request: PageRequest, found: Conversation) -> HttpResponse:
    """What state the conversation is in, and the way to everything its organisers do."""
    counts = found.statements.aggregate(**{name: Count("pk", filter=Q(state=state)) for name, state in STATES.items()})
    context = {
        "conversation": found,
        "counts": counts | {"people": found.participations.count(), "votes": found.votes.count()},
        "imported": ImportedFolder.objects.filter(conversation=found).only("notes", "sha256", "imported_at").first(),
        "dialects": DIALECTS,
        "may_run": True,
    }
    return render(request, "deliberation/manage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def edit(request: PageRequest, found: Conversation) -> HttpResponse:
    """Change the question, its description and how statements are taken."""
    # The form writes into the instance it was given; the page keeps showing what is stored.
    form = ConversationForm(request.POST or None, instance=Conversation.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        change_conversation(conversation=found, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("deliberation:manage", slug=found.slug)
    status = 400 if form.is_bound else 200
    return render(request, "deliberation/edit.html", {"conversation": found, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def seed(request: PageRequest, found: Conversation) -> HttpResponse:
    """Add many statements at once; the rows that were not taken come back with their numbers and reasons."""
    form = SeedForm(request.POST or None, request.FILES or None)
    seeding: Seeding | None = None
    status = 200
    if request.method == "POST":
        if form.is_valid():
            author = member_of(request.user, found.community)
            sent = form.cleaned_data
            seeding = seed_statements(conversation=found, texts=sent["texts"], rows=sent["rows"], author=author)
            refused = sorted([*sent["refused"], *seeding.refused], key=attrgetter("row"))
            seeding = replace(seeding, refused=refused)
            form = SeedForm()
        else:
            status = 400
    context = {"conversation": found, "form": form, "seeding": seeding}
    return render(request, "deliberation/seed.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def moderate(request: PageRequest, found: Conversation) -> HttpResponse:
    """Accept and reject statements, one or many, each with its votes and what was decided before."""
    chosen = request.GET.get("state", "unreviewed")
    form: ReviewForm | None = None
    if request.method == "POST":
        form = ReviewForm(request.POST, conversation=found)
        if form.is_valid():
            reviewed = review_statements(
                conversation=found, reviewer=member_of(request.user, found.community), **form.cleaned_data
            )
            n = len(reviewed)
            messages.success(request, f"{n} statement{'' if n == 1 else 's'} moved.")
            return redirect(request.get_full_path())
    listed = statements_by_state(found, STATES.get(chosen)).order_by("number").prefetch_related("reviews__reviewer")
    context = {
        "conversation": found,
        "form": form,
        "chosen": chosen,
        "tabs": [
            ("unreviewed", "Not yet reviewed"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("all", "All"),
        ],
        "page": Paginator(listed, STATEMENTS_ON_A_PAGE).get_page(request.GET.get("page")),
        "ticked": {int(number) for number in request.POST.getlist("numbers") if number.isdecimal()},
        "states": Statement.State,
    }
    return render(request, "deliberation/moderate.html", context, status=400 if form else 200)


@require_POST
@for_organisers
def meta(request: PageRequest, found: Conversation, number: int) -> HttpResponse:
    """Mark one statement as being about the people rather than the question, or take the mark away."""
    statement = get_object_or_404(found.statements.select_related("conversation__community"), number=number)
    mark_meta(statement=statement, is_meta=request.POST.get("is_meta") == "1")
    messages.success(request, f"Statement {number} is {'now' if statement.is_meta else 'no longer'} marked as meta.")
    page = redirect("deliberation:moderate", slug=found.slug)
    page["Location"] += f"?{request.GET.urlencode()}" if request.GET else ""
    return page


def _move(request: PageRequest, found: Conversation, action: Callable[..., Conversation], said: str) -> HttpResponse:
    carried_out(request, lambda: action(conversation=found), refusals=Refused, said=said)
    return redirect("deliberation:manage", slug=found.slug)


@require_POST
@for_organisers
def open_(request: PageRequest, found: Conversation) -> HttpResponse:
    """Open a draft."""
    return _move(request, found, open_conversation, "The conversation is open. People can vote now.")


@require_POST
@for_organisers
def close(request: PageRequest, found: Conversation) -> HttpResponse:
    """Close the conversation."""
    return _move(request, found, close_conversation, "The conversation is closed. Every vote is kept.")


@require_POST
@for_organisers
def reopen(request: PageRequest, found: Conversation) -> HttpResponse:
    """Open a closed conversation again."""
    return _move(request, found, reopen_conversation, "The conversation is open again.")


@require_safe
@for_organisers
def export(request: PageRequest, found: Conversation) -> HttpResponse:
    """The conversation as a zip archive of a Polis export; for its organisers, for it names foreign ids."""
    name = request.GET.get("dialect", "source")
    if name not in DIALECTS:
        return HttpResponseBadRequest(f"dialect={name} should be one of {', '.join(DIALECTS)}")
    buffer = io.BytesIO()
    write_zip(polis_folder(found, dialect=name, site_url=settings.SITE_URL), buffer, inside=found.slug)
    headers = {"Content-Disposition": f'attachment; filename="{found.slug}.zip"'}
    return HttpResponse(buffer.getvalue(), content_type="application/zip", headers=headers)
