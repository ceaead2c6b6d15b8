"""Conversations, who takes part in them, and what an import brought of them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Conversations as someone may see them."""

    def visible_to(self, user: Any) -> "ConversationQuerySet":
        """Those of public communities and of one's own; a draft only to who runs it; site staff see all."""
        if getattr(user, "is_staff", False):
            return self
        public = Q(community__is_public=True) & ~Q(status=Conversation.Status.DRAFT)
        if not getattr(user, "is_authenticated", False):
            return self.filter(public)
        mine = Member.objects.active().filter(user=user)
        running = mine.filter(roles__overlap=[Role.RESEARCHER, Role.STEWARD, Role.ADMIN]).values("community")
        own = Q(community__in=mine.values("community")) & ~Q(status=Conversation.Status.DRAFT)
        return self.filter(public | own | Q(community__in=running))

    def run_by(self, user: Any) -> "ConversationQuerySet":
        """Those the person may moderate, open and close: researchers and admins of the community, site staff."""
        return self.filter(community__in=Community.objects.run_by(user, Role.RESEARCHER, Role.ADMIN).values("pk"))


class Conversation(models.Model):
    """One question put to a community, on which people write statements and vote."""

    class Status(models.TextChoices):
        """Who may do what: a draft is seen by its organisers only, an open one takes votes, a closed one is read."""

        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="conversations")
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    strict_moderation = models.BooleanField(default=False, help_text="New statements are shown once accepted.")
    takes_statements = models.BooleanField(default=True, help_text="Participants may write statements.")
    is_synthetic = models.BooleanField(default=False)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("deliberation:conversation", args=[self.slug])

    @property
    def is_open(self) -> bool:
        """Whether votes and statements are taken."""
        return self.status == self.Status.OPEN


class ImportedFolder(models.Model):
    """What an export needs of the folder a conversation came from, besides what has rows of its own."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="imported_folder")
    sha256 = models.CharField(max_length=64)
    dialect = models.JSONField()
    summary = models.JSONField(default=list)
    matrix_columns = models.JSONField(default=list)
    participant_columns = models.JSONField(default=list, help_text="Columns of the matrix file kept as they stand.")
    other_files = models.JSONField(default=dict, help_text="Files that are no tables, base64 by name.")
    tables = models.JSONField(default=dict, help_text="Further tables of the folder, cell by cell.")
    notes = models.JSONField(default=list, help_text="What did not add up in the folder, a sentence each.")
    imported_at = models.DateTimeField(default=timezone.now)
    upload = models.CharField(
        max_length=100, blank=True, help_text="The stored archive it came in, so that it comes in once."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("upload", condition=~Q(upload=""), name="imported_folder_once_per_upload"),
        ]

    def __str__(self) -> str:
        return f"the folder of {self.conversation_id}"


class Participation(models.Model):
    """One member's place in one conversation: the number that exports show, and what an import knew of them."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participations")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="participations")
    number = models.PositiveIntegerField(help_text="The participant's id in exported files.")
    xid = models.CharField(max_length=300, blank=True)
    imported_group = models.CharField(max_length=30, blank=True)
    imported = models.JSONField(
        default=dict, blank=True, help_text="Columns of the imported row that we do not count ourselves."
    )
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["conversation", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint("conversation", "member", name="participation_once_per_conversation"),
            models.UniqueConstraint("conversation", "number", name="participation_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.number} in {self.conversation_id}"
