"""The shape of what admins send about bodies and seats."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.forms.keyed import KeyedForm
from accounts.forms.offering import offer_rows
from accounts.models import Member
from governance.models.bodies import Body, Seat, SeatClass


class BodyForm(KeyedForm):
    """A new body."""

    name = forms.CharField(label="Name", max_length=200, error_messages={"required": "Give the body a name."})
    mandate = forms.CharField(
        label="Mandate",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What it decides, for whom, and what it may not decide.",
    )


class SeatsForm(KeyedForm):
    """New seats of one class."""

    n = forms.IntegerField(label="How many seats", min_value=1, max_value=100, initial=1)
    seat_class = forms.ChoiceField(label="How people come to them", choices=SeatClass.choices)
    reserved_for = forms.CharField(label="Reserved for which group", required=False, max_length=120)
    most_terms = forms.IntegerField(label="Most terms one person may serve", required=False, min_value=1, max_value=20)
    pay_cents = forms.IntegerField(
        label="Pay for each meeting, in cents", required=False, min_value=0, max_value=1_000_000, initial=0
    )

    def clean_pay_cents(self) -> int:
        """Nothing means none."""
        return self.cleaned_data["pay_cents"] or 0

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("seat_class") == SeatClass.RESERVED and not cleaned.get("reserved_for"):
            self.add_error("reserved_for", "Say which group the seats are reserved for.")
        return cleaned


class TermForm(KeyedForm):
    """Who takes which seat, and for how long; seats that are drawn by lot are filled from a draw."""

    seat = forms.ModelChoiceField(Seat.objects.none(), label="Seat")
    member = forms.CharField(
        label="Member", max_length=60, help_text="The made-up name under which the community knows them."
    )
    months = forms.IntegerField(label="For how many months", min_value=1, max_value=60, initial=12)

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body
        seats = body.seats.filter(abolished_at=None).exclude(seat_class=SeatClass.SORTITION).select_related("body")
        offer_rows(self, "seat", seats, lambda seat: f"Seat {seat.number}: {seat.class_words}")

    def clean_member(self) -> Member:
        """The member of that name."""
        name = self.cleaned_data["member"].strip()
        found = Member.objects.active().filter(community=self.body.community_id, pseudonym__iexact=name).first()
        if found is None:
            raise forms.ValidationError(f"Nobody in this community is called “{name}”.")
        return found

    def times(self) -> tuple[datetime, datetime]:
        """From now, for so many months of thirty days."""
        now = timezone.now()
        return now, now + timedelta(days=30 * self.cleaned_data["months"])
