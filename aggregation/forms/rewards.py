"""What people choose before a reward model is trained, and the texts they have it score."""

from typing import Any

from django import forms

from accounts.forms.keyed import KeyedForm
from aggregation.reward_plans import BALANCING, LOSSES, PAIR_LOSSES, REDUCTIONS, unfit_for
from aggregation.sources import Grouping, Material, Question

MOST_TEXTS, LONGEST_TEXT = 50, 5000


class TrainingForm(KeyedForm):
    """The plan of one training; its choices come from what was picked to learn from."""

    title = forms.CharField(label="What to call it", max_length=200)
    questions = forms.MultipleChoiceField(
        label="Answers to learn from",
        widget=forms.CheckboxSelectMultiple,
        help_text="Each question becomes one dimension of the reward; they are never summed.",
        error_messages={"required": "Choose at least one question."},
    )
    groups = forms.MultipleChoiceField(
        label="Groups whose views it tells apart",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="A group that makes no difference is pulled towards everybody.",
    )
    losses = forms.ChoiceField(label="Loss")
    reduction = forms.ChoiceField(
        label="Whose losses count",
        choices=REDUCTIONS,
        help_text="Every way but the first takes several times as long as said above. Where groups are balanced and"
        " several groupings are chosen, it is the first of them.",
    )
    threshold = forms.FloatField(
        label="Answers from this value on are a yes",
        required=False,
        help_text="Left empty, the value that splits the answers most evenly, for each question where scales differ.",
    )
    prefer = forms.ChoiceField(
        label="The better answer is", choices=(("high", "the higher value"), ("low", "the lower value"))
    )
    members = forms.IntegerField(
        label="Models in the ensemble",
        min_value=1,
        max_value=10,
        initial=5,
        help_text="Their differences are what the model does not know. Five is usual.",
    )
    val_share = forms.IntegerField(
        label="Percent of texts held out for measuring", min_value=5, max_value=50, initial=20
    )
    seed = forms.IntegerField(
        label="Seed",
        min_value=0,
        initial=0,
        help_text="The same answers, plan and seed give the same model, byte for byte.",
    )

    def __init__(
        self,
        *args: Any,
        materials: list[tuple[Material, list[Question]]],
        groupings: list[Grouping],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parts = {
            f"{material.choice.kind}:{material.choice.key}:{question.key}": (material, question)
            for material, questions in materials
            for question in questions
        }
        compares = any("pairs" in question.shapes for _, question in self.parts.values())
        rates = any("pairs" not in question.shapes for _, question in self.parts.values())
        several = len(materials) > 1
        self._choices("questions", [(name, _words(part, several)) for name, part in self.parts.items()])
        self._choices(
            "groups", [(grouping.key, f"{grouping.title} ({', '.join(grouping.levels[:6])})") for grouping in groupings]
        )
        self._choices("losses", [*(LOSSES if rates else ()), *(PAIR_LOSSES if compares else ())])
        if not groupings:
            del self.fields["groups"]
            self._choices("reduction", [one for one in REDUCTIONS if one[0] not in BALANCING])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """The plan has to fit the questions chosen."""
        cleaned = super().clean() or {}
        if not self.errors:
            for unfit in unfit_for([part[1] for part in self.chosen_parts], self.plan):
                self.add_error(unfit.field, unfit.why)
        return cleaned

    @property
    def plan(self) -> dict[str, Any]:
        """What is stored."""
        data = self.cleaned_data
        groups = list(data.get("groups", []))
        return {
            "groups": groups,
            "losses": data["losses"],
            "reduction": data["reduction"],
            "reduction_group": groups[0] if data["reduction"] in BALANCING and groups else "",
            "threshold": data["threshold"],
            "prefer": data["prefer"],
            "members": data["members"],
            "val_share": data["val_share"],
            "seed": data["seed"],
        }

    @property
    def chosen_parts(self) -> list[tuple[Material, Question]]:
        """The questions chosen, with their material."""
        return [self.parts[name] for name in self.cleaned_data["questions"]]


class ScoringForm(KeyedForm):
    """Texts to score, one per paragraph."""

    prompt = forms.CharField(
        label="What they answer", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )
    texts = forms.CharField(
        label="Texts to score",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Leave an empty line between two texts.",
        error_messages={"required": "Write at least one text."},
    )

    def clean_texts(self) -> list[str]:
        """The texts, each once."""
        written = self.cleaned_data["texts"].replace("\r\n", "\n").split("\n\n")
        texts = list(dict.fromkeys(text.strip() for text in written if text.strip()))
        if not texts:
            raise forms.ValidationError("Write at least one text.")
        if len(texts) > MOST_TEXTS:
            raise forms.ValidationError(f"These are {len(texts)} texts; at most {MOST_TEXTS} are scored at once.")
        longest = max(range(len(texts)), key=lambda place: len(texts[place]))
        if len(texts[longest]) > LONGEST_TEXT:
            raise forms.ValidationError(
                f"Text {longest + 1} has {len(texts[longest]):,} characters; at most {LONGEST_TEXT:,} are read."
            )
        return texts


def _words(part: tuple[Material, Question], several: bool) -> str:
    material, question = part
    return f"{material.choice.title}: {question.title}" if several else question.title
