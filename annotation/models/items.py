"""What is put before people, and how many answers it still wants."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from annotation.models.studies import Study


class ItemQuerySet(models.QuerySet["Item"]):
    """Items as someone may see them."""

    def visible_to(self, user: Any) -> "ItemQuerySet":
        """Those of the studies the person runs; annotators see only what they are given."""
        return self.filter(study__in=Study.objects.run_by(user))

    def collected(self) -> "ItemQuerySet":
        """Those whose answers are data: no training and no attention checks."""
        return self.filter(kind__in=[Item.Kind.WORK, Item.Kind.GOLD])

    def released(self) -> "ItemQuerySet":
        """Those that may leave: synthetic ones only once enough people have validated them."""
        return self.collected().filter(Q(is_synthetic=False) | Q(validated_by__gte=F("study__validations_wanted")))


class Item(models.Model):
    """One thing to answer questions about: a prompt with its responses, a text, a conversation.

    ``content`` holds ``turns`` (``[{"role", "content"}]``), ``responses`` (``[{"id", "text", "model"}]``, the ids
    unique in the item) and ``texts`` (``[{"name", "text"}]``); each may be left out.
    """

    class Kind(models.TextChoices):
        """What the item is for; people see a difference only in training."""

        WORK = "work", "Item"
        GOLD = "gold", "Gold item"
        ATTENTION = "attention", "Attention check"
        TRAINING = "training", "Training item"

    class Domain(models.TextChoices):
        """Domains with hard constraints of their own; other words are taken too."""

        GENERAL = "general", "General"
        HEALTHCARE = "healthcare", "Healthcare"
        CHEM_BIO = "chem-bio", "Chemistry and biology"
        PHYSICS_ENGINEERING = "physics-engineering", "Physics and engineering"

    class Tier(models.TextChoices):
        """How much harm a wrong handling could do."""

        NONE = "", "Not stated"
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="items")
    name = models.CharField(max_length=200, help_text="The item's id in exported files.")
    number = models.PositiveIntegerField(default=0, help_text="Its place in the order in which items were added.")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.WORK)
    content = models.JSONField(help_text="Turns, responses and texts as the question kinds read them.")
    domain = models.CharField(max_length=40, default=Domain.GENERAL)
    constraints = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, help_text="Hard constraints of the domain."
    )
    risk_tier = models.CharField(max_length=20, blank=True, choices=Tier)
    provenance = models.JSONField(default=dict, blank=True, help_text="Source, model, sampling settings.")
    is_conflict_case = models.BooleanField(default=False)
    tensions = models.JSONField(
        default=list, blank=True, help_text="Dimensions in conflict, where it is a conflict case."
    )
    is_synthetic = models.BooleanField(default=False)
    validated_by = models.PositiveSmallIntegerField(default=0, help_text="How many people validated it.")
    expected = models.JSONField(
        default=dict, blank=True, help_text="The right value by question, for gold, attention and training items."
    )
    feedback = models.TextField(blank=True, help_text="What is said after a training item is answered.")
    uncertainty = models.FloatField(default=0.0, help_text="How much its answers differ; sets the order of assignment.")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="No longer given to anyone since.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["study", "number", "id"]
        constraints: ClassVar = [models.UniqueConstraint("study", "name", name="item_name_unique_in_study")]
        indexes: ClassVar = [
            models.Index(fields=["study", "number"], name="item_in_order"),
            models.Index(
                fields=["study", "kind", "number"],
                name="item_set_apart",
                condition=~Q(kind="work"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_held_out(self) -> bool:
        """Whether exports leave it out: made by a program and not yet validated by enough people."""
        return self.is_synthetic and self.validated_by < self.study.validations_wanted


class Quota(models.Model):
    """How many answers one item wants from one stratum, and how many are given or being given.

    This is the queue: the next item is the open quota with the smallest ``rank``. ``taken`` counts assignments that
    are in hand or answered, so that no item is given to more people than it wants.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="quota_rows")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="quotas")
    stratum = models.CharField(max_length=200, blank=True, help_text="Empty where anyone may answer.")
    wanted = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    drawn = models.PositiveIntegerField(default=0, help_text="How often it was ever given; balances the shown order.")
    rank = models.FloatField(default=0.0)

    class Meta:
        ordering: ClassVar = ["study", "stratum", "rank", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("item", "stratum", name="quota_once_per_item_and_stratum"),
            models.CheckConstraint(condition=Q(taken__lte=F("wanted")), name="quota_never_exceeded"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["study", "stratum", "rank", "id"], name="quota_queue", condition=Q(taken__lt=F("wanted"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.taken} of {self.wanted} for {self.item_id}"


class Validation(models.Model):
    """One person who vouches that a synthetic item is sound; enough of them let it be exported."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="validations")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    validated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["item", "id"]
        constraints: ClassVar = [models.UniqueConstraint("item", "member", name="validation_once_per_item_and_member")]

    def __str__(self) -> str:
        return f"{self.member_id} vouches for {self.item_id}"
