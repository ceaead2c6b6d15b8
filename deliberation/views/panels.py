"""Pages of dense panels: drawing one, and how far its people have come."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PageRequest, acting_member
from accounts.forms.keyed import KeyedForm
from accounts.idempotency import KeyReused, Reply, answer_once
from aggregation.sources import Grouping
from deliberation.actions.panels import close_panel, draw_panel
from deliberation.errors import Refused
from deliberation.material import ConversationMaterial
from deliberation.models import Conversation, Panel
from deliberation.views.running import for_organisers


class PanelForm(KeyedForm):
    """Whom to ask for what."""

    numbers = forms.CharField(
        label="The shortlist",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Numbers of statements, apart by commas, such as those that an aggregation found.",
    )
    size = forms.IntegerField(label="How many people", min_value=3, max_value=10_000, initial=30)
    strata = forms.MultipleChoiceField(
        label="Give each group its share of the panel",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="The groups of the first that you choose get their shares exactly, up to rounding; those of the next"
        " ones within them as far as the seats go. Everybody keeps the same chance. Choose none for a plain lot.",
    )
    seed = forms.IntegerField(
        label="Seed of the draw",
        min_value=0,
        max_value=2**31 - 1,
        initial=0,
        help_text="Announce it beforehand, and everybody can make the draw again.",
    )

    def __init__(self, *args: Any, groupings: Sequence[Grouping] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        strata = self.fields["strata"]
        assert isinstance(strata, forms.MultipleChoiceField)
        strata.choices = [(one.key, f"{one.title} ({', '.join(one.levels[:6])})") for one in groupings]
        if not groupings:
            del self.fields["strata"]

    def clean_numbers(self) -> list[int]:
        words = self.cleaned_data["numbers"].replace(",", " ").split()
        wrong = [word for word in words if not word.isdecimal() or len(word) > 8]
        if wrong or not words:
            raise forms.ValidationError(f"“{' '.join(wrong[:3])}”: write whole numbers apart by commas.")
        return sorted({int(word) for word in words})


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def panels(request: PageRequest, found: Conversation) -> HttpResponse:
    """The panels there are, and drawing another."""
    groupings = ConversationMaterial(found).groupings()
    form = PanelForm(request.POST or None, groupings=groupings, initial={"numbers": request.GET.get("numbers", "")})
    status, problem = 200, ""
    if request.method == "POST":
        status = 400
        member = acting_member(request, found.community)
        if form.is_valid():
            sent = {name: form.cleaned_data[name] for name in ("numbers", "size", "seed")}
            sent["strata"] = list(form.cleaned_data.get("strata", []))

            def act() -> Reply:
                return 201, {"number": draw_panel(conversation=found, drawn_by=member, **sent).number}

            try:
                body = {"form": "panel", "in": found.pk, **sent}
                _, reply = answer_once(member=member, key=form.cleaned_data["key"], body=body, act=act)
            except Refused as refused:
                problem = str(refused)
            except KeyReused as reused:
                status, problem = 422, str(reused)
            else:
                messages.success(request, "The panel is drawn. Its people see the shortlist first when they vote.")
                return redirect("deliberation:panel", slug=found.slug, panel=reply["number"])
    listed = found.panels.annotate(people=Count("seats", distinct=True), statements=Count("shortlist", distinct=True))
    context = {"conversation": found, "form": form, "problem": problem, "panels": listed, "may_run": True}
    return render(request, "deliberation/panels.html", context, status=status)


@require_safe
@for_organisers
def panel(request: PageRequest, found: Conversation, panel: int) -> HttpResponse:
    """Who was drawn and how far they have come."""
    one = get_object_or_404(Panel.objects.filter(conversation=found).select_related("conversation"), number=panel)
    shortlist = list(one.shortlist.order_by("number"))
    seats: list[Any] = list(one.seats.with_progress().select_related("member").order_by("member"))
    context: dict[str, Any] = {
        "conversation": found,
        "panel": one,
        "shortlist": shortlist,
        "seats": seats,
        "done": sum(seat.voted == len(shortlist) for seat in seats),
        "given": sum(seat.voted for seat in seats),
        "wanted": len(seats) * len(shortlist),
        "aggregate": reverse("aggregation:methods", args=["conversation", found.slug]),
        "may_run": True,
    }
    return render(request, "deliberation/panel.html", context)


@require_POST
@for_organisers
def close(request: PageRequest, found: Conversation, panel: int) -> HttpResponse:
    """Close a panel."""
    one = get_object_or_404(Panel.objects.filter(conversation=found).select_related("conversation"), number=panel)
    close_panel(panel=one)
    messages.success(request, "The panel is closed. Its votes stay.")
    return redirect(one)
