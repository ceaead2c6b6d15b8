"""Constitutions: what a community wants its models to hold to, version by version, each bound by its hash."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role

DRAFTERS = (Role.STEWARD, Role.RESEARCHER, Role.ADMIN)


class ConstitutionQuerySet(models.QuerySet["Constitution"]):
    """Constitutions as someone may see them."""

    def visible_to(self, user: Any) -> "ConstitutionQuerySet":
        """Once a version is proposed, all who see the community; before that its members. Site staff see all."""
        if getattr(user, "is_staff", False):
            return self
        sealed = ConstitutionVersion.objects.filter(constitution=OuterRef("pk")).exclude(sealed_at=None)
        seen = Q(Exists(sealed), community__in=Community.objects.visible_to(user).values("pk"))
        if getattr(user, "is_authenticated", False):
            seen |= Q(community__in=Member.objects.active().filter(user=user).values("community"))
        return self.filter(seen)

    def drafted_by(self, user: Any) -> "ConstitutionQuerySet":
        """Those whose draft the person may write: stewards, researchers and admins, site staff."""
        return self.filter(community__in=Community.objects.run_by(user, *DRAFTERS).values("pk"))


class Constitution(models.Model):
    """One constitution of a community, from its first draft on; its words stand in its versions."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="constitutions")
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=300)
    source_type = models.CharField(max_length=60, blank=True, help_text="What it was drafted from; empty from scratch.")
    source_id = models.CharField(max_length=120, blank=True)
    source_title = models.CharField(max_length=300, blank=True)
    source_address = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ConstitutionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("governance:constitution", args=[self.slug])


class ConstitutionVersion(models.Model):
    """The whole text at one time. A draft is written on; a sealed version never changes, nor do its clauses."""

    class Status(models.TextChoices):
        """What became of it."""

        DRAFT = "draft", "Draft"
        MAKING = "making", "Being made"
        PROPOSED = "proposed", "Proposed"
        ADOPTED = "adopted", "Adopted"
        REJECTED = "rejected", "Rejected"
        SUPERSEDED = "superseded", "Replaced by a later version"

    constitution = models.ForeignKey(Constitution, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    preamble = models.TextField(blank=True, max_length=10_000)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    canonical_text = models.TextField(blank=True, help_text="The bytes that are hashed: canonical JSON.")
    content_sha256 = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=80, blank=True, help_text="The public id of the decision that adopted it.")
    decision_address = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["constitution", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint("constitution", "number", name="version_number_unique"),
            models.UniqueConstraint("constitution", condition=Q(status="draft"), name="version_one_draft"),
            models.UniqueConstraint("constitution", condition=Q(status="adopted"), name="version_one_in_force"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "making"], sealed_at=None, content_sha256="")
                | Q(
                    ~Q(status__in=["draft", "making"]), sealed_at__isnull=False, content_sha256__regex=r"^[0-9a-f]{64}$"
                ),
                name="version_sealed_unless_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.constitution}, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("governance:version", args=[self.constitution.slug, self.number])

    @property
    def is_sealed(self) -> bool:
        """Whether its words can no longer change."""
        return self.sealed_at is not None


class Principle(models.Model):
    """One principle through all versions: what comments, evidence and implementation hang on."""

    constitution = models.ForeignKey(Constitution, on_delete=models.PROTECT, related_name="principles")
    key = models.SlugField(max_length=60, help_text="Its name in every version and export, such as p3.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["constitution", "id"]
        constraints: ClassVar = [models.UniqueConstraint("constitution", "key", name="principle_key_unique")]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("governance:principle", args=[self.constitution.slug, self.key])


class Clause(models.Model):
    """The words of one principle in one version. Level 1 comes first: no lower level may be served at its cost."""

    version = models.ForeignKey(ConstitutionVersion, on_delete=models.PROTECT, related_name="clauses")
    principle = models.ForeignKey(Principle, on_delete=models.PROTECT, related_name="clauses")
    level = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(max_length=2000)
    rationale = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering: ClassVar = ["version", "level", "principle"]
        constraints: ClassVar = [
            models.UniqueConstraint("version", "principle", name="clause_once_per_version"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=9), name="clause_level_from_1_to_9"),
            models.CheckConstraint(condition=~Q(text=""), name="clause_has_words"),
        ]

    def __str__(self) -> str:
        return self.text
