"""Statements, and how they were moderated."""

import hashlib
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Member
from deliberation.models.conversations import Conversation


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
