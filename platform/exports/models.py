"""Exports: what leaves the house, who is in it under which name, and whose erasure touches it."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role
from annotation.models import Study
from deliberation.models import Conversation
from governance.models import Release


class ExportQuerySet(models.QuerySet["Export"]):
    """Exports as someone may see them; whether the files open is another question, which the release gate answers."""

    def run_by(self, user: Any) -> "ExportQuerySet":
        """Those the person may prepare: researchers and admins of the community, site staff."""
        return self.filter(community__in=Community.objects.run_by(user, Role.RESEARCHER, Role.ADMIN).values("pk"))

    def visible_to(self, user: Any) -> "ExportQuerySet":
        """Those the person prepares or reviews; of the others what is approved, where its community is seen.

        Reviewers see an export once it is built, and with it proposed.
        """
        if getattr(user, "is_staff", False):
            return self
        approved = Release.objects.visible_to(user).values("content_sha256")
        seen = Q(status=Export.Status.READY, sha256__in=approved)
        if getattr(user, "is_authenticated", False):
            seen |= Q(pk__in=Export.objects.run_by(user).values("pk"))
        return self.filter(seen)


class Export(models.Model):
    """One data set made of one study or conversation: prepared step by step, built once, and from then on unchanged."""

    class Format(models.TextChoices):
        """In which form the files are."""

        BUNDLE = "bundle", "Hugging Face folder with Croissant"
        LEWIDI = "lewidi", "LeWiDi JSON"
        TRL = "trl", "TRL preference files"
        CSV = "csv", "CSV tables"

    class Status(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", "Being prepared"
        WAITING = "waiting", "Being built"
        READY = "ready", "Built"

    class Tier(models.TextChoices):
        """How much harm the files could do in wrong hands; decides who must approve."""

        LOW = "low", "Low risk"
        MEDIUM = "medium", "Medium risk"
        HIGH = "high", "High risk"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="exports")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, null=True, blank=True, related_name="exports")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, null=True, blank=True, related_name="exports"
    )
    title = models.CharField(max_length=300)
    format = models.CharField(max_length=10, choices=Format, default=Format.BUNDLE)
    options = models.JSONField(
        default=dict,
        blank=True,
        help_text='{"question": …, "form": …, "edition": …, "licence": …, "about": {key of the card: text}}.',
    )
    risk_tier = models.CharField(max_length=10, choices=Tier, default=Tier.MEDIUM)
    risk_rationale = models.TextField(blank=True, max_length=3000)
    privacy = models.JSONField(
        default=dict,
        blank=True,
        help_text='{"k": 5, "rare": "blank" or "leave_out", "columns": {name: {"do": …, "mapping": {…}}}}.',
    )
    privacy_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    privacy_at = models.DateTimeField(null=True, blank=True, help_text="When somebody decided on the columns.")
    beside = models.JSONField(
        default=list,
        blank=True,
        help_text="Columns beside items and answers, with examples, and whether each leaves.",
    )
    scanned_at = models.DateTimeField(null=True, blank=True, help_text="When the free texts had been searched.")
    texts_at = models.DateTimeField(null=True, blank=True, help_text="When somebody decided on the free texts.")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    job = models.UUIDField(null=True, blank=True, help_text="The wish for its building.")
    stored_as = models.CharField(max_length=200, blank=True, help_text="The archive, in the storage.")
    size = models.BigIntegerField(default=0, help_text="Bytes of the archive.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the archive: what is approved and downloaded.")
    manifest = models.JSONField(default=dict, blank=True)
    requested_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    built_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(study__isnull=False, conversation__isnull=True)
                | Q(study__isnull=True, conversation__isnull=False),
                name="export_has_one_source",
            ),
            models.CheckConstraint(
                condition=~Q(status="ready") | ~(Q(sha256="") | Q(stored_as="")), name="export_has_a_hash_once_built"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exports:export", args=[self.pk])

    @property
    def of(self) -> Study | Conversation:
        """The study or conversation that it is made of."""
        found = self.study or self.conversation
        if found is None:
            raise ValueError(f"export {self.pk} is made of nothing")
        return found

    @property
    def is_ready(self) -> bool:
        """Whether it is built."""
        return self.status == self.Status.READY

    @property
    def may_be_built(self) -> bool:
        """Whether everything that a person has to decide is decided."""
        return self.status == self.Status.DRAFT and self.privacy_at is not None and self.texts_at is not None

    @property
    def file_name(self) -> str:
        """What a download is called."""
        return f"{self.of.slug}-{self.format}-{self.sha256[:8]}.zip"


class TextFinding(models.Model):
    """Something in the free texts that looks like personal data, and what a person decided about it."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=30)
    text = models.CharField(max_length=300)
    place = models.CharField(max_length=20, help_text='"answers" or "items".')
    excerpt = models.CharField(max_length=300, blank=True, help_text="A few words around it, where it first stands.")
    times = models.PositiveIntegerField(default=1)
    is_kept = models.BooleanField(default=False, help_text="A person decided that it may leave as it is.")

    class Meta:
        ordering: ClassVar = ["place", "kind", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("export", "place", "kind", "text", name="text_finding_once_per_export"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


class ReleasedPerson(models.Model):
    """Under which pseudonym a member is in an export: made for this one alone, and never shown to anyone.

    It stays as long as the member does, so that an erasure or a withdrawal can name the exports it touches.
    """

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="people")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="released_in")
    pseudonym = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("export", "member", name="released_person_once_per_export"),
            models.UniqueConstraint("export", "pseudonym", name="released_person_pseudonym_unique"),
        ]

    def __str__(self) -> str:
        return self.pseudonym


class ErasureTouch(models.Model):
    """Somebody who is in an export took back their consent or had their data erased after it was built.

    The pseudonym tells holders of the files which rows to remove; nothing here leads back to the person.
    """

    class Kind(models.TextChoices):
        """What the person did."""

        ERASED = "erased", "Data erased"
        WITHDRAWN = "withdrawn", "Consent withdrawn"

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="touches")
    pseudonym = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind)
    touched_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering: ClassVar = ["export", "touched_on", "pseudonym"]
        constraints: ClassVar = [
            models.UniqueConstraint("export", "pseudonym", "kind", name="erasure_touch_once_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.pseudonym}: {self.get_kind_display()}"
