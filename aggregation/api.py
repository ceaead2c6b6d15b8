"""Aggregations over REST: list, read, ask for one, ask for one again."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import api_member
from accounts.idempotency import Reply
from accounts.models import ApiKey
from accounts.rest import REFUSALS, answered, checked
from aggregation import releasing
from aggregation.actions.aggregations import request_again, request_aggregation
from aggregation.bundles import provenance
from aggregation.forms.compose import FORMS
from aggregation.models import Aggregation
from aggregation.pipelines.methods import METHODS
from aggregation.queries import aggregations_for, shown_result
from aggregation.sources import find_material
from governance.provenance import approval_line

ACCEPTED = {202: None, **REFUSALS}


class AggregationSerializer(serializers.ModelSerializer[Aggregation]):
    """One finished run, without its result."""

    id = serializers.UUIDField(source="run_id", read_only=True)
    community = serializers.CharField(source="run.community.slug", read_only=True)
    method = serializers.CharField(source="run.kind", read_only=True)
    seed = serializers.IntegerField(source="run.seed", read_only=True)
    parameters = serializers.JSONField(source="run.parameters", read_only=True)
    input_sha256 = serializers.CharField(source="run.input_sha256", read_only=True)
    warnings = serializers.JSONField(source="run.warnings", read_only=True)
    finished_at = serializers.DateTimeField(source="run.finished_at", read_only=True)

    class Meta:
        model = Aggregation
        fields: ClassVar = [
            *("id", "community", "title", "method", "source", "material", "question", "parameters", "seed"),
            *("input_sha256", "warnings", "is_synthetic", "again_of", "finished_at"),
        ]
        read_only_fields = fields


class NewAggregationSerializer(serializers.Serializer[Any]):
    """What to aggregate and how: the fields of the form of the method stand in ``parameters``."""

    key = serializers.UUIDField(help_text="Made by the client; the same key again gives the stored reply.")
    source = serializers.SlugField(help_text="Such as conversation or study.")  # type: ignore[assignment]  # also an attribute of fields
    material = serializers.CharField(max_length=120, help_text="The slug of the conversation or study.")
    question = serializers.CharField(max_length=120, required=False, default="")
    method = serializers.ChoiceField(choices=[(name, method.title) for name, method in METHODS.items()])
    title = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False, default=0)
    parameters = serializers.DictField(required=False, default=dict)


class AgainSerializer(serializers.Serializer[Any]):
    """A repetition."""

    key = serializers.UUIDField(help_text="Made by the client; the same key again gives the stored reply.")


class AggregationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Aggregation]):
    """Slates, rankings, distributions and viewpoints with their provenance."""

    serializer_class = AggregationSerializer
    permission_classes = (IsAuthenticated,)
    queryset = Aggregation.objects.none()
    lookup_url_kwarg = "run"
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> Any:
        listed = aggregations_for(self.request.user)
        key = self.request.auth
        return listed.filter(run__community=key.member.community_id) if isinstance(key, ApiKey) else listed

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One run with its result as the person may see it; null where the release gate keeps it, with the reason."""
        found = self.get_object()
        told = dict(self.get_serializer(found).data) | {"engine": provenance(found)}
        verdict = releasing.open_to(request.user, found)
        result = shown_result(request.user, found) if verdict.allowed else None
        approved = [approval_line(approval) for approval in verdict.approvals]
        return Response(told | {"result": result, "why": verdict.why, "approvals": approved})

    @extend_schema(request=NewAggregationSerializer, responses=ACCEPTED)
    def create(self, request: Request) -> Response:
        """Ask for a run; answers with the job to follow, whose id is the run's when it is done."""
        sent = checked(NewAggregationSerializer, request)
        found = find_material(request.user, sent["source"], sent["material"])
        if found is None:
            raise Http404
        member = api_member(request, found.choice.community)
        method = METHODS[sent["method"]]
        fitting = [one for one in found.questions() if method.shape_of(one) and sent["question"] in ("", one.key)]
        if not fitting:
            raise ValidationError({"question": ["There is no such question, or the method cannot work on it."]})
        form = FORMS[method.name](None, groupings=list(found.groupings()), question=fitting[0])
        defaults = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
        values = defaults | sent["parameters"] | {name: sent[name] for name in ("key", "title", "seed")}
        form = FORMS[method.name](values, groupings=list(found.groupings()), question=fitting[0])
        if not form.is_valid():
            raise ValidationError(
                {name: [str(problem) for problem in problems] for name, problems in form.errors.items()}
            )
        asked: dict[str, Any] = {"question": fitting[0], "method": method, "parameters": form.parameters()}
        rest: dict[str, Any] = {"seed": sent["seed"], "title": sent["title"]}

        def act() -> Reply:
            job = request_aggregation(member=member, material=found, **asked, **rest)
            return status.HTTP_202_ACCEPTED, {"job": str(job)}

        body = {"form": method.name, "source": sent["source"], "material": sent["material"]}
        body |= {"question": fitting[0].key, "parameters": asked["parameters"], **rest}
        return answered(member, sent["key"], body, act)

    @extend_schema(request=AgainSerializer, responses=ACCEPTED)
    @action(detail=True, methods=["post"])
    def again(self, request: Request, run: str) -> Response:
        """Compute it again from the stored inputs."""
        found = self.get_object()
        if not Aggregation.objects.run_by(request.user).filter(pk=found.pk).exists():
            raise Http404
        sent = checked(AgainSerializer, request)
        member = api_member(request, found.run.community)

        def act() -> Reply:
            return status.HTTP_202_ACCEPTED, {"job": str(request_again(member=member, aggregation=found))}

        return answered(member, sent["key"], {"again": str(found.pk)}, act)
