"""Releases over REST, with card and provenance."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from governance import serializers as shapes
from governance.api.keys import within_key
from governance.models import Release
from governance.provenance import card_text, prov_json


class ReleaseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Release]):
    """Releases that one may see; whether one may open their content is said with each."""

    serializer_class = shapes.ReleaseSerializer
    permission_classes = (AllowAny,)
    filterset_fields = ("kind", "stage", "community__slug", "content_sha256")
    lookup_field = "pk"
    lookup_url_kwarg = "release"
    lookup_value_regex = "[0-9a-f-]{36}"
    queryset = Release.objects.none()

    def get_serializer_class(self) -> type[shapes.ReleaseSerializer]:
        return shapes.ReleaseDetailSerializer if self.action == "retrieve" else shapes.ReleaseSerializer

    def get_queryset(self) -> QuerySet[Release]:
        seen = Release.objects.visible_to(self.request.user).select_related("community")
        return within_key(self.request, seen.prefetch_related("approvals"))

    @extend_schema(responses={(200, "text/markdown"): OpenApiTypes.STR})
    @action(detail=True)
    def card(self, request: Request, release: str) -> HttpResponse:
        """The part of the artifact's card that governance answers for: who approved it, under which mandate."""
        return HttpResponse(card_text(self.get_object()), content_type="text/markdown; charset=utf-8")

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    @action(detail=True)
    def provenance(self, request: Request, release: str) -> HttpResponse:
        """The artifact's provenance as a W3C PROV document (PROV-JSON)."""
        return HttpResponse(prov_json(self.get_object()), content_type="application/json")
