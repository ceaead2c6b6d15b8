"""What surrounds a text: candidates it grows from, comments, minority reports, and what is done about it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import Member
from governance.models.constitutions import Constitution, ConstitutionVersion, Principle


class Candidate(models.Model):
    """A sentence that might become a principle, with where it comes from and the evidence for it."""

    class State(models.TextChoices):
        """What a person made of it."""

        OPEN = "open", "Waits"
        TAKEN = "taken", "Became a principle"
        MERGED = "merged", "Merged into another"
        DISMISSED = "dismissed", "Left out"

    constitution = models.ForeignKey(Constitution, on_delete=models.CASCADE, related_name="candidates")
    text = models.TextField(max_length=2000, help_text="The original words.")
    why = models.CharField(max_length=300, blank=True, help_text="Why it was picked, in words.")
    source_type = models.CharField(max_length=60)
    source_id = models.CharField(max_length=120)
    source_address = models.CharField(max_length=500, blank=True)
    evidence = models.JSONField(default=dict, blank=True, help_text="Figures behind it, by name.")
    reworded = models.TextField(
        blank=True, max_length=2000, help_text="A language model's wording, beside the original."
    )
    reworded_by = models.CharField(max_length=200, blank=True, help_text="The model that worded it.")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged")
    principle = models.ForeignKey(
        Principle, on_delete=models.SET_NULL, null=True, blank=True, related_name="candidates"
    )
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["constitution", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("constitution", "source_type", "source_id", name="candidate_once_per_source"),
        ]

    def __str__(self) -> str:
        return self.text


class PrincipleComment(models.Model):
    """A member's word on one principle."""

    principle = models.ForeignKey(Principle, on_delete=models.CASCADE, related_name="comments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="principle_comments")
    text = models.TextField(max_length=3000)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["written_at", "id"]

    def __str__(self) -> str:
        return self.text


class MinorityReport(models.Model):
    """Dissent that is published with a version for as long as the version is: what a minority holds against it."""

    version = models.ForeignKey(ConstitutionVersion, on_delete=models.PROTECT, related_name="minority_reports")
    principle = models.ForeignKey(
        Principle, on_delete=models.PROTECT, null=True, blank=True, related_name="minority_reports"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="minority_reports")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["written_at", "id"]

    def __str__(self) -> str:
        return self.text


class Implementation(models.Model):
    """What is done about an adopted principle; the newest row of a principle holds, older ones are its history."""

    class Status(models.TextChoices):
        """How far it is."""

        PLANNED = "planned", "Planned"
        UNDER_WAY = "under-way", "Under way"
        DONE = "done", "Done"
        NOT_DONE = "not-done", "Not done"

    principle = models.ForeignKey(Principle, on_delete=models.PROTECT, related_name="implementations")
    status = models.CharField(max_length=10, choices=Status)
    note = models.TextField(max_length=3000)
    review_on = models.DateField(help_text="When it is looked at again.")
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-written_at", "-id"]

    def __str__(self) -> str:
        return f"{self.principle}: {self.get_status_display()}"
