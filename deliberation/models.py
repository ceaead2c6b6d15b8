"""Conversations: statements that people write, and the votes they give on each other's."""

import hashlib
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role
from aggregation.models import Run
from governance.models import Principle


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


class StatementQuerySet(models.QuerySet["Statement"]):
    """Statements as someone may see them."""

    def shown(self) -> "StatementQuerySet":
        """Those people vote on: not rejected, and accepted where the conversation moderates strictly."""
        return self.filter(
            Q(state=Statement.State.ACCEPTED)
            | Q(state=Statement.State.UNMODERATED, conversation__strict_moderation=False)
        )

    def visible_to(self, user: Any) -> "StatementQuerySet":
        """Shown statements of visible conversations, one's own, and all to those who run the conversation."""
        conversations = Conversation.objects.all()
        seen = Q(pk__in=Statement.objects.shown())
        if getattr(user, "is_authenticated", False):
            seen |= Q(author__user=user) | Q(conversation__in=conversations.run_by(user))
        return self.filter(seen, conversation__in=conversations.visible_to(user))


class Statement(models.Model):
    """A short claim that people agree or disagree with."""

    class State(models.IntegerChoices):
        """Moderation, in the numbers of exported files."""

        REJECTED = -1, "Rejected"
        UNMODERATED = 0, "Not yet reviewed"
        ACCEPTED = 1, "Accepted"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField(help_text="The statement's id in exported files.")
    text = models.TextField(max_length=1000)
    text_key = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of the folded text; empty where an import says the same again or nothing.",
    )
    author = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="statements")
    state = models.SmallIntegerField(choices=State, default=State.UNMODERATED)
    is_seed = models.BooleanField(default=False)
    is_meta = models.BooleanField(
        default=False, help_text="About the people, not the question: kept out of the groups."
    )
    priority = models.FloatField(default=1.0, help_text="The chance of being shown next, relative to the others'.")
    created_at = models.DateTimeField(default=timezone.now)
    imported = models.JSONField(
        default=dict, blank=True, help_text="Columns of the imported row that we do not count ourselves."
    )

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["conversation", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint("conversation", "number", name="statement_number_unique"),
            models.UniqueConstraint("conversation", "text_key", condition=~Q(text_key=""), name="statement_said_once"),
            models.CheckConstraint(condition=~Q(text="") | Q(text_key=""), name="statement_has_text_unless_imported"),
        ]
        indexes: ClassVar = [
            GinIndex(name="statement_text_trigrams", fields=["text"], opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.text

    @staticmethod
    def key_of(text: str) -> str:
        """The same for texts that differ in case and white space only."""
        return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()


class Review(models.Model):
    """One moderation of one statement: who moved it from where to where, and why."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="reviews")
    before = models.SmallIntegerField(choices=Statement.State)
    after = models.SmallIntegerField(choices=Statement.State)
    reason = models.CharField(max_length=300, blank=True)
    reviewer = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    reviewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-reviewed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.get_before_display()} to {self.get_after_display()}"


class VoteValue(models.IntegerChoices):
    """What a vote says; +1 is agreement, in the database as in every export."""

    AGREE = 1, "Agree"
    PASS = 0, "Pass"
    DISAGREE = -1, "Disagree"


class Vote(models.Model):
    """What one member says of one statement now; how it came to that stands in :class:`VoteEvent`."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="votes")
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="votes")
    value = models.SmallIntegerField(choices=VoteValue)
    is_important = models.BooleanField(default=False)
    cast_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-cast_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint("member", "statement", name="vote_unique_per_member"),
            models.CheckConstraint(condition=Q(value__in=[-1, 0, 1]), name="vote_value_known"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.statement_id}: {self.value}"


class VoteEvent(models.Model):
    """One act of voting, kept for ever: a first vote, a change, or (value empty) taking a vote back."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="vote_events")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="vote_events")
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="vote_events")
    value = models.SmallIntegerField(choices=VoteValue, null=True)
    is_important = models.BooleanField(default=False)
    cast_at = models.DateTimeField(default=timezone.now)
    is_imported = models.BooleanField(default=False)
    datetime_text = models.CharField(
        max_length=80, blank=True, help_text="The moment as the imported file words it, where no known clock does."
    )
    extra = models.JSONField(null=True, blank=True, help_text="Further cells of the imported row, by column.")

    class Meta:
        ordering: ClassVar = ["conversation", "cast_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(value=None) | Q(value__in=[-1, 0, 1]), name="vote_event_value_known"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.statement_id}: {self.value} at {self.cast_at}"


class OpinionMap(models.Model):
    """The picture of one conversation at one moment: which run drew it, from which grouping."""

    class Grouping(models.TextChoices):
        """Where the groups come from."""

        COMPUTED = "computed", "Computed from the votes"
        IMPORTED = "imported", "As imported"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="opinion_maps")
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="opinion_map")
    grouping = models.CharField(max_length=10, choices=Grouping, default=Grouping.COMPUTED)
    votes_as_of = models.DateTimeField(help_text="Every vote up to this moment is in it.")
    last_event = models.BigIntegerField(default=0, help_text="The newest vote event that is in it.")
    umap = models.JSONField(
        null=True,
        blank=True,
        help_text="A second layout, drawn afterwards: a place per point of the run, in its order.",
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "grouping", "-created_at"], name="opinion_map_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation} at {self.created_at:%Y-%m-%d %H:%M}"


class Adoption(models.Model):
    """A principle of a constitution that grew from a statement; governance itself knows nothing of statements."""

    principle = models.ForeignKey(Principle, on_delete=models.CASCADE, related_name="adoptions")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="adoptions")

    class Meta:
        ordering: ClassVar = ["principle", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("principle", "statement", name="adoption_once_per_principle_and_statement"),
        ]

    def __str__(self) -> str:
        return f"{self.principle} from {self.statement_id}"


from deliberation.panel_models import Panel as Panel  # noqa: E402  # Django finds models in this module
from deliberation.panel_models import PanelSeat as PanelSeat  # noqa: E402  # likewise
