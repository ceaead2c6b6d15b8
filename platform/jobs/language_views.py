"""Pages of the door to language models: what was asked, what it used up, and how much is allowed."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PageRequest, PersonRequest, protected
from accounts.models import Community
from accounts.queries import member_of
from jobs.language.budget import budget_of, used_this_month
from jobs.language.door import is_configured, model_name
from jobs.models import LanguageBudget, LanguageCall

CALLS_ON_A_PAGE = 25


class BudgetForm(forms.Form):
    """How many tokens a community allows."""

    tokens_a_month = forms.IntegerField(
        label="Tokens a month", min_value=0, max_value=2_000_000_000, help_text="A token is about four letters."
    )
    tokens_a_job = forms.IntegerField(
        label="Tokens for one piece of work",
        min_value=0,
        max_value=2_000_000_000,
        help_text="Work that reaches it stops and keeps what it has.",
    )


@require_safe
@protected
def calls(request: PageRequest) -> HttpResponse:
    """Every call of one's communities, newest first, and what each community used this month."""
    visible = LanguageCall.objects.visible_to(request.user)
    outcome = request.GET.get("outcome", "")
    listed = visible.filter(outcome=outcome) if outcome in LanguageCall.Outcome.values else visible
    listed = listed.select_related("community", "requested_by").defer("messages", "answer", "token_probabilities")
    first = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spending = (
        visible.filter(asked_at__gte=first)
        .order_by("community__name", "purpose")
        .values("community__name", "community__slug", "purpose", "model")
        .annotate(
            calls=Count("pk"),
            failed=Count("pk", filter=Q(outcome=LanguageCall.Outcome.FAILED)),
            read=Sum("prompt_tokens"),
            written=Sum("completion_tokens"),
            time=Sum("seconds"),
        )
    )
    context = {
        "page": Paginator(listed, CALLS_ON_A_PAGE).get_page(request.GET.get("page")),
        "spending": spending,
        "outcome": outcome,
        "outcomes": LanguageCall.Outcome.choices,
        "configured": is_configured(),
        "model": model_name(),
        "communities": Community.objects.run_by(request.user).order_by("name"),
    }
    return render(request, "jobs/language.html", context)


@require_safe
@protected
def call(request: PageRequest, call: UUID) -> HttpResponse:
    """One call: what was asked word for word, and what came back."""
    visible = LanguageCall.objects.visible_to(request.user).select_related("community", "requested_by")
    return render(request, "jobs/language_call.html", {"call": get_object_or_404(visible, pk=call)})


@require_http_methods(["GET", "HEAD", "POST"])
@protected
def budget(request: PersonRequest, community: str) -> HttpResponse:
    """How much a community allows; its admins change it."""
    found = get_object_or_404(Community.objects.run_by(request.user), slug=community)
    now = budget_of(found)
    form = BudgetForm(
        request.POST or None, initial={"tokens_a_month": now.tokens_a_month, "tokens_a_job": now.tokens_a_job}
    )
    if request.method == "POST" and form.is_valid():
        LanguageBudget.objects.update_or_create(
            community=found,
            defaults=form.cleaned_data | {"changed_at": timezone.now(), "changed_by": member_of(request.user, found)},
        )
        messages.success(request, "Saved.")
        return redirect("jobs:language")
    context = {"community": found, "form": form, "used": used_this_month(found)}
    return render(request, "jobs/language_budget.html", context, status=400 if form.is_bound else 200)
