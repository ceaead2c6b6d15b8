"""Polis exports over REST: a conversation as a zip archive, and an archive as a conversation."""

import hashlib
import io
import json
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import api_member
from accounts.idempotency import Reply
from accounts.models import Community, Role
from accounts.rest import REFUSALS, answered, checked
from deliberation import serializers as shapes
from deliberation.actions.uploads import request_import
from deliberation.api_base import ConversationAddresses
from deliberation.formats import FormatError, write_zip
from deliberation.queries.exports import polis_folder


class ZipRenderer(BaseRenderer):
    """Lets a program ask for application/zip; what is refused is JSON all the same."""

    media_type = "application/zip"
    format = "zip"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Only refusals come here: the archive is an answer of its own."""
        if renderer_context:
            renderer_context["response"]["Content-Type"] = "application/json"
        return json.dumps(data).encode()


class FolderActions(ConversationAddresses):
    """Conversations out of and into archives; for those who run them."""

    @extend_schema(
        parameters=[shapes.DialectSerializer],
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        filters=False,
    )
    @action(detail=True, methods=["get"], filterset_fields=(), renderer_classes=(JSONRenderer, ZipRenderer))
    def export(self, request: Request, slug: str) -> HttpResponse:
        """The conversation as a zip archive of a Polis export; for those who run it, for it names foreign ids."""
        found = self.run()
        wanted = shapes.DialectSerializer(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        buffer = io.BytesIO()
        folder = polis_folder(found, dialect=wanted.validated_data["dialect"], site_url=settings.SITE_URL)
        write_zip(folder, buffer, inside=found.slug)
        headers = {"Content-Disposition": f'attachment; filename="{found.slug}.zip"'}
        return HttpResponse(buffer.getvalue(), content_type="application/zip", headers=headers)

    @extend_schema(
        request={"multipart/form-data": shapes.ImportSerializer},
        responses={202: shapes.ImportingSerializer, 422: REFUSALS[422]},
    )
    @action(detail=False, methods=["post"], url_path="import", url_name="import")
    def import_folder(self, request: Request) -> Response:
        """Take in a zip archive of a Polis export, as a researcher or an admin of the community.

        The archive is checked at once and stored by a job, whose result has the conversation.
        """
        sent = checked(shapes.ImportSerializer, request)
        running = Community.objects.run_by(request.user, Role.RESEARCHER, Role.ADMIN)
        community = get_object_or_404(running, slug=sent["community"])
        member = api_member(request, community)
        data = sent["file"].read()

        def act() -> Reply:
            job = request_import(community=community, data=data, title=sent["title"], created_by=member)
            return 202, {"job": str(job), "address": reverse("api-job-detail", args=[job])}

        body = {"do": "import", "in": community.pk, "sha256": hashlib.sha256(data).hexdigest(), "title": sent["title"]}
        try:
            return answered(member, sent["key"], body, act)
        except FormatError as refused:
            raise serializers.ValidationError({"file": [str(refused)]}) from None
