"""What a study is about and on what terms people answer."""

from typing import Any

from django import forms

from accounts.models import Question as AboutPeople
from accounts.models import Questionnaire
from annotation.forms.lines import CountsField, GroupsField, NamesField
from annotation.models import Study
from annotation.ready_made import TEMPLATES

CODES = {
    "complete": "Completed",
    "screened_out": "Screened out",
    "failed_attention": "Missed attention checks",
    "refused": "Did not agree",
}


# Under which heading each field stands, in this order.
SECTIONS = {
    "What it is about": ("title", "summary", "guidelines", "consent"),
    "Who answers what": (
        *("responses_per_item", "policy", "batch_size", "strata", "quotas", "most_per_member", "hold_minutes"),
        *("is_blind", "validations_wanted"),
    ),
    "Who may take part": ("questionnaires", "demographics", "takes_crowd"),
    "Practice and checks": ("training_correct", "check_every", "attention_missed"),
    "Time, pay and completion codes": ("estimated_seconds", "pay", "currency", *(f"code_{name}" for name in CODES)),
}


class CreateForm(forms.Form):
    """A new study: its title and what it starts from."""

    title = forms.CharField(label="Title", max_length=300, error_messages={"required": "Give the study a title."})
    template = forms.ChoiceField(
        label="Start from",
        widget=forms.RadioSelect,
        choices=[(one.key, f"{one.title}. {one.about}") for one in TEMPLATES.values()],
        initial="pairwise",
    )


class StudyForm(forms.ModelForm[Study]):
    """Description, terms, assignment and screening of a study."""

    strata = NamesField(
        label="Questions that make strata",
        required=False,
    )
    quotas = CountsField(
        label="Answers wanted for each item from each stratum",
        required=False,
        help_text="One on a line, such as “female: 2”; “anyone: 1” takes whoever comes.",
    )
    questionnaires = NamesField(
        label="Questionnaires to answer first",
        required=False,
    )
    training_correct = forms.IntegerField(
        label="Right practice answers needed", required=False, min_value=0, help_text="Fewer than this screens out."
    )
    attention_missed = forms.IntegerField(
        label="Missed attention checks that end it", required=False, min_value=0, help_text="Answers stay in any case."
    )
    demographics = GroupsField(
        label="Only people who said", required=False, help_text="One question on a line: “fluency: native, fluent”."
    )
    pay = forms.DecimalField(
        label="Pay for each answer",
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        help_text="People see what an hour earns before they agree.",
    )

    class Meta:
        model = Study
        fields = (
            *("title", "summary", "guidelines", "consent", "responses_per_item", "policy", "strata", "quotas"),
            *("batch_size", "most_per_member", "hold_minutes", "check_every", "estimated_seconds", "currency"),
            *("questionnaires", "takes_crowd", "is_blind", "validations_wanted"),
        )
        labels = {
            "summary": "What it is about, in a sentence or two",
            "guidelines": "How to answer",
            "consent": "What people agree to",
            "responses_per_item": "Answers wanted for each item",
            "policy": "Which item comes next",
            "batch_size": "Items in a batch",
            "most_per_member": "Items for one person, at most",
            "hold_minutes": "Minutes an item is kept for a person",
            "check_every": "A check after every so many answers",
            "estimated_seconds": "Seconds one item takes",
            "takes_crowd": "People sent by Prolific or MTurk may enter",
            "is_blind": "Do not say which model wrote what",
            "validations_wanted": "People who must validate a synthetic item",
        }
        widgets = {"guidelines": forms.Textarea(attrs={"rows": 6}), "consent": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "guidelines": "In Markdown. People read it before they start.",
            "check_every": "Gold items and attention checks come silently in between; 0 for never.",
            "most_per_member": "",
            "hold_minutes": "Then somebody else is given it.",
            "validations_wanted": "Before that it is left out of exports.",
            "estimated_seconds": "",
            "responses_per_item": "",
            "takes_crowd": "",
            "is_blind": "",
            "consent": "Besides what the community asks everybody to agree to. In Markdown.",
            "summary": "",
        }

    def __init__(self, data: Any = None, *, instance: Study, **kwargs: Any) -> None:
        screening = instance.screening
        kwargs["initial"] = {
            "strata": ", ".join(instance.strata),
            "quotas": CountsField.written(instance.quotas),
            "questionnaires": ", ".join(instance.questionnaires),
            "training_correct": screening.get("training_correct"),
            "attention_missed": screening.get("attention_missed"),
            "demographics": GroupsField.written(screening.get("demographics")),
            "pay": f"{instance.unit_pay_cents / 100:.2f}" if instance.unit_pay_cents else None,
            **{f"code_{name}": instance.completion_codes.get(name, "") for name in CODES},
        }
        super().__init__(data, instance=instance, **kwargs)
        for name, label in CODES.items():
            field = forms.CharField(label=f"Completion code: {label}", required=False, max_length=40)
            self.fields[f"code_{name}"] = field
        open_ones = Questionnaire.objects.filter(community=instance.community, is_open=True)
        asked = AboutPeople.objects.filter(questionnaire__in=open_ones)
        self.codes = {one.name: [option["code"] for option in one.options] for one in asked}
        self.known = {
            "strata": sorted(self.codes),
            "questionnaires": sorted(set(open_ones.values_list("slug", flat=True))),
        }
        self.known["demographics"] = self.known["strata"]
        for name, names in self.known.items():
            self.fields[name].help_text += f" Known here: {', '.join(names)}." if names else " None is known here yet."

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in SECTIONS.items()]

    def clean(self) -> dict[str, Any]:
        """Names that nobody is asked for would keep everybody out, or be asked of nobody."""
        cleaned: dict[str, Any] = super().clean() or {}
        for field, names in self.known.items():
            unknown = sorted(set(cleaned.get(field) or ()) - set(names) - self._kept(field))
            if unknown:
                told = f"Choose among {', '.join(names)}." if names else "Leave this empty."
                self.add_error(field, f"“{unknown[0]}” is not known in this community. {told}")
        for name in filter(None, cleaned.get("quotas") or ()):
            for question, code in zip(cleaned.get("strata") or (), name.split("|"), strict=False):
                self._check_codes("quotas", question, [code])
        for question, codes in (cleaned.get("demographics") or {}).items():
            self._check_codes("demographics", question, codes)
        return cleaned

    def _check_codes(self, field: str, question: str, codes: list[str]) -> None:
        """Say which answers a question offers where another is named; questions in own words offer none."""
        offered = self.codes.get(question)
        unknown = [code for code in codes if offered and code not in offered]
        if unknown:
            told = f"Choose among {', '.join(offered or ())}."
            self.add_error(field, f"“{unknown[0]}” is no answer to {question}. {told}")

    def _kept(self, field: str) -> set[str]:
        """What stands already stays, though a questionnaire was closed since."""
        screening = self.instance.screening.get(field, {})
        return set(screening if field == "demographics" else getattr(self.instance, field))

    def described(self) -> dict[str, Any]:
        """What :func:`annotation.actions.change_study` takes."""
        given = dict(self.cleaned_data)
        names = ("training_correct", "attention_missed", "demographics")
        screening = {name: given.pop(name) for name in names}
        codes = {name: given.pop(f"code_{name}") for name in CODES}
        return given | {
            "unit_pay_cents": round((given.pop("pay") or 0) * 100),
            "currency": given["currency"].upper(),
            "screening": {name: value for name, value in screening.items() if value},
            "completion_codes": {name: code for name, code in codes.items() if code},
        }

    def _post_clean(self) -> None:
        """The action writes; the form only checks shape, and leaves the instance as it is."""
