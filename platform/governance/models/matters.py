"""What is said about a decision: comments, declarations of interest, objections, vetoes, and the answers to them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Member
from governance.models.decisions import Decision, ElectorRow


class Comment(models.Model):
    """A member's word in the discussion of a decision."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="comments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="decision_comments")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["decision", "written_at", "id"]

    def __str__(self) -> str:
        return f"{self.member} on {self.decision_id}"


class Interest(models.Model):
    """An elector's declaration of interest in one decision; who steps aside does not vote and is not counted."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="interests")
    elector = models.ForeignKey(ElectorRow, on_delete=models.PROTECT, related_name="interests")
    text = models.TextField(max_length=2000)
    is_recused = models.BooleanField(default=False)
    declared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["decision", "declared_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("elector", condition=Q(is_recused=True), name="recused_once"),
        ]

    def __str__(self) -> str:
        return f"interest of {self.elector}"


class Matter(models.Model):
    """What needs a written answer: common to objections and vetoes."""

    reason = models.TextField(max_length=4000)
    filed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def waits(self) -> bool:
        """Whether it still needs an answer."""
        return self.withdrawn_at is None and self.answered_at is None


class Objection(Matter):
    """A reasoned objection of a member of the community."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="objections")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="objections")

    class Meta:
        ordering: ClassVar = ["decision", "filed_at", "id"]

    def __str__(self) -> str:
        return f"objection of {self.member}"


class Veto(Matter):
    """A reasoned veto by the holder of a seat that may."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="vetoes")
    elector = models.ForeignKey(ElectorRow, on_delete=models.PROTECT, related_name="vetoes")

    class Meta:
        ordering: ClassVar = ["decision", "filed_at", "id"]
        verbose_name_plural = "vetoes"
        constraints: ClassVar = [
            models.UniqueConstraint("elector", condition=Q(withdrawn_at=None), name="veto_stands_once"),
        ]

    def __str__(self) -> str:
        return f"veto of {self.elector}"


class Notice(models.Model):
    """A mail about a decision that a person was sent, so that nobody is sent it twice."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="notices")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["decision", "id"]
        constraints: ClassVar = [models.UniqueConstraint("decision", "member", "kind", name="notice_sent_once")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.member}"
