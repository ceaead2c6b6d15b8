"""Reward models over REST; the same actions as the pages call."""

from typing import Any, ClassVar

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import api_member
from accounts.idempotency import Reply
from accounts.models import ApiKey, Community, Member, Role
from accounts.rest import REFUSALS, answered, checked
from aggregation.actions.rewards import Refused, request_scoring, request_training, resume_training, stop_training
from aggregation.artifacts import artifact_name
from aggregation.forms.rewards import MOST_TEXTS
from aggregation.models import RewardModel, RewardScoring
from aggregation.reward_plans import BALANCING, LOSSES, PAIR_LOSSES, REDUCTIONS
from aggregation.reward_queries import questions_to_learn, reward_models_of, shared_groupings
from aggregation.sources import Material, Question, find_material
from governance.gate import may_release

MOST_LISTED = 200


class RewardModelSerializer(serializers.ModelSerializer[RewardModel]):
    """A reward model as programs see it."""

    community = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    is_trained = serializers.BooleanField(read_only=True)

    class Meta:
        model = RewardModel
        fields: ClassVar = [
            *("id", "community", "title", "materials", "plan", "is_trained", "job", "curve"),
            *("artifact_sha256", "artifact_bytes", "is_synthetic", "raters_erased", "created_at"),
        ]
        read_only_fields = fields


class PartSerializer(serializers.Serializer[Any]):
    """One question of one conversation or study."""

    kind = serializers.CharField()
    key = serializers.CharField()
    question = serializers.CharField()


class NewRewardModelSerializer(serializers.Serializer[Any]):
    """What is to be trained."""

    community = serializers.SlugField()
    title = serializers.CharField(max_length=200)
    learn_from = PartSerializer(many=True, allow_empty=False)
    groups = serializers.ListField(child=serializers.CharField(), default=list)
    losses = serializers.ChoiceField(choices=[name for name, _ in (*LOSSES, *PAIR_LOSSES)])
    reduction = serializers.ChoiceField(choices=[name for name, _ in REDUCTIONS], default="mean")
    threshold = serializers.FloatField(allow_null=True, default=None)
    prefer = serializers.ChoiceField(choices=["high", "low"], default="high")
    members = serializers.IntegerField(min_value=1, max_value=10, default=5)
    val_share = serializers.IntegerField(min_value=5, max_value=50, default=20)
    seed = serializers.IntegerField(min_value=0, default=0)
    key = serializers.UUIDField()


class NewScoringSerializer(serializers.Serializer[Any]):
    """Texts to score."""

    prompt = serializers.CharField(allow_blank=True, default="", max_length=5000)
    texts = serializers.ListField(child=serializers.CharField(max_length=5000), min_length=1, max_length=MOST_TEXTS)
    key = serializers.UUIDField()


class ScoringSerializer(serializers.ModelSerializer[RewardScoring]):
    """Texts and their scores, which are null until they are there."""

    class Meta:
        model = RewardScoring
        fields: ClassVar = ["id", "prompt", "texts", "job", "result", "created_at"]
        read_only_fields = fields


class RewardModelViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[RewardModel]):
    """Reward models of the communities whose runs one may read."""

    serializer_class = RewardModelSerializer
    permission_classes = (IsAuthenticated,)
    filterset_fields: ClassVar = ["community__slug"]
    queryset = RewardModel.objects.none()
    lookup_url_kwarg = "reward_model"
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> Any:
        """What the person may see; through an API key only what belongs to the key's community."""
        listed = reward_models_of(self.request.user)
        key = self.request.auth
        return listed.filter(community=key.member.community_id) if isinstance(key, ApiKey) else listed

    def run(self) -> tuple[RewardModel, Member]:
        """The model of the address for those who may train, and the member who acts; 404 for others."""
        running = RewardModel.objects.run_by(self.request.user).values("pk")
        found: RewardModel = get_object_or_404(
            self.get_queryset().filter(pk__in=running), pk=self.kwargs["reward_model"]
        )
        return found, api_member(self.request, found.community)

    @extend_schema(request=NewRewardModelSerializer, responses={201: RewardModelSerializer, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Ask for a reward model in a community in which one is a researcher or an admin."""
        sent = checked(NewRewardModelSerializer, request)
        running = Community.objects.run_by(request.user, Role.RESEARCHER, Role.ADMIN)
        community = get_object_or_404(running, slug=sent["community"])
        member = api_member(request, community)
        parts = [_part(request.user, one) for one in sent["learn_from"]]
        known = {grouping.key for grouping in shared_groupings([material for material, _ in parts])}
        unknown = sorted(set(sent["groups"]) - known)
        if unknown:
            raise serializers.ValidationError(
                {"groups": f"{', '.join(unknown)} should be among {', '.join(sorted(known))}"}
            )
        plan = {name: sent[name] for name in ("groups", "losses", "reduction", "threshold", "prefer", "members")}
        plan |= {"val_share": sent["val_share"], "seed": sent["seed"]}
        plan["reduction_group"] = sent["groups"][0] if sent["reduction"] in BALANCING and sent["groups"] else ""

        def act() -> Reply:
            made = request_training(member=member, title=sent["title"], parts=parts, plan=plan)
            return 201, RewardModelSerializer(made).data

        body = {"do": "train", **{name: value for name, value in sent.items() if name != "key"}}
        return answered(member, sent["key"], body, act, (Refused,))

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def report(self, request: Request, reward_model: str) -> Response:
        """What was measured; 404 until it is trained."""
        found = self.get_object()
        if found.run is None:
            raise Http404
        return Response(found.run.result)

    @extend_schema(responses=OpenApiResponse(OpenApiTypes.BINARY, "The model's folder as a zip archive."))
    @action(detail=True, permission_classes=(AllowAny,))
    def files(self, request: Request, reward_model: str) -> HttpResponseBase:
        """The model's folder, where the release gate lets this person have it; what is public needs no account."""
        asked = RewardModel.objects.takeable_by(request.user).select_related("community")
        key = request.auth
        if isinstance(key, ApiKey):
            asked = asked.filter(community=key.member.community_id)
        found = get_object_or_404(asked, pk=reward_model)
        if not found.is_trained:
            raise Http404
        verdict = may_release(request.user, found.artifact_sha256, community=found.community)
        if not verdict.allowed:
            raise PermissionDenied(verdict.why)
        sent = FileResponse(default_storage.open(artifact_name(found.artifact_sha256)), as_attachment=True)
        add_never_cache_headers(sent)
        return sent

    @extend_schema(request=None, responses={200: RewardModelSerializer, 409: REFUSALS[409]})
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, reward_model: str) -> Response:
        """Stop the training; what is finished is kept."""
        found, _ = self.run()
        return self._done(lambda: stop_training(reward_model=found), found)

    @extend_schema(request=None, responses={200: RewardModelSerializer, 409: REFUSALS[409]})
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, reward_model: str) -> Response:
        """Go on from what is finished."""
        found, member = self.run()
        return self._done(lambda: resume_training(reward_model=found, member=member), found)

    @extend_schema(methods=["get"], responses=ScoringSerializer(many=True))
    @extend_schema(methods=["post"], request=NewScoringSerializer, responses={201: ScoringSerializer, **REFUSALS})
    @action(detail=True, methods=["get", "post"])
    def scores(self, request: Request, reward_model: str) -> Response:
        """Texts that were scored, newest first; or have texts scored."""
        found, member = self.run()
        if request.method == "GET":
            page = self.paginate_queryset(list(found.scorings.all()[:MOST_LISTED]))
            return self.get_paginated_response(ScoringSerializer(page or [], many=True).data)
        sent = checked(NewScoringSerializer, request)

        def act() -> Reply:
            made = request_scoring(reward_model=found, member=member, prompt=sent["prompt"], texts=sent["texts"])
            return 201, ScoringSerializer(made).data

        body = {"do": "score", "model": found.pk, "prompt": sent["prompt"], "texts": sent["texts"]}
        return answered(member, sent["key"], body, act, (Refused,))

    def _done(self, act: Any, found: RewardModel) -> Response:
        try:
            act()
        except Refused as refused:
            return Response({"detail": str(refused)}, status=status.HTTP_409_CONFLICT)
        found.refresh_from_db()
        return Response(RewardModelSerializer(found).data)


def _part(user: Any, sent: dict[str, Any]) -> tuple[Material, Question]:
    """The question that was named; 400 where it is not there, or not the person's to use."""
    material = find_material(user, sent["kind"], sent["key"])
    asked = [one for one in questions_to_learn(material) if one.key == sent["question"]] if material else []
    if material is None or not asked:
        known = [one.key for one in questions_to_learn(material)] if material else []
        raise serializers.ValidationError(
            {"learn_from": f"{sent['kind']} {sent['key']!r} has no question {sent['question']!r}; it has {known}"}
        )
    return material, asked[0]
