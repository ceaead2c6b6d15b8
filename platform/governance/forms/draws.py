"""The shape of what admins send about draws."""

from typing import Any

from django import forms

from accounts.forms.keyed import KeyedForm
from accounts.forms.offering import offer_rows
from accounts.models import Community, Questionnaire
from accounts.queries import questionnaires_of
from governance.lots import Limit
from governance.models.bodies import Body
from governance.models.draws import Draw
from governance.queries.draws import Feature, Value

LONG = {"rows": 4}


class NamingForm(KeyedForm):
    """What a panel is called, and what it is for."""

    title = forms.CharField(label="What is the panel called?", max_length=200)
    purpose = forms.CharField(
        label="What is it for?",
        max_length=10_000,
        widget=forms.Textarea(attrs=LONG),
        help_text="What the panel decides or advises on, and what taking part means. Who is drawn reads this.",
    )


class DrawForm(NamingForm):
    """A new draw."""

    seats = forms.IntegerField(label="How many people", min_value=1, max_value=500, initial=12)
    questionnaire = forms.ModelChoiceField(
        Questionnaire.objects.none(),
        label="Quotas from",
        required=False,
        empty_label="No quotas",
        help_text="Only answers that people gave so that all kinds of people are heard are used.",
    )
    without_roles = forms.BooleanField(label="Leave out stewards and admins", required=False, initial=True)
    without_seats = forms.BooleanField(label="Leave out who holds a seat of a body now", required=False, initial=True)

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "questionnaire", questionnaires_of(community))


class QuotaForm(KeyedForm):
    """A least and a most for each answer; where both are empty there is no quota."""

    def __init__(self, *args: Any, draw: Draw, features: list[Feature], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.features, self.seats = features, draw.seats
        standing = {(one.feature, one.value): one for one in draw.quotas.all()}
        for feature in features:
            for value in feature.values:
                now = standing.get((feature.name, value.code))
                for end, words in (("least", "At least"), ("most", "At most")):
                    self.fields[self.name_of(end, feature, value)] = forms.IntegerField(
                        label=f"{words}, {value.words}",
                        required=False,
                        min_value=0,
                        max_value=draw.seats,
                        initial=getattr(now, end) if now else None,
                    )

    @staticmethod
    def name_of(end: str, feature: Feature, value: Value) -> str:
        """The field's name."""
        return f"{end}:{feature.name}:{value.code}"

    def rows(self) -> list[tuple[Feature, list[tuple[Value, Any, Any]]]]:
        """For the page: each question with its answers and their two fields."""
        return [
            (
                feature,
                [
                    (value, self[self.name_of("least", feature, value)], self[self.name_of("most", feature, value)])
                    for value in feature.values
                ],
            )
            for feature in self.features
        ]

    def limits(self) -> list[Limit]:
        """The quotas that were given: an end that is missing is 0, or all the seats."""
        found = []
        for feature in self.features:
            for value in feature.values:
                least = self.cleaned_data.get(self.name_of("least", feature, value))
                most = self.cleaned_data.get(self.name_of("most", feature, value))
                if least is not None or most is not None:
                    ends = (least or 0, self.seats if most is None else most)
                    found.append(Limit(feature.name, value.code, *ends))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for feature in self.features:
                for value in feature.values:
                    self._check(cleaned, feature, value)
        return cleaned

    def _check(self, cleaned: dict[str, Any], feature: Feature, value: Value) -> None:
        least = cleaned.get(self.name_of("least", feature, value)) or 0
        most = cleaned.get(self.name_of("most", feature, value))
        if most is not None and least > most:
            self.add_error(None, f"“{value.words}”: at least {least} cannot be more than at most {most}.")
        if least > value.people:
            self.add_error(None, f"“{value.words}”: {least} are asked for, and the pool has {value.people}.")


class CommitForm(KeyedForm):
    """What is announced with the commitment."""

    seed_source = forms.CharField(
        label="Where will the seed come from?",
        max_length=300,
        help_text="Something public that nobody can know or choose now, such as the lottery numbers of next Saturday.",
    )
    seed_from = forms.DateTimeField(
        label="From when on can it be known?",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class SeedForm(KeyedForm):
    """The seed."""

    seed_text = forms.CharField(label="The seed, as it was published", max_length=500)


class SeatingForm(KeyedForm):
    """Seats in a body for a panel."""

    body = forms.ModelChoiceField(Body.objects.none(), label="In which body", to_field_name="slug")
    months = forms.IntegerField(label="For how many months", min_value=1, max_value=60, initial=12)
    most_terms = forms.IntegerField(
        label="Most terms one person may serve", required=False, min_value=1, max_value=20, initial=1
    )
    pay_cents = forms.IntegerField(
        label="Pay for each meeting, in cents", required=False, min_value=0, max_value=1_000_000, initial=0
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "body", Body.objects.filter(community=community, dissolved_at=None))

    def clean_pay_cents(self) -> int:
        """Nothing means none."""
        return self.cleaned_data["pay_cents"] or 0
