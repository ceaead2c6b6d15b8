"""The audit chain: what happened in a community, each entry bound to the one before by a hash."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Community, Member, Role

#: Those who may read what entries say; everyone who sees the community may read and check the chain itself.
READERS = (Role.STEWARD, Role.AUDITOR, Role.ADMIN)


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Entries as someone may see them."""

    def visible_to(self, user: Any) -> "AuditEntryQuerySet":
        """The chain of every community that the person may see."""
        return self.filter(community__in=Community.objects.visible_to(user))


class AuditEntry(models.Model):
    """One link of a community's chain; the database refuses to change or remove it."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="audit_entries")
    number = models.PositiveBigIntegerField(help_text="From 1, without gaps, in each community.")
    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    commitment = models.CharField(max_length=64, help_text="SHA-256 of the salt followed by what the entry says.")
    prev_hash = models.CharField(max_length=64)
    row_hash = models.CharField(max_length=64, unique=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["community", "-number"]
        verbose_name_plural = "audit entries"
        constraints: ClassVar = [
            models.UniqueConstraint("community", "number", name="audit_entry_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="audit_entry_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    def get_absolute_url(self) -> str:
        return reverse("governance:audit-entry", args=[self.community.slug, self.number])

    @property
    def words(self) -> str:
        """The kind as a page says it: "decision.opened" reads "Decision: opened"."""
        return self.kind.replace(".", ": ").replace("_", " ").replace("-", " ").capitalize()


class OpeningQuerySet(models.QuerySet["Opening"]):
    """Openings as someone may see them."""

    def visible_to(self, user: Any) -> "OpeningQuerySet":
        """To stewards, auditors and admins of the community, and site staff."""
        return self.filter(entry__community__in=Community.objects.run_by(user, *READERS))


class Opening(models.Model):
    """What an entry says, with the salt that binds it to the entry's commitment; erasure destroys both."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="opening")
    salt = models.CharField(max_length=64)
    text = models.TextField(help_text="Canonical JSON, byte for byte as committed to.")
    people = models.ManyToManyField(Member, related_name="+", help_text="Whom it names; erasing one destroys it.")

    objects = OpeningQuerySet.as_manager()

    def __str__(self) -> str:
        return f"what {self.entry_id} says"


class PublishedHead(models.Model):
    """A head of a chain that was given to the public, against which a rewritten or shortened chain shows."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="published_heads")
    number = models.PositiveBigIntegerField()
    row_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["community", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint("community", "number", name="published_head_once_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.row_hash[:12]}"
