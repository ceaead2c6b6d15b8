"""Communities and people over REST."""

from typing import Any, ClassVar

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Value
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import lacks_second_factor
from accounts.actions import ban_member, change_roles, unban_member
from accounts.errors import Refused
from accounts.models import ApiKey, Community, Member, User
from accounts.queries import communities_with_counts, current_member, listed_members, membership
from accounts.serializers import BanSerializer, CommunitySerializer, MemberSerializer, MeSerializer


class Conflict(APIException):
    """409: things stand so that it cannot be done."""

    status_code = status.HTTP_409_CONFLICT


class CommunityViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Community]):
    """Communities that are public, and one's own."""

    serializer_class = CommunitySerializer
    permission_classes = (AllowAny,)
    filterset_fields: ClassVar = ["open_entry", "is_synthetic"]
    lookup_field = "slug"
    queryset = Community.objects.none()

    def get_queryset(self) -> QuerySet[Community]:
        communities = communities_with_counts(self.request.user)
        key = self.request.auth
        if isinstance(key, ApiKey):
            communities = communities.filter(Q(is_public=True) | Q(pk=key.member.community_id))
        if not isinstance(self.request.user, User):
            return communities.annotate(takes_part=Value(False, output_field=BooleanField()))
        mine = Member.objects.active().filter(user=self.request.user, community=OuterRef("pk"))
        return communities.annotate(takes_part=Exists(mine))


class MeView(APIView):
    """Who this key or session acts for."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The person's memberships, and where the program acts."""
        key = request.auth if isinstance(request.auth, ApiKey) else None
        acting = key.member if key else current_member(request.user, request.session.get("community"))
        memberships = membership(request.user)
        return Response(
            MeSerializer(
                {
                    "is_staff": request.user.is_staff,
                    "community": acting.community.slug if acting else None,
                    "scopes": key.scopes if key else [],
                    "memberships": memberships.filter(pk=key.member_id) if key else memberships,
                }
            ).data
        )


@extend_schema(parameters=[OpenApiParameter("community", str, OpenApiParameter.PATH, description="The slug.")])
class MemberViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Member]):
    """Members of a community, for its admins."""

    serializer_class = MemberSerializer
    permission_classes = (IsAuthenticated,)
    filter_backends = ()
    lookup_value_regex = r"\d+"
    queryset = Member.objects.none()

    def community(self) -> Community:
        """The community in the address, when the person runs it; a key runs its own only."""
        run = Community.objects.run_by(self.request.user)
        key = self.request.auth
        if isinstance(key, ApiKey):
            run = run.filter(pk=key.member.community_id)
        elif lacks_second_factor(self.request):
            raise PermissionDenied("First add a passkey or an authenticator app to your account.")
        return get_object_or_404(run, slug=self.kwargs["community"])

    def get_queryset(self) -> QuerySet[Member]:
        if getattr(self, "swagger_fake_view", False):
            return Member.objects.none()
        asked = {name: self.request.query_params.get(name, "") for name in ("q", "role", "status")}
        if self.detail:
            asked = {"status": "all"}
        return listed_members(self.request.user, self.community(), **asked)

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="Part of the pseudonym."),
            OpenApiParameter("role", str),
            OpenApiParameter("status", str, enum=["banned", "left", "all"], description="Empty: who takes part."),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Members by pseudonym, role and standing."""
        return super().list(request, *args, **kwargs)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a member roles."""
        member = self.get_object()
        sent = MemberSerializer(member, data=request.data)
        sent.is_valid(raise_exception=True)
        return self._decided(change_roles, member=member, roles=sent.validated_data["roles"])

    @extend_schema(request=BanSerializer, responses=MemberSerializer)
    @action(detail=True, methods=["post"])
    def ban(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Exclude a member; the reason is kept and shown to them."""
        member = self.get_object()
        sent = BanSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return self._decided(ban_member, member=member, reason=sent.validated_data["reason"])

    @extend_schema(request=None, responses=MemberSerializer)
    @action(detail=True, methods=["post"])
    def unban(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Lift a ban."""
        return self._decided(unban_member, member=self.get_object())

    def _decided(self, decide: Any, **given: Any) -> Response:
        """The member after the decision, or 409 with the reason why not."""
        try:
            member = decide(**given, by=self.request.user)
        except Refused as refused:
            raise Conflict(str(refused)) from None
        return Response(MemberSerializer(member).data)
