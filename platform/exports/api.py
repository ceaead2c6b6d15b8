"""Data sets over REST, and the answers of a study as a stream for those who run it."""

from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import rest
from accounts.access import api_member
from accounts.idempotency import KeyReused, Reply, answer_once
from accounts.models import ApiKey
from accounts.queries import member_of
from accounts.rest import REFUSALS, ProblemSerializer, Unprocessable, checked
from annotation.models import Study
from deliberation.models import Conversation
from exports import serializers as shapes
from exports.actions import choose_privacy, decide_texts, request_export, start_export
from exports.errors import Refused
from exports.models import Export
from exports.privacy import Choices
from exports.pulling import MEDIA_TYPES, pull_answers
from exports.queries import listed_exports
from exports.ranges import send_file
from exports.releasing import verdict_on

allowed = partial(rest.allowed, refusals=(Refused,))


def of_key(request: Request, rows: Any) -> Any:
    """Through an API key only what belongs to the key's community."""
    key = request.auth
    return rows.filter(community=key.member.community_id) if isinstance(key, ApiKey) else rows


class ExportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Export]):
    """Data sets that one may see; preparing them is for those who run the community's studies."""

    serializer_class = shapes.ExportSerializer
    permission_classes = (IsAuthenticatedOrReadOnly,)
    filterset_fields = ("status", "format", "community__slug", "study__slug", "conversation__slug")
    lookup_url_kwarg = "export"
    lookup_value_regex = "[0-9a-f-]{36}"
    queryset = Export.objects.none()

    def get_queryset(self) -> Any:
        return of_key(self.request, listed_exports(self.request.user))

    def run(self) -> Export:
        """The export of the address for those who run it; it does not exist for others."""
        running = Export.objects.run_by(self.request.user).values("pk")
        found: Export = get_object_or_404(self.get_queryset().filter(pk__in=running), pk=self.kwargs["export"])
        return found

    def shown(self, code: int = 200) -> Response:
        """The export as it is now."""
        return Response(shapes.ExportSerializer(self.get_object()).data, status=code)

    @extend_schema(request=shapes.NewExportSerializer, responses={201: shapes.ExportSerializer, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Begin to prepare a data set of a study or a conversation."""
        sent = checked(shapes.NewExportSerializer, request)
        key, body = sent.pop("key"), {"do": "new-export", **sent}
        study, conversation = sent.pop("study", None), sent.pop("conversation", None)
        of: Study | Conversation
        if study is not None:
            of = get_object_or_404(of_key(request, Study.objects.run_by(request.user)), slug=study)
        else:
            of = get_object_or_404(of_key(request, Conversation.objects.run_by(request.user)), slug=conversation)
        member = api_member(request, of.community)

        def act() -> Reply:
            made = start_export(of=of, requested_by=member, **sent)
            return 201, dict(shapes.ExportSerializer(made).data)

        try:
            code, reply = answer_once(member=member, key=key, body=body, act=act)
        except KeyReused as reused:
            raise Unprocessable(str(reused)) from None
        return Response(reply, status=code)

    @extend_schema(request=shapes.PrivacySerializer, responses={200: shapes.ExportSerializer, 409: REFUSALS[409]})
    @action(detail=True, methods=["put"])
    def privacy(self, request: Request, export: str) -> Response:
        """Decide what is told of people; a column that is not named is dropped."""
        found = self.run()
        choices = Choices.from_json(checked(shapes.PrivacySerializer, request))
        by = member_of(request.user, found.community)
        allowed(lambda: choose_privacy(export=found, choices=choices, by=by))
        return self.shown()

    @extend_schema(responses=shapes.FindingSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filterset_fields=())
    def texts(self, request: Request, export: str) -> Response:
        """What looks like personal data in the texts."""
        page = self.paginate_queryset(list(self.run().findings.order_by("pk")))
        return self.get_paginated_response(shapes.FindingSerializer(page or [], many=True).data)

    @extend_schema(request=shapes.TextsSerializer, responses={200: shapes.ExportSerializer, 409: REFUSALS[409]})
    @texts.mapping.put
    def decide_texts(self, request: Request, export: str) -> Response:
        """Say which findings may stay; all others are taken out."""
        found = self.run()
        sent = checked(shapes.TextsSerializer, request)
        beside = {(one["place"], one["name"]) for one in sent["beside"]} if "beside" in sent else None
        listed = list(found.findings.values_list("pk", flat=True))
        allowed(lambda: decide_texts(export=found, kept=sent["kept"], listed=listed, done=True, beside=beside))
        return self.shown()

    @extend_schema(request=None, responses={202: shapes.ExportSerializer, 409: REFUSALS[409]})
    @action(detail=True, methods=["post"])
    def build(self, request: Request, export: str) -> Response:
        """Ask for the files; ``job`` says where that can be followed."""
        found = self.run()
        allowed(lambda: request_export(export=found, requested_by=member_of(request.user, found.community)))
        return self.shown(202)

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY, 403: ProblemSerializer})
    @action(detail=True, methods=["get"])
    def download(self, request: Request, export: str) -> HttpResponseBase:
        """The archive, or the part named in ``Range``; the release gate is asked each time."""
        found = self.get_object()
        if not found.is_ready:
            raise Http404("It is not built yet.")
        verdict = verdict_on(request.user, found)
        if not verdict.allowed:
            raise PermissionDenied(verdict.why)
        file = default_storage.open(found.stored_as)
        kind = "application/zip"
        sent = send_file(request._request, file, size=found.size, etag=found.sha256, name=found.file_name, kind=kind)
        add_never_cache_headers(sent)
        return sent


class AnswersView(APIView):
    """The answers of a study as they come in, for those who run it; nothing of it is a release."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        parameters=[
            OpenApiParameter("as", str, enum=list(MEDIA_TYPES), description="arrow (an IPC stream) or jsonl"),
            OpenApiParameter("since", OpenApiTypes.DATETIME, description="Only what is new since."),
        ],
        responses={(200, media): OpenApiTypes.BINARY for media in MEDIA_TYPES.values()},
    )
    def get(self, request: Request, study: str) -> HttpResponseBase:
        """Stream them; memory does not grow with their number."""
        found = get_object_or_404(
            of_key(request, Study.objects.run_by(request.user).select_related("community")), slug=study
        )
        kind = request.query_params.get("as", "arrow")
        if kind not in MEDIA_TYPES:
            raise serializers.ValidationError({"as": f"{kind} should be one of {', '.join(MEDIA_TYPES)}."})
        since = request.query_params.get("since")
        moment = serializers.DateTimeField().run_validation(since) if since else None
        return StreamingHttpResponse(pull_answers(found, kind, since=moment), content_type=MEDIA_TYPES[kind])
