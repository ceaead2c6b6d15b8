"""Forms of the doors: taking part, entry links, API keys."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import EntryLink


class EntryForm(forms.Form):
    """The button "Take part": the key makes a repeated click one entry."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)


DAYS = (("", "Never"), ("1", "After a day"), ("7", "After a week"), ("30", "After a month"), ("90", "After 3 months"))


def moment_after(days: str) -> datetime | None:
    """The end that a choice of days means."""
    return timezone.now() + timedelta(days=int(days)) if days else None


class EntryLinkForm(forms.Form):
    """A new entry link, or several invitations at once."""

    kind = forms.ChoiceField(
        label="Who is it for?",
        choices=[
            (EntryLink.Kind.SINGLE, "One person, once: an invitation"),
            (EntryLink.Kind.OPEN, "Everyone who has it: for a poster, a mail to many, a meeting"),
        ],
        widget=forms.RadioSelect,
        initial=EntryLink.Kind.SINGLE,
        error_messages={"required": "Choose who the link is for."},
    )
    count = forms.IntegerField(
        label="How many invitations?",
        help_text="Each lets one person in. An open link is always one.",
        min_value=1,
        max_value=500,
        initial=1,
        error_messages={
            "min_value": "Make at least one.",
            "max_value": "Make 500 at most; you can make more afterwards.",
            "required": "Say how many.",
        },
    )
    label = forms.CharField(
        label="What do you call it?",
        help_text="Only for you and the other admins, such as “Town hall, 3 May”. Do not write people's names.",
        max_length=200,
        required=False,
    )
    leads_to = forms.CharField(
        label="Where does it lead?",
        help_text="An address on this site, such as /conversations/parks/. Empty: the community's page.",
        max_length=300,
        required=False,
    )
    days = forms.ChoiceField(label="When does it stop working?", choices=DAYS, required=False)

    def clean_leads_to(self) -> str:
        """The address, when it is one of ours."""
        address: str = self.cleaned_data["leads_to"].strip()
        ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
        if address and not ours:
            raise forms.ValidationError(
                "Give an address on this site that begins with a slash, such as /conversations/."
            )
        return address

    def clean(self) -> dict[str, Any]:
        """One open link is enough for everyone."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == EntryLink.Kind.OPEN:
            cleaned["count"] = 1
        cleaned["expires_at"] = moment_after(cleaned.get("days", ""))
        return cleaned


class ApiKeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        label="What is it for?",
        help_text="So that you recognise it later, such as “notebook on my laptop”.",
        max_length=100,
        error_messages={"required": "Give the key a name."},
    )
    scopes = forms.MultipleChoiceField(
        label="What may a program with this key do?",
        choices=[("read", "Read what you can read"), ("write", "Write in your name")],
        widget=forms.CheckboxSelectMultiple,
        initial=["read"],
        error_messages={"required": "Choose at least one."},
    )
    days = forms.ChoiceField(
        label="When does it stop working?",
        choices=[("30", "After a month"), ("90", "After 3 months"), ("365", "After a year")],
        initial="90",
        error_messages={"required": "Choose when it stops working."},
    )

    def clean(self) -> dict[str, Any]:
        """Turn the days into a moment."""
        cleaned = super().clean() or {}
        cleaned["expires_at"] = moment_after(cleaned.get("days", "90"))
        return cleaned
