"""Runs: what was computed, from which inputs, with which parameters and seed."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import Community, Role


class RunQuerySet(models.QuerySet["Run"]):
    """Runs as someone may see them."""

    def visible_to(self, user: Any) -> "RunQuerySet":
        """Researchers, stewards, auditors and admins see their community's runs; site staff see all."""
        roles = (Role.RESEARCHER, Role.STEWARD, Role.AUDITOR, Role.ADMIN)
        return self.filter(community__in=Community.objects.run_by(user, *roles).values("pk"))


class Run(models.Model):
    """One computation with everything needed to make it again: a run is written once and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=60, help_text="The rule's or pipeline's short name.")
    parameters = models.JSONField(default=dict)
    seed = models.BigIntegerField(default=0)
    input_sha256 = models.CharField(max_length=64)
    versions = models.JSONField(default=dict, help_text="Versions of the code and of the libraries that computed it.")
    result = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    cpu_seconds = models.FloatField(default=0.0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(default=timezone.now)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-finished_at"]
        indexes: ClassVar = [models.Index(fields=["community", "kind", "-finished_at"], name="run_by_kind_and_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.finished_at:%Y-%m-%d %H:%M}"
