"""COMAL audits: lists, one audit, writing, answering, publishing; and the order of what is to be studied."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PageRequest, PersonRequest, acting_member, protected, signed_in
from accounts.forms.keyed import KeyedForm
from accounts.models import Community
from governance.actions.comal import begin_audit, order_studies, publish_audit, respond, write_finding
from governance.forms.comal import BeginAuditForm, FindingForm, PrioritiesForm, ResponseForm
from governance.models.comal import ANSWERING, AUDITORS, Audit, Finding
from governance.queries.comal import listed_audits, priorities_of, study_orders
from governance.views.sending import press_once, send_once


@require_safe
def audits(request: HttpRequest, community: str) -> HttpResponse:
    """A community's audits."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    context = {
        "community": found,
        "audits": listed_audits(request.user, found),
        "may_audit": Community.objects.run_by(request.user, *AUDITORS).filter(pk=found.pk).exists(),
    }
    return render(request, "governance/comals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def begin(request: PersonRequest, community: str) -> HttpResponse:
    """Begin an audit (auditors); what data says is filled in."""
    found = get_object_or_404(Community.objects.run_by(request.user, *AUDITORS), slug=community)
    member = acting_member(request, found)
    form = BeginAuditForm(request.POST or None, community=found, user=request.user)
    if request.method == "POST" and form.is_valid():
        done = send_once(
            request,
            member=member,
            form=form,
            name=f"audit:{found.pk}",
            act=lambda: {
                "pk": begin_audit(
                    community=found, subject=form.reference(), auditor=member, interest=form.cleaned_data["interest"]
                ).pk
            },
        )
        if done is not None:
            return redirect("governance:comal", done["pk"])
    context = {"community": found, "form": form}
    return render(request, "governance/comal_begin.html", context, status=400 if form.errors else 200)


@require_safe
def audit(request: PageRequest, audit: int) -> HttpResponse:
    """One audit: five questions, their answers, figures, evidence and ratings, and what the body answers."""
    seen = Audit.objects.visible_to(request.user).select_related("community", "auditor")
    found = get_object_or_404(seen, pk=audit)
    writes = Audit.objects.audited_by(request.user).filter(pk=found.pk).exists()
    answers = Community.objects.run_by(request.user, *ANSWERING).filter(pk=found.community_id).exists()
    context = {
        "community": found.community,
        "audit": found,
        "findings": found.findings.select_related("responded_by"),
        "may_write": writes and found.published_at is None,
        "may_answer": answers and found.published_at is not None,
        "keyed": KeyedForm(),
    }
    return render(request, "governance/comal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def finding(request: PersonRequest, audit: int, comal_part: str) -> HttpResponse:
    """Write the answer to one question (auditors), or the body's answer to a published one (stewards, admins)."""
    seen = Finding.objects.select_related("audit__community")
    found = get_object_or_404(
        seen.filter(audit__in=Audit.objects.visible_to(request.user)), audit=audit, part=comal_part
    )
    published = found.audit.published_at is not None
    roles = ANSWERING if published else AUDITORS
    get_object_or_404(Community.objects.run_by(request.user, *roles), pk=found.audit.community_id)
    member = acting_member(request, found.audit.community)
    now: dict[str, Any] = {
        name: getattr(found, name) for name in ("answer", "rating", "response", "action", "action_due")
    }
    form: KeyedForm = (ResponseForm if published else FindingForm)(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "key"}

        def act() -> Any:
            return respond(finding=found, by=member, **said) if published else write_finding(finding=found, **said)

        done = send_once(
            request,
            member=member,
            form=form,
            name=f"finding:{found.pk}",
            act=lambda: (
                respond(finding=found, by=member, **said) if published else write_finding(finding=found, **said)
            ),
            said="Saved.",
        )
        if done is not None:
            return redirect(found.audit)
    context = {"community": found.audit.community, "finding": found, "form": form, "published": published}
    return render(request, "governance/comal_finding.html", context, status=400 if form.errors else 200)


@require_safe
def evidence(request: HttpRequest, audit: int, comal_part: str, evidence_row: int) -> HttpResponse:
    """What was measured when the audit began, byte for byte: its hash stands beside it and in the audit chain."""
    found = get_object_or_404(Finding, audit__in=Audit.objects.visible_to(request.user), audit=audit, part=comal_part)
    rows = found.evidence
    if evidence_row >= len(rows) or "content" not in rows[evidence_row]:
        raise Http404
    return HttpResponse(rows[evidence_row]["content"].encode(), content_type="application/json")


@require_POST
@protected
def publish(request: PersonRequest, audit: int) -> HttpResponse:
    """Publish an audit (auditors)."""
    found = get_object_or_404(Audit.objects.audited_by(request.user).select_related("community"), pk=audit)
    member = acting_member(request, found.community)
    press_once(
        request,
        member=member,
        name=f"audit-publish:{found.pk}",
        act=lambda: publish_audit(audit=found, by=member),
        said="The audit is published. Its findings do not change any more.",
    )
    return redirect(found)


@require_safe
@signed_in
def study_order(request: PageRequest) -> HttpResponse:
    """What communities want studied first, for those who run studies there: a fragment of the home page, or a page."""
    template = "governance/study_order.html#orders" if request.htmx else "governance/study_order.html"
    return render(request, template, {"orders": study_orders(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def priorities(request: PersonRequest, community: str) -> HttpResponse:
    """What the community wants studied first; stewards and admins set the order. A fragment for htmx."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    orders = Community.objects.run_by(request.user, *ANSWERING).filter(pk=found.pk).exists()
    standing = priorities_of(found)
    lines = "\n".join(" | ".join((row.domain, row.groups, row.why)) for row in standing)
    form = PrioritiesForm(request.POST or None, initial={"order": lines})
    if request.method == "POST":
        get_object_or_404(Community.objects.run_by(request.user, *ANSWERING), pk=found.pk)
        member = acting_member(request, found)
        if form.is_valid():
            done = send_once(
                request,
                member=member,
                form=form,
                name=f"priorities:{found.pk}",
                act=lambda: {"n": len(order_studies(community=found, rows=form.cleaned_data["order"], by=member))},
                said="Researchers see this order now.",
            )
            if done is not None:
                return redirect("governance:priorities", found.slug)
    context = {"community": found, "priorities": standing, "form": form, "may_order": orders}
    fragment = "#order" if getattr(request, "htmx", False) else ""
    return render(request, f"governance/priorities.html{fragment}", context, status=400 if form.errors else 200)
