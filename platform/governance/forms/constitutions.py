"""Forms about constitutions; the actions decide."""

from typing import Any

from django import forms

from accounts.forms.keyed import KeyedForm
from accounts.forms.offering import offer
from accounts.models import Community
from governance import drafting
from governance.models.amendments import Patch
from governance.models.drafting import Implementation
from governance.subjects import Reference

WORDS = forms.Textarea(attrs={"rows": 4})
LEVEL_HELP = "1 comes first. No principle is given up for one with a higher number."


class StartForm(KeyedForm):
    """Beginning a constitution."""

    title = forms.CharField(label="Its title", max_length=300, error_messages={"required": "Give it a title first."})
    preamble = forms.CharField(
        label="What stands before the principles", required=False, max_length=10_000, widget=forms.Textarea
    )
    source = forms.ChoiceField(
        label="Draft it from",
        required=False,
        help_text="What people agreed on there becomes candidates for principles, each with its evidence.",
    )

    def __init__(self, *args: Any, community: Community, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.references: dict[str, Reference] = {}
        choices: list[tuple[str, Any]] = [("", "Nothing: from scratch")]
        for source in drafting.sources():
            offered = source.choices(community, user)
            self.references |= {f"{source.name}:{one.id}": one for one in offered}
            if offered:
                choices.append((source.title, [(f"{source.name}:{one.id}", one.title) for one in offered]))
        offer(self, "source", choices)

    def reference(self) -> Reference | None:
        """What was chosen."""
        return self.references.get(self.cleaned_data["source"])


class ClauseForm(KeyedForm):
    """A principle in the draft."""

    text = forms.CharField(
        label="The principle",
        max_length=2000,
        widget=WORDS,
        error_messages={"required": "Write the principle first."},
        help_text="One idea that a model can hold to and a person can check.",
    )
    level = forms.IntegerField(label="Priority", min_value=1, max_value=9, initial=1, help_text=LEVEL_HELP)
    rationale = forms.CharField(label="Why", required=False, max_length=4000, widget=WORDS)


class PreambleForm(KeyedForm):
    """What stands before the principles."""

    preamble = forms.CharField(
        label="What stands before the principles", required=False, max_length=10_000, widget=forms.Textarea
    )


class CandidateForm(KeyedForm):
    """What to make of a candidate."""

    do = forms.ChoiceField(choices=[(name, name) for name in ("take", "merge", "dismiss", "reword")])
    text = forms.CharField(required=False, max_length=2000)
    level = forms.IntegerField(required=False, min_value=1, max_value=9)
    into = forms.IntegerField(required=False, min_value=1)
    reason = forms.CharField(required=False, max_length=300)


class SayForm(KeyedForm):
    """A comment on a principle."""

    text = forms.CharField(
        label="Your comment",
        max_length=3000,
        widget=WORDS,
        error_messages={"required": "Write your comment first."},
    )


class DissentForm(KeyedForm):
    """A minority report."""

    principle = forms.ChoiceField(label="About", required=False)
    text = forms.CharField(
        label="What speaks against it",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="It is published with the text, under your pseudonym, for as long as the text is.",
        error_messages={"required": "Write your report first."},
    )

    def __init__(self, *args: Any, keys: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "principle", [("", "The whole text"), *((key, f"Principle {key}") for key in keys)])


class TrackForm(KeyedForm):
    """How far the implementation of a principle is."""

    status = forms.ChoiceField(label="How far is it?", choices=Implementation.Status.choices)
    note = forms.CharField(label="What was done, or is missing", max_length=3000, widget=WORDS)
    review_on = forms.DateField(
        label="Look at it again on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class AmendmentForm(KeyedForm):
    """Beginning an amendment."""

    title = forms.CharField(label="What it changes, in a few words", max_length=300)
    reasons = forms.CharField(label="Why", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class PatchForm(KeyedForm):
    """What an amendment does to one principle."""

    action = forms.ChoiceField(label="What to do", choices=Patch.Action.choices)
    principle = forms.ChoiceField(label="Principle", required=False, help_text="None where one is added.")
    text = forms.CharField(
        label="Its new words", required=False, max_length=2000, widget=WORDS, help_text="None where one is removed."
    )
    level = forms.IntegerField(label="Priority", min_value=1, max_value=9, initial=1, help_text=LEVEL_HELP)
    rationale = forms.CharField(label="Why", required=False, max_length=4000, widget=WORDS)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "principle", [("", "–"), *choices])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("action") != Patch.Action.ADD and not cleaned.get("principle"):
            self.add_error("principle", "Choose the principle.")
        if cleaned.get("action") != Patch.Action.REMOVE and not cleaned.get("text"):
            self.add_error("text", "Write the new words.")
        return cleaned
