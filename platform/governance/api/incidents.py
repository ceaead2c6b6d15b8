"""Incidents over REST; the same actions as the pages call."""

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from accounts.limits import seconds_to_wait, sender
from accounts.models import Community
from accounts.queries import member_of
from accounts.rest import REFUSALS, allowed, checked
from governance import serializers as shapes
from governance import subjects
from governance.actions.incidents import report_incident
from governance.api.keys import within_key
from governance.errors import Refused
from governance.models import Incident
from governance.models.incidents import READERS
from governance.subjects import Reference


class IncidentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Incident]):
    """The public record of incidents; anybody may report one."""

    serializer_class = shapes.IncidentSerializer
    permission_classes = (AllowAny,)
    filterset_fields = ("status", "severity", "community__slug")
    lookup_field = "number"
    lookup_url_kwarg = "incident"
    lookup_value_regex = "[A-Z0-9-]+"
    queryset = Incident.objects.none()

    def get_queryset(self) -> QuerySet[Incident]:
        seen = Incident.objects.visible_to(self.request.user).select_related("community")
        return within_key(self.request, seen.prefetch_related("subjects").order_by("-reported_at", "id"))

    @extend_schema(request=shapes.ReportSerializer, responses={201: shapes.ReceiptSerializer, 409: REFUSALS[409]})
    def create(self, request: Request) -> Response:
        """Report an incident, with or without an account; the same key again gives the same receipt."""
        wait = seconds_to_wait("incident", sender(request._request), settings.FORM_LIMITS["incident"])
        if wait:
            return Response({"detail": "Too many reports from here."}, status=429, headers={"Retry-After": str(wait)})
        sent = checked(shapes.ReportSerializer, request)
        community = get_object_or_404(Community.objects.visible_to(request.user), slug=sent.pop("community"))
        about = [self._named(community, request, name) for name in sent.pop("about")]
        member = member_of(request.user, community)
        confirmed = member is not None and member.has_role(*READERS)
        receipt = allowed(
            lambda: report_incident(
                community=community, subjects=about, reported_by=member, confirmed=confirmed, **sent
            ),
            (Refused,),
        )
        told = {"number": receipt.incident.number, "token": receipt.token, "due_at": receipt.incident.due_at}
        return Response(shapes.ReceiptSerializer(told).data, status=201)

    def _named(self, community: Community, request: Request, name: str) -> Reference:
        type_, _, id_ = name.partition(":")
        kinds = {kind.name for kind in subjects.kinds_for("incident")}
        found = subjects.find(community, request.user, type_, id_) if type_ in kinds else None
        if found is None:
            raise ValidationError({"about": [f"{name} is nothing that an incident can name here."]})
        return found
