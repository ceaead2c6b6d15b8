"""Releases: what wants to leave the house, bound by its hash, and who approved exactly that."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role

REVIEWERS = (Role.STEWARD, Role.AUDITOR, Role.ADMIN)


class RiskTier(models.TextChoices):
    """How much harm an artifact could do in wrong hands or wrong use; each tier has its rule in `governance.tiers`."""

    LOW = "low", "Low risk"
    MEDIUM = "medium", "Medium risk"
    HIGH = "high", "High risk"


def default_roles() -> list[str]:
    """Whom a limited release is open to unless somebody says otherwise."""
    return [Role.RESEARCHER]


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Releases as someone may see them; whether the content opens is another question: `governance.gate`."""

    def visible_to(self, user: Any) -> "ReleaseQuerySet":
        """The page of a release: once approved, all who see its community; before, its proposer and reviewers.

        Reviewers are the community's stewards, auditors and admins; site staff see all. A constitution is proposed to
        all members of its community.
        """
        if getattr(user, "is_staff", False):
            return self
        approved = Q(stage__in=[Release.Stage.LIMITED, Release.Stage.PUBLIC, Release.Stage.WITHDRAWN])
        seen = approved & Q(community__in=Community.objects.visible_to(user).values("pk"))
        if getattr(user, "is_authenticated", False):
            mine = Member.objects.active().filter(user=user)
            seen |= Q(proposed_by__in=mine.values("pk"))
            seen |= Q(community__in=mine.filter(roles__overlap=list(REVIEWERS)).values("community"))
            seen |= Q(kind=Release.Kind.CONSTITUTION, community__in=mine.values("community"))
        return self.filter(seen)


class Release(models.Model):
    """One artifact that wants to leave the house: exactly the bytes with this hash, at this risk, as far as this stage.

    The same bytes in the same community are the same release; other bytes are another one, which may supersede it.
    """

    class Kind(models.TextChoices):
        """What it is."""

        DATASET = "dataset", "Data set"
        MODEL = "model", "Model"
        SLATE = "slate", "Slate"
        CONSTITUTION = "constitution", "Constitution"

    class Stage(models.TextChoices):
        """How far it has come; who may open it at each stage stands in `governance.gate.may_release`."""

        DRAFT = "draft", "Draft"
        REVIEW = "review", "Steward review"
        LIMITED = "limited", "Limited release"
        PUBLIC = "public", "Public"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="releases")
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=300)
    address = models.CharField(max_length=500, blank=True, help_text="The page where the artifact is, on this site.")
    content_sha256 = models.CharField(max_length=64)
    risk_tier = models.CharField(max_length=10, choices=RiskTier)
    risk_rationale = models.TextField(blank=True, max_length=3000)
    risk_set_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    risk_set_at = models.DateTimeField(default=timezone.now)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    limited_roles = ArrayField(
        models.CharField(max_length=20, choices=Role),
        default=default_roles,
        blank=True,
        help_text="The roles a limited release is open to.",
    )
    proposed_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="releases")
    supersedes = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="superseded_by"
    )
    facts = models.JSONField(default=dict, blank=True, help_text="What its maker says of it, for card and provenance.")
    proposed_at = models.DateTimeField(default=timezone.now)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-proposed_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("community", "content_sha256", name="release_once_per_community_and_hash"),
            models.CheckConstraint(
                condition=Q(content_sha256__regex=r"^[0-9a-f]{64}$"), name="release_hash_is_sha256_in_hex"
            ),
            models.CheckConstraint(condition=~Q(supersedes=models.F("id")), name="release_does_not_supersede_itself"),
        ]
        indexes: ClassVar = [models.Index(fields=["content_sha256", "proposed_at"], name="release_by_hash")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("governance:release", args=[self.pk])


class ReleaseApproval(models.Model):
    """One decision that let exactly these bytes, at this risk, go as far as this stage; written once."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="approvals")
    content_sha256 = models.CharField(max_length=64)
    risk_tier = models.CharField(max_length=10, choices=RiskTier)
    stage = models.CharField(
        max_length=10, choices=[(stage, stage.label) for stage in (Release.Stage.LIMITED, Release.Stage.PUBLIC)]
    )
    decision = models.CharField(max_length=80, unique=True, help_text="The decision's public id.")
    decision_address = models.CharField(max_length=500, blank=True)
    tally_sha256 = models.CharField(max_length=64, blank=True)
    body = models.CharField(max_length=200, help_text="Who decided.")
    mandate = models.TextField(blank=True, help_text="The mandate they decided under, as it read then.")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["decided_at", "id"]

    def __str__(self) -> str:
        return f"{self.body}: {self.release_id} as far as {self.get_stage_display()}"
