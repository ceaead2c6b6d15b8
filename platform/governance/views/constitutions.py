"""Constitutions: lists, the text with its hash, evidence and dissent, its versions, and its files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PageRequest, PersonRequest, acting_member, protected
from accounts.forms.keyed import KeyedForm
from accounts.models import Community, Member
from accounts.queries import member_of
from governance.actions.constitutions import begin_draft, reference, seal_version, start_constitution
from governance.actions.drafting import dissent as file_dissent
from governance.actions.drafting import gather_candidates
from governance.drafting import group_views
from governance.forms.constitutions import DissentForm, StartForm
from governance.gate import text_verdict
from governance.models.constitutions import DRAFTERS, Constitution, ConstitutionVersion
from governance.queries.constitutions import (
    clauses_of,
    comments_by_principle,
    in_force,
    listed_constitutions,
    newest_implementations,
    shown_version,
    versions_of,
)
from governance.texts import FILES, as_file, differences
from governance.views.putting import decisions_about, ways_to_decide
from governance.views.sending import press_once, send_once


@require_safe
def constitutions(request: HttpRequest, community: str) -> HttpResponse:
    """A community's constitutions."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    context = {
        "community": found,
        "constitutions": listed_constitutions(request.user, found),
        "may_draft": Community.objects.run_by(request.user, *DRAFTERS).filter(pk=found.pk).exists(),
    }
    return render(request, "governance/constitutions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def start(request: PersonRequest, community: str) -> HttpResponse:
    """Begin a constitution: from scratch, or from what people said."""
    found = get_object_or_404(Community.objects.run_by(request.user, *DRAFTERS), slug=community)
    member = acting_member(request, found)
    form = StartForm(request.POST or None, community=found, user=request.user)
    if request.method == "POST" and form.is_valid():

        def act() -> dict[str, Any]:
            said = form.cleaned_data
            made = start_constitution(
                community=found,
                title=said["title"],
                preamble=said["preamble"],
                created_by=member,
                source=form.reference(),
            )
            gathered = gather_candidates(constitution=made) if made.source_type else 0
            return {"slug": made.slug, "gathered": gathered}

        done = send_once(request, member=member, form=form, name=f"start:{found.pk}", act=act)
        if done is not None:
            place = "governance:candidates" if done["gathered"] else "governance:draft"
            return redirect(place, done["slug"])
    context = {"community": found, "form": form}
    return render(request, "governance/constitution_start.html", context, status=400 if form.errors else 200)


def find_constitution(request: HttpRequest, slug: str) -> Constitution:
    """The constitution of the address, as far as the person may see it; 404 otherwise."""
    seen = Constitution.objects.visible_to(request.user).select_related("community", "created_by")
    return get_object_or_404(seen, slug=slug)


def find_drafted(request: PersonRequest, slug: str) -> tuple[Constitution, Member]:
    """The constitution of the address for those who draft it (404 for others), and the membership they act in."""
    drafted = Constitution.objects.drafted_by(request.user).select_related("community")
    found = get_object_or_404(drafted, slug=slug)
    return found, acting_member(request, found.community)


def is_inside(request: HttpRequest, found: Constitution) -> bool:
    """Whether the person may read drafts: members and site staff."""
    staff = bool(getattr(request.user, "is_staff", False))
    return staff or member_of(request.user, found.community) is not None


@require_safe
def constitution(request: PageRequest, constitution: str) -> HttpResponse:
    """The text in force (or the newest there is), with everything one click away."""
    found = find_constitution(request, constitution)
    inside = is_inside(request, found)
    version = shown_version(found, members=inside)
    if version is None:
        raise Http404
    return render(request, "governance/constitution.html", _reading(request, found, version, inside))


@require_safe
def version(request: PageRequest, constitution: str, version: int) -> HttpResponse:
    """One version, and what it changed."""
    found = find_constitution(request, constitution)
    shown = _version(request, found, version)
    return render(request, "governance/constitution.html", _reading(request, found, shown, is_inside(request, found)))


def _version(request: HttpRequest, found: Constitution, number: int) -> ConstitutionVersion:
    seen = versions_of(found, members=is_inside(request, found)).select_related("constitution__community", "based_on")
    return get_object_or_404(seen, number=number)


def _reading(request: HttpRequest, found: Constitution, shown: ConstitutionVersion, inside: bool) -> dict[str, Any]:
    clauses = clauses_of(shown)
    views, comments = group_views([clause.principle for clause in clauses]), comments_by_principle(found)
    tracked = newest_implementations(found)
    reports = list(shown.minority_reports.select_related("principle", "member"))
    about: dict[int | None, list[Any]] = {}
    for report in reports:
        about.setdefault(report.principle_id, []).append(report)
    rows = [
        {
            "clause": clause,
            "views": views.get(clause.principle_id, []),
            "comments": comments.get(clause.principle_id, 0),
            "tracked": tracked.get(clause.principle_id),
            "reports": about.get(clause.principle_id, []),
        }
        for clause in clauses
    ]
    changed = differences(clauses_of(shown.based_on), clauses) if shown.based_on else []
    standing, subject = in_force(found), reference(shown)
    return {
        "community": found.community,
        "constitution": found,
        "version": shown,
        "rows": rows,
        "whole_reports": about.get(None, []),
        "changes": [change for change in changed if change.kind != "kept"],
        "kept": sum(change.kind == "kept" for change in changed),
        "versions": versions_of(found, members=inside),
        "amendments": found.amendments.exclude(**({} if inside else {"status": "draft"})),
        "in_force": standing,
        "may_draft": Constitution.objects.drafted_by(request.user).filter(pk=found.pk).exists(),
        "is_member": inside,
        "keyed": KeyedForm(),
        "verdict": text_verdict(request.user, shown),
        "decisions": decisions_about(request, subject),
        "ways": ways_to_decide(request, found.community, subject) if shown.status == "proposed" else [],
    }


@require_safe
@never_cache
def file(request: HttpRequest, constitution: str, version: int, file: str) -> HttpResponse:
    """A version as a file: to read, to verify, or for a constitutional-AI pipeline."""
    found = find_constitution(request, constitution)
    shown = _version(request, found, version)
    if file not in FILES or (file == "text.json" and not shown.is_sealed):
        raise Http404
    verdict = text_verdict(request.user, shown)
    if not verdict.allowed:
        context = {"community": found.community, "constitution": found, "version": shown, "verdict": verdict}
        return render(request, "governance/version_closed.html", context, status=403)
    headers = {"Content-Disposition": f'attachment; filename="{found.slug}-{shown.number}-{file}"'}
    return HttpResponse(as_file(shown, file), content_type=f"{FILES[file]}; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def dissent(request: PersonRequest, constitution: str, version: int) -> HttpResponse:
    """File a minority report with a version."""
    found = find_constitution(request, constitution)
    shown = _version(request, found, version)
    member = acting_member(request, found.community)
    principles = {clause.principle.key: clause.principle for clause in clauses_of(shown)}
    form = DissentForm(request.POST or None, keys=list(principles))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = send_once(
            request,
            member=member,
            form=form,
            name=f"dissent:{shown.pk}",
            act=lambda: file_dissent(
                version=shown, principle=principles.get(said["principle"]), member=member, text=said["text"]
            ),
            said="Your report is published with the text.",
        )
        if done is not None:
            return redirect(shown)
    context = {"community": found.community, "constitution": found, "version": shown, "form": form}
    return render(request, "governance/dissent.html", context, status=400 if form.errors else 200)


@require_POST
@protected
def begin(request: PersonRequest, constitution: str) -> HttpResponse:
    """A new draft of the whole text."""
    found, member = find_drafted(request, constitution)
    press_once(request, member=member, name=f"draft:{found.pk}", act=lambda: begin_draft(constitution=found, by=member))
    return redirect("governance:draft", found.slug)


@require_POST
@protected
def seal(request: PersonRequest, constitution: str) -> HttpResponse:
    """Propose the draft: seal its words, so that a decision can be about exactly them."""
    found, member = find_drafted(request, constitution)
    done = press_once(
        request,
        member=member,
        name=f"seal:{found.pk}",
        act=lambda: {"number": seal_version(constitution=found, by=member).number},
        said="The text is proposed. Not a byte of it changes from now on.",
    )
    if done is None:
        return redirect("governance:draft", found.slug)
    return redirect("governance:version", found.slug, done["number"])
