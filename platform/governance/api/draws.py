"""Panels by lot over REST: what was committed to, the seed, and the numbers that were drawn; no names, no pool."""

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import AllowAny

from accounts.models import Community
from governance.api.keys import within_key
from governance.models.draws import Draw, DrawQuota, PanelPlace


class QuotaSerializer(serializers.ModelSerializer[DrawQuota]):
    """At least and at most so many of the panel gave this answer."""

    class Meta:
        model = DrawQuota
        fields: ClassVar = ["feature", "value", "least", "most"]


class PlaceSerializer(serializers.ModelSerializer[PanelPlace]):
    """One who was drawn, by number in the pool; draw 0 is the first, others replace who was gone."""

    person = serializers.CharField(source="place.name")
    draw = serializers.IntegerField(source="number")
    gone_in = serializers.IntegerField(source="place.gone_in", allow_null=True)

    class Meta:
        model = PanelPlace
        fields: ClassVar = ["person", "draw", "answer", "gone_in"]


class DrawSerializer(serializers.ModelSerializer[Draw]):
    """A draw: the hash of the pool before the seed could be known, the seed, the chances' ends, and the panel."""

    community = serializers.SlugRelatedField[Community](slug_field="slug", read_only=True)
    quotas = QuotaSerializer(many=True, read_only=True)
    panel = PlaceSerializer(many=True, read_only=True)

    class Meta:
        model = Draw
        fields: ClassVar = [
            *("id", "community", "title", "purpose", "seats", "state", "people", "commitment", "seed_source"),
            *("seed_from", "committed_at", "seed_text", "drawn_at", "least", "optimum", "panels", "quotas", "panel"),
        ]
        read_only_fields = fields


class DrawViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Draw]):
    """Panels by lot that one may see."""

    serializer_class = DrawSerializer
    permission_classes = (AllowAny,)
    filterset_fields = ("state", "community__slug")
    lookup_field = "pk"
    lookup_url_kwarg = "draw"
    lookup_value_regex = "[0-9a-f-]{36}"
    queryset = Draw.objects.none()

    def get_queryset(self) -> QuerySet[Draw]:
        """Visible ones, newest first; through a key those of its community."""
        panel: Prefetch[Any] = Prefetch("panel", PanelPlace.objects.select_related("place"))
        seen = Draw.objects.visible_to(self.request.user).select_related("community").order_by("-created_at", "id")
        return within_key(self.request, seen.prefetch_related("quotas", panel))
