"""The shape of bodies, decisions and the audit chain as programs get them."""

from typing import Any, ClassVar

from django.urls import reverse
from rest_framework import serializers

from governance.models import AuditEntry, Body, Decision, ElectorRow, PublishedHead, Seat
from governance.models.ballots import CHOICES
from governance.models.decisions import STATES
from governance.queries.decisions import Standing, standing
from governance.result import result


class SeatSerializer(serializers.ModelSerializer[Seat]):
    """A seat, and who holds it until when; null where it is vacant."""

    held_by = serializers.SerializerMethodField()
    held_until = serializers.SerializerMethodField()

    class Meta:
        model = Seat
        fields: ClassVar = ["number", "seat_class", "reserved_for", "pay_cents", "currency", "held_by", "held_until"]
        read_only_fields = fields

    def get_held_by(self, seat: Any) -> str | None:
        return seat.running[0].member.pseudonym if seat.running else None

    def get_held_until(self, seat: Any) -> str | None:
        return seat.running[0].ends_at.isoformat() if seat.running else None


class BodySerializer(serializers.ModelSerializer[Body]):
    """A body, its mandate and its seats."""

    community = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    seats = SeatSerializer(source="standing", many=True)

    class Meta:
        model = Body
        fields: ClassVar = ["slug", "community", "name", "mandate", "created_at", "dissolved_at", "seats"]
        read_only_fields = fields


class ElectorSerializer(serializers.ModelSerializer[ElectorRow]):
    """A seat that could vote when the decision was opened."""

    seat = serializers.IntegerField(source="number")

    class Meta:
        model = ElectorRow
        fields: ClassVar = ["seat", "seat_class", "reserved_for", "starts_at", "ends_at"]
        read_only_fields = fields


class InterestSerializer(serializers.Serializer[Any]):
    """A declared interest."""

    seat = serializers.IntegerField(source="elector.number")
    text = serializers.CharField()
    is_recused = serializers.BooleanField()


class MatterSerializer(serializers.Serializer[Any]):
    """An objection or a veto (which has a seat), and its written answer."""

    id = serializers.IntegerField()
    seat = serializers.IntegerField(source="elector.number", default=None)
    reason = serializers.CharField()
    filed_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField()


class TransitionSerializer(serializers.Serializer[Any]):
    """A change of state that was written down."""

    before = serializers.CharField()
    after = serializers.CharField()
    happened_at = serializers.DateTimeField()
    reason = serializers.CharField()


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """A decision: what is frozen, where it stands by the clock, and what may be told of the vote.

    ``result`` is null until the vote has closed; before that nothing says how it goes or who has voted.
    """

    body = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    community = serializers.CharField(source="body.community.slug", read_only=True)
    state = serializers.SerializerMethodField()
    closes_at = serializers.SerializerMethodField()
    subject = serializers.SerializerMethodField()
    electors = ElectorSerializer(many=True)
    interests = InterestSerializer(many=True)
    objections = MatterSerializer(many=True)
    vetoes = MatterSerializer(many=True)
    transitions = TransitionSerializer(many=True)
    result = serializers.SerializerMethodField()
    tally = serializers.SerializerMethodField()

    class Meta:
        model = Decision
        fields: ClassVar = [
            *("id", "community", "body", "title", "text", "text_sha256", "reasons", "evidence", "subject", "rule"),
            *("state", "created_at", "opened_at", "closes_at", "ended_at", "vacant", "electors", "interests"),
            *("objections", "vetoes", "transitions", "result", "tally"),
        ]
        read_only_fields = fields

    def _now(self, decision: Any) -> Standing:
        if not hasattr(decision, "now"):
            decision.now = standing(decision)
        now: Standing = decision.now
        return now

    def get_state(self, decision: Decision) -> str:
        state = self._now(decision).state.value
        return state if state in dict(STATES) else ""

    def get_closes_at(self, decision: Decision) -> str | None:
        moment = self._now(decision).closes_at
        return moment.isoformat() if moment else None

    def get_subject(self, decision: Decision) -> dict[str, str] | None:
        if not decision.subject_type:
            return None
        about = decision.subject
        return {
            "type": about.type,
            "id": about.id,
            "title": about.title,
            "address": about.address,
            "sha256": about.content_sha256,
        }

    def get_result(self, decision: Decision) -> dict[str, Any] | None:
        now = self._now(decision)
        return result(now.case, now.state) if now.case is not None and now.is_counted else None

    def get_tally(self, decision: Decision) -> dict[str, str] | None:
        """Hash and address of the bundle once there is one."""
        if not hasattr(decision, "bundle"):
            return None
        return {
            "sha256": decision.bundle.sha256,
            "address": reverse("api-decision-tally", kwargs={"decision": decision.pk}),
        }


class DecisionBallotSerializer(serializers.Serializer[Any]):
    """One ballot, under a key of the client's making."""

    key = serializers.UUIDField()
    choice = serializers.ChoiceField(choices=CHOICES)


class DecisionCastSerializer(serializers.Serializer[Any]):
    """How many ballots were taken."""

    cast = serializers.IntegerField()


class EntrySerializer(serializers.ModelSerializer[AuditEntry]):
    """An entry of the chain, without what it says."""

    class Meta:
        model = AuditEntry
        fields: ClassVar = [
            *("number", "kind", "subject_type", "subject_id", "recorded_at", "commitment", "prev_hash", "row_hash"),
        ]
        read_only_fields = fields


class HeadSerializer(serializers.ModelSerializer[PublishedHead]):
    """A published head."""

    class Meta:
        model = PublishedHead
        fields: ClassVar = ["number", "row_hash", "published_at"]
        read_only_fields = fields
