"""The shape of what programs send and get; the actions decide."""

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.models import Community
from annotation.formats.model_responses import MOST_ROWS
from annotation.models import Assignment, Item, Question, Response, Study
from annotation.ready_made import TEMPLATES

MOST_ITEMS = 5000


class QuestionSerializer(serializers.ModelSerializer[Question]):
    """One question, as it is put."""

    class Meta:
        model = Question
        fields: ClassVar = [
            *("name", "kind", "text", "help_text", "is_required", "settings", "why", "asks_confidence"),
        ]
        extra_kwargs: ClassVar = {"name": {"required": False, "allow_blank": True}}


class StudySerializer(serializers.ModelSerializer[Study]):
    """A study, with the questions asked now, how many items it has, and how many answers were accepted."""

    community = serializers.SlugRelatedField[Community](slug_field="slug", read_only=True)
    items = serializers.IntegerField(source="n_items", read_only=True)
    responses = serializers.IntegerField(source="n_responses", read_only=True)

    class Meta:
        model = Study
        fields: ClassVar = [
            *("slug", "community", "title", "summary", "guidelines", "consent", "status", "policy"),
            *("responses_per_item", "strata", "quotas", "batch_size", "most_per_member", "hold_minutes"),
            *("check_every", "screening", "questionnaires", "unit_pay_cents", "currency", "estimated_seconds"),
            *("takes_crowd", "is_blind", "validations_wanted", "is_synthetic", "items", "responses"),
            *("created_at", "opened_at", "closed_at"),
        ]
        read_only_fields: ClassVar = ["slug", "status", "is_synthetic", "created_at", "opened_at", "closed_at"]


class NewStudySerializer(serializers.Serializer[Any]):
    """A draft to make: from a template, or with questions of its own."""

    key = serializers.UUIDField(help_text="Made by the client; the same key again gives the stored reply.")
    community = serializers.SlugField()
    title = serializers.CharField(max_length=300)
    template = serializers.ChoiceField(choices=list(TEMPLATES), default="blank")
    questions = QuestionSerializer(many=True, required=False)
    responses_per_item = serializers.IntegerField(min_value=1, max_value=32_000, default=3)
    guidelines = serializers.CharField(required=False, allow_blank=True)


class QuestionsSerializer(serializers.Serializer[Any]):
    """All questions of a page, in order."""

    questions = QuestionSerializer(many=True)


class NewItemSerializer(serializers.Serializer[Any]):
    """An item to add. ``content`` holds turns, responses and texts; each may be left out."""

    name = serializers.CharField(max_length=200)
    content = serializers.JSONField()
    kind = serializers.ChoiceField(choices=Item.Kind.choices, default=Item.Kind.WORK)
    domain = serializers.CharField(max_length=40, default=Item.Domain.GENERAL)
    constraints = serializers.ListField(child=serializers.CharField(max_length=200), default=list)
    risk_tier = serializers.ChoiceField(choices=Item.Tier.choices, default="", allow_blank=True)
    provenance = serializers.DictField(default=dict)
    is_conflict_case = serializers.BooleanField(default=False)
    tensions = serializers.ListField(child=serializers.CharField(max_length=200), default=list)
    is_synthetic = serializers.BooleanField(default=False)
    expected = serializers.DictField(default=dict)
    feedback = serializers.CharField(default="", allow_blank=True)


class NewItemsSerializer(serializers.Serializer[Any]):
    """Items in bulk."""

    key = serializers.UUIDField(help_text="Made by the client; the same key again gives the stored reply.")
    items = serializers.ListField(child=NewItemSerializer(), max_length=MOST_ITEMS)


class ModelResponseSerializer(serializers.Serializer[Any]):
    """What a model answered to an item of the study; the prompt, where it is given, must be the item's."""

    item = serializers.CharField()
    response = serializers.CharField(trim_whitespace=False)
    model = serializers.CharField()
    prompt = serializers.CharField(required=False, default="", allow_blank=True)


class ModelResponsesSerializer(serializers.Serializer[Any]):
    """Responses of models in bulk, to be rated by people."""

    key = serializers.UUIDField(help_text="Made by the client; the same key again gives the stored reply.")
    responses = serializers.ListField(child=ModelResponseSerializer(), max_length=MOST_ROWS, allow_empty=False)


class RefusedItemSerializer(serializers.Serializer[Any]):
    """An item that was not added, counted from 1, with the reason in words."""

    row = serializers.IntegerField()
    name = serializers.CharField()
    reason = serializers.CharField()


class AddedItemsSerializer(serializers.Serializer[Any]):
    """What came of adding items."""

    added = serializers.IntegerField()
    refused = RefusedItemSerializer(many=True)


class ItemSerializer(serializers.ModelSerializer[Item]):
    """An item."""

    class Meta:
        model = Item
        fields: ClassVar = [
            *("name", "number", "kind", "content", "domain", "constraints", "risk_tier", "provenance"),
            *("is_conflict_case", "tensions", "is_synthetic", "validated_by", "expected", "feedback", "uncertainty"),
            *("retired_at", "created_at"),
        ]
        read_only_fields = fields


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """An item given to whoever asks: its content, its questions, and the order to show them in."""

    item = serializers.CharField(source="item.name", read_only=True)
    content = serializers.JSONField(source="item.content", read_only=True)
    questions = QuestionSerializer(many=True, source="version.questions", read_only=True)
    is_synthetic = serializers.BooleanField(source="item.is_synthetic", read_only=True)

    class Meta:
        model = Assignment
        fields: ClassVar = [
            *("id", "item", "content", "is_synthetic", "questions", "order_shown", "state", "assigned_at", "deadline"),
        ]
        read_only_fields = fields


class NewResponseSerializer(serializers.Serializer[Any]):
    """Answers about an item one was given, by question: ``{"value", "why", "confidence", "flags"}``."""

    key = serializers.UUIDField(help_text="Made by the client; the same key again gives the stored reply.")
    assignment = serializers.UUIDField()
    answers = serializers.DictField(child=serializers.DictField())
    seconds = serializers.FloatField(required=False, min_value=0, max_value=86_400, allow_null=True)
    next = serializers.BooleanField(default=False, help_text="Give the next item in the same reply.")


class ResponseSerializer(serializers.ModelSerializer[Response]):
    """An answer, with the item it is about; the rater is known by pseudonym."""

    item = serializers.CharField(source="item.name", read_only=True)
    rater = serializers.CharField(source="member.pseudonym", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)

    class Meta:
        model = Response
        fields: ClassVar = [
            *("id", "item", "rater", "version", "answers", "order_shown", "seconds", "state"),
            *("created_at", "changed_at"),
        ]
        read_only_fields = fields


class RecordedSerializer(serializers.Serializer[Any]):
    """What came of answering; ``next`` where it was asked for and something waits."""

    response = serializers.UUIDField()
    state = serializers.CharField()
    next = AssignmentSerializer(allow_null=True, required=False)


class EnrolmentSerializer(serializers.Serializer[Any]):
    """One's own part in a study."""

    state = serializers.CharField()
    answered = serializers.IntegerField()


class StartSerializer(serializers.Serializer[Any]):
    """Starting a study: a yes to its consent text, where it has one."""

    agree = serializers.BooleanField(default=False)


class SkipSerializer(serializers.Serializer[Any]):
    """Giving an item back, with a reason if one likes."""

    reason = serializers.CharField(default="", allow_blank=True, max_length=500)
