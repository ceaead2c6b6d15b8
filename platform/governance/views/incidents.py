"""Incidents: the public list and form, the reporter's own page, and dealing with a report."""

import hashlib
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PageRequest, PersonRequest, acting_member, protected
from accounts.limits import limited
from accounts.models import Community
from accounts.queries import member_of
from governance.actions import incidents as steps
from governance.errors import Refused
from governance.forms.incidents import RedactForm, ReporterForm, ReportForm, StepForm, amendments_of
from governance.models.incidents import READERS, Evidence, Incident
from governance.queries.incidents import incident_counts, listed_incidents
from governance.views.sending import say_problems, send_once

PER_PAGE = 20
SHOWS = (("", "All"), ("open", "Open"), ("overdue", "Overdue"), ("ended", "Ended"))


@require_safe
def incidents(request: HttpRequest, community: str) -> HttpResponse:
    """A community's incidents, with those that are overdue said out loud."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    show = request.GET.get("show", "")
    listed = listed_incidents(request.user, found, show=show)
    context = {
        "community": found,
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "show": show,
        "shows": SHOWS,
        "counts": incident_counts(found),
    }
    return render(request, "governance/incidents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("incident")
def report(request: PageRequest, community: str) -> HttpResponse:
    """Report an incident, with or without an account; the public id and the private link come at once."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    form = ReportForm(request.POST or None, request.FILES or None, community=found, user=request.user)
    if request.method == "POST" and form.is_valid():
        member = member_of(request.user, found)
        confirmed = member is not None and member.has_role(*READERS)
        try:
            receipt = steps.report_incident(community=found, reported_by=member, confirmed=confirmed, **form.report())
        except Refused as refused:
            messages.warning(request, str(refused))
        else:
            context = {"community": found, "incident": receipt.incident, "token": receipt.token}
            return render(request, "governance/incident_sent.html", context, status=201)
    return render(
        request,
        "governance/incident_report.html",
        {"community": found, "form": form},
        status=400 if form.errors else 200,
    )


@require_safe
def incident(request: PageRequest, incident: str) -> HttpResponse:
    """The public record of an incident; those who deal with it see all of it, and its next step."""
    related = ("community", "owner", "amendment__constitution", "against")
    found = get_object_or_404(Incident.objects.visible_to(request.user).select_related(*related), number=incident)
    handles = Incident.objects.handled_by(request.user).filter(pk=found.pk).exists()
    inside = Community.objects.run_by(request.user, *READERS).filter(pk=found.community_id).exists()
    context = {**_record(found), "inside": inside, "handles": handles}
    if handles:
        context |= {
            "step_form": StepForm(community=found.community),
            "may": {name for name, before in steps.STEPS.items() if found.status in before},
            "severities": found._meta.get_field("severity").choices,
            "amendments": amendments_of(found.community),
        }
    return render(request, "governance/incident.html", context)


def _record(found: Incident) -> dict[str, Any]:
    principles = found.principles.select_related("constitution").order_by("id")
    return {
        "community": found.community,
        "incident": found,
        "subjects": found.subjects.all(),
        "principles": principles,
        "evidence": found.evidence.defer("data"),
        "events": found.events.select_related("by"),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("incident")
def own(request: PageRequest, token: str) -> HttpResponse:
    """The reporter's own page, behind the private link: how it stands, the remedy, an appeal. No account is needed."""
    found = _by_token(token)
    if request.method == "POST":
        form = ReporterForm(request.POST)
        if form.is_valid():
            _answer(request, found, form.cleaned_data)
        return redirect("governance:incident-own", token)
    context = {
        **_record(found),
        "token": token,
        "may_answer": found.status == Incident.Status.REMEDIED and found.remedy_accepted is None,
        "may_appeal": found.status in steps.STEPS[Incident.Status.APPEALED],
    }
    response = render(request, "governance/incident_own.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _by_token(token: str) -> Incident:
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = Incident.objects.select_related("community", "owner", "amendment__constitution").filter(token_sha256=digest)
    one = found.first()
    if one is None or not steps.opens(one, token):
        raise Http404
    return one


def _answer(request: HttpRequest, found: Incident, said: dict[str, Any]) -> None:
    try:
        if said["do"] == "appeal":
            steps.appeal(incident=found, words=said["words"])
            messages.success(request, "Your appeal is taken. Its clock begins now.")
        else:
            steps.answer_remedy(incident=found, accepted=said["do"] == "accept", words=said["words"])
            messages.success(request, "Your answer is taken.")
    except Refused as refused:
        messages.warning(request, str(refused))


@require_POST
@protected
def step(request: PersonRequest, incident: str) -> HttpResponse:
    """Look at it, investigate, offer a remedy, reject with a reason, or close (stewards and admins)."""
    handled = Incident.objects.handled_by(request.user).select_related("community")
    found = get_object_or_404(handled, number=incident)
    member = acting_member(request, found.community)
    form = StepForm(request.POST, community=found.community)
    if not form.is_valid():
        say_problems(request, form)
        return redirect(found)
    said = form.cleaned_data
    words = said["words"]

    def act() -> Any:
        if said["do"] == "triage":
            severity = said["severity"] or found.severity
            return steps.triage(incident=found, severity=severity, words=words, by=member)
        if said["do"] == "investigate":
            return steps.investigate(incident=found, words=words, by=member)
        if said["do"] == "remedy":
            more = {"amendment": said["amendment"], "retraining": said["retraining"]}
            return steps.offer_remedy(incident=found, remedy=words, by=member, **more)
        if said["do"] == "reject":
            return steps.reject(incident=found, reason=words, by=member)
        return steps.close(incident=found, words=words, by=member)

    send_once(request, member=member, form=form, name=f"incident:{found.pk}", act=act, said="Written down.")
    return redirect(found)


@require_safe
@protected
def evidence(request: PersonRequest, incident: str, evidence: int) -> HttpResponse:
    """A piece of evidence, as a download, for those who deal with it or check it."""
    run = Community.objects.run_by(request.user, *READERS).values("pk")
    rows = Evidence.objects.filter(incident__community__in=run, incident__number=incident, redacted_at=None)
    found = get_object_or_404(rows, pk=evidence)
    headers = {
        "Content-Disposition": f'attachment; filename="evidence-{found.pk}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(found.data or b""), content_type="application/octet-stream", headers=headers)


@require_POST
@protected
def redact(request: PersonRequest, incident: str, evidence: int) -> HttpResponse:
    """Destroy the bytes of a piece of evidence (stewards and admins)."""
    handled = Incident.objects.handled_by(request.user).select_related("community")
    found = get_object_or_404(handled, number=incident)
    piece = get_object_or_404(found.evidence, pk=evidence)
    member = acting_member(request, found.community)
    form = RedactForm(request.POST)
    if form.is_valid():
        send_once(
            request,
            member=member,
            form=form,
            name=f"redact:{piece.pk}",
            act=lambda: steps.redact(evidence=piece, reason=form.cleaned_data["reason"], by=member),
            said="The file is destroyed; its hash and the reason stay.",
        )
    else:
        messages.warning(request, "Say why it is redacted.")
    return redirect(found)
