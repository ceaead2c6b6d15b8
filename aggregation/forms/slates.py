"""What is asked where statements are chosen, written or put in order."""

from typing import Any

from django import forms

from aggregation.algorithms.rules import RULES, rules_of
from aggregation.forms.people import PeopleForm
from jobs.language import is_configured

MISSING = (
    ("refuse", "Refuse: I only want a slate from complete votes"),
    (
        "impute",
        "Estimate: draw the votes that were not cast, from what people of the same group said, many times over, and "
        "say how sure the slate is",
    ),
    (
        "zero",
        "Count them as “not approved”: quick, and wrong where some statements were shown to far more people",
    ),
)


class SlateForm(PeopleForm):
    """A slate of statements."""

    rule = forms.ChoiceField(
        label="The rule",
        choices=[(rule.short, rule.name) for rule in rules_of("slate")],
        initial="mes",
        widget=forms.RadioSelect,
    )
    k = forms.IntegerField(label="How many statements", min_value=1, max_value=50, initial=5)
    budget = forms.IntegerField(
        label="Words in all",
        min_value=1,
        max_value=10_000,
        initial=100,
        required=False,
        help_text="Only for the rule with a word budget, which then decides itself how many statements there are.",
    )
    missing = forms.ChoiceField(
        label="Votes that were not cast", choices=MISSING, initial="refuse", widget=forms.RadioSelect
    )
    draws = forms.IntegerField(
        label="How many times to draw them", min_value=100, max_value=1000, initial=100, required=False
    )
    field_order = ("key", "title", "rule", "k", "budget", "missing", "draws", "grouping")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        rule = RULES.get(cleaned.get("rule", ""))
        if rule is not None and rule.takes == "utilities" and cleaned.get("weighting", "none") != "none":
            self.add_error("weighting", f"{rule.name} counts people: everybody counts the same.")
        return cleaned

    def parameters(self) -> dict[str, Any]:
        sent = self.cleaned_data
        return super().parameters() | {
            "rule": sent["rule"],
            "k": sent["k"],
            "budget": sent["budget"] or 100,
            "missing": sent["missing"],
            "draws": sent["draws"] or 100,
        }


class GenerateForm(PeopleForm):
    """Statements that stand for everybody."""

    process = forms.ChoiceField(
        label="How places are given out",
        choices=(
            ("fish", "A number of statements, each for an equal number of people"),
            ("prose", "A number of words, of which everybody brings an equal share"),
        ),
        initial="fish",
        widget=forms.RadioSelect,
    )
    k = forms.IntegerField(label="How many statements", min_value=1, max_value=12, initial=4)
    budget = forms.IntegerField(label="Words in all", min_value=10, max_value=2000, initial=80, required=False)
    words = forms.IntegerField(label="Words of a new statement at most", min_value=5, max_value=80, initial=25)
    writer = forms.ChoiceField(
        label="Who writes",
        choices=(
            ("pool", "Nobody: every statement comes from those that people wrote"),
            ("model", "The site’s language model, for people whom no statement speaks for"),
        ),
        initial="pool",
        widget=forms.RadioSelect,
        help_text="What the model is asked and answers is kept, word for word. What it wrote is marked as such.",
    )
    sample = forms.IntegerField(
        label="People in the process",
        min_value=4,
        max_value=500,
        initial=60,
        help_text="Drawn at random. With a language model each new statement is judged once for each of them.",
    )
    tries = forms.IntegerField(label="New statements in each round", min_value=1, max_value=5, initial=1)
    held_out = forms.IntegerField(
        label="Votes of each person that judgments are compared with",
        min_value=0,
        max_value=10,
        initial=1,
        help_text="Tells how far the model’s judgments may be trusted; they are corrected by it.",
    )

    def clean_writer(self) -> str:
        writer = str(self.cleaned_data["writer"])
        if writer == "model" and not is_configured():
            raise forms.ValidationError("No language model is set up on this site. Choose the other way.")
        return writer

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("weighting", "none") != "none":
            self.add_error("weighting", "This process counts people: everybody counts the same.")
        if cleaned.get("k") and cleaned.get("sample") and cleaned["sample"] < cleaned["k"]:
            self.add_error("sample", f"There should be at least as many people as statements ({cleaned['k']}).")
        return cleaned

    def parameters(self) -> dict[str, Any]:
        sent = self.cleaned_data
        names = ("process", "k", "words", "writer", "sample", "tries", "held_out")
        return super().parameters() | {name: sent[name] for name in names} | {"budget": sent["budget"] or 80}


class RankingForm(PeopleForm):
    """Statements in order."""

    rule = forms.ChoiceField(
        label="The rule",
        choices=[(rule.short, rule.name) for rule in rules_of("ranking") if rule.takes != "comparisons"],
        initial="nash",
        widget=forms.RadioSelect,
    )
    most = forms.IntegerField(
        label="How many to rank", min_value=2, max_value=30, initial=10, help_text="Those liked best on average."
    )
    missing = forms.ChoiceField(
        label="Votes that were not cast",
        choices=(MISSING[0], ("impute", "Estimate them from what people of the same group said")),
        initial="refuse",
        widget=forms.RadioSelect,
    )
    floor = forms.FloatField(
        label="Least mean of any group",
        min_value=0,
        max_value=1,
        required=False,
        help_text="What some group likes less than this on average comes after everything else. From 0 to 1.",
    )

    def parameters(self) -> dict[str, Any]:
        sent = self.cleaned_data
        return super().parameters() | {name: sent[name] for name in ("rule", "most", "missing", "floor")}
