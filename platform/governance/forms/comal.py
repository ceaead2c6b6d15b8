"""Forms about audits and about what is to be studied."""

from typing import Any

from django import forms

from accounts.forms.keyed import KeyedForm
from accounts.forms.offering import offer
from accounts.models import Community
from governance import subjects
from governance.models.comal import Finding
from governance.subjects import Reference

LONG = forms.Textarea(attrs={"rows": 6})


class BeginAuditForm(KeyedForm):
    """What to audit, and what ties the auditor to it."""

    subject = forms.ChoiceField(label="What you audit")
    interest = forms.CharField(
        label="Your declaration of interest",
        max_length=2000,
        widget=LONG,
        help_text="What ties you to what you audit: work, money, family, membership. “None” is an answer.",
    )

    def __init__(self, *args: Any, community: Community, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = subjects.kinds_for("audited")
        offered = [one for kind in kinds for one in kind.choices(community, user) if one.content_sha256]
        self.references: dict[str, Reference] = {f"{one.type}:{one.id}": one for one in offered}
        offer(self, "subject", [(name, one.title) for name, one in self.references.items()])

    def reference(self) -> Reference:
        """What was chosen."""
        return self.references[self.cleaned_data["subject"]]


class FindingForm(KeyedForm):
    """The auditor's answer to one question."""

    answer = forms.CharField(label="Your answer", max_length=8000, widget=LONG)
    rating = forms.ChoiceField(label="How well it is done", choices=Finding.Rating.choices)


class ResponseForm(KeyedForm):
    """What the body answers."""

    response = forms.CharField(label="What the body answers", max_length=4000, widget=LONG)
    action = forms.CharField(label="What will be done", required=False, max_length=500)
    action_due = forms.DateField(
        label="Until when", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PrioritiesForm(KeyedForm):
    """What is to be studied, first things first, one on each line."""

    order = forms.CharField(
        label="One on each line",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="The domain, then who is under-represented, then why, with a bar between:"
        " Advice on health | people over 70, carers | Few of them answered so far",
    )

    def clean_order(self) -> list[dict[str, str]]:
        rows = []
        for line in self.cleaned_data["order"].splitlines():
            domain, _, rest = line.partition("|")
            groups, _, why = rest.partition("|")
            if not domain.strip():
                continue
            row = {"domain": domain.strip(), "groups": groups.strip(), "why": why.strip()}
            if len(row["domain"]) > 200 or len(row["groups"]) > 500 or len(row["why"]) > 2000:
                raise forms.ValidationError(f"This line is too long: {line[:60]}…")
            rows.append(row)
        return rows
