"""Steering bodies: their seats, and who holds each for how long."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Community, Member, Role


class BodyQuerySet(models.QuerySet["Body"]):
    """Bodies as someone may see them."""

    def visible_to(self, user: Any) -> "BodyQuerySet":
        """The bodies of every community that the person may see."""
        return self.filter(community__in=Community.objects.visible_to(user))

    def run_by(self, user: Any) -> "BodyQuerySet":
        """Those whose seats the person may set up and fill: the community's admins, site staff."""
        return self.filter(community__in=Community.objects.run_by(user, Role.ADMIN))


class Body(models.Model):
    """A group of people with a mandate to decide something for their community."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="bodies")
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    mandate = models.TextField(help_text="What it decides, for whom, and what it may not decide.")
    created_at = models.DateTimeField(default=timezone.now)
    dissolved_at = models.DateTimeField(null=True, blank=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["community", "name", "id"]
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("governance:body", args=[self.slug])


class SeatClass(models.TextChoices):
    """How somebody comes to a seat."""

    ELECTED = "elected", "Elected"
    SORTITION = "sortition", "Drawn by lot"
    APPOINTED = "appointed", "Appointed"
    RESERVED = "reserved", "Reserved for a group"


class Seat(models.Model):
    """A place in a body; who holds it is a :class:`Term`."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField()
    seat_class = models.CharField("class", max_length=10, choices=SeatClass)
    reserved_for = models.CharField(max_length=120, blank=True, help_text="The group a reserved seat is for.")
    most_terms = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many terms one person may hold seats of this body; empty for any number."
    )
    pay_cents = models.PositiveIntegerField(default=0, help_text="Pay for each meeting, in cents.")
    currency = models.CharField(max_length=3, default="EUR")
    abolished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["body", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint("body", "number", name="seat_number_unique_in_body"),
            models.CheckConstraint(
                condition=Q(reserved_for="") ^ Q(seat_class="reserved"), name="seat_reserved_for_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}, seat {self.number}"

    @property
    def pay_words(self) -> str:
        """The pay for a meeting, as in "60.00 EUR"."""
        return f"{self.pay_cents // 100}.{self.pay_cents % 100:02d} {self.currency}"

    @property
    def class_words(self) -> str:
        """The class as pages say it."""
        return f"Reserved: {self.reserved_for}" if self.reserved_for else str(SeatClass(self.seat_class).label)


class TermQuerySet(models.QuerySet["Term"]):
    """Terms by the clock."""

    def running(self, now: Any = None) -> "TermQuerySet":
        """Those that run at that moment; nothing has to happen for one to end."""
        now = now or timezone.now()
        return self.filter(starts_at__lte=now, ends_at__gt=now)


class Term(models.Model):
    """One person's time in one seat. It ends by itself; ending it sooner moves its end and says why."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="terms")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="terms")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_because = models.CharField(max_length=300, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["seat", "-starts_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="term_ends_after_its_start"),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.seat}"
