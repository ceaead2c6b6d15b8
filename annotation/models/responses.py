"""What people answered, how it came to that, and whose answers are left out."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Consent, Member
from annotation.models.items import Item
from annotation.models.questions import StudyVersion
from annotation.models.studies import Study
from annotation.models.work import Assignment


class ResponseQuerySet(models.QuerySet["Response"]):
    """Responses as someone may see them."""

    def visible_to(self, user: Any) -> "ResponseQuerySet":
        """One's own, and all to those who run the study: annotation is blind."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(Q(member__user=user) | Q(study__in=Study.objects.run_by(user)))

    def counted(self, *, with_excluded: bool = False) -> "ResponseQuerySet":
        """Those that are data.

        Accepted answers to items and gold items, by people who are not banned, not excluded from the study, and have
        not taken back their consent; ``with_excluded`` takes in those who are excluded, to compare.
        """
        consents = Consent.objects.filter(member=OuterRef("member"))
        withdrawn = Exists(consents.exclude(withdrawn_at=None)) & ~Exists(consents.filter(withdrawn_at=None))
        excluded = Exclusion.objects.filter(study=OuterRef("study"), member=OuterRef("member"), lifted_at=None)
        found = self.filter(
            state=Response.State.ACCEPTED,
            item__kind__in=[Item.Kind.WORK, Item.Kind.GOLD],
            member__banned_at=None,
        ).exclude(withdrawn)
        return found if with_excluded else found.exclude(Exists(excluded))


class Response(models.Model):
    """Everything one member answered about one item; an item is answered once and the answer may be changed.

    ``answers`` holds, by question name, ``{"value", "why", "confidence", "flags"}``. The shape of ``value`` is the
    kind's (:mod:`annotation.kinds`) and names texts by the ids of the item's content, never by their place on the page.
    ``flags`` maps ``values_conflict`` (which ones), ``underspecified`` (the question the person would ask),
    ``it_depends`` (on what) and ``did_not_understand`` to a text, which may be empty.
    """

    class State(models.TextChoices):
        """Whether it counts."""

        ACCEPTED = "accepted", "Accepted"
        DISCARDED = "discarded", "Discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="responses")
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="response")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="responses")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="responses")
    version = models.ForeignKey(StudyVersion, on_delete=models.PROTECT, related_name="responses")
    answers = models.JSONField(help_text="By question name: value, why, confidence and flags.")
    order_shown = models.JSONField(default=dict, blank=True, help_text="As in the assignment.")
    seconds = models.FloatField(null=True, blank=True, help_text="Time on task.")
    state = models.CharField(max_length=10, choices=State, default=State.ACCEPTED)
    discarded_why = models.CharField(max_length=500, blank=True)
    passed = models.BooleanField(null=True, blank=True, help_text="Whether it is as expected, where that is known.")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["item", "created_at"]
        constraints: ClassVar = [models.UniqueConstraint("item", "member", name="response_once_per_item_and_member")]
        indexes: ClassVar = [
            models.Index(fields=["study", "item"], name="response_by_study"),
            models.Index(fields=["study", "member", "-created_at"], name="response_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.item_id}"


class ResponseEvent(models.Model):
    """One thing that happened to a response, kept for ever: given, changed, discarded or taken in again."""

    class Kind(models.TextChoices):
        """What happened."""

        GIVEN = "given", "Given"
        CHANGED = "changed", "Changed"
        DISCARDED = "discarded", "Discarded"
        RESTORED = "restored", "Accepted again"

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    answers = models.JSONField(default=dict, blank=True, help_text="As they were from then on.")
    seconds = models.FloatField(null=True, blank=True)
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["response", "happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.kind}"


class Exclusion(models.Model):
    """A person's decision to leave one member's answers out of a study; lifted again, it stays on record."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="exclusions")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="exclusions")
    rule = models.CharField(max_length=100, help_text="What drew attention, such as too_fast or attention_missed.")
    figures = models.JSONField(default=dict, blank=True, help_text="The figures the decision was taken on.")
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-decided_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "study", "member", condition=Q(lifted_at=None), name="exclusion_one_in_force_per_member"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exclusion_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} from {self.study_id}: {self.rule}"
