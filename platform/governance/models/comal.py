"""COMAL audits: criteria, origin, measurement, aggregation and legitimacy of an adopted text or a release.

References
----------
The five questions follow the audit of pluralistic alignment data proposed in Bao et al. (2026), "Edge Alignment".
"""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role

AUDITORS = (Role.AUDITOR,)
ANSWERING = (Role.STEWARD, Role.ADMIN)


class Part(models.TextChoices):
    """The five parts."""

    CRITERIA = "criteria", "Criteria"
    ORIGIN = "origin", "Origin"
    MEASUREMENT = "measurement", "Measurement"
    AGGREGATION = "aggregation", "Aggregation"
    LEGITIMACY = "legitimacy", "Legitimacy"


QUESTIONS = {
    Part.CRITERIA: "Which values and dimensions were asked about, who chose them, and what was left out?",
    Part.ORIGIN: "Who was asked, how were they found, what were they paid, and who is missing?",
    Part.MEASUREMENT: "How were answers taken, and how far do people agree, overall and within groups?",
    Part.AGGREGATION: "By which rule, with which axioms, and what would other rules have given?",
    Part.LEGITIMACY: "Who decided, was the quorum met, and were objections answered?",
}


class AuditQuerySet(models.QuerySet["Audit"]):
    """Audits as someone may see them."""

    def visible_to(self, user: Any) -> "AuditQuerySet":
        """Published ones: all who see the community; before, its auditors, stewards and admins. Site staff see all."""
        if getattr(user, "is_staff", False):
            return self
        readers = Community.objects.run_by(user, *AUDITORS, *ANSWERING).values("pk")
        seen = models.Q(community__in=Community.objects.visible_to(user).values("pk"), published_at__isnull=False)
        return self.filter(seen | models.Q(community__in=readers))

    def audited_by(self, user: Any) -> "AuditQuerySet":
        """Those the person may write: the community's auditors, site staff."""
        return self.filter(community__in=Community.objects.run_by(user, *AUDITORS).values("pk"))


class Audit(models.Model):
    """One audit of exactly one content, by its hash."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="audits")
    type = models.CharField(max_length=60)
    ref = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    address = models.CharField(max_length=500, blank=True)
    content_sha256 = models.CharField(max_length=64)
    auditor = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="audits")
    interest = models.TextField(
        max_length=2000, help_text="What ties the auditor to what is audited; “none” is an answer."
    )
    begun_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-begun_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint("community", "type", "ref", "content_sha256", name="audit_once_per_content"),
            models.CheckConstraint(condition=~models.Q(interest=""), name="audit_declares_interest"),
        ]

    def __str__(self) -> str:
        return f"Audit of {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("governance:comal", args=[self.pk])


class Finding(models.Model):
    """The answer to one of the five questions; what data says of it was filled in and can be corrected."""

    class Rating(models.TextChoices):
        """How well it is done."""

        UNRATED = "unrated", "Not rated yet"
        GOOD = "good", "Well done"
        PARTLY = "partly", "Done in part"
        POOR = "poor", "Not done"

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="findings")
    part = models.CharField(max_length=15, choices=Part)
    question = models.CharField(max_length=300)
    answer = models.TextField(blank=True, max_length=8000)
    figures = models.JSONField(default=list, blank=True, help_text='[{"name", "value", "low", "high", "n"}] in order.')
    evidence = models.JSONField(default=list, blank=True, help_text='[{"title", "address", "sha256"}] in order.')
    rating = models.CharField(max_length=10, choices=Rating, default=Rating.UNRATED)
    response = models.TextField(blank=True, max_length=4000, help_text="What the body answers.")
    responded_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=500, blank=True, help_text="What will be done.")
    action_due = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["audit", "id"]
        constraints: ClassVar = [models.UniqueConstraint("audit", "part", name="finding_once_per_part")]

    def __str__(self) -> str:
        return f"{self.audit}: {self.get_part_display()}"


class Priority(models.Model):
    """One place in the order in which a community's body wants things studied; researchers see the order."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="priorities")
    rank = models.PositiveSmallIntegerField()
    domain = models.CharField(max_length=200, help_text="What is to be studied, such as “Advice on health”.")
    groups = models.CharField(max_length=500, blank=True, help_text="Who is under-represented and should be asked.")
    why = models.TextField(blank=True, max_length=2000)
    set_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["rank", "id"]
        verbose_name_plural = "priorities"

    def __str__(self) -> str:
        return self.domain
