"""Long work over REST: list, follow, cancel, try again."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiKey
from accounts.queries import member_of
from jobs import actions
from jobs.models import Job
from jobs.queries import job_behind, jobs_of


class Conflict(APIException):
    """409: the job is not in a state in which this can be done."""

    status_code = status.HTTP_409_CONFLICT


class JobSerializer(serializers.ModelSerializer[Job]):
    """One job as programs see it."""

    title = serializers.CharField(read_only=True)
    community = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Job
        fields: ClassVar = [
            *("id", "kind", "title", "community", "status", "progress", "message", "failure", "result", "attempts"),
            *("cancel_requested", "created_at", "started_at", "finished_at"),
        ]
        read_only_fields = fields


class JobViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Job]):
    """Work that takes longer than a request: imports, maps, exports, training."""

    serializer_class = JobSerializer
    permission_classes = (IsAuthenticated,)
    filterset_fields: ClassVar = ["status", "kind"]
    queryset = Job.objects.none()
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> Any:
        listed = jobs_of(self.request.user)
        key = self.request.auth
        return listed.filter(community=key.member.community_id) if isinstance(key, ApiKey) else listed

    def get_object(self) -> Job:
        try:
            found = job_behind(self.request.user, UUID(self.kwargs["pk"]))
        except ValueError:
            raise Http404 from None
        key = self.request.auth
        if found is None or (isinstance(key, ApiKey) and found.community_id != key.member.community_id):
            raise Http404
        return found

    @extend_schema(request=None, responses={200: JobSerializer, 409: OpenApiResponse(description="It is over.")})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop it: at once while it waits, at its next report of progress while it runs."""
        try:
            return Response(JobSerializer(actions.cancel_job(job=self.get_object())).data)
        except actions.NotPossible as reason:
            raise Conflict(str(reason)) from None
        except Job.DoesNotExist:
            raise Conflict("This work is just being taken up; ask again in a moment.") from None

    @extend_schema(
        request=None,
        responses={
            202: inline_serializer("Accepted", {"id": serializers.UUIDField()}),
            409: OpenApiResponse(description="It has not ended, or ended well."),
        },
    )
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Ask again for what failed or was cancelled; answers with the id to follow."""
        found = self.get_object()
        member = member_of(request.user, found.community) if found.community else None
        try:
            again = actions.retry_job(job=found, requested_by=member)
        except actions.NotPossible as reason:
            raise Conflict(str(reason)) from None
        return Response({"id": str(again)}, status=status.HTTP_202_ACCEPTED)
