"""Reward models: what they are trained on, how far the training is, and the texts that people have them score."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role
from aggregation.models.runs import Run
from governance.models import Release


class RewardModelQuerySet(models.QuerySet["RewardModel"]):
    """Reward models as someone may see them."""

    def visible_to(self, user: Any) -> "RewardModelQuerySet":
        """Researchers, stewards, auditors and admins see their community's; site staff see all."""
        return self._for_roles(user, Role.RESEARCHER, Role.STEWARD, Role.AUDITOR, Role.ADMIN)

    def run_by(self, user: Any) -> "RewardModelQuerySet":
        """Those the person may stop, train further and have score texts: researchers and admins, site staff."""
        return self._for_roles(user, Role.RESEARCHER, Role.ADMIN)

    def takeable_by(self, user: Any) -> "RewardModelQuerySet":
        """Those whose files the person may ask for: of those they see, and of those whose release they see."""
        released = Release.objects.visible_to(user).filter(kind=Release.Kind.MODEL, community=OuterRef("community"))
        same = Exists(released.filter(content_sha256=OuterRef("artifact_sha256")))
        return self.filter(Q(pk__in=self.visible_to(user).values("pk")) | Q(same, run__isnull=False))

    def _for_roles(self, user: Any, *roles: Role) -> "RewardModelQuerySet":
        return self.filter(community__in=Community.objects.run_by(user, *roles).values("pk"))


class RewardModel(models.Model):
    """One reward model: what it was asked to learn from whom, and once it is trained, where its files and figures are.

    While ``run`` is empty it is being trained, or its training was stopped: ``job`` says which.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="reward_models")
    title = models.CharField(max_length=200)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    materials = models.JSONField(help_text="What it learns from: a list of {kind, key, question, title, address}.")
    plan = models.JSONField(help_text="Groups, losses, reduction, threshold, members, seed.")
    job = models.UUIDField(null=True, help_text="The newest training job, by the id that was promised for it.")
    curve = models.JSONField(default=list, help_text="The loss after each step of the training.")
    run = models.OneToOneField(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="reward_model")
    raters = ArrayField(models.BigIntegerField(), default=list, help_text="Members whose answers it learnt from.")
    raters_erased = models.PositiveIntegerField(default=0, help_text="Of these, how many have since been erased.")
    artifact_sha256 = models.CharField(max_length=64, blank=True)
    artifact_bytes = models.PositiveBigIntegerField(default=0)
    is_synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = RewardModelQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(run=None, artifact_sha256="") | (Q(run__isnull=False) & ~Q(artifact_sha256="")),
                name="reward_model_trained_has_files",
            ),
        ]
        indexes: ClassVar = [GinIndex(name="reward_model_by_rater", fields=["raters"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("aggregation:reward-model", args=[self.pk])

    @property
    def is_trained(self) -> bool:
        """Whether there is something to read and to score with."""
        return self.run_id is not None


class RewardCheckpoint(models.Model):
    """A finished part of a training that is not over, so that a stopped one goes on from there."""

    reward_model = models.ForeignKey(RewardModel, on_delete=models.CASCADE, related_name="checkpoints")
    name = models.CharField(max_length=200)
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("reward_model", "name", name="reward_checkpoint_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.reward_model_id}"


class RewardScoring(models.Model):
    """Texts that somebody had a reward model score, and the scores: for everybody, and for each group."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reward_model = models.ForeignKey(RewardModel, on_delete=models.CASCADE, related_name="scorings")
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    prompt = models.TextField(blank=True)
    texts = models.JSONField(help_text="The candidates, a text each.")
    job = models.UUIDField(null=True)
    result = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{len(self.texts)} texts, {self.reward_model_id}"

    def get_absolute_url(self) -> str:
        return reverse("aggregation:reward-scoring", args=[self.reward_model_id, self.pk])
