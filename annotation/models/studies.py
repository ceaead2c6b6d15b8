"""Studies: which questions are put about which items, to how many people, and on what terms."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role


class StudyQuerySet(models.QuerySet["Study"]):
    """Studies as someone may see them."""

    def visible_to(self, user: Any) -> "StudyQuerySet":
        """Open and closed ones to members of the community; drafts to its researchers; site staff see all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.is_staff:
            return self
        mine = Member.objects.active().filter(user=user)
        running = mine.filter(roles__overlap=[Role.RESEARCHER, Role.ADMIN]).values("community")
        own = Q(community__in=mine.values("community")) & ~Q(status=Study.Status.DRAFT)
        return self.filter(own | Q(community__in=running))

    def run_by(self, user: Any) -> "StudyQuerySet":
        """Those the person may set up, open, watch and export: researchers and admins, site staff."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.is_staff:
            return self
        roles = [Role.RESEARCHER, Role.ADMIN]
        held = Member.objects.active().filter(user=user, roles__overlap=roles)
        return self.filter(community__in=held.values("community"))


class Study(models.Model):
    """A plan of collection: which questions are put about which items, to how many people, on what terms."""

    class Status(models.TextChoices):
        """A draft can still be changed; an open study takes responses; a closed one is read and exported."""

        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class Policy(models.TextChoices):
        """Which item a person is given next, of those that still want answers."""

        LEAST_ANSWERED = "least", "The item with the fewest answers"
        RANDOM = "random", "Any item, at random"
        UNCERTAIN = "uncertain", "The item people disagree on most"
        BATCHES = "batches", "One batch of items after the other"

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="studies")
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=500, blank=True, help_text="What it is about, in a sentence or two.")
    guidelines = models.TextField(blank=True, help_text="How to answer, in Markdown.")
    consent = models.TextField(blank=True, help_text="What people agree to before they start, besides the community's.")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    version = models.ForeignKey(
        "StudyVersion",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The questions that new assignments ask; empty until the study is opened.",
    )
    policy = models.CharField(max_length=10, choices=Policy, default=Policy.LEAST_ANSWERED)
    responses_per_item = models.PositiveSmallIntegerField(default=3, help_text="Answers wanted for each item.")
    strata = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, help_text="Names of the questions that make strata."
    )
    quotas = models.JSONField(
        default=dict,
        blank=True,
        help_text='Answers wanted for each item from each stratum, {"woman": 2, "": 1}; "" takes anyone.',
    )
    batch_size = models.PositiveIntegerField(default=20)
    most_per_member = models.PositiveIntegerField(null=True, blank=True, help_text="Items for one person, at most.")
    hold_minutes = models.PositiveIntegerField(default=60, help_text="How long an item is kept for who was given it.")
    check_every = models.PositiveSmallIntegerField(
        default=0, help_text="After how many answers a gold item or an attention check comes; 0 for never."
    )
    screening = models.JSONField(
        default=dict,
        blank=True,
        help_text='{"training_correct": 2, "attention_missed": 2, "demographics": {"fluency": ["native"]}}.',
    )
    questionnaires = ArrayField(models.SlugField(max_length=80), default=list, blank=True)
    unit_pay_cents = models.PositiveIntegerField(default=0, help_text="For each accepted answer, in cents.")
    currency = models.CharField(max_length=3, default="EUR")
    estimated_seconds = models.PositiveIntegerField(default=60, help_text="For one item.")
    completion_codes = models.JSONField(
        default=dict, blank=True, help_text='{"complete": …, "screened_out": …, "failed_attention": …, "refused": …}.'
    )
    takes_crowd = models.BooleanField(
        default=False, help_text="People sent by a crowd service may enter by the study's own address."
    )
    is_blind = models.BooleanField(default=True, help_text="People are not told which model wrote what.")
    validations_wanted = models.PositiveSmallIntegerField(
        default=3, help_text="How many people must have validated a synthetic item before it is exported."
    )
    is_synthetic = models.BooleanField(default=False)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = StudyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        verbose_name_plural = "studies"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(responses_per_item__gte=1), name="study_asks_for_a_response"),
            models.CheckConstraint(condition=Q(batch_size__gte=1), name="study_batch_has_an_item"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(version__isnull=False), name="study_has_a_version_once_opened"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("annotation:study", args=[self.slug])

    @property
    def is_open(self) -> bool:
        """Whether answers are taken."""
        return self.status == self.Status.OPEN

    @property
    def hourly_cents(self) -> int | None:
        """What an hour earns at the estimated pace, in cents; None where nothing is paid."""
        if not self.unit_pay_cents or not self.estimated_seconds:
            return None
        return round(self.unit_pay_cents * 3600 / self.estimated_seconds)

    def wanted_of(self) -> dict[str, int]:
        """Answers wanted for one item, by stratum; "" is anyone."""
        return {str(name): int(n) for name, n in self.quotas.items()} or {"": self.responses_per_item}
