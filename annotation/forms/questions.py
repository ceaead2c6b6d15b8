"""One question of a study: the fields that its kind needs."""

from copy import deepcopy
from typing import Any

from django import forms

from annotation.actions.questions import QuestionText
from annotation.forms.lines import OptionsField
from annotation.kinds import KINDS
from annotation.models import Question

Kind = Question.Kind
# Which of the fields for settings belongs to which kind.
FIELDS: dict[str, tuple[str, ...]] = {
    Kind.PAIRWISE: ("strength", "tie", "both_bad"),
    Kind.RATING: ("dimensions", "least", "most", "step", "low_end", "high_end", "each_response"),
    Kind.RANKING: ("ties", "partial"),
    Kind.CATEGORIES: ("options", "multiple", "shuffle"),
    Kind.SAFETY: ("options", "harms"),
    Kind.TEXT: (),
    Kind.SPANS: ("options",),
}
SETTINGS: dict[str, forms.Field] = {
    "strength": forms.BooleanField(label="Ask how strongly", required=False, initial=True),
    "tie": forms.BooleanField(label="“About the same” may be said", required=False, initial=True),
    "both_bad": forms.BooleanField(label="“Both are bad” may be said", required=False, initial=True),
    "dimensions": OptionsField(
        label="Scales, one on a line", help_text="“helpful: Helpful”: first the column's name, then the words."
    ),
    "least": forms.FloatField(label="Lowest value", initial=1),
    "most": forms.FloatField(label="Highest value", initial=5),
    "step": forms.FloatField(label="Step", initial=1),
    "low_end": forms.CharField(label="Words at the low end", required=False, max_length=40),
    "high_end": forms.CharField(label="Words at the high end", required=False, max_length=40),
    "each_response": forms.BooleanField(label="Rate each response by itself", required=False),
    "ties": forms.BooleanField(label="Responses may share a place", required=False),
    "partial": forms.BooleanField(label="Some may stay without a place", required=False),
    "options": OptionsField(label="Options, one on a line", help_text="“yes: Yes, fully”, or the words alone."),
    "multiple": forms.BooleanField(label="Several may be chosen", required=False),
    "shuffle": forms.BooleanField(label="Show them in changing order", required=False),
    "harms": OptionsField(label="Kinds of harm, one on a line"),
}


class QuestionForm(forms.Form):
    """A question of one kind, new or as it stands."""

    text = forms.CharField(label="The question", max_length=500, error_messages={"required": "Write the question."})
    help_text = forms.CharField(label="A hint below it", required=False, max_length=500)
    name = forms.RegexField(
        r"^[a-z0-9_]+$",
        label="Column's name in exports",
        required=False,
        max_length=60,
        help_text="Small letters, digits and _. Made from the question where you leave it empty.",
    )
    is_required = forms.BooleanField(label="It must be answered", required=False, initial=True)
    why = forms.ChoiceField(label="Reason", choices=Question.Why.choices, initial=Question.Why.OPTIONAL)
    asks_confidence = forms.BooleanField(label="Ask how sure people are", required=False)

    def __init__(self, *args: Any, kind: str, question: QuestionText | None = None, **kwargs: Any) -> None:
        self.kind = kind
        if question is not None:
            kwargs["initial"] = _initial(question)
        super().__init__(*args, **kwargs)
        if kind == Kind.SPANS:
            self.fields["is_required"].initial = False  # there may be nothing to mark
        for name in FIELDS[kind]:
            self.fields[name] = deepcopy(SETTINGS[name])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for problem in KINDS[self.kind].check(self._settings(cleaned)):
                self.add_error(None, problem)
        return cleaned

    def question(self) -> QuestionText:
        """What was written."""
        given = self.cleaned_data
        names = ("text", "help_text", "name", "is_required", "why", "asks_confidence")
        return QuestionText(kind=self.kind, settings=self._settings(given), **{name: given[name] for name in names})

    def _settings(self, given: dict[str, Any]) -> dict[str, Any]:
        settings = {name: given[name] for name in FIELDS[self.kind] if name not in {"low_end", "high_end"}}
        if self.kind == Kind.RATING:
            settings["ends"] = [given.get("low_end", ""), given.get("high_end", "")]
        return settings


def _initial(question: QuestionText) -> dict[str, Any]:
    settings = dict(question.settings)
    low, high = (settings.pop("ends", None) or ["", ""])[:2]
    for name in ("options", "dimensions", "harms"):
        if name in settings:
            settings[name] = OptionsField.written(settings[name])
    return {**vars(question), **settings, "low_end": low, "high_end": high}
