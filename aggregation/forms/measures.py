"""What is asked where answers are described, compared and inspected."""

from typing import Any

from django import forms

from aggregation.forms.people import PeopleForm
from aggregation.forms.reference import MOST_BYTES, read_reference
from aggregation.sources import VOTES


class DistributionForm(PeopleForm):
    """How answers are distributed, and how far models are from people."""

    reference = forms.CharField(
        label="Answers of models to compare with",
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A table with the columns item and answer, a row for each sample; with a column probability, a row "
        "for each answer a model may give. A column model names whose it is. Or JSON Lines with the same names.",
    )
    reference_file = forms.FileField(
        label="The same as a file",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.jsonl"}),
        help_text="CSV or JSON Lines, 2 MB at most.",
    )

    alpha0 = forms.FloatField(
        label="Weight of the prior, in answers",
        min_value=0.01,
        max_value=1000,
        required=False,
        help_text="Half the number of options (Jeffreys) unless you say otherwise.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name, text, file = "reference", cleaned.get("reference") or "", cleaned.get("reference_file")
        if file and text:
            self.add_error("reference_file", "Either write the answers above or send them as a file.")
        elif file:
            name = "reference_file"
            if file.size > MOST_BYTES:
                self.add_error(name, f"This file has {file.size / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB.")
            else:
                try:
                    text = file.read().decode("utf-8-sig")
                except UnicodeDecodeError:
                    self.add_error(name, "This is not UTF-8 text.")
        cleaned["read_reference"] = {}
        if text.strip() and not self.errors:
            try:
                cleaned["read_reference"] = read_reference(text, self.question.options or VOTES)
            except ValueError as problem:
                self.add_error(name, str(problem))
        return cleaned

    def parameters(self) -> dict[str, Any]:
        sent = self.cleaned_data
        told = {"reference": sent["read_reference"]} if sent["read_reference"] else {}
        return super().parameters() | {"alpha0": sent["alpha0"]} | told


class ViewpointsForm(PeopleForm):
    """The viewpoints of a conversation."""

    k = forms.IntegerField(
        label="How many viewpoints",
        min_value=2,
        max_value=8,
        required=False,
        help_text="Found from the votes if empty.",
    )
    least_support = forms.FloatField(
        label="Least share of the people",
        min_value=0,
        max_value=0.99,
        initial=0.05,
        help_text="A viewpoint that fewer hold is shown, and not counted among the reasonable ones.",
    )

    def parameters(self) -> dict[str, Any]:
        sent = self.cleaned_data
        return super().parameters() | {"k": sent["k"], "least_support": sent["least_support"]}


class BridgingForm(PeopleForm):
    """What groups agree on."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "grouping" in cleaned and not cleaned["grouping"]:
            self.add_error("grouping", "Choose the groups between which statements are to bridge.")
        if cleaned.get("weighting", "none") != "none":
            self.add_error("weighting", "Agreement is counted inside each group: everybody counts the same.")
        return cleaned


class CoverageForm(PeopleForm):
    """Which groups the responses of models represent."""

    tau = forms.FloatField(
        label="Mean rating from which a group is represented",
        initial=4.0,
        help_text="On the scale of the ratings, such as 4 of 5.",
    )

    def parameters(self) -> dict[str, Any]:
        return super().parameters() | {"tau": self.cleaned_data["tau"]}


class IntegrityForm(PeopleForm):
    """Whose votes look copied or careless."""
