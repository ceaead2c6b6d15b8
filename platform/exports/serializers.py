"""The shape of what programs send and get; the actions decide."""

from typing import Any, ClassVar

from rest_framework import serializers

from exports.models import Export, TextFinding


class ExportSerializer(serializers.ModelSerializer[Export]):
    """A data set: the steps taken, and once it is built its manifest and hash."""

    community = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    study = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    conversation = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Export
        fields: ClassVar = [
            *("id", "title", "community", "study", "conversation", "format", "options", "risk_tier", "status"),
            *("privacy", "privacy_at", "beside", "scanned_at", "texts_at", "job", "size", "sha256", "manifest"),
            *("created_at", "built_at"),
        ]
        read_only_fields = fields


class NewExportSerializer(serializers.Serializer[Any]):
    """A data set to prepare; either a study or a conversation is named."""

    key = serializers.UUIDField(help_text="Made by the client; the same key again gives the stored reply.")
    study = serializers.SlugField(required=False)
    conversation = serializers.SlugField(required=False)
    format = serializers.ChoiceField(choices=Export.Format.choices)
    title = serializers.CharField(max_length=300, required=False, default="")
    options = serializers.DictField(required=False, default=dict)
    risk_tier = serializers.ChoiceField(choices=Export.Tier.choices, default=Export.Tier.MEDIUM)
    risk_rationale = serializers.CharField(max_length=3000, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one source."""
        if ("study" in attrs) == ("conversation" in attrs):
            raise serializers.ValidationError("Name either a study or a conversation.")
        return attrs


class ColumnSerializer(serializers.Serializer[Any]):
    """What is told of one column."""

    do = serializers.ChoiceField(choices=["keep", "generalise", "suppress", "drop"])
    mapping = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False, default=dict)


class PrivacySerializer(serializers.Serializer[Any]):
    """What is told of people."""

    k = serializers.IntegerField(min_value=2, max_value=1000, default=5)
    rare = serializers.ChoiceField(choices=["blank", "leave_out"], default="blank")
    columns = serializers.DictField(child=ColumnSerializer(), default=dict)


class FindingSerializer(serializers.ModelSerializer[TextFinding]):
    """Something in a text that looks like personal data."""

    class Meta:
        model = TextFinding
        fields: ClassVar = ["id", "kind", "text", "place", "excerpt", "times", "is_kept"]
        read_only_fields = fields


class BesideSerializer(serializers.Serializer[Any]):
    """A column beside items or answers, as the export lists it."""

    place = serializers.ChoiceField(choices=["answers", "items"])
    name = serializers.CharField()


class TextsSerializer(serializers.Serializer[Any]):
    """The findings that may stay, by id; all others are taken out. And the columns beside that leave."""

    kept = serializers.ListField(child=serializers.IntegerField(), default=list)
    beside = BesideSerializer(many=True, required=False, help_text="Without it, those that nothing speaks against.")
