"""Dense panels: people drawn by lot who are asked for every statement of a shortlist."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Member
from deliberation.models.conversations import Conversation
from deliberation.models.statements import Statement


class Panel(models.Model):
    """One draw: what is asked, of whom, from which seed, so that the draw can be made again."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="panels")
    number = models.PositiveIntegerField(help_text="The panel's number in its conversation, from 1.")
    shortlist = models.ManyToManyField(Statement, related_name="panels")
    seed = models.BigIntegerField(default=0)
    strata = models.JSONField(
        default=list,
        blank=True,
        help_text="What the panel is made up by, most important first: a list of {key, title}.",
    )
    drawn_from = models.PositiveIntegerField(help_text="How many people could have been drawn.")
    drawn_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    drawn_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["conversation", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint("conversation", "number", name="panel_number_unique"),
        ]

    def __str__(self) -> str:
        return f"Panel {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("deliberation:panel", args=[self.conversation.slug, self.number])


class PanelSeatQuerySet(models.QuerySet["PanelSeat"]):
    """Seats with how far their people have come."""

    def with_progress(self) -> "PanelSeatQuerySet":
        """Each with ``voted``: how many statements of the shortlist its person has voted on."""
        voted = models.Q(member__votes__statement__panels=models.F("panel"))
        return self.annotate(voted=models.Count("member__votes", filter=voted, distinct=True))


class PanelSeat(models.Model):
    """One person who was drawn."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="panel_seats")

    objects: Any = PanelSeatQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("panel", "member", name="panel_seat_once_per_person")]

    def __str__(self) -> str:
        return f"{self.member} on {self.panel}"
