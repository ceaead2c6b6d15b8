"""Long work: what was asked for in the same transaction as the data, and how far it has come."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role
from jobs.kinds import title_of


class OutboxMessage(models.Model):
    """A wish for work, written with the data that causes it; the relay turns wishes into jobs and deletes them."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, help_text="Wishes of one kind and key are served by one job.")
    payload = models.JSONField(default=dict)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, null=True, related_name="+")
    requested_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    job = models.UUIDField(default=uuid.uuid4, help_text="The id the job will have when this wish starts a new one.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs as someone may see them."""

    def visible_to(self, user: Any) -> "JobQuerySet":
        """A person sees what serves a wish of theirs; admins see their community's; site staff see all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.is_staff:
            return self
        administered = Member.objects.active().filter(user=user, roles__contains=[Role.ADMIN]).values("community")
        wished = JobWish.objects.filter(requested_by__user=user).values("job")
        return self.filter(Q(requested_by__user=user) | Q(pk__in=wished) | Q(community__in=administered))


class Job(models.Model):
    """One piece of long work, from the moment the relay saw it until it ended."""

    class Status(models.TextChoices):
        """How far a job has come."""

        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, null=True, related_name="jobs")
    requested_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    progress = models.FloatField(default=0.0, help_text="From 0 to 1.")
    message = models.CharField(max_length=300, blank=True)
    failure = models.TextField(blank=True, help_text="Why it failed, in words a person can act on.")
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    result = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True, help_text="When the broker was last given it.")
    publications = models.PositiveSmallIntegerField(default=0, help_text="How often, since it last began to wait.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint("kind", "key", condition=Q(status="queued"), name="job_one_waiting_per_key"),
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="job_progress_is_a_share"),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "due_at"], name="job_by_status_and_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:job", args=[self.pk])

    @property
    def title(self) -> str:
        """What people read."""
        return title_of(self.kind)

    @property
    def result_address(self) -> str:
        """The page its result can be seen on, when the handler named one of ours."""
        address = self.result.get("address", "")
        return address if isinstance(address, str) and address.startswith("/") and address[1:2] != "/" else ""

    @property
    def percent(self) -> int:
        """How much is done, for the bar."""
        return round(self.progress * 100)

    @property
    def may_be_cancelled(self) -> bool:
        """Whether stopping it still makes sense."""
        return not self.is_over and not self.cancel_requested

    @property
    def may_be_retried(self) -> bool:
        """Whether it ended without its result."""
        return self.status in {self.Status.FAILED, self.Status.CANCELLED}

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.status in {self.Status.SUCCEEDED, self.Status.FAILED, self.Status.CANCELLED}


class JobWish(models.Model):
    """One person's wish that a job serves: a second one for the same work finds the job that waits already."""

    id = models.UUIDField(primary_key=True, editable=False, help_text="The id that was promised to the person.")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="wishes")
    requested_by = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.requested_by_id} for {self.job_id}"
