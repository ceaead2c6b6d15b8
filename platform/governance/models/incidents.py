"""Incidents: what went wrong, reported by anybody, and what became of it."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role

HANDLERS = (Role.STEWARD, Role.ADMIN)
READERS = (Role.STEWARD, Role.AUDITOR, Role.ADMIN)


class Severity(models.TextChoices):
    """How bad it is; each has its legal clock in :data:`CLOCKS`."""

    ORDINARY = "ordinary", "Ordinary"
    SERIOUS = "serious", "Serious"
    CRITICAL = "critical", "Critical"


#: Days within which an incident must be answered (after Regulation (EU) 2024/1689, article 73: 15, 10 and 2 days).
CLOCKS = {Severity.ORDINARY: 15, Severity.SERIOUS: 10, Severity.CRITICAL: 2}
FREEZING = (Severity.SERIOUS, Severity.CRITICAL)


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Incidents as someone may see them."""

    def visible_to(self, user: Any) -> "IncidentQuerySet":
        """Their public record: once a steward has looked at them, all who see the community; before, its readers."""
        if getattr(user, "is_staff", False):
            return self
        looked_at = ~Q(status=Incident.Status.RECEIVED)
        seen = looked_at & Q(community__in=Community.objects.visible_to(user).values("pk"))
        return self.filter(seen | Q(community__in=Community.objects.run_by(user, *READERS).values("pk")))

    def handled_by(self, user: Any) -> "IncidentQuerySet":
        """Those the person deals with: stewards and admins, site staff."""
        return self.filter(community__in=Community.objects.run_by(user, *HANDLERS).values("pk"))

    def open(self) -> "IncidentQuerySet":
        """Those that are neither closed nor rejected."""
        return self.exclude(status__in=[Incident.Status.CLOSED, Incident.Status.REJECTED])

    def freezing(self) -> "IncidentQuerySet":
        """Open ones that somebody with a role holds to be serious: nobody opens what they name."""
        return self.open().filter(severity__in=FREEZING, confirmed_at__isnull=False)

    def overdue(self, now: datetime | None = None) -> "IncidentQuerySet":
        """Open ones whose clock has run out without a remedy."""
        waiting = self.open().exclude(status=Incident.Status.REMEDIED)
        return waiting.filter(due_at__lt=now or timezone.now())


class Incident(models.Model):
    """One report of harm, or of harm that nearly happened, from its receipt to its end."""

    class Status(models.TextChoices):
        """Where it stands."""

        RECEIVED = "received", "Received"
        TRIAGED = "triaged", "Looked at"
        INVESTIGATING = "investigating", "Being investigated"
        REMEDIED = "remedied", "Remedy offered"
        REJECTED = "rejected", "Rejected"
        APPEALED = "appealed", "Appealed"
        CLOSED = "closed", "Closed"

    class Harm(models.TextChoices):
        """What kind of harm."""

        PHYSICAL = "physical", "To body or health"
        PSYCHOLOGICAL = "psychological", "To the mind"
        ECONOMIC = "economic", "To money or work"
        RIGHTS = "rights", "To rights or dignity"
        PRIVACY = "privacy", "To privacy"
        DISCRIMINATION = "discrimination", "Unequal treatment"
        MISINFORMATION = "misinformation", "False information"
        ENVIRONMENT = "environment", "To the environment"
        PROCESS = "process", "To a fair process"
        OTHER = "other", "Something else"

    class Scale(models.TextChoices):
        """How many are affected."""

        ONE = "one", "One person"
        FEW = "few", "A few people"
        MANY = "many", "Many people"
        SOCIETY = "society", "Society as a whole"

    class Reversibility(models.TextChoices):
        """Whether it can be made good."""

        YES = "yes", "It can be undone"
        PARTLY = "partly", "It can be undone in part"
        NO = "no", "It cannot be undone"
        UNKNOWN = "unknown", "Not known"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="incidents")
    number = models.CharField(max_length=20, unique=True, help_text="The public id.")
    token_sha256 = models.CharField(max_length=64, help_text="Of the reporter's private token, which is shown once.")
    report_key = models.UUIDField(help_text="The key under which it was sent; the same key again is the same report.")
    report_sha256 = models.CharField(max_length=64, help_text="Of what was sent, so that a key is not used twice.")
    title = models.CharField(max_length=200)
    what_happened = models.TextField(max_length=10_000)
    against = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    system = models.CharField(max_length=200, blank=True)
    system_version = models.CharField(max_length=100, blank=True)
    principles = models.ManyToManyField("governance.Principle", blank=True, related_name="incidents")
    harm = models.CharField(max_length=20, choices=Harm)
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.ORDINARY)
    scale = models.CharField(max_length=10, choices=Scale, default=Scale.ONE)
    reversibility = models.CharField(max_length=10, choices=Reversibility, default=Reversibility.UNKNOWN)
    affected_groups = models.CharField(max_length=500, blank=True)
    near_miss = models.BooleanField(default=False)
    contact = models.CharField(max_length=300, blank=True, help_text="Seen by who deals with it, and by nobody else.")
    status = models.CharField(max_length=15, choices=Status, default=Status.RECEIVED)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when somebody with a role holds the severity to be right."
    )
    owner = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reported_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(help_text="When the legal clock runs out.")
    rejection = models.TextField(blank=True, max_length=4000)
    remedy = models.TextField(blank=True, max_length=4000)
    remedy_accepted = models.BooleanField(null=True)
    amendment = models.ForeignKey(
        "governance.Amendment", on_delete=models.SET_NULL, null=True, blank=True, related_name="incidents"
    )
    retraining = models.CharField(max_length=500, blank=True, help_text="The address of what was trained again.")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-reported_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("community", "report_key", name="incident_once_per_key"),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(rejection=""), name="incident_rejected_with_a_reason"
            ),
            models.CheckConstraint(condition=~Q(status="remedied") | ~Q(remedy=""), name="incident_remedy_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("governance:incident", args=[self.number])

    @property
    def is_open(self) -> bool:
        """Whether something has still to be done."""
        return self.status not in {self.Status.CLOSED, self.Status.REJECTED}

    @property
    def is_overdue(self) -> bool:
        """Whether the clock ran out without a remedy."""
        return self.is_open and self.status != self.Status.REMEDIED and self.due_at < timezone.now()

    @property
    def is_freezing(self) -> bool:
        """Whether nobody may open what it names."""
        return self.is_open and self.severity in FREEZING and self.confirmed_at is not None

    def due_for(self, severity: str) -> datetime:
        """When its clock runs out at that severity: days from the report."""
        return self.reported_at + timedelta(days=CLOCKS[Severity(severity)])


class IncidentSubject(models.Model):
    """What an incident names: a stored reference, and the hash that it freezes."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="subjects")
    type = models.CharField(max_length=60)
    ref = models.CharField(max_length=120)
    title = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=500, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["incident", "id"]
        constraints: ClassVar = [models.UniqueConstraint("incident", "type", "ref", name="incident_names_it_once")]
        indexes: ClassVar = [models.Index(fields=["content_sha256"], name="incident_subject_by_hash")]

    def __str__(self) -> str:
        return self.title or f"{self.type} {self.ref}"


class Evidence(models.Model):
    """A file that came with a report. Its hash is kept for good; its bytes can be redacted, with the reason."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    data = models.BinaryField(null=True, blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True)
    redaction = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["incident", "id"]
        verbose_name_plural = "evidence"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(redacted_at=None, data__isnull=False) | Q(redacted_at__isnull=False, data=None),
                name="evidence_is_there_unless_redacted",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IncidentEvent(models.Model):
    """One step of an incident: who moved it where, and what they said; public ones stand on its page."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="events")
    before = models.CharField(max_length=15, choices=Incident.Status, blank=True)
    after = models.CharField(max_length=15, choices=Incident.Status)
    words = models.TextField(blank=True, max_length=4000)
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by_reporter = models.BooleanField(default=False)
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.incident.number}: {self.before} to {self.after}"
