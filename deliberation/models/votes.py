"""Votes: what each member says of a statement now, and how it came to that."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Member
from deliberation.models.conversations import Conversation
from deliberation.models.statements import Statement


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
