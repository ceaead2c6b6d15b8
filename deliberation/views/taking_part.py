"""Pages for people who take part: one statement at a time, my votes, and writing a statement."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PageRequest, acting_member
from accounts.forms.keyed import KeyedForm
from accounts.idempotency import KeyReused, Reply, answer_once
from accounts.models import Community, Member
from accounts.queries import member_of
from deliberation.actions import cast_vote, take_back_vote, write_statement
from deliberation.errors import AlreadySaid, Refused
from deliberation.forms import StatementForm, TakeBackForm, VoteForm
from deliberation.models import Conversation, ConversationQuerySet, Statement, VoteValue
from deliberation.queries import find_conversation, next_statement, progress_of, similar_statements, votes_of
from deliberation.queries.conversations import conversations_with_counts, open_conversations
from frontend.addresses import whole_number

VOTES_ON_A_PAGE = 30
OPEN_SHOWN = 6


@require_safe
def conversations(request: PageRequest) -> HttpResponse:
    """What is open and what has been closed."""
    listed = conversations_with_counts(request.user).order_by("-status", "-created_at")
    page = Paginator(listed, 20).get_page(request.GET.get("page"))
    may_create = request.member is not None and (
        request.user.is_staff or request.member.has_role("researcher", "admin")
    )
    return render(request, "deliberation/conversations.html", {"page": page, "may_create": may_create})


@require_safe
def open_now(request: PageRequest) -> HttpResponse:
    """What takes votes now: a fragment of the home page, or a page."""
    return _open_now(request, open_conversations(request.user), None)


@require_safe
def of_community(request: PageRequest, community: str) -> HttpResponse:
    """What is open in one community and what it has found: a fragment of the community's page, or a page."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    return _open_now(request, conversations_with_counts(request.user).filter(community=found), found)


def _open_now(request: PageRequest, listed: ConversationQuerySet, community: Community | None) -> HttpResponse:
    first = list(listed.order_by("-status", "-created_at")[: OPEN_SHOWN + 1])
    context = {"shown": first[:OPEN_SHOWN], "are_more": len(first) > OPEN_SHOWN, "community": community}
    template = "deliberation/open_now.html"
    return render(request, f"{template}#list" if request.htmx else template, context)


@require_safe
def conversation(request: PageRequest, slug: str) -> HttpResponse:
    """One statement to vote on, for a member; what it is about and the way in, for everyone else."""
    found = get_object_or_404(find_conversation(request.user), slug=slug)
    member = member_of(request.user, found.community)
    number = whole_number(request.GET.get("statement", ""))
    chosen = None if number is None else found.statements.shown().filter(number=number).first()
    return _card(request, found, member, statement=chosen)


@require_POST
def vote(request: PageRequest, slug: str) -> HttpResponse:
    """Cast or change one vote, then show the next statement (or the row it was changed in)."""
    found = get_object_or_404(find_conversation(request.user), slug=slug)
    member = acting_member(request, found.community)
    form = VoteForm(request.POST, conversation=found)

    def act() -> Reply:
        cast = cast_vote(
            member=member,
            statement=form.cleaned_data["statement"],
            value=form.cleaned_data["value"],
            is_important=form.cleaned_data["is_important"],
        )
        return 200, {"statement": cast.statement.number, "value": cast.value}

    status, _, problem = _answer(form, member, act)
    place = request.POST.get("place")
    if not request.htmx:
        if problem:
            messages.warning(request, problem)
        return redirect("deliberation:votes" if place == "votes" else "deliberation:conversation", slug=slug)
    if place in {"votes", "similar"} and status < 400:
        row = votes_of(found, member).filter(statement=form.cleaned_data["statement"]).first()
        if row is None:  # sent again after it was taken back elsewhere: it is no longer in the list
            return HttpResponse()
        context = {"conversation": found, "vote": row, "place": place, "choices": VoteValue}
        return render(request, "deliberation/votes.html#row", context)
    return _card(request, found, member, problem=problem, status=status)


@require_POST
def undo(request: PageRequest, slug: str) -> HttpResponse:
    """Take a vote back and show its statement again."""
    found = get_object_or_404(find_conversation(request.user), slug=slug)
    member = acting_member(request, found.community)
    form = TakeBackForm(request.POST, conversation=found)

    def act() -> Reply:
        take_back_vote(member=member, statement=form.cleaned_data["statement"])
        return 200, {"statement": form.cleaned_data["statement"].number, "value": None}

    status, _, problem = _answer(form, member, act)
    if not request.htmx:
        if problem:
            messages.warning(request, problem)
            return redirect("deliberation:conversation", slug=slug)
        return redirect(f"{found.get_absolute_url()}?statement={form.cleaned_data['statement'].number}")
    statement = form.cleaned_data["statement"] if status < 400 else None
    return _card(request, found, member, statement=statement, problem=problem, status=status)


@require_safe
def votes(request: PageRequest, slug: str) -> HttpResponse:
    """All my votes in this conversation, each of which I can change."""
    found = get_object_or_404(find_conversation(request.user), slug=slug)
    member = acting_member(request, found.community)
    page = Paginator(votes_of(found, member), VOTES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"conversation": found, "page": page, "place": "votes", "choices": VoteValue}
    return render(request, "deliberation/votes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_statement(request: PageRequest, slug: str) -> HttpResponse:
    """Write a statement; the same words are refused and the statement that stands is offered for a vote."""
    found = get_object_or_404(find_conversation(request.user), slug=slug)
    member = acting_member(request, found.community)
    form = StatementForm(request.POST or None)
    said: Statement | None = None
    status, problem = 200, ""
    if request.method == "POST":

        def act() -> Reply:
            written = write_statement(conversation=found, author=member, text=form.cleaned_data["text"])
            return 201, {"statement": written.number}

        try:
            status, reply, problem = _answer(form, member, act)
        except AlreadySaid as already:
            said = found.statements.shown().filter(pk=already.statement_id).first()
            status, problem = 409, str(already)
        if status < 400:
            written = found.statements.get(number=reply["statement"])
            return _written(request, found, written)
    context = {"conversation": found, "form": form, "said": said, "problem": problem, "choices": VoteValue}
    template = "deliberation/new_statement.html"
    return render(request, f"{template}#form" if request.htmx else template, context, status=status)


@require_safe
def similar(request: PageRequest, slug: str) -> HttpResponse:
    """Statements like the text that is being typed."""
    found = get_object_or_404(find_conversation(request.user), slug=slug)
    acting_member(request, found.community)
    text = request.GET.get("text", "")[:1000].strip()
    alike = list(similar_statements(found, text)) if len(text) >= 8 else []
    context = {"conversation": found, "alike": alike, "choices": VoteValue}
    return render(request, "deliberation/similar.html", context)


def _answer(form: KeyedForm, member: Member, act: Callable[[], Reply]) -> tuple[int, dict[str, Any], str]:
    """Do what the form asks for once: the status, the stored reply, and what to tell the person if it was refused."""
    if not form.is_valid():
        return 400, {}, " ".join(str(text) for texts in form.errors.values() for text in texts)
    body = {name: value for name, value in form.cleaned_data.items() if name != "key"} | {"form": type(form).__name__}
    try:
        status, reply = answer_once(member=member, key=form.cleaned_data["key"], body=body, act=act)
    except KeyReused as reused:
        return 422, {}, str(reused)
    except AlreadySaid:
        raise
    except Refused as refused:
        return 409, {}, str(refused)
    return status, reply, ""


def _written(request: PageRequest, found: Conversation, written: Statement) -> HttpResponse:
    waits = found.strict_moderation and written.state != Statement.State.ACCEPTED
    said = (
        "Thank you. Others will see your statement once it has been accepted."
        if waits
        else "Thank you. Others can now vote on your statement."
    )
    if request.htmx:
        context = {"conversation": found, "written": written, "said": said, "choices": VoteValue}
        return render(request, "deliberation/new_statement.html#written", context, status=201)
    messages.success(request, said)
    return redirect("deliberation:conversation", slug=found.slug)


def _card(
    request: PageRequest,
    found: Conversation,
    member: Member | None,
    *,
    statement: Statement | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    statement = statement or next_statement(found, member)
    last = votes_of(found, member).first() if member else None
    context = {
        "conversation": found,
        "member": member,
        "statement": statement,
        "progress": progress_of(found, member),
        "last": last,
        "problem": problem,
        "form": KeyedForm(),
        "undo": KeyedForm(),
        "choices": VoteValue,
        "may_run": Conversation.objects.run_by(request.user).filter(pk=found.pk).exists(),
    }
    template = "deliberation/conversation.html"
    return render(request, f"{template}#card" if request.htmx else template, context, status=status)
