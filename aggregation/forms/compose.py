"""Forms in which people say what to aggregate and how; REST sends the same fields as JSON."""

from typing import Any

from django import forms

from accounts.forms.keyed import KeyedForm
from aggregation.algorithms.rules import RULES, rules_of
from aggregation.forms.reference import MOST_BYTES, read_reference
from aggregation.sources import VOTES, Grouping, Question
from jobs.language import is_configured

MOST_EXCLUDED = 5000
WEIGHTINGS = (
    ("none", "Everybody counts the same"),
    ("groups", "Every group counts the same, however large"),
    ("targets", "Groups count as their shares in the population, which I write below"),
)
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
        _field(self, "grouping").choices = chosen
        _field(self, "stratum").choices = strata
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


FORMS: dict[str, type[PeopleForm]] = {
    "slate": SlateForm,
    "generate": GenerateForm,
    "ranking": RankingForm,
    "distribution": DistributionForm,
    "viewpoints": ViewpointsForm,
    "bridging": BridgingForm,
    "coverage": CoverageForm,
    "integrity": IntegrityForm,
}
"""The form of each method, by its name."""


def _field(form: forms.Form, name: str) -> Any:
    return form.fields[name]
