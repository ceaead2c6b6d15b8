"""Constitutions over REST: their sealed versions, and each version's files, which the release gate keeps."""

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.rest import ProblemSerializer
from governance import serializers as shapes
from governance.api.keys import within_key
from governance.gate import text_verdict
from governance.models import Constitution, ConstitutionVersion
from governance.texts import FILES, as_file


class ConstitutionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Constitution]):
    """Constitutions with their sealed versions; the words themselves are in each version's files."""

    serializer_class = shapes.ConstitutionSerializer
    permission_classes = (AllowAny,)
    filterset_fields = ("community__slug",)
    lookup_field = "slug"
    lookup_url_kwarg = "constitution"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    queryset = Constitution.objects.none()

    def get_queryset(self) -> QuerySet[Constitution]:
        sealed = ConstitutionVersion.objects.exclude(sealed_at=None).order_by("-number")
        seen = Constitution.objects.visible_to(self.request.user).select_related("community")
        return within_key(self.request, seen.prefetch_related(Prefetch("versions", sealed, to_attr="sealed")))


class VersionFileView(APIView):
    """A sealed version as a file: ``text.json`` (canonical), ``text.md``, or ``principles.json`` for training."""

    permission_classes = (AllowAny,)

    @extend_schema(
        responses={**{(200, kind): OpenApiTypes.STR for kind in sorted(set(FILES.values()))}, 403: ProblemSerializer}
    )
    def get(self, request: Request, constitution: str, version: int, file: str) -> HttpResponse:
        """The file, where the release gate lets this person have it."""
        seen = within_key(request, Constitution.objects.visible_to(request.user))
        sealed = ConstitutionVersion.objects.exclude(sealed_at=None).select_related("constitution__community")
        found = get_object_or_404(sealed, constitution__in=seen, constitution__slug=constitution, number=version)
        if file not in FILES:
            raise Http404
        verdict = text_verdict(request.user, found)
        if not verdict.allowed:
            raise PermissionDenied(verdict.why)
        headers = {"Cache-Control": "private, no-store"}
        return HttpResponse(as_file(found, file), content_type=f"{FILES[file]}; charset=utf-8", headers=headers)
