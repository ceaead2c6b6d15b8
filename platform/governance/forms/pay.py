"""Forms about pay; amounts are typed in the currency's main unit and kept in cents."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts.forms.keyed import KeyedForm


class RateForm(KeyedForm):
    """What a kind of work pays."""

    work = forms.CharField(label="The work", max_length=200, help_text="As people read it, such as “One answer”.")
    amount = forms.DecimalField(
        label="Pay for one unit", min_value=Decimal("0.01"), max_value=Decimal(100_000), decimal_places=2
    )
    currency = forms.RegexField(
        label="Currency", regex=r"^[A-Z]{3}$", max_length=3, initial="EUR", help_text="Three letters, such as EUR."
    )
    expected_seconds = forms.IntegerField(label="Seconds that one unit takes as a rule", min_value=1, max_value=360_000)
    minimum_hourly = forms.DecimalField(
        label="Legal minimum per hour where most people live",
        required=False,
        min_value=Decimal("0.01"),
        max_value=Decimal(100_000),
        decimal_places=2,
    )
    minimum_source = forms.CharField(label="Where that figure comes from", required=False, max_length=300)

    def rate(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        minimum = said["minimum_hourly"]
        return {
            "work": said["work"],
            "amount_cents": int(said["amount"] * 100),
            "currency": said["currency"],
            "expected_seconds": said["expected_seconds"],
            "minimum_hourly_cents": None if minimum is None else int(minimum * 100),
            "minimum_source": said["minimum_source"],
        }


class PaidForm(KeyedForm):
    """Booking a payment run as paid."""

    run = forms.RegexField(regex=r"^[0-9a-f]{16}$", widget=forms.HiddenInput)
