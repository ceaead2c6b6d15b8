"""What language models were asked, by whom, and what it used up."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Community, Member, Role

READERS = (Role.RESEARCHER, Role.STEWARD, Role.AUDITOR, Role.ADMIN)


class LanguageCallQuerySet(models.QuerySet["LanguageCall"]):
    """Calls as someone may see them."""

    def visible_to(self, user: Any) -> "LanguageCallQuerySet":
        """Researchers, stewards, auditors and admins see their community's; site staff see all."""
        return self.filter(community__in=Community.objects.run_by(user, *READERS).values("pk"))

    def tokens(self) -> int:
        """Tokens that these calls used, or may still use while they run."""
        total = self.aggregate(
            read=models.Sum("prompt_tokens", default=0),
            written=models.Sum("completion_tokens", default=0),
            reserved=models.Sum("reserved_tokens", default=0),
        )
        return int(total["read"] + total["written"] + total["reserved"])


class LanguageCall(models.Model):
    """One request to a language model's server, each attempt by itself, whatever came of it."""

    class Outcome(models.TextChoices):
        """How it ended."""

        ASKED = "asked", "Asked, no answer yet"
        ANSWERED = "answered", "Answered"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="language_calls")
    requested_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    job = models.UUIDField(null=True, blank=True, help_text="The long work it was made for.")
    purpose = models.CharField(max_length=60, help_text="What the answer is for, in a room's own short words.")
    server = models.CharField(max_length=200)
    model = models.CharField(max_length=200)
    settings = models.JSONField(default=dict)
    prompt = models.CharField(max_length=80)
    prompt_version = models.PositiveSmallIntegerField()
    prompt_sha256 = models.CharField(max_length=64, help_text="Hash of the prompt's file, before values were put in.")
    messages = models.JSONField(default=list)
    messages_sha256 = models.CharField(max_length=64)
    attempt = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.ASKED)
    answer = models.TextField(blank=True)
    token_probabilities = models.JSONField(null=True, blank=True, help_text="[[[token, log probability], …] per place]")
    failure = models.TextField(blank=True)
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    reserved_tokens = models.PositiveIntegerField(default=0, help_text="Held back from the budget while it runs.")
    seconds = models.FloatField(default=0.0)
    asked_at = models.DateTimeField(default=timezone.now)

    objects = LanguageCallQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="asked") | Q(reserved_tokens=0), name="language_call_reserves_while_it_runs"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "-asked_at"], name="language_call_by_community"),
            models.Index(fields=["job"], name="language_call_by_job"),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} v{self.prompt_version} at {self.asked_at:%Y-%m-%d %H:%M:%S}"

    @property
    def tokens(self) -> int:
        """Tokens read and written."""
        return self.prompt_tokens + self.completion_tokens


class LanguageBudget(models.Model):
    """What one community allows language models to use up; without a row the site's own figures hold."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="language_budget")
    tokens_a_month = models.PositiveIntegerField()
    tokens_a_job = models.PositiveIntegerField()
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.community_id}: {self.tokens_a_month} a month, {self.tokens_a_job} a job"
