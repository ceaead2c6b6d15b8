"""Bodies and decisions over REST: rule, electorate and text as they are frozen, and the tally once it may be told."""

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import api_member
from accounts.idempotency import Reply
from accounts.rest import REFUSALS, answered, checked
from governance import serializers_deciding as shapes
from governance.actions.decisions import settle
from governance.actions.voting import cast_ballot
from governance.api.keys import within_key
from governance.errors import Refused
from governance.models import Body, Decision, Seat, Term
from governance.queries.decisions import with_parts


class BodyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Body]):
    """Bodies with their mandate and seats."""

    serializer_class = shapes.BodySerializer
    permission_classes = (AllowAny,)
    filterset_fields = ("community__slug",)
    lookup_field = "slug"
    lookup_url_kwarg = "body"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    queryset = Body.objects.none()

    def get_queryset(self) -> QuerySet[Body]:
        running = Term.objects.running().select_related("member")
        seats = Seat.objects.filter(abolished_at=None).prefetch_related(Prefetch("terms", running, to_attr="running"))
        seen = Body.objects.visible_to(self.request.user).select_related("community")
        return within_key(self.request, seen.prefetch_related(Prefetch("seats", seats, to_attr="standing")))


class DecisionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Decision]):
    """Decisions as they stand by the clock. Nothing tells how a vote goes, or who voted, before it has closed."""

    serializer_class = shapes.DecisionSerializer
    permission_classes = (AllowAny,)
    filterset_fields = ("state", "body__slug", "body__community__slug", "subject_type")
    lookup_field = "pk"
    lookup_url_kwarg = "decision"
    lookup_value_regex = "[0-9a-f-]{36}"
    queryset = Decision.objects.none()

    def get_queryset(self) -> QuerySet[Decision]:
        seen = Decision.objects.visible_to(self.request.user).order_by("-created_at", "id")
        return with_parts(within_key(self.request, seen, "body__community")).prefetch_related("transitions")

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    @action(detail=True)
    def tally(self, request: Request, decision: str) -> HttpResponse:
        """The tally bundle, byte for byte as ``verify_tally.py`` takes it; there is none before the decision ended."""
        settled = settle(decision=self.get_object())
        if not hasattr(settled, "bundle"):
            raise Http404("This decision has no tally yet.")
        return HttpResponse(bytes(settled.bundle.data), content_type="application/json")

    @extend_schema(request=shapes.DecisionBallotSerializer, responses={200: shapes.DecisionCastSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def ballots(self, request: Request, decision: str) -> Response:
        """Cast one's ballot, or change it where the vote is open; the same key again gives the stored reply.

        The reply says nothing of what was voted. What a secret ballot says is not kept with its key either: it would
        lead from the voter to the ballot.
        """
        found = self.get_object()
        member = api_member(request, found.body.community)
        sent = checked(shapes.DecisionBallotSerializer, request)

        def act() -> Reply:
            cast_ballot(decision=found, member=member, choice=sent["choice"])
            return 200, {"cast": 1}

        body = {"do": "ballot", "in": str(found.pk), "choice": None if found.rule["secret"] else sent["choice"]}
        return answered(member, sent["key"], body, act, (Refused,))
