"""The shape of what people send about decisions; the actions decide."""

from fractions import Fraction
from typing import Any

from django import forms

from accounts.forms.keyed import KeyedForm
from accounts.forms.offering import offer
from accounts.models import Community
from governance import subjects
from governance.models.ballots import CHOICES
from governance.models.bodies import SeatClass
from governance.models.decisions import Decision
from governance.procedure import Rule

SHARES = [("1/4", "a quarter"), ("1/3", "a third"), ("1/2", "half"), ("2/3", "two thirds"), ("3/4", "three quarters")]
#: What has to be for it: the share, and whether it has to be exceeded.
THRESHOLDS = [
    (">1/2", "More than half"),
    ("3/5", "Three fifths or more"),
    ("2/3", "Two thirds or more"),
    ("3/4", "Three quarters or more"),
    ("1", "Everyone"),
]
DAYS = [(24, "1 day"), (72, "3 days"), (168, "1 week"), (336, "2 weeks"), (720, "30 days")]
LONG = {"rows": 4}


class BallotForm(KeyedForm):
    """One ballot."""

    choice = forms.ChoiceField(
        label="Your vote",
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose for, against or abstain first."},
    )


class InterestForm(KeyedForm):
    """A declaration of interest, with or without stepping aside."""

    text = forms.CharField(
        label="What ties you to this decision?",
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
        help_text="It is published with the decision.",
        error_messages={"required": "Say what your interest is."},
    )
    steps_aside = forms.BooleanField(
        label="I step aside: I do not vote, and the quorum is counted without me", required=False
    )


class ReasonForm(KeyedForm):
    """A reason: for a veto, an objection or a withdrawal."""

    reason = forms.CharField(
        label="Why?",
        max_length=4000,
        widget=forms.Textarea(attrs=LONG),
        help_text="It is published, and gets a written answer.",
        error_messages={"required": "Say why."},
    )


class TextForm(KeyedForm):
    """Words: an answer or a comment."""

    text = forms.CharField(
        label="Your words",
        max_length=4000,
        widget=forms.Textarea(attrs=LONG),
        error_messages={"required": "Write something first."},
    )


class OpeningForm(KeyedForm):
    """How long a vote is open."""

    open_hours = forms.TypedChoiceField(label="Open for", choices=DAYS, coerce=int, initial=168)


class ProposalForm(KeyedForm):
    """A new decision: what is adopted, and by which rule."""

    title = forms.CharField(label="What is to be decided?", max_length=300)
    text = forms.CharField(
        label="The text, word for word",
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Once the vote is open nobody can change it.",
    )
    reasons = forms.CharField(
        label="Why, and what speaks against it", required=False, max_length=20_000, widget=forms.Textarea(attrs=LONG)
    )
    evidence = forms.CharField(
        label="Evidence",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs=LONG),
        help_text="One on each line: a title, a space, and its address.",
    )
    subject = forms.ChoiceField(label="What it is about", required=False)
    quorum = forms.ChoiceField(label="At least this share has to vote", choices=SHARES, initial="1/2")
    quorum_base = forms.ChoiceField(
        label="of whom",
        choices=[("eligible", "everyone who may vote"), ("seats", "all seats, also vacant ones")],
    )
    threshold = forms.ChoiceField(label="This share has to be for it", choices=THRESHOLDS, initial="2/3")
    threshold_base = forms.ChoiceField(
        label="of what",
        choices=[
            ("decisive", "votes for and against"),
            ("cast", "all votes, with abstentions"),
            ("eligible", "everyone who may vote"),
        ],
    )
    secret = forms.BooleanField(label="Secret ballot: nobody ever sees who voted how", required=False)
    minimum_open_hours = forms.TypedChoiceField(label="Open for at least", choices=DAYS, coerce=int, initial=72)
    veto_classes = forms.MultipleChoiceField(
        label="Who may veto", choices=SeatClass.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    override = forms.ChoiceField(
        label="This share of everyone who may vote overrides a veto",
        choices=[("3/5", "Three fifths"), ("2/3", "Two thirds"), ("3/4", "Three quarters"), ("1", "Everyone")],
        initial="3/4",
    )

    def __init__(self, *args: Any, community: Community, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = {
            f"{kind.name}:{one.id}": one
            for kind in subjects.kinds_for("decided")
            for one in kind.choices(community, user)
        }
        named = ((key, one.title) for key, one in self.named.items())
        offer(self, "subject", [("", "The text alone"), *named])

    def begin_with(self, key: str) -> None:
        """Fill in what a decision about this subject says; a key that names nothing changes nothing."""
        subject = self.named.get(key)
        kind = subjects.kind_of(subject.type) if subject else None
        if subject and kind and not self.is_bound:
            filled = {"subject": key, "title": subject.title[:300], "text": kind.text(subject)}
            self.initial = {**self.initial, **filled}

    def continue_with(self, decision: Decision) -> None:
        """Fill in what a draft says so far."""
        rule = Rule.from_json(decision.rule)
        self.initial = {
            "title": decision.title,
            "text": decision.text,
            "reasons": decision.reasons,
            "evidence": evidence_lines(decision),
            "subject": f"{decision.subject_type}:{decision.subject_id}" if decision.subject_type else "",
            "quorum": str(rule.quorum),
            "quorum_base": rule.quorum_base,
            "threshold": f"{'>' if rule.more_than else ''}{rule.threshold}",
            "threshold_base": rule.threshold_base,
            "secret": rule.secret,
            "minimum_open_hours": rule.minimum_open_hours,
            "veto_classes": list(rule.veto_classes),
            "override": str(rule.override),
        }

    def clean_evidence(self) -> list[dict[str, str]]:
        """Lines of a title and an address."""
        found = []
        for line in self.cleaned_data["evidence"].splitlines():
            title, _, address = line.strip().rpartition(" ")
            if line.strip():
                if not address.startswith(("/", "https://", "http://")) or not title:
                    raise forms.ValidationError(f"“{line.strip()[:60]}” has no title followed by an address.")
                found.append({"title": title, "address": address, "sha256": ""})
        return found

    def rule(self, standing: Rule | None = None) -> Rule:
        """The rule that the fields describe; what they do not ask for stays as it stands."""
        standing = standing or Rule()
        given = self.cleaned_data
        return Rule(
            quorum=Fraction(given["quorum"]),
            quorum_base=given["quorum_base"],
            threshold=Fraction(given["threshold"].lstrip(">")),
            threshold_base=given["threshold_base"],
            more_than=given["threshold"].startswith(">"),
            minimum_open_hours=given["minimum_open_hours"],
            veto_classes=tuple(sorted(given["veto_classes"])),
            override=Fraction(given["override"]),
            override_hours=standing.override_hours,
            answer_hours=standing.answer_hours,
            secret=given["secret"],
        )

    def described(self, standing: Rule | None = None) -> dict[str, Any]:
        """What the action takes, besides the body."""
        given = self.cleaned_data
        names = ("title", "text", "reasons", "evidence")
        return {name: given[name] for name in names} | {
            "rule": self.rule(standing),
            "subject": self.named.get(given["subject"]),
        }


def evidence_lines(decision: Decision) -> str:
    """Evidence as the form shows it."""
    return "\n".join(f"{one['title']} {one['address']}" for one in decision.evidence)
