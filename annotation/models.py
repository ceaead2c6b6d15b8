"""Studies: items that people answer questions about, each answer kept with who gave it."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Community, Member, Role


class StudyQuerySet(models.QuerySet["Study"]):
    """Studies as someone may see them."""

    def visible_to(self, user: Any) -> "StudyQuerySet":
        """Open and closed ones to members of the community; drafts to its researchers; site staff see all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.is_staff:
            return self
        mine = Member.objects.active().filter(user=user)
        running = mine.filter(roles__overlap=[Role.RESEARCHER, Role.ADMIN]).values("community")
        own = Q(community__in=mine.values("community")) & ~Q(status=Study.Status.DRAFT)
        return self.filter(own | Q(community__in=running))


class Study(models.Model):
    """A plan of collection: which questions are put about which items, to how many people."""

    class Status(models.TextChoices):
        """A draft can still be changed; an open study takes responses; a closed one is read and exported."""

        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="studies")
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=300)
    guidelines = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    questions = models.JSONField(default=list, blank=True, help_text="The question kinds on one page, in order.")
    responses_per_item = models.PositiveSmallIntegerField(default=3)
    is_synthetic = models.BooleanField(default=False)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = StudyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        verbose_name_plural = "studies"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(responses_per_item__gte=1), name="study_asks_for_a_response"),
        ]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """One thing to answer questions about: a prompt with its responses, a text, a conversation."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="items")
    name = models.CharField(max_length=200, help_text="The item's id in exported files.")
    content = models.JSONField(help_text="Turns, responses and texts as the question kinds read them.")
    domain = models.CharField(max_length=40, default="general")
    risk_tier = models.CharField(max_length=20, blank=True)
    provenance = models.JSONField(default=dict, blank=True)
    tensions = models.JSONField(
        default=list, blank=True, help_text="Dimensions in conflict, where it is a conflict case."
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["study", "id"]
        constraints: ClassVar = [models.UniqueConstraint("study", "name", name="item_name_unique_in_study")]

    def __str__(self) -> str:
        return self.name


class Response(models.Model):
    """Everything one member answered about one item; a member answers an item once and may change it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="responses")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="responses")
    answers = models.JSONField(help_text="Answer per question name, with justification, confidence and flags.")
    order_shown = models.JSONField(default=list, blank=True)
    seconds = models.FloatField(null=True, blank=True, help_text="Time on task.")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["item", "created_at"]
        constraints: ClassVar = [models.UniqueConstraint("item", "member", name="response_once_per_item_and_member")]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.item_id}"
