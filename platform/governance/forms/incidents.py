"""Forms about incidents."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from accounts.forms.keyed import KeyedForm
from accounts.forms.offering import offer, offer_rows
from accounts.models import Community
from governance import subjects
from governance.actions.incidents import Upload
from governance.models.amendments import Amendment
from governance.models.constitutions import Clause, Principle
from governance.models.incidents import Incident, Severity
from governance.subjects import Reference

MAX_BYTES = 5_000_000
LONG = forms.Textarea(attrs={"rows": 6})


class ReportForm(KeyedForm):
    """A report; nobody has to say who they are."""

    title = forms.CharField(label="What happened, in one line", max_length=200)
    what_happened = forms.CharField(
        label="What happened",
        max_length=10_000,
        widget=LONG,
        help_text="What you saw, when, and what followed. It is published once somebody has looked at it: name nobody.",
        error_messages={"required": "Say what happened."},
    )
    about = forms.MultipleChoiceField(
        label="What it is about",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What is public here. If it is something else, name it below.",
    )
    system = forms.CharField(label="System or model", required=False, max_length=200)
    system_version = forms.CharField(label="Its version", required=False, max_length=100)
    principles = forms.MultipleChoiceField(
        label="Principles it touches", required=False, widget=forms.CheckboxSelectMultiple
    )
    harm = forms.ChoiceField(label="What kind of harm", choices=Incident.Harm.choices)
    severity = forms.ChoiceField(
        label="How bad is it?",
        choices=Severity.choices,
        help_text="It has to be answered within 15 days; serious within 10, critical within 2.",
    )
    scale = forms.ChoiceField(label="How many are affected", choices=Incident.Scale.choices)
    reversibility = forms.ChoiceField(
        label="Can it be undone?", choices=Incident.Reversibility.choices, initial="unknown"
    )
    affected_groups = forms.CharField(label="Who is affected", required=False, max_length=500)
    near_miss = forms.BooleanField(label="It nearly happened, but did not", required=False)
    against = forms.CharField(
        label="It is about how another incident was dealt with",
        required=False,
        max_length=20,
        help_text="Its public id.",
    )
    contact = forms.CharField(
        label="How to reach you",
        required=False,
        max_length=300,
        help_text="You get a private link either way. Only those who deal with the report see this.",
    )
    file = forms.FileField(
        label="Evidence", required=False, help_text="One file of at most 5 MB. Its hash is published."
    )

    def __init__(self, *args: Any, community: Community, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        self.references: dict[str, Reference] = {}
        for kind in subjects.kinds_for("incident"):
            for one in kind.choices(community, user):
                self.references.setdefault(f"{one.type}:{one.id}", one)
        offer(self, "about", [(name, one.title) for name, one in self.references.items()])
        adopted = Clause.objects.filter(version__status="adopted", version__constitution__community=community)
        words = list(
            adopted.select_related("principle", "version__constitution").order_by("version", "level", "principle_id")
        )
        many = len({clause.version_id for clause in words}) > 1
        clauses = [
            (
                str(clause.principle_id),
                f"{f'{clause.version.constitution.title}, ' if many else ''}{clause.principle.key}: {clause.text}",
            )
            for clause in words
        ]
        offer(self, "principles", clauses)

    def clean_file(self) -> UploadedFile[bytes] | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if upload is not None and (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(f"This file has {(upload.size or 0) / 1e6:.1f} MB; at most 5 MB are taken.")
        return upload

    def clean_against(self) -> Incident | None:
        number = self.cleaned_data["against"].strip().upper()
        if not number:
            return None
        found = Incident.objects.filter(community=self.community, number=number).exclude(status="received").first()
        if found is None:
            raise forms.ValidationError("There is no public incident with this id here.")
        return found

    def report(self) -> dict[str, Any]:
        """What the action takes."""
        said = dict(self.cleaned_data)
        upload = said.pop("file")
        evidence = [] if upload is None else [Upload(upload.name or "file", upload.content_type or "", upload.read())]
        return {
            **{name: value for name, value in said.items() if name not in {"about", "principles"}},
            "subjects": [self.references[name] for name in said["about"]],
            "principles": list(Principle.objects.filter(pk__in=said["principles"])),
            "evidence": evidence,
        }


def amendments_of(community: Community) -> QuerySet[Amendment]:
    """Amendments of the community's constitutions, which an incident may lead to."""
    return Amendment.objects.filter(constitution__community=community)


class StepForm(KeyedForm):
    """A step of who deals with it."""

    do = forms.ChoiceField(choices=[(name, name) for name in ("triage", "investigate", "remedy", "reject", "close")])
    words = forms.CharField(max_length=4000, required=False)
    severity = forms.ChoiceField(choices=Severity.choices, required=False)
    amendment = forms.ModelChoiceField(Amendment.objects.none(), required=False)
    retraining = forms.CharField(max_length=500, required=False)

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "amendment", amendments_of(community))


class ReporterForm(forms.Form):
    """What the reporter answers, with the private token."""

    do = forms.ChoiceField(choices=[(name, name) for name in ("accept", "refuse", "appeal")])
    words = forms.CharField(max_length=4000, required=False)


class RedactForm(KeyedForm):
    """Destroying the bytes of a piece of evidence."""

    reason = forms.CharField(max_length=300)
