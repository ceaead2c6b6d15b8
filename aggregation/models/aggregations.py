"""Aggregations: runs that somebody asked for, over one question of a conversation or study."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role
from aggregation.models.runs import Run


class AggregationQuerySet(models.QuerySet["Aggregation"]):
    """Aggregations as someone may see them."""

    def visible_to(self, user: Any) -> "AggregationQuerySet":
        """As their runs: researchers, stewards, auditors and admins of the community; site staff see all."""
        return self.filter(run__in=Run.objects.visible_to(user))

    def run_by(self, user: Any) -> "AggregationQuerySet":
        """Those that the person may run again or decide about: researchers and admins of the community, site staff."""
        run = Community.objects.run_by(user, Role.RESEARCHER, Role.ADMIN)
        return self.filter(run__community__in=run.values("pk"))


class Aggregation(models.Model):
    """What one run was asked for, and the very answers it was computed from, so that it can be computed again."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, primary_key=True, related_name="aggregation")
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=40, help_text="The kind of material, such as conversation.")
    material = models.CharField(max_length=120, help_text="The material's key among its kind.")
    material_title = models.CharField(max_length=300)
    material_address = models.CharField(max_length=300, blank=True)
    question = models.CharField(max_length=120)
    question_title = models.CharField(max_length=300)
    requested_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    again_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="repetitions")
    inputs = models.BinaryField(null=True, help_text="The arrays, compressed; empty once somebody's part was erased.")
    members = ArrayField(models.BigIntegerField(), default=list, help_text="Members whose answers are in the inputs.")
    numbers = models.JSONField(default=dict, help_text="Member by number in the inputs, kept apart from them.")
    is_synthetic = models.BooleanField(default=False)

    objects = AggregationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-run__finished_at"]
        indexes: ClassVar = [
            GinIndex(fields=["members"], name="aggregation_by_member"),
            models.Index(fields=["source", "material"], name="aggregation_by_material"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("aggregation:run", args=[self.pk])

    def member_of(self, participant: str) -> Member | None:
        """The member behind a number in the inputs; None once the inputs were erased."""
        pk = self.numbers.get(participant)
        return Member.objects.filter(pk=pk).first() if pk is not None else None


class FlagDecision(models.Model):
    """What a person decided about somebody whom an integrity run flagged, and why; an appeal brings a newer row."""

    class Verdict(models.TextChoices):
        """What is done with the flagged answers."""

        KEEP = "keep", "Keep their answers"
        LEAVE_OUT = "leave_out", "Leave their answers out"
        APPEALED = "appealed", "The person appealed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    aggregation = models.ForeignKey(Aggregation, on_delete=models.CASCADE, related_name="decisions")
    participant = models.CharField(max_length=60, help_text="The person's number in exports.")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.TextField(max_length=1000)
    decided_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-decided_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="flag_decision_gives_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_verdict_display()}"
