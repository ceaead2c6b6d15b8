"""The shape of what programs send and get; the actions decide."""

from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers

from accounts.models import Community
from deliberation.actions.statements import MAX_LENGTH
from deliberation.forms import MAX_IMPORT_BYTES
from deliberation.models import Conversation, OpinionMap, Statement, Vote, VoteValue
from deliberation.queries.exports import DIALECTS

MOST_VOTES = 1000
MOST_SEEDS = 5000


class KeySerializer(serializers.Serializer[Any]):
    """The key under which something is done once, however often it arrives."""

    key = serializers.UUIDField(help_text="Made by the client; the same key again gives the stored reply.")


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    """A conversation, with how many people took part and how many statements are shown."""

    community = serializers.SlugRelatedField[Community](slug_field="slug", read_only=True)
    people = serializers.IntegerField(source="n_people", read_only=True)
    statements = serializers.IntegerField(source="n_statements", read_only=True)

    class Meta:
        model = Conversation
        fields: ClassVar = [
            *("slug", "community", "title", "description", "status", "takes_statements", "strict_moderation"),
            *("is_synthetic", "people", "statements", "created_at", "opened_at", "closed_at"),
        ]
        read_only_fields: ClassVar = ["slug", "status", "is_synthetic", "created_at", "opened_at", "closed_at"]


class NewConversationSerializer(KeySerializer, serializers.ModelSerializer[Conversation]):
    """A draft to make."""

    community = serializers.SlugField()

    class Meta:
        model = Conversation
        fields: ClassVar = ["key", "community", "title", "description", "takes_statements", "strict_moderation"]


class ChangedConversationSerializer(KeySerializer, serializers.ModelSerializer[Conversation]):
    """What to change of a conversation; what is left out stays."""

    class Meta:
        model = Conversation
        fields: ClassVar = ["key", "title", "description", "takes_statements", "strict_moderation"]
        extra_kwargs: ClassVar = {name: {"required": False} for name in fields[1:]}


class DialectSerializer(serializers.Serializer[Any]):
    """In which dialect an export is asked for."""

    dialect = serializers.ChoiceField(choices=list(DIALECTS.items()), default="source")


class ImportSerializer(KeySerializer):
    """A Polis export as one zip archive."""

    community = serializers.SlugField()
    file = serializers.FileField(help_text="The zip archive of a Polis export, in either dialect.")
    title = serializers.CharField(max_length=300, default="", help_text="Used where the export names none.")

    def validate_file(self, file: UploadedFile[bytes]) -> UploadedFile[bytes]:
        """Within the size that the pages take too."""
        if file.size and file.size > MAX_IMPORT_BYTES:
            raise serializers.ValidationError(f"At most {MAX_IMPORT_BYTES / 1e6:.0f} MB are taken here.")
        return file


class ImportingSerializer(serializers.Serializer[Any]):
    """Where an import can be followed."""

    job = serializers.UUIDField()
    address = serializers.CharField()


class StatementSerializer(serializers.ModelSerializer[Statement]):
    """A statement under its number in the conversation; state is 1 accepted, 0 not yet reviewed, -1 rejected."""

    class Meta:
        model = Statement
        fields: ClassVar = ["number", "text", "state", "is_seed", "is_meta", "created_at"]
        read_only_fields = fields


class NewStatementSerializer(KeySerializer):
    """A statement to write."""

    text = serializers.CharField(max_length=MAX_LENGTH)


class ReviewSerializer(KeySerializer):
    """What an organiser decides about a statement."""

    state = serializers.ChoiceField(choices=Statement.State.choices, required=False)
    reason = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    is_meta = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "state" not in attrs and "is_meta" not in attrs:
            raise serializers.ValidationError("Give state, is_meta or both.")
        if attrs.get("state") == Statement.State.REJECTED and not attrs.get("reason"):
            raise serializers.ValidationError({"reason": "A rejection needs its reason, which is published with it."})
        return attrs


class SeedSerializer(KeySerializer):
    """Statements to add in bulk."""

    texts = serializers.ListField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False), max_length=MOST_SEEDS, allow_empty=False
    )


class RefusedRowSerializer(serializers.Serializer[Any]):
    """A row that was not taken, counted from 1."""

    row = serializers.IntegerField()
    text = serializers.CharField()
    reason = serializers.CharField()


class SeedingSerializer(serializers.Serializer[Any]):
    """What came of it: numbers of the new statements, and the rows that were not taken."""

    added = serializers.ListField(child=serializers.IntegerField())
    refused = RefusedRowSerializer(many=True)


class VoteSerializer(serializers.ModelSerializer[Vote]):
    """One's own current vote on a statement."""

    statement = serializers.IntegerField(source="statement.number")
    important = serializers.BooleanField(source="is_important")

    class Meta:
        model = Vote
        fields: ClassVar = ["statement", "value", "important", "cast_at"]
        read_only_fields = fields


class BallotSerializer(serializers.Serializer[Any]):
    """One vote to cast: 1 agree, 0 pass, -1 disagree."""

    statement = serializers.IntegerField(min_value=0, max_value=2_147_483_647)
    value = serializers.ChoiceField(choices=VoteValue.choices)
    important = serializers.BooleanField(default=False)


class BallotsSerializer(KeySerializer):
    """Votes to cast together: all of them or none."""

    votes = serializers.ListField(child=BallotSerializer(), allow_empty=False, max_length=MOST_VOTES)

    def validate_votes(self, votes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        numbers = [vote["statement"] for vote in votes]
        if len(set(numbers)) != len(numbers):
            twice = next(number for number in numbers if numbers.count(number) > 1)
            raise serializers.ValidationError(f"Statement {twice} stands twice; give one vote for each statement.")
        return votes


class CastSerializer(serializers.Serializer[Any]):
    """How many votes were cast."""

    cast = serializers.IntegerField()


class WrittenSerializer(serializers.Serializer[Any]):
    """The number of the new statement."""

    number = serializers.IntegerField()


class GroupingSerializer(serializers.Serializer[Any]):
    """Which grouping to show."""

    grouping = serializers.ChoiceField(choices=OpinionMap.Grouping.choices, default=OpinionMap.Grouping.COMPUTED)
