"""Writing a draft: its principles, and the candidates they grow from."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, protected
from accounts.forms.keyed import KeyedForm
from governance import drafting
from governance.actions.constitutions import add_clause, change_clause, change_preamble, remove_clause
from governance.actions.drafting import dismiss_candidate, gather_candidates, merge_candidates, take_candidate
from governance.forms.constitutions import CandidateForm, ClauseForm, PreambleForm
from governance.models.constitutions import Clause
from governance.queries.constitutions import clauses_of, comments_by_principle, open_candidates, pairs_alike
from governance.views.constitutions import find_drafted
from governance.views.sending import say_problems, send_once
from jobs.actions import request_job
from jobs.language import is_configured


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def draft(request: PersonRequest, constitution: str) -> HttpResponse:
    """The draft: add a principle, change one, propose it all."""
    found, member = find_drafted(request, constitution)
    version = found.versions.filter(status="draft").first()
    form = ClauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = send_once(
            request,
            member=member,
            form=form,
            name=f"clause:{found.pk}",
            act=lambda: add_clause(
                constitution=found, text=said["text"], level=said["level"], rationale=said["rationale"]
            ),
            said="The principle is in the draft.",
        )
        if done is not None:
            return redirect("governance:draft", found.slug)
    comments = comments_by_principle(found)
    context = {
        "community": found.community,
        "constitution": found,
        "version": version,
        "rows": [(clause, comments.get(clause.principle_id, 0)) for clause in clauses_of(version)] if version else [],
        "form": form,
        "preamble_form": PreambleForm(initial={"preamble": version.preamble if version else ""}),
        "keyed": KeyedForm(),
        "waiting": found.candidates.filter(state="open").count(),
    }
    return render(request, "governance/draft.html", context, status=400 if form.errors else 200)


@require_POST
@protected
def preamble(request: PersonRequest, constitution: str) -> HttpResponse:
    """Change what stands before the principles."""
    found, member = find_drafted(request, constitution)
    form = PreambleForm(request.POST)
    if form.is_valid():
        send_once(
            request,
            member=member,
            form=form,
            name=f"preamble:{found.pk}",
            act=lambda: change_preamble(constitution=found, preamble=form.cleaned_data["preamble"]),
            said="Saved.",
        )
    else:
        say_problems(request, form)
    return redirect("governance:draft", found.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def clause(request: PersonRequest, constitution: str, principle: str) -> HttpResponse:
    """Change one principle of the draft, or take it out."""
    found, member = find_drafted(request, constitution)
    standing = get_object_or_404(
        Clause.objects.select_related("version__constitution", "principle"),
        version__constitution=found,
        version__status="draft",
        principle__key=principle,
    )
    now = {"text": standing.text, "level": standing.level, "rationale": standing.rationale}
    removes = "remove" in request.POST
    form: KeyedForm = KeyedForm(request.POST) if removes else ClauseForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> Any:
            if removes:
                return remove_clause(clause=standing)
            return change_clause(clause=standing, text=said["text"], level=said["level"], rationale=said["rationale"])

        name = f"{'remove' if removes else 'change'}:{standing.pk}"
        if send_once(request, member=member, form=form, name=name, act=act, said="Saved.") is not None:
            return redirect("governance:draft", found.slug)
    context = {"community": found.community, "constitution": found, "clause": standing, "form": form}
    return render(request, "governance/clause.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def candidates(request: PersonRequest, constitution: str) -> HttpResponse:
    """What might become a principle, with its evidence, and what reads much alike. Sending looks for new ones."""
    found, member = find_drafted(request, constitution)
    form = KeyedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = send_once(
            request,
            member=member,
            form=form,
            name=f"gather:{found.pk}",
            act=lambda: {"new": gather_candidates(constitution=found)},
        )
        if done is not None:
            messages.success(request, f"{done['new']} new." if done["new"] else "Nothing new was found.")
        return redirect("governance:candidates", found.slug)
    waiting = list(open_candidates(found))
    by_key = {one.pk: one for one in waiting}
    alike = pairs_alike(found)
    source = drafting.source_of(found.source_type)
    context = {
        "community": found.community,
        "constitution": found,
        "has_draft": found.versions.filter(status="draft").exists(),
        "rows": [
            (one, [(by_key[other], share) for other, share in alike.get(one.pk, []) if other in by_key])
            for one in waiting
        ],
        "dealt": found.candidates.exclude(state="open").select_related("principle", "merged_into"),
        "source": source,
        "keyed": KeyedForm(),
        "may_reword": is_configured(),
    }
    return render(request, "governance/candidates.html", context)


@require_POST
@protected
def candidate(request: PersonRequest, constitution: str, candidate: int) -> HttpResponse:
    """Take a candidate, merge it into another, leave it out, or ask for plainer words."""
    found, member = find_drafted(request, constitution)
    one = get_object_or_404(found.candidates.select_related("constitution"), pk=candidate)
    form = CandidateForm(request.POST)
    if not form.is_valid():
        say_problems(request, form)
        return redirect("governance:candidates", found.slug)
    said = form.cleaned_data
    into = found.candidates.filter(pk=said["into"]).first() if said["into"] else None

    def act() -> Any:
        if said["do"] == "take":
            return take_candidate(candidate=one, text=said["text"], level=said["level"] or 1)
        if said["do"] == "merge":
            return merge_candidates(candidate=one, into=into or one)
        if said["do"] == "dismiss":
            return dismiss_candidate(candidate=one, reason=said["reason"])
        payload = {"candidate": one.pk, "requested_by": member.pk}
        key = f"candidate-{one.pk}"
        return {
            "job": str(
                request_job(
                    kind="governance.reword",
                    key=key,
                    payload=payload,
                    community=found.community,
                    requested_by=member,
                )
            )
        }

    words = {
        "take": "It is in the draft now.",
        "merge": "One stands for both now.",
        "dismiss": "It is left out.",
        "reword": "The language model is asked; its words will stand beside the original.",
    }
    if said["do"] == "reword" and not is_configured():
        messages.warning(request, "No language model is set up on this site.")
        return redirect("governance:candidates", found.slug)
    send_once(request, member=member, form=form, name=f"candidate:{one.pk}", act=act, said=words[said["do"]])
    return redirect("governance:candidates", found.slug)
