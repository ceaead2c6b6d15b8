"""Votes on decisions. In a secret vote nothing leads from who voted to what a ballot says."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from governance.models.decisions import Decision, ElectorRow
from governance.procedure import Choice

CHOICES = [(Choice.FOR.value, "For"), (Choice.AGAINST.value, "Against"), (Choice.ABSTAIN.value, "Abstain")]


class Ballot(models.Model):
    """One ballot. A secret one has no elector and no time; all of a vote are written anew, shuffled, with each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="ballots")
    round = models.PositiveSmallIntegerField(default=1, help_text="1: the vote; 2: the vote on overriding vetoes.")
    choice = models.CharField(max_length=7, choices=CHOICES)
    elector = models.ForeignKey(ElectorRow, on_delete=models.PROTECT, null=True, blank=True, related_name="ballots")
    cast_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["decision", "round", "choice", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "decision", "round", "elector", condition=Q(elector__isnull=False), name="ballot_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(elector=None, cast_at=None) | Q(elector__isnull=False, cast_at__isnull=False),
                name="ballot_named_and_timed_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return f"a ballot of {self.decision_id}"


class Voted(models.Model):
    """That an elector has voted in a round, without when and how."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="voted")
    elector = models.ForeignKey(ElectorRow, on_delete=models.PROTECT, related_name="voted")
    round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["decision", "round", "elector"]
        constraints: ClassVar = [models.UniqueConstraint("elector", "round", name="voted_once_per_round")]

    def __str__(self) -> str:
        return f"{self.elector} has voted"
