"""Drawing a panel by lot: the pool that was committed to, its quotas, and who was drawn."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Questionnaire, Role
from governance.models.bodies import Term
from governance.subjects import Reference

CHECKERS = (Role.ADMIN, Role.AUDITOR)
"""Who may take the pool away and draw again: it holds what people told about themselves, without names."""


class DrawQuerySet(models.QuerySet["Draw"]):
    """Draws as someone may see them."""

    def visible_to(self, user: Any) -> "DrawQuerySet":
        """Those of visible communities; what was never committed to only to who prepares it."""
        inside = Q(community__in=Community.objects.run_by(user))
        seen = Q(community__in=Community.objects.visible_to(user))
        return self.filter(seen, Q(committed_at__isnull=False) | inside)

    def run_by(self, user: Any) -> "DrawQuerySet":
        """Those the person may prepare and carry out: the community's admins, site staff."""
        return self.filter(community__in=Community.objects.run_by(user))

    def checked_by(self, user: Any) -> "DrawQuerySet":
        """Those whose pool the person may take away to draw again: admins and auditors, site staff."""
        return self.visible_to(user).filter(community__in=Community.objects.run_by(user, *CHECKERS))


class Draw(models.Model):
    """One drawing of lots. Once its pool is committed to, neither pool nor quotas nor seats can be changed."""

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", "Draft"
        COMMITTED = "committed", "Committed, not drawn yet"
        DRAWN = "drawn", "Drawn"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="draws")
    title = models.CharField(max_length=200)
    purpose = models.TextField(help_text="What the panel is for, and what taking part means.")
    seats = models.PositiveSmallIntegerField()
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    without_roles = models.BooleanField(default=True, help_text="Stewards and admins are left out.")
    without_seats = models.BooleanField(default=True, help_text="Who holds a seat of a body is left out.")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    people = models.PositiveIntegerField(default=0, help_text="How many are in the pool.")
    commitment = models.CharField(max_length=64, blank=True)
    seed_source = models.CharField(max_length=300, blank=True, help_text="Where the seed will come from.")
    seed_from = models.DateTimeField(null=True, blank=True, help_text="Before this nobody can know the seed.")
    committed_at = models.DateTimeField(null=True, blank=True)
    seed_text = models.CharField(max_length=500, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    least = models.FloatField(null=True, blank=True, help_text="Smallest chance of anybody who can be drawn.")
    optimum = models.FloatField(null=True, blank=True, help_text="The greatest that any lottery could give.")
    panels = models.PositiveIntegerField(default=0, help_text="How many panels the lottery picks from.")
    withdrawn_because = models.CharField(max_length=300, blank=True)

    objects = DrawQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["community", "-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="draw_of_one_or_more"),
            models.CheckConstraint(
                condition=Q(committed_at=None, commitment="")
                | Q(committed_at__isnull=False, seed_from__isnull=False) & ~Q(commitment=""),
                name="draw_committed_with_a_hash",
            ),
            models.CheckConstraint(
                condition=Q(committed_at=None) | Q(seed_from__gt=F("committed_at")), name="draw_seed_after_commitment"
            ),
            models.CheckConstraint(condition=Q(drawn_at=None) | ~Q(seed_text=""), name="draw_from_a_seed"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("governance:draw", args=[self.pk])

    @property
    def reference(self) -> Reference:
        """The draw as the audit chain names it."""
        return Reference("draw", str(self.pk), self.title, self.get_absolute_url(), self.commitment)


class DrawQuota(models.Model):
    """How many of a panel gave one answer to one question about themselves: at least and at most."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="quotas")
    feature = models.CharField(max_length=60)
    value = models.CharField(max_length=60)
    least = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["draw", "feature", "value"]
        constraints: ClassVar = [
            models.UniqueConstraint("draw", "feature", "value", name="draw_quota_once_per_value"),
            models.CheckConstraint(condition=Q(most__gte=F("least")), name="draw_quota_the_right_way_round"),
        ]

    def __str__(self) -> str:
        return f"{self.feature}={self.value} ({self.least} to {self.most})"


class PoolPlace(models.Model):
    """One person in a pool, under a number that tells nothing; erasure cuts the tie to the person."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="pool")
    name = models.CharField(max_length=12, help_text="The number in the pool, as in p017.")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="pool_places")
    features = models.JSONField(default=dict)
    chance = models.FloatField(null=True, blank=True, help_text="Of being drawn; 0 where no panel could hold them.")
    gone_in = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="From which replacement draw on this person could not come."
    )

    class Meta:
        ordering: ClassVar = ["draw", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint("draw", "name", name="pool_name_unique_in_draw"),
            models.UniqueConstraint("draw", "member", name="pool_place_once_per_member"),
        ]

    def __str__(self) -> str:
        return self.name


class PanelPlace(models.Model):
    """One person who was drawn, in the first draw (0) or in a replacement (1, 2, …), and what they said to it."""

    class Answer(models.TextChoices):
        """Whether they come."""

        WAITING = "waiting", "Has not answered yet"
        ACCEPTED = "accepted", "Takes part"
        DECLINED = "declined", "Does not take part"

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="panel")
    place = models.OneToOneField(PoolPlace, on_delete=models.PROTECT, related_name="drawn")
    number = models.PositiveSmallIntegerField(default=0, help_text="0: the first draw; else the replacement.")
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)
    term = models.OneToOneField(Term, on_delete=models.SET_NULL, null=True, blank=True, related_name="drawn")

    class Meta:
        ordering: ClassVar = ["draw", "number", "place__name"]

    def __str__(self) -> str:
        return f"{self.place} in {self.draw_id}"

    @property
    def is_gone(self) -> bool:
        """Whether somebody else was drawn for this seat."""
        return self.place.gone_in is not None
