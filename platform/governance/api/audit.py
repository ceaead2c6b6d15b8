"""A community's audit chain over REST: entries, published heads, and the whole as a file for the verifier."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Community
from governance import serializers_deciding as shapes
from governance.api.keys import within_key
from governance.models import AuditEntry, Opening, PublishedHead
from governance.queries.audit import chain_bundle


def community_of(request: Request, slug: str) -> Community:
    """The community of the address, as far as the person may see it; 404 otherwise."""
    found: Community = get_object_or_404(
        within_key(request, Community.objects.visible_to(request.user), "pk"), slug=slug
    )
    return found


class EntriesView(ListAPIView[AuditEntry]):
    """Entries, newest first: what each hash covers. What entries say stands in the file, for those who may read it."""

    serializer_class = shapes.EntrySerializer
    permission_classes = (AllowAny,)
    filterset_fields = ("kind", "subject_type", "subject_id")
    queryset = AuditEntry.objects.none()

    def get_queryset(self) -> QuerySet[AuditEntry]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        found = community_of(self.request, self.kwargs["community"])
        return AuditEntry.objects.visible_to(self.request.user).filter(community=found).order_by("-number")


class HeadsView(ListAPIView[PublishedHead]):
    """Published heads, newest first: keep them, a chain that was rewritten or cut differs from them."""

    serializer_class = shapes.HeadSerializer
    permission_classes = (AllowAny,)
    filterset_fields = ("number",)
    queryset = PublishedHead.objects.none()

    def get_queryset(self) -> QuerySet[PublishedHead]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        found = community_of(self.request, self.kwargs["community"])
        return PublishedHead.objects.filter(community=found).order_by("-number")


class ChainView(APIView):
    """The whole chain with its heads, as ``verify_tally.py`` and ``polyphony verify`` take it."""

    permission_classes = (AllowAny,)

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def get(self, request: Request, community: str) -> HttpResponse:
        """The file; with what entries say for those who may read that."""
        found = community_of(request, community)
        readable: Any = Opening.objects.visible_to(request.user).filter(entry__community=found)
        return HttpResponse(chain_bundle(found, opened=readable.exists()), content_type="application/json")
