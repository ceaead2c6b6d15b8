"""The shape of what people send; the actions decide."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.forms.keyed import KeyedForm
from accounts.forms.offering import offer
from annotation.formats.card import QUESTIONS
from annotation.formats.trl import FORMS
from exports.cards import LICENCES
from exports.models import Export
from exports.privacy import Choices, Column

ASKED = ("motivation", "use_cases", "out_of_scope", "social_impact", "biases", "limitations", "funding")


class NewExportForm(KeyedForm):
    """What to export, in which form, and how risky that is."""

    of = forms.ChoiceField(label="Made of", choices=())
    format = forms.ChoiceField(
        label="Format",
        choices=Export.Format.choices,
        help_text="The folder holds everything, opens with Hugging Face's datasets and describes itself in Croissant.",
    )
    title = forms.CharField(label="Title, where it should differ from the source's", required=False, max_length=300)
    question = forms.CharField(
        label="Question",
        required=False,
        max_length=80,
        help_text="LeWiDi holds one question. For TRL a rating or ranking can be named, whose scores become pairs.",
    )
    form = forms.ChoiceField(label="Form of TRL files", required=False, choices=[(one, one) for one in FORMS])
    edition = forms.ChoiceField(label="Edition of LeWiDi", required=False, choices=[("3", "third"), ("2", "second")])
    licence = forms.ChoiceField(label="Licence", choices=list(LICENCES.items()))
    risk_tier = forms.ChoiceField(
        label="Risk if it got into wrong hands",
        choices=Export.Tier.choices,
        initial=Export.Tier.MEDIUM,
        help_text="Decides who in the community must approve before anybody else can download it.",
    )
    risk_rationale = forms.CharField(
        label="Why this risk", required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, sources: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "of", [(key, f"{of.title} ({of.community.name})") for key, of in sources.items()])
        for question in QUESTIONS:
            if question.key in ASKED:
                self.fields[f"about_{question.key}"] = forms.CharField(
                    label=question.title,
                    required=False,
                    max_length=5_000,
                    widget=forms.Textarea(attrs={"rows": 3}),
                )

    def options(self) -> dict[str, Any]:
        """What only this format needs, and what the card should say."""
        cleaned = self.cleaned_data
        options: dict[str, Any] = {"licence": cleaned["licence"]}
        if cleaned["question"]:
            options["question"] = cleaned["question"]
        if cleaned["format"] == Export.Format.TRL and cleaned["form"]:
            options["form"] = cleaned["form"]
        if cleaned["format"] == Export.Format.LEWIDI and cleaned["edition"]:
            options["edition"] = int(cleaned["edition"])
        about = {key: cleaned[f"about_{key}"] for key in ASKED if cleaned[f"about_{key}"]}
        return {**options, "about": about} if about else options


class PrivacyForm(KeyedForm):
    """How many people must share a combination, what becomes of the rest, and a choice for each column."""

    k = forms.IntegerField(label="At least so many people must share what is told of them", min_value=2, max_value=1000)
    rare = forms.ChoiceField(
        label="People who would still stand out",
        widget=forms.RadioSelect,
        choices=[
            ("blank", "Keep their answers, hold back what is told of them"),
            ("leave_out", "Leave them and their answers out"),
        ],
    )

    def choices(self, columns: Mapping[str, list[dict[str, str]]]) -> Choices:
        """What was chosen; an unknown choice drops the column.

        Parameters
        ----------
        columns : the ways to make each column coarser
        """
        chosen: dict[str, Column] = {}
        for place, (name, ways) in enumerate(columns.items()):
            given = self.data.get(f"column-{place}", "drop")
            do, _, way = given.partition("-")
            if do == "generalise" and way.isdecimal() and int(way) < len(ways):
                chosen[name] = Column("generalise", ways[int(way)])
            elif do == "keep":
                chosen[name] = Column("keep")
            elif do == "suppress":
                chosen[name] = Column("suppress")
            else:
                chosen[name] = Column("drop")
        rare = "leave_out" if self.cleaned_data["rare"] == "leave_out" else "blank"
        return Choices(self.cleaned_data["k"], chosen, "leave_out" if rare == "leave_out" else "blank")
