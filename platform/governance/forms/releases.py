"""Forms about releases."""

from django import forms

from accounts.forms.keyed import KeyedForm
from governance.models.releases import RiskTier


class RiskForm(KeyedForm):
    """Weighing the risk of a release."""

    risk_tier = forms.ChoiceField(label="How much harm could it do?", choices=RiskTier.choices)
    rationale = forms.CharField(
        label="Why",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who could be harmed and how, and what speaks against it. Everybody who sees the release reads this.",
        error_messages={"required": "Say why the risk is weighed so."},
    )


class WithdrawForm(KeyedForm):
    """Taking a release back."""

    reason = forms.CharField(
        label="Why it is withdrawn",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The reason is published. A withdrawn release does not come back.",
        error_messages={"required": "Say why; the reason is published."},
    )
