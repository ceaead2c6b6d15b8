"""Who works on a study, and what they were given."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Member
from annotation.models.items import Item, Quota
from annotation.models.questions import StudyVersion
from annotation.models.studies import Study


class Enrolment(models.Model):
    """One member's part in one study: how far they are, and the pseudonym under which a crowd service sent them."""

    class State(models.TextChoices):
        """How far they are; every state but the first two is an end."""

        TRAINING = "training", "Training"
        ACTIVE = "active", "Answering"
        FINISHED = "finished", "Finished"
        SCREENED_OUT = "screened_out", "Screened out"
        FAILED_ATTENTION = "failed_attention", "Missed attention checks"
        REFUSED = "refused", "Did not agree to take part"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="enrolments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=16, choices=State, default=State.TRAINING)
    stratum = models.CharField(max_length=200, blank=True, help_text="As it was when the person started.")
    crowd = models.CharField(
        max_length=20, blank=True, help_text="The service they came from: prolific, mturk or none."
    )
    crowd_key = models.CharField(max_length=64, blank=True, help_text="Keyed hash of the service's id for them.")
    answered = models.PositiveIntegerField(default=0, help_text="Items answered, without training and checks.")
    seconds = models.FloatField(default=0.0)
    training_correct = models.PositiveIntegerField(default=0)
    attention_passed = models.PositiveIntegerField(default=0)
    attention_missed = models.PositiveIntegerField(default=0)
    consented_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["study", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("study", "member", name="enrolment_once_per_study"),
            models.UniqueConstraint(
                "study", "crowd", "crowd_key", condition=~Q(crowd_key=""), name="enrolment_once_per_crowd_worker"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.study_id}"


class Assignment(models.Model):
    """One item given to one member, in one version of the questions and one order on the page."""

    class State(models.TextChoices):
        """What became of it."""

        ASSIGNED = "assigned", "In hand"
        ANSWERED = "answered", "Answered"
        SKIPPED = "skipped", "Skipped"
        ABANDONED = "abandoned", "Left unanswered"
        DISCARDED = "discarded", "Answer discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="assignments")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="assignments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="assignments")
    version = models.ForeignKey(StudyVersion, on_delete=models.PROTECT, related_name="assignments")
    quota = models.ForeignKey(
        Quota,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        help_text="The place it takes; empty for training, checks, and what has given its place back.",
    )
    state = models.CharField(max_length=10, choices=State, default=State.ASSIGNED)
    seed = models.BigIntegerField(default=0)
    order_shown = models.JSONField(
        default=dict, blank=True, help_text='{"responses": [ids in the order shown], "options": {question: [codes]}}.'
    )
    skip_reason = models.CharField(max_length=500, blank=True)
    assigned_at = models.DateTimeField(default=timezone.now)
    deadline = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["assigned_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("item", "member", name="assignment_once_per_item_and_member"),
            models.UniqueConstraint(
                "study", "member", condition=Q(state="assigned"), name="assignment_one_in_hand_per_study"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["study", "deadline"], name="assignment_overdue", condition=Q(state="assigned")),
            models.Index(fields=["member", "study", "state"], name="assignment_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} for {self.member_id}"
