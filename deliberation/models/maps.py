"""What came of the votes: pictures of a conversation, and principles that grew from its statements."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from aggregation.models import Run
from deliberation.models.conversations import Conversation
from deliberation.models.statements import Statement
from governance.models import Principle


class OpinionMap(models.Model):
    """The picture of one conversation at one moment: which run drew it, from which grouping."""

    class Grouping(models.TextChoices):
        """Where the groups come from."""

        COMPUTED = "computed", "Computed from the votes"
        IMPORTED = "imported", "As imported"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="opinion_maps")
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="opinion_map")
    grouping = models.CharField(max_length=10, choices=Grouping, default=Grouping.COMPUTED)
    votes_as_of = models.DateTimeField(help_text="Every vote up to this moment is in it.")
    last_event = models.BigIntegerField(default=0, help_text="The newest vote event that is in it.")
    umap = models.JSONField(
        null=True,
        blank=True,
        help_text="A second layout, drawn afterwards: a place per point of the run, in its order.",
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "grouping", "-created_at"], name="opinion_map_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation} at {self.created_at:%Y-%m-%d %H:%M}"


class Adoption(models.Model):
    """A principle of a constitution that grew from a statement; governance itself knows nothing of statements."""

    principle = models.ForeignKey(Principle, on_delete=models.CASCADE, related_name="adoptions")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="adoptions")

    class Meta:
        ordering: ClassVar = ["principle", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("principle", "statement", name="adoption_once_per_principle_and_statement"),
        ]

    def __str__(self) -> str:
        return f"{self.principle} from {self.statement_id}"
