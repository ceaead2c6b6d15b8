"""Pay: what work pays, what I earned, and the organisers' ledger."""

import csv
import io

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, PersonRequest, acting_member, member_required, protected
from accounts.forms.keyed import KeyedForm
from accounts.models import Community, Role
from accounts.spreadsheets import harmless
from governance.forms.pay import PaidForm, RateForm
from governance.models import PayRate
from governance.pay import end_rate as stop_rate
from governance.pay import pay_out_run
from governance.pay import set_rate as put_rate
from governance.queries.pay import balances, bookings, current_rates, median_hourly_cents, payment_run, spent
from governance.views.sending import press_once, send_once

PER_PAGE = 25
KEEPERS = (Role.RESEARCHER, Role.ADMIN)


@require_safe
@member_required
def my_pay(request: MemberRequest) -> HttpResponse:
    """What I earned in the community I act in, for what, and what of it was paid."""
    community, member = request.member.community, request.member
    context = {
        "community": community,
        "balances": balances(community, member),
        "page": Paginator(bookings(community, member), PER_PAGE).get_page(request.GET.get("page")),
        "rates": current_rates(community),
    }
    return render(request, "governance/my_pay.html", context)


@require_safe
def rates(request: HttpRequest, community: str) -> HttpResponse:
    """What work pays here, per unit and per hour; for everyone, before they agree to anything."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    keeps = Community.objects.run_by(request.user, *KEEPERS).filter(pk=found.pk).exists()
    context = {"community": found, "rates": current_rates(found), "may_run": keeps}
    return render(request, "governance/pay.html", context)


def _kept(request: PersonRequest, slug: str) -> Community:
    return get_object_or_404(Community.objects.run_by(request.user, *KEEPERS), slug=slug)


@require_safe
@protected
def ledger(request: PersonRequest, community: str) -> HttpResponse:
    """Everybody's balances, every booking, and the next payment run (researchers and admins)."""
    found = _kept(request, community)
    context = {
        "community": found,
        "balances": balances(found),
        "spent": sorted(spent(found).items()),
        "medians": sorted(median_hourly_cents(found).items()),
        "page": Paginator(bookings(found), PER_PAGE).get_page(request.GET.get("page")),
        "rates": current_rates(found),
        "run": payment_run(found),
        "paid_form": PaidForm(initial={"run": payment_run(found).name}),
        "rate_form": RateForm(),
        "end_form": KeyedForm(),
    }
    return render(request, "governance/ledger.html", context)


@require_safe
@protected
def payments(request: PersonRequest, community: str) -> HttpResponse:
    """The next payment run as a file for the paying service: who gets how much."""
    found = _kept(request, community)
    run = payment_run(found)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["run", "member", "name", "amount", "currency"])
    for line in run.lines:
        amount = f"{line.owed // 100}.{line.owed % 100:02d}"
        table.writerow([run.name, line.member, harmless(line.pseudonym), amount, line.currency])
    headers = {"Content-Disposition": f'attachment; filename="{found.slug}-payments-{run.name}.csv"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@protected
def paid(request: PersonRequest, community: str) -> HttpResponse:
    """Book the payment run as paid, when it is still the one in the file."""
    found = _kept(request, community)
    member = acting_member(request, found)
    form = PaidForm(request.POST)
    if form.is_valid():
        send_once(
            request,
            member=member,
            form=form,
            name=f"paid:{found.pk}",
            act=lambda: {"people": pay_out_run(community=found, run=form.cleaned_data["run"])},
            said="The payments are booked.",
        )
    return redirect("governance:ledger", found.slug)


@require_POST
@protected
def set_rate(request: PersonRequest, community: str) -> HttpResponse:
    """Say what a kind of work pays from now on."""
    found = _kept(request, community)
    member = acting_member(request, found)
    form = RateForm(request.POST)
    if not form.is_valid():
        context = {"community": found, "rate_form": form}
        return render(request, "governance/rate.html", context, status=400)
    send_once(
        request,
        member=member,
        form=form,
        name=f"rate:{found.pk}",
        act=lambda: {"rate": put_rate(community=found, **form.rate()).pk},
        said="People see this rate from now on.",
    )
    return redirect("governance:ledger", found.slug)


@require_POST
@protected
def end_rate(request: PersonRequest, community: str, rate: int) -> HttpResponse:
    """Stop offering a kind of paid work."""
    found = _kept(request, community)
    standing = get_object_or_404(PayRate.objects.run_by(request.user), community=found, pk=rate)
    member = acting_member(request, found)
    press_once(
        request,
        member=member,
        name=f"rate-end:{standing.pk}",
        act=lambda: {"rate": stop_rate(rate=standing).pk},
        said="It is no longer offered. What was earned stays.",
    )
    return redirect("governance:ledger", found.slug)
