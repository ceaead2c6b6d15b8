"""Amendments: patches to named principles, decided on by themselves."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Member
from governance.models.constitutions import Constitution, ConstitutionVersion, Principle


class Amendment(models.Model):
    """A proposal to change some principles of the text in force; once proposed, its patches never change."""

    class Status(models.TextChoices):
        """What became of it."""

        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Proposed"
        ADOPTED = "adopted", "Adopted"
        REJECTED = "rejected", "Rejected"
        MOVED = "moved", "The text has moved"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    constitution = models.ForeignKey(Constitution, on_delete=models.PROTECT, related_name="amendments")
    title = models.CharField(max_length=300)
    reasons = models.TextField(max_length=4000)
    based_on = models.ForeignKey(ConstitutionVersion, on_delete=models.PROTECT, related_name="amendments")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    canonical_text = models.TextField(blank=True, help_text="The bytes that are hashed: canonical JSON.")
    content_sha256 = models.CharField(max_length=64, blank=True)
    result = models.ForeignKey(
        ConstitutionVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="amended_by"
    )
    proposed_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=80, blank=True)
    decision_address = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("governance:amendment", args=[self.constitution.slug, self.pk])


class Patch(models.Model):
    """What an amendment does to one principle; ``before`` is the text it was written against."""

    class Action(models.TextChoices):
        """What it does."""

        CHANGE = "change", "Change"
        ADD = "add", "Add"
        REMOVE = "remove", "Remove"

    amendment = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="patches")
    principle = models.ForeignKey(Principle, on_delete=models.PROTECT, related_name="patches")
    action = models.CharField(max_length=10, choices=Action)
    before = models.TextField(blank=True)
    level_before = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, max_length=2000)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    rationale = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering: ClassVar = ["amendment", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("amendment", "principle", name="patch_once_per_principle"),
            models.CheckConstraint(
                condition=Q(action="remove", text="") | Q(~Q(action="remove"), ~Q(text=""), level__gte=1, level__lte=9),
                name="patch_has_words_unless_it_removes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.principle}"
