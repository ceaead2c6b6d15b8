"""Questionnaires, and what people told about themselves."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import Community, Member


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    """Questionnaires as someone may see them."""

    def visible_to(self, user: Any) -> "QuestionnaireQuerySet":
        """Those of the communities the person takes part in; site staff see all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.is_staff:
            return self
        return self.filter(community__in=Member.objects.active().filter(user=user).values("community"))


class Questionnaire(models.Model):
    """A set of questions about people; a version that has answers is never changed."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="questionnaires")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    introduction = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    is_open = models.BooleanField(default=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["community", "slug", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint("community", "slug", "version", name="questionnaire_version_unique"),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question about a person. "Prefer not to say" is always offered and needs no option of its own."""

    class Kind(models.TextChoices):
        """What an answer looks like."""

        SINGLE = "single", "One option"
        MULTIPLE = "multiple", "Any number of options"
        ORDINAL = "ordinal", "One option of an ordered list"
        NUMBER = "number", "A number"
        FREE = "free", "Own words"

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    name = models.SlugField(max_length=60, help_text="The column's name in exports.")
    text = models.CharField(max_length=400)
    help_text = models.CharField(max_length=400, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    options = models.JSONField(default=list, blank=True, help_text='[{"code": …, "text": …}] in order.')
    self_describe = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["questionnaire", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint("questionnaire", "name", name="question_name_unique_in_questionnaire"),
            models.UniqueConstraint("questionnaire", "position", name="question_position_unique_in_questionnaire"),
        ]

    def __str__(self) -> str:
        return self.text


class Use(models.TextChoices):
    """What a person lets an answer about themselves be used for."""

    QUOTAS = "quotas", "To see to it that all kinds of people are heard"
    ANALYSIS = "analysis", "To compare how groups answer"
    RELEASE = "release", "In published data, never with a name"


class DemographicAnswer(models.Model):
    """What a member said to one question: the words as given and the codes they were read as.

    No row means *not asked*; *declined* and *withdrawn* are rows, so that the three never run together.
    """

    class Status(models.TextChoices):
        """Which of the kinds of (non-)answer this is."""

        ANSWERED = "answered", "Answered"
        DECLINED = "declined", "Prefers not to say"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="demographic_answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    status = models.CharField(max_length=10, choices=Status)
    raw = models.TextField(blank=True, help_text="As the person gave it: the option's words or their own.")
    codes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    number = models.FloatField(null=True, blank=True)
    uses = ArrayField(models.CharField(max_length=10, choices=Use), default=list, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["member", "question"]
        constraints: ClassVar = [
            models.UniqueConstraint("member", "question", name="demographic_answer_once_per_question"),
            models.CheckConstraint(
                condition=Q(status="answered") | Q(raw="", codes=[], number=None),
                name="demographic_answer_empty_unless_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.question.name}"

    @property
    def use_names(self) -> list[str]:
        """What the answer may be used for, as pages call it."""
        return [str(Use(use).label) for use in self.uses]
