"""Amendments: beginning one, patching principles, rebasing, proposing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PageRequest, PersonRequest, acting_member, protected
from accounts.forms.keyed import KeyedForm
from accounts.models import Member
from governance.actions.amendments import (
    begin_amendment,
    drop_patch,
    moved_patches,
    patch_principle,
    propose_amendment,
    rebase_amendment,
    reference,
)
from governance.forms.constitutions import AmendmentForm, PatchForm
from governance.models.amendments import Amendment
from governance.models.constitutions import Constitution
from governance.queries.constitutions import clauses_of, patches_of
from governance.texts import patch_difference
from governance.views.constitutions import find_constitution, find_drafted, is_inside
from governance.views.putting import decisions_about, ways_to_decide
from governance.views.sending import press_once, send_once

WAITS = (Amendment.Status.DRAFT, Amendment.Status.MOVED)


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def begin(request: PersonRequest, constitution: str) -> HttpResponse:
    """Begin an amendment of the text in force."""
    found, member = find_drafted(request, constitution)
    form = AmendmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = send_once(
            request,
            member=member,
            form=form,
            name=f"amend:{found.pk}",
            act=lambda: {
                "pk": str(
                    begin_amendment(
                        constitution=found, title=said["title"], reasons=said["reasons"], proposed_by=member
                    ).pk
                )
            },
        )
        if done is not None:
            return redirect("governance:amendment", found.slug, done["pk"])
    context = {"community": found.community, "constitution": found, "form": form}
    return render(request, "governance/amendment_begin.html", context, status=400 if form.errors else 200)


def _find(request: HttpRequest, slug: str, pk: UUID) -> Amendment:
    found = find_constitution(request, slug)
    related = ("constitution__community", "based_on", "result__constitution", "proposed_by")
    rows = found.amendments.select_related(*related)
    if not is_inside(request, found):
        rows = rows.exclude(status=Amendment.Status.DRAFT)
    return get_object_or_404(rows, pk=pk)


@require_safe
def amendment(request: PageRequest, constitution: str, amendment: UUID) -> HttpResponse:
    """What it changes, word by word, and why."""
    found = _find(request, constitution, amendment)
    drafts = Constitution.objects.drafted_by(request.user).filter(pk=found.constitution_id).exists()
    about, about_community = reference(found), found.constitution.community
    moved = {patch.pk for patch in moved_patches(found)} if found.status in WAITS else set()
    context = {
        "community": found.constitution.community,
        "constitution": found.constitution,
        "amendment": found,
        "rows": [(patch, patch_difference(patch), patch.pk in moved) for patch in patches_of(found)],
        "moved": moved or found.status == Amendment.Status.MOVED,
        "decisions": decisions_about(request, about),
        "ways": ways_to_decide(request, about_community, about) if found.status == Amendment.Status.PROPOSED else [],
        "may_write": drafts and found.status == Amendment.Status.DRAFT,
        "may_rebase": drafts and found.status in WAITS,
        "keyed": KeyedForm(),
    }
    return render(request, "governance/amendment.html", context)


def _drafted(request: PersonRequest, slug: str, pk: UUID) -> tuple[Amendment, Member]:
    get_object_or_404(Constitution.objects.drafted_by(request.user), slug=slug)
    found = _find(request, slug, pk)
    return found, acting_member(request, found.constitution.community)


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def patch(request: PersonRequest, constitution: str, amendment: UUID) -> HttpResponse:
    """Say what the amendment does to one principle."""
    found, member = _drafted(request, constitution, amendment)
    clauses = {clause.principle.key: clause for clause in clauses_of(found.based_on)}
    choices = [(key, f"{key}: {clause.text[:80]}") for key, clause in clauses.items()]
    chosen = clauses.get(request.GET.get("principle", ""))
    initial = (
        {"principle": chosen.principle.key, "text": chosen.text, "level": chosen.level, "action": "change"}
        if chosen
        else {}
    )
    form = PatchForm(request.POST or None, choices=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        principle = clauses[said["principle"]].principle if said["principle"] and said["action"] != "add" else None
        done = send_once(
            request,
            member=member,
            form=form,
            name=f"patch:{found.pk}",
            act=lambda: patch_principle(
                amendment=found,
                principle=principle,
                action=said["action"],
                text=said["text"],
                level=said["level"],
                rationale=said["rationale"],
            ),
            said="The change is in the amendment.",
        )
        if done is not None:
            return redirect(found)
    context = {
        "community": found.constitution.community,
        "constitution": found.constitution,
        "amendment": found,
        "form": form,
        "clauses": clauses.values(),
    }
    return render(request, "governance/patch.html", context, status=400 if form.errors else 200)


@require_POST
@protected
def drop(request: PersonRequest, constitution: str, amendment: UUID, patch: int) -> HttpResponse:
    """Leave a principle as it is after all."""
    found, member = _drafted(request, constitution, amendment)
    one = get_object_or_404(found.patches.select_related("amendment"), pk=patch)
    return _do(request, found, member, f"drop:{one.pk}", lambda: drop_patch(patch=one), "Left as it is.")


@require_POST
@protected
def propose(request: PersonRequest, constitution: str, amendment: UUID) -> HttpResponse:
    """Seal the amendment, so that a decision can be about exactly it."""
    found, member = _drafted(request, constitution, amendment)
    said = "The amendment is proposed. Not a byte of it changes from now on."
    return _do(
        request, found, member, f"propose:{found.pk}", lambda: propose_amendment(amendment=found, by=member), said
    )


@require_POST
@protected
def rebase(request: PersonRequest, constitution: str, amendment: UUID) -> HttpResponse:
    """Write the amendment against the text in force now."""
    found, member = _drafted(request, constitution, amendment)
    said = "It stands on the text in force now. Look at each change again before you propose it."
    return _do(request, found, member, f"rebase:{found.pk}", lambda: rebase_amendment(amendment=found), said)


def _do(
    request: PersonRequest, found: Amendment, member: Member, name: str, act: Callable[[], Any], said: str
) -> HttpResponse:
    press_once(request, member=member, name=name, act=act, said=said)
    return redirect(found)
