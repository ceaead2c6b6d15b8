"""Data sets that came in: what was read and refused, and who stood behind the answers in the files."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role
from annotation.models.studies import Study


class StudyImportQuerySet(models.QuerySet["StudyImport"]):
    """Imports as someone may see them."""

    def visible_to(self, user: Any) -> "StudyImportQuerySet":
        """Those of the communities the person runs studies in; site staff see all."""
        return self.filter(community__in=Community.objects.run_by(user, Role.RESEARCHER, Role.ADMIN).values("pk"))


class StudyImport(models.Model):
    """A file or folder that was read, or waits to be, with every row that was refused and why."""

    class Status(models.TextChoices):
        """How far it has come."""

        LOOKED_AT = "looked_at", "To be looked at"
        WAITING = "waiting", "Being taken in"
        DONE = "done", "Taken in"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="study_imports")
    format = models.CharField(max_length=20)
    name = models.CharField(max_length=200, help_text="Of the file as it came.")
    title = models.CharField(max_length=300, blank=True)
    told = models.JSONField(default=dict, blank=True, help_text="Which column is what, for tables.")
    stored_as = models.CharField(max_length=200, blank=True, help_text="In the storage, until it is taken in.")
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status, default=Status.LOOKED_AT)
    counts = models.JSONField(default=dict, blank=True)
    refused = models.JSONField(default=list, blank=True, help_text="Rows that were not taken in: where and why.")
    notes = models.JSONField(default=list, blank=True)
    study = models.OneToOneField(Study, on_delete=models.SET_NULL, null=True, blank=True, related_name="came_from")
    job = models.UUIDField(null=True, blank=True)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = StudyImportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.title or self.name

    def get_absolute_url(self) -> str:
        return reverse("annotation:import", args=[self.pk])


class ImportedRater(models.Model):
    """The member who stands for a person in imported files; nobody can sign in as them."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="imported_raters")
    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="imported_as")
    name = models.CharField(max_length=200, help_text="Their id in the files; it never leaves.")
    is_unknown = models.BooleanField(
        default=False, help_text="The files name nobody; one member stands for one unnamed answer to each item."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "study", "name", condition=models.Q(is_unknown=False), name="imported_rater_once_per_study"
            ),
        ]

    def __str__(self) -> str:
        return self.name or "unknown"
