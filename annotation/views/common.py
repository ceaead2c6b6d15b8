"""What the pages of this room share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.access import PageRequest, View, acting_member, signed_in
from accounts.forms.keyed import KeyedForm
from accounts.idempotency import KeyReused, Reply, answer_once
from accounts.models import Member
from accounts.organising import organisers_of
from accounts.queries import owes_consent
from annotation.errors import Refused, Unanswered
from annotation.models import Study
from annotation.queries.studies import run_study, study_named


def for_members(view: View) -> View:
    """Hand the view the study of the address and the membership in its community; others are shown the way in."""

    @signed_in
    @wraps(view)
    def guarded(request: PageRequest, study: str, **kwargs: Any) -> HttpResponseBase:
        found = study_named(request.user, study)
        if found is None:
            raise Http404
        member = request.member
        if member is None or member.community_id != found.community_id or owes_consent(member):
            member = acting_member(request, found.community)
        return view(request, found, member, **kwargs)

    return guarded


for_organisers = organisers_of(run_study, named="study")


def once(
    request: HttpRequest, member: Member, body: dict[str, Any], act: Callable[[], Reply]
) -> tuple[int, dict[str, Any], str]:
    """Do what was sent once: the status, the stored reply, and what to tell the person where it was refused.

    Raises
    ------
    Unanswered
        For the page that can name what is missing.
    """
    form = KeyedForm(request.POST)
    if not form.is_valid():
        return 400, {}, "This page was sent without its key. Reload it and send again."
    try:
        status, reply = answer_once(member=member, key=form.cleaned_data["key"], body=body, act=act)
    except KeyReused as reused:
        return 422, {}, str(reused)
    except Unanswered:
        raise
    except Refused as refused:
        return 409, {}, str(refused)
    return status, reply, ""


def seconds_sent(request: HttpRequest) -> float | None:
    """Time on task as the page measured it; None where it did not."""
    try:
        seconds = float(request.POST.get("seconds", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None


def with_version(study: Study) -> int | None:
    """The version whose questions are asked now, or the draft's before the study is opened."""
    if study.version_id is not None:
        return study.version_id
    draft = study.versions.filter(published_at=None).first()
    return draft.pk if draft else None
