"""Putting a result before the stewards."""

from django import forms

from accounts.forms.keyed import KeyedForm
from governance.models.releases import RiskTier


class ProposeForm(KeyedForm):
    """How risky it would be to publish the result."""

    risk_tier = forms.ChoiceField(label="Risk if it is published", choices=RiskTier.choices)
    rationale = forms.CharField(
        label="Why you think so", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
