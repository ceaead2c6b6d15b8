"""Decisions of a body: what is decided by which rule, who may vote, and every change of state."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role
from governance.models.audit import AuditEntry
from governance.models.bodies import Body, Seat, SeatClass, Term
from governance.procedure import State
from governance.subjects import Reference

STATES = [
    (State.DRAFT.value, "Draft"),
    (State.OPEN.value, "Open"),
    (State.CONTESTED.value, "Passed, answers wanted"),
    (State.OVERRIDE.value, "Vote on the veto"),
    (State.ADOPTED.value, "Adopted"),
    (State.REJECTED.value, "Rejected"),
    (State.LAPSED.value, "Lapsed"),
    (State.WITHDRAWN.value, "Withdrawn"),
]


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions as someone may see them."""

    def visible_to(self, user: Any) -> "DecisionQuerySet":
        """Those of visible communities; a draft only to who may run it and to who holds a seat of the body."""
        seen = Q(body__community__in=Community.objects.visible_to(user))
        inside = Q(body__community__in=Community.objects.run_by(user, Role.STEWARD, Role.ADMIN))
        if getattr(user, "is_authenticated", False):
            inside |= Q(body__in=Term.objects.running().filter(member__user=user).values("seat__body"))
        return self.filter(seen & (~Q(state=State.DRAFT) | inside))

    def run_by(self, user: Any) -> "DecisionQuerySet":
        """Those the person may open, withdraw and answer objections to: stewards and admins, site staff."""
        return self.filter(body__community__in=Community.objects.run_by(user, Role.STEWARD, Role.ADMIN))


class Decision(models.Model):
    """One question put to a body. Once open, its text, rule and electorate cannot be changed by anybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="decisions")
    title = models.CharField(max_length=300)
    text = models.TextField(help_text="What is adopted, word for word.")
    reasons = models.TextField(blank=True, help_text="Why it is proposed, and what speaks against it.")
    evidence = models.JSONField(default=list, blank=True, help_text='[{"title", "address", "sha256"}] in order.')
    text_sha256 = models.CharField(max_length=64, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=120, blank=True)
    subject_title = models.CharField(max_length=300, blank=True)
    subject_address = models.CharField(max_length=500, blank=True)
    subject_sha256 = models.CharField(max_length=64, blank=True)
    rule = models.JSONField()
    state = models.CharField(max_length=10, choices=STATES, default=State.DRAFT.value)
    proposed_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    vacant = models.PositiveSmallIntegerField(default=0, help_text="Seats that nobody held at opening.")
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    override_opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(opened_at__isnull=False, closes_at__isnull=False),
                name="decision_open_since_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("governance:decision", args=[self.pk])

    @property
    def subject(self) -> Reference:
        """What it is about, as it was when it was proposed; itself where it stands alone."""
        if not self.subject_type:
            return self.reference
        return Reference(
            self.subject_type, self.subject_id, self.subject_title, self.subject_address, self.subject_sha256
        )

    @property
    def reference(self) -> Reference:
        """The decision itself, as the audit chain names it."""
        return Reference("decision", str(self.pk), self.title, self.get_absolute_url(), self.text_sha256)


class ElectorRow(models.Model):
    """Who may vote in one decision: the seat and the term as they were at opening; the database keeps it so."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="electors")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(help_text="The seat's number.")
    seat_class = models.CharField(max_length=10, choices=SeatClass)
    reserved_for = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["decision", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint("decision", "number", name="elector_once_per_decision"),
        ]

    def __str__(self) -> str:
        return f"seat {self.number} in {self.decision_id}"

    @property
    def class_words(self) -> str:
        """The class as pages say it."""
        return f"Reserved: {self.reserved_for}" if self.reserved_for else str(SeatClass(self.seat_class).label)


class Transition(models.Model):
    """One change of state of one decision: the only way a state changes, kept for ever."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="transitions")
    before = models.CharField(max_length=10, choices=STATES)
    after = models.CharField(max_length=10, choices=STATES)
    happened_at = models.DateTimeField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="transition")

    class Meta:
        ordering: ClassVar = ["decision", "happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.before} to {self.after}"


class TallyBundle(models.Model):
    """The published tally of a decision that has ended: the bytes that the verifier takes."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="bundle")
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256
