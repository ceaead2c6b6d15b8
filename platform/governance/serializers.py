"""The shape of what programs get and send; the actions decide."""

from typing import Any, ClassVar

from django.urls import reverse
from rest_framework import serializers

from accounts.models import Community
from governance.artifacts import files_of
from governance.gate import judge
from governance.models import Constitution, ConstitutionVersion, Incident, Release
from governance.models.incidents import Severity
from governance.texts import FILES


class ApprovalSerializer(serializers.Serializer[Any]):
    """A decision that let exactly this content go."""

    decision = serializers.CharField()
    body = serializers.CharField()
    mandate = serializers.CharField()
    stage = serializers.CharField()
    risk_tier = serializers.CharField()
    content_sha256 = serializers.CharField()
    tally_sha256 = serializers.CharField()
    decided_at = serializers.DateTimeField()


class ReleaseSerializer(serializers.ModelSerializer[Release]):
    """A release, whether the asker may open it, and why."""

    community = serializers.SlugRelatedField[Community](slug_field="slug", read_only=True)
    approvals = ApprovalSerializer(many=True)
    allowed = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField()

    class Meta:
        model = Release
        fields: ClassVar = [
            *("id", "community", "kind", "title", "address", "content_sha256", "risk_tier", "risk_rationale", "stage"),
            *("supersedes", "proposed_at", "approvals", "allowed", "why"),
        ]
        read_only_fields = fields

    def _verdict(self, release: Release) -> Any:
        kept: dict[Any, Any] = self.__dict__.setdefault("verdicts", {})
        if release.pk not in kept:
            kept[release.pk] = judge(self.context["request"].user, release)
        return kept[release.pk]

    def get_allowed(self, release: Release) -> bool:
        return bool(self._verdict(release).allowed)

    def get_why(self, release: Release) -> str:
        return str(self._verdict(release).why)


class ReleaseDetailSerializer(ReleaseSerializer):
    """The same, with where the bytes are and what its maker says of it."""

    files = serializers.SerializerMethodField()

    class Meta(ReleaseSerializer.Meta):
        fields: ClassVar = [*ReleaseSerializer.Meta.fields, "facts", "files"]
        read_only_fields = fields

    def get_files(self, release: Release) -> list[dict[str, str]]:
        """Where the bytes are, for whom they are open."""
        found = files_of(release) if self._verdict(release).allowed else []
        return [{"words": file.words, "address": file.address} for file in found]


class VersionSerializer(serializers.ModelSerializer[ConstitutionVersion]):
    """A sealed version: its hash covers the file ``text.json``, byte for byte. The release gate keeps the files."""

    files = serializers.SerializerMethodField()

    class Meta:
        model = ConstitutionVersion
        fields: ClassVar = ["number", "status", "content_sha256", "sealed_at", "adopted_at", "decision", "files"]
        read_only_fields = fields

    def get_files(self, version: ConstitutionVersion) -> dict[str, str]:
        args = (version.constitution.slug, version.number)
        return {name: reverse("api-constitution-file", args=[*args, name]) for name in FILES}


class ConstitutionSerializer(serializers.ModelSerializer[Constitution]):
    """A constitution, with its sealed versions, newest first."""

    community = serializers.SlugRelatedField[Community](slug_field="slug", read_only=True)
    versions = VersionSerializer(source="sealed", many=True)

    class Meta:
        model = Constitution
        fields: ClassVar = ["slug", "community", "title", "source_title", "source_address", "created_at", "versions"]
        read_only_fields = fields


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    """The public record of an incident."""

    community = serializers.SlugRelatedField[Community](slug_field="slug", read_only=True)
    subjects = serializers.SerializerMethodField()

    class Meta:
        model = Incident
        fields: ClassVar = [
            *("number", "community", "title", "what_happened", "system", "system_version", "harm", "severity", "scale"),
            *("reversibility", "affected_groups", "near_miss", "status", "reported_at", "due_at", "is_overdue"),
            *("is_freezing", "rejection", "remedy", "remedy_accepted", "closed_at", "subjects"),
        ]
        read_only_fields = fields

    def get_subjects(self, incident: Incident) -> list[dict[str, str]]:
        return [
            {"type": one.type, "id": one.ref, "title": one.title, "sha256": one.content_sha256}
            for one in incident.subjects.all()
        ]


class ReportSerializer(serializers.Serializer[Any]):
    """A report; no account is needed."""

    key = serializers.UUIDField(help_text="Made by the client; the same key again gives the same receipt.")
    community = serializers.SlugField()
    title = serializers.CharField(max_length=200)
    what_happened = serializers.CharField(max_length=10_000)
    harm = serializers.ChoiceField(choices=Incident.Harm.choices)
    severity = serializers.ChoiceField(choices=Severity.choices, default=Severity.ORDINARY)
    scale = serializers.ChoiceField(choices=Incident.Scale.choices, default=Incident.Scale.ONE)
    reversibility = serializers.ChoiceField(
        choices=Incident.Reversibility.choices, default=Incident.Reversibility.UNKNOWN
    )
    affected_groups = serializers.CharField(max_length=500, default="", allow_blank=True)
    near_miss = serializers.BooleanField(default=False)
    system = serializers.CharField(max_length=200, default="", allow_blank=True)
    system_version = serializers.CharField(max_length=100, default="", allow_blank=True)
    contact = serializers.CharField(max_length=300, default="", allow_blank=True)
    about = serializers.ListField(
        child=serializers.CharField(max_length=200),
        default=list,
        help_text='What it names, each as "type:id" ("artifact:…", "constitution:charter/1").',
    )


class ReceiptSerializer(serializers.Serializer[Any]):
    """The public id, and the private token, which is shown once."""

    number = serializers.CharField()
    token = serializers.CharField()
    due_at = serializers.DateTimeField()
