"""One question about a person as a form."""

from typing import Any

from django import forms

from accounts.actions import Given
from accounts.forms.offering import offer
from accounts.models import DemographicAnswer, Question, Use

DECLINED = "_declined"
OWN_WORDS = "_own_words"


class UsesForm(forms.Form):
    """What answers about a person may be used for; nothing is ticked beforehand."""

    uses = forms.MultipleChoiceField(
        label="What may your answers be used for?",
        help_text="Choose all that you agree with, or none.",
        choices=Use.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AnswerForm(UsesForm):
    """The answer to one question: options, own words where offered, and always "prefer not to say"."""

    number = forms.FloatField(required=False, error_messages={"invalid": "Write a number in digits, such as 42."})
    choice = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    choices = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    own_words = forms.CharField(required=False, max_length=300)
    declined = forms.BooleanField(required=False, label="I prefer not to say")

    field_order = ("number", "choice", "choices", "own_words", "declined", "uses")

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        kinds = Question.Kind
        options = [(option["code"], option["text"]) for option in question.options]
        if question.self_describe:
            options.append((OWN_WORDS, "I describe it in my own words"))
        keep = {kinds.NUMBER: "number", kinds.FREE: "own_words", kinds.MULTIPLE: "choices"}.get(
            kinds(question.kind), "choice"
        )
        self.main = keep
        for name in {"number", "choice", "choices", "own_words"} - {keep}:
            if not (name == "own_words" and question.self_describe):
                del self.fields[name]
        self.fields[keep].label = question.text
        self.fields[keep].help_text = question.help_text
        if keep == "choice":
            options.append((DECLINED, "I prefer not to say"))
            del self.fields["declined"]
        if keep in {"choice", "choices"}:
            offer(self, keep, options)
        if question.self_describe:
            self.fields["own_words"].label = "In your own words"

    @property
    def main_field(self) -> forms.BoundField:
        """The field that the question itself asks for."""
        return self[self.main]

    @staticmethod
    def initial_of(answer: DemographicAnswer | None) -> dict[str, Any]:
        """What the form shows of an earlier answer; withdrawn ones show nothing."""
        if answer is None or answer.status in {"withdrawn", "expired"}:
            return {}
        if answer.status == DemographicAnswer.Status.DECLINED:
            return {"declined": True, "choice": DECLINED}
        texts = {option["text"]: option["code"] for option in answer.question.options}
        if answer.question.kind == Question.Kind.FREE:
            return {"own_words": answer.raw, "uses": answer.uses}
        parts = answer.raw.split("; ") if answer.question.kind == Question.Kind.MULTIPLE else [answer.raw]
        chosen = [texts[part] for part in parts if part in texts]
        words = "; ".join(part for part in parts if part not in texts)
        picked = chosen + ([OWN_WORDS] if words else [])
        return {
            "number": answer.number,
            "choice": picked[0] if picked else None,
            "choices": picked,
            "own_words": words,
            "uses": answer.uses,
        }

    def clean(self) -> dict[str, Any]:
        """Exactly one way of answering; what is missing is said beside the question."""
        cleaned = super().clean() or {}
        picked = [cleaned.get("choice")] if self.main == "choice" else list(cleaned.get("choices") or [])
        words = " ".join((cleaned.get("own_words") or "").split())
        declined = bool(cleaned.get("declined")) or DECLINED in picked
        codes = tuple(code for code in picked if code and code not in {OWN_WORDS, DECLINED})
        if self.main == "choice" and (codes or declined):
            words = ""
        if OWN_WORDS in picked and not words:
            self.add_error("own_words", "Write how you describe it, or choose another answer.")
        given = Given(codes=codes, own_words=words, number=cleaned.get("number"), declined=declined)
        nothing = not (codes or words or declined or given.number is not None)
        if nothing and not self.errors:
            self.add_error(self.main, "Give an answer, or say that you prefer not to say.")
        if declined and (codes or words or given.number is not None):
            self.add_error("declined", "You gave an answer and also preferred not to say. Take one of them away.")
        cleaned["given"] = given
        return cleaned
