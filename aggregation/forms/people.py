"""Who is counted, and how much: what every method asks."""

from typing import Any

from django import forms

from accounts.forms.keyed import KeyedForm
from aggregation.sources import Grouping, Question

MOST_EXCLUDED = 5000
WEIGHTINGS = (
    ("none", "Everybody counts the same"),
    ("groups", "Every group counts the same, however large"),
    ("targets", "Groups count as their shares in the population, which I write below"),
)


class PeopleForm(KeyedForm):
    """Who is counted and how much: what every method asks."""

    title = forms.CharField(label="A name for this run", max_length=200, required=False)
    grouping = forms.ChoiceField(
        label="Tell the result by these groups",
        required=False,
        help_text="Also used where votes are estimated and where groups are weighted.",
    )
    weighting = forms.ChoiceField(label="How much people count", choices=WEIGHTINGS, initial="none", required=False)
    targets = forms.CharField(
        label="Shares in the population",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One group on a line with its share, such as “A, 0.4”. Only for the third choice above.",
    )
    stratum = forms.ChoiceField(label="Whose answers", required=False)
    excluded = forms.CharField(
        label="Left out in a second computation",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Numbers of participants as in exports, apart by commas or lines. You see the result with and "
        "without them.",
    )
    seed = forms.IntegerField(
        label="Seed of the random steps",
        min_value=0,
        max_value=2**31 - 1,
        initial=0,
        help_text="The same seed gives the same result.",
    )

    def __init__(self, *args: Any, groupings: list[Grouping], question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        self.groupings = {one.key: one for one in groupings}
        chosen = [("", "No groups"), *((one.key, one.title) for one in groupings)]
        strata = [("", "Everybody’s")]
        for one in groupings:
            strata += [(f"{one.key}={level}", f"Only {one.title}: {level}") for level in one.levels]
        field_of(self, "grouping").choices = chosen
        field_of(self, "stratum").choices = strata
        if groupings and not self.is_bound:
            self.initial.setdefault("grouping", groupings[0].key)

    def clean_weighting(self) -> str:
        return self.cleaned_data["weighting"] or "none"

    def clean_targets(self) -> dict[str, float]:
        shares: dict[str, float] = {}
        for number, line in enumerate(self.cleaned_data["targets"].splitlines(), 1):
            if not line.strip():
                continue
            level, _, share = line.rpartition(",")
            try:
                shares[level.strip()] = float(share)
            except ValueError:
                raise forms.ValidationError(
                    f"Line {number}: “{line}” should be a group, a comma and a number."
                ) from None
            if not shares[level.strip()] >= 0 or not level.strip():
                raise forms.ValidationError(f"Line {number}: a share is 0 or more, after the name of a group.")
        return shares

    def clean_excluded(self) -> list[str]:
        names = self.cleaned_data["excluded"].replace(",", " ").split()
        if len(names) > MOST_EXCLUDED:
            raise forms.ValidationError(f"{len(names):,} people are listed and at most {MOST_EXCLUDED:,} can be.")
        return sorted(set(names))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        weighted = cleaned.get("weighting")
        if weighted in {"groups", "targets"} and not cleaned.get("grouping"):
            self.add_error("grouping", "Choose the groups that are to be weighted.")
        elif weighted == "targets" and "targets" in cleaned:
            levels = self.groupings[cleaned["grouping"]].levels
            unknown = sorted(set(cleaned["targets"]) - set(levels))
            if unknown or not sum(cleaned["targets"].values()):
                self.add_error("targets", f"Write a share for groups among {', '.join(levels)}.")
        return cleaned

    def parameters(self) -> dict[str, Any]:
        """What the run stores."""
        sent = self.cleaned_data
        key, _, level = sent["stratum"].partition("=")
        return {
            "grouping": sent["grouping"],
            "selection": {
                "weighting": sent["weighting"],
                "grouping": sent["grouping"],
                "targets": sent["targets"] or None,
                "stratum": [key, level] if key else None,
                "excluded": sent["excluded"],
            },
        }


def field_of(form: forms.Form, name: str) -> Any:
    return form.fields[name]
