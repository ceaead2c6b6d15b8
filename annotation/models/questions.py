"""What a study asks, version by version: questions that have answers never change under them."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from annotation.models.studies import Study


class StudyVersion(models.Model):
    """The questions of a study at one time. A draft until it is published; frozen from then on, by a trigger too."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the questions' canonical JSON, once published.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["study", "number"]
        constraints: ClassVar = [models.UniqueConstraint("study", "number", name="study_version_number_unique")]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def is_frozen(self) -> bool:
        """Whether its questions can no longer change."""
        return self.published_at is not None


class Question(models.Model):
    """One question put about every item of a study; a page asks all of a version's questions, in order."""

    class Kind(models.TextChoices):
        """What an answer looks like; :mod:`annotation.kinds` reads and checks each."""

        PAIRWISE = "pairwise", "Which of two is better"
        RATING = "rating", "Ratings on one or more scales"
        RANKING = "ranking", "An order of all responses"
        CATEGORIES = "categories", "One or more options"
        SAFETY = "safety", "Safe or not, and what harm"
        TEXT = "text", "Own words"
        SPANS = "spans", "Marked passages with comments"

    class Why(models.TextChoices):
        """Whether a reason is asked for."""

        NO = "no", "No reason is asked"
        OPTIONAL = "optional", "A reason may be given"
        REQUIRED = "required", "A reason is needed"

    version = models.ForeignKey(StudyVersion, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    name = models.SlugField(max_length=60, help_text="The column's name in exports.")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.CharField(max_length=500)
    help_text = models.CharField(max_length=500, blank=True)
    is_required = models.BooleanField(default=True)
    settings = models.JSONField(default=dict, blank=True, help_text="Scales, options and rules, by kind.")
    why = models.CharField(max_length=10, choices=Why, default=Why.OPTIONAL)
    asks_confidence = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["version", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint("version", "name", name="study_question_name_unique"),
            models.UniqueConstraint("version", "position", name="study_question_position_unique"),
        ]

    def __str__(self) -> str:
        return self.text
