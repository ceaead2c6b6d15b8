"""Studies, items, assignments and answers over REST; the same actions as the pages call."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response as Reply_

from accounts.access import api_member
from accounts.idempotency import KeyReused, Reply, answer_once
from accounts.models import ApiKey, Community, Member, Role
from accounts.rest import REFUSALS, Conflict, Unprocessable, checked
from annotation import serializers as shapes
from annotation.actions import (
    NewItem,
    QuestionText,
    add_items,
    change_study,
    close_study,
    create_study,
    enrol,
    next_assignment,
    of_study,
    open_study,
    publish_version,
    record_response,
    reopen_study,
    set_questions,
    skip_assignment,
)
from annotation.actions.model_responses import add_responses
from annotation.errors import Refused, Unanswered
from annotation.models import Assignment, Item, Question, Response, Study
from annotation.queries.studies import find_study, listed_studies, study_named
from annotation.ready_made import TEMPLATES
from annotation.views.common import with_version


def allowed(act: Callable[[], Any]) -> Any:
    """Do it; what the study refuses is 409, answers that are not whole are 400 with every problem by question."""
    try:
        return act()
    except Unanswered as missing:
        raise serializers.ValidationError({"detail": str(missing), "problems": missing.problems}) from None
    except Refused as refused:
        raise Conflict(str(refused)) from None


def answered(member: Member, key: UUID, body: Mapping[str, object], act: Callable[[], Reply]) -> Reply:
    """Do it once for each key; a key that came with another body is 422."""
    try:
        done: Reply = allowed(lambda: answer_once(member=member, key=key, body=body, act=act))
    except KeyReused as reused:
        raise Unprocessable(str(reused)) from None
    return done


def question_texts(sent: list[dict[str, Any]]) -> list[QuestionText]:
    """Questions as the actions take them."""
    return [QuestionText(**one) for one in sent]


class StudyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Study]):
    """Studies that one may see; changing them is for those who run them."""

    serializer_class = shapes.StudySerializer
    permission_classes = (IsAuthenticated,)
    filterset_fields = ("status", "community__slug")
    lookup_field = "slug"
    lookup_url_kwarg = "study"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    queryset = Study.objects.none()

    def get_queryset(self) -> Any:
        """What the person may see; through an API key only what belongs to the key's community."""
        listed = listed_studies(self.request.user)
        key = self.request.auth
        return listed.filter(community=key.member.community_id) if isinstance(key, ApiKey) else listed

    def _plain(self) -> Any:
        """The same without the counts, which take time in large studies."""
        key = self.request.auth
        visible = find_study(self.request.user)
        return visible.filter(community=key.member.community_id) if isinstance(key, ApiKey) else visible

    def seen(self) -> Study:
        """The study of the address, or 404."""
        found, key = study_named(self.request.user, self.kwargs["study"]), self.request.auth
        if found is None or (isinstance(key, ApiKey) and found.community_id != key.member.community_id):
            raise Http404
        return found

    def run(self) -> Study:
        """The same for those who run it; it does not exist for others."""
        running = Study.objects.run_by(self.request.user).values("pk")
        found: Study = get_object_or_404(self._plain().filter(pk__in=running), slug=self.kwargs["study"])
        return found

    def shown(self, code: int = 200) -> Reply_:
        """The study as it is now."""
        found = get_object_or_404(self.get_queryset(), slug=self.kwargs["study"])
        return Reply_(shapes.StudySerializer(found).data, status=code)

    def page_of(self, rows: Any, serializer: type[serializers.BaseSerializer[Any]]) -> Reply_:
        """One page of rows."""
        return self.get_paginated_response(serializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=shapes.NewStudySerializer, responses={201: shapes.StudySerializer, **REFUSALS})
    def create(self, request: Request) -> Reply_:
        """Make a draft in a community in which one is a researcher or an admin."""
        sent = checked(shapes.NewStudySerializer, request)
        key, slug = sent.pop("key"), sent.pop("community")
        running = Community.objects.run_by(request.user, Role.RESEARCHER, Role.ADMIN)
        community = get_object_or_404(running, slug=slug)
        member = api_member(request, community)
        body = {"do": "create-study", "community": slug, **sent}
        template = TEMPLATES[sent.pop("template")]
        asked = question_texts(sent.pop("questions", [])) or list(template.questions)
        sent.setdefault("guidelines", template.guidelines)

        def act() -> Reply:
            made = create_study(community=community, created_by=member, questions=asked, **sent)
            return 201, dict(shapes.StudySerializer(self.get_queryset().get(pk=made.pk)).data)

        code, reply = answered(member, key, body, act)
        return Reply_(reply, status=code)

    @extend_schema(request=shapes.StudySerializer, responses={200: shapes.StudySerializer, 409: REFUSALS[409]})
    def partial_update(self, request: Request, study: str) -> Reply_:
        """Change the description or the terms."""
        found = self.run()
        sent = shapes.StudySerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        allowed(lambda: change_study(study=found, **sent.validated_data))
        return self.shown()

    def _move(self, move: Callable[..., object]) -> Reply_:
        found = self.run()
        allowed(lambda: move(study=found))
        return self.shown()

    @extend_schema(request=None, responses={200: shapes.StudySerializer, 409: REFUSALS[409]})
    @action(detail=True, methods=["post"])
    def open(self, request: Request, study: str) -> Reply_:
        """Take answers from now on."""
        return self._move(open_study)

    @extend_schema(request=None, responses={200: shapes.StudySerializer, 409: REFUSALS[409]})
    @action(detail=True, methods=["post"])
    def close(self, request: Request, study: str) -> Reply_:
        """Give no more items."""
        return self._move(close_study)

    @extend_schema(request=None, responses={200: shapes.StudySerializer, 409: REFUSALS[409]})
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, study: str) -> Reply_:
        """Take answers again."""
        return self._move(reopen_study)

    @extend_schema(request=None, responses={200: shapes.StudySerializer, 409: REFUSALS[409]})
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, study: str) -> Reply_:
        """Ask the changed questions from now on."""
        return self._move(publish_version)

    @extend_schema(responses=shapes.QuestionSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filterset_fields=(), pagination_class=None)
    def questions(self, request: Request, study: str) -> Reply_:
        """The questions that are asked now."""
        found = self.seen()
        listed = Question.objects.filter(version=with_version(found)).order_by("position")
        return Reply_(shapes.QuestionSerializer(listed, many=True).data)

    @extend_schema(request=shapes.QuestionsSerializer, responses=shapes.QuestionSerializer(many=True))
    @questions.mapping.put
    def set_questions(self, request: Request, study: str) -> Reply_:
        """Write the questions of the next version; answers that were given stay with the questions they were given."""
        found = self.run()
        sent = checked(shapes.QuestionsSerializer, request)["questions"]
        draft = allowed(lambda: set_questions(study=found, questions=question_texts(sent)))
        return Reply_(shapes.QuestionSerializer(draft.questions.all(), many=True).data)

    @extend_schema(responses=shapes.ItemSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filterset_fields=())
    def items(self, request: Request, study: str) -> Reply_:
        """All items, for those who run the study; annotators see only what they are given."""
        return self.page_of(self.run().items.order_by("number", "pk"), shapes.ItemSerializer)

    @extend_schema(request=shapes.NewItemsSerializer, responses={200: shapes.AddedItemsSerializer, **REFUSALS})
    @items.mapping.post
    def add_items(self, request: Request, study: str) -> Reply_:
        """Add items in bulk; a name that is there already is refused, so that nothing is added twice."""
        found = self.run()
        member = api_member(request, found.community)
        sent = checked(shapes.NewItemsSerializer, request)
        body = {"do": "add-items", "in": found.pk, "items": [dict(one) for one in sent["items"]]}
        rows = enumerate(sent["items"], start=1)
        new = [NewItem(one.pop("name"), one.pop("content"), row, dict(one)) for row, one in rows]

        def act() -> Reply:
            added, refused = add_items(study=found, items=new)
            return 200, {"added": len(added), "refused": shapes.RefusedItemSerializer(refused, many=True).data}

        code, reply = answered(member, sent["key"], body, act)
        return Reply_(reply, status=code)

    @extend_schema(request=shapes.ModelResponsesSerializer, responses={200: shapes.AddedItemsSerializer, **REFUSALS})
    @action(detail=True, methods=["post"], url_path="model-responses")
    def model_responses(self, request: Request, study: str) -> Reply_:
        """Add what models answered to the study's items, each as an item that people rate."""
        found = self.run()
        member = api_member(request, found.community)
        sent = checked(shapes.ModelResponsesSerializer, request)
        rows = [dict(one) for one in sent["responses"]]

        def act() -> Reply:
            with NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
                file.writelines(json.dumps(row) + "\n" for row in rows)
                file.flush()
                taken = add_responses(found, Path(file.name))
            refused = shapes.RefusedItemSerializer(taken.refused, many=True).data
            return 200, {"added": len(taken.items), "refused": refused}

        body = {"do": "add-model-responses", "in": found.pk, "responses": rows}
        code, reply = answered(member, sent["key"], body, act)
        return Reply_(reply, status=code)

    @extend_schema(request=shapes.StartSerializer, responses={200: shapes.EnrolmentSerializer, 409: REFUSALS[409]})
    @action(detail=True, methods=["post"])
    def start(self, request: Request, study: str) -> Reply_:
        """Start answering; where the study has a consent text, with a yes to it."""
        found = self.seen()
        member = api_member(request, found.community)
        if found.consent and not checked(shapes.StartSerializer, request)["agree"]:
            raise Conflict("Agree to the study's consent text first: send agree true.")
        made = allowed(lambda: enrol(study=found, member=member))
        return Reply_(shapes.EnrolmentSerializer(made).data)

    @extend_schema(request=None, responses={200: shapes.AssignmentSerializer, 204: None, 409: REFUSALS[409]})
    @action(detail=True, methods=["post"], url_path="next")
    def next_item(self, request: Request, study: str) -> Reply_:
        """The item one has in hand, or a new one; 204 where nothing waits."""
        found = self.seen()
        member = api_member(request, found.community)
        given = allowed(lambda: next_assignment(study=found, member=member))
        return Reply_(status=204) if given is None else Reply_(shapes.AssignmentSerializer(given).data)

    @extend_schema(responses=shapes.ResponseSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filterset_fields=())
    def responses(self, request: Request, study: str) -> Reply_:
        """Answers one may see: one's own, and all to those who run the study."""
        listed = Response.objects.visible_to(request.user).filter(study=self.seen())
        listed = listed.filter(item__kind__in=[Item.Kind.WORK, Item.Kind.GOLD])
        listed = listed.select_related("item", "member", "version").order_by("created_at", "pk")
        return self.page_of(listed, shapes.ResponseSerializer)

    @extend_schema(request=shapes.NewResponseSerializer, responses={200: shapes.RecordedSerializer, **REFUSALS})
    @responses.mapping.post
    def respond(self, request: Request, study: str) -> Reply_:
        """Answer an item one was given, or change the answer; the same key again gives the stored reply."""
        found = self.seen()
        member = api_member(request, found.community)
        sent = checked(shapes.NewResponseSerializer, request)
        mine = Assignment.objects.filter(study=found, member=member).select_related("item")
        given = of_study(get_object_or_404(mine, pk=sent["assignment"]), found)

        def act() -> Reply:
            made = record_response(
                assignment=given, member=member, answers=sent["answers"], seconds=sent.get("seconds")
            )
            return 200, {"response": str(made.pk), "state": made.state}

        body = {"do": "respond", "assignment": sent["assignment"], "answers": sent["answers"]}
        code, reply = answered(member, sent["key"], body, act)
        if sent["next"] and found.is_open:
            waiting = allowed(lambda: next_assignment(study=found, member=member))
            reply = {**reply, "next": shapes.AssignmentSerializer(waiting).data if waiting else None}
        return Reply_(reply, status=code)

    @extend_schema(request=shapes.SkipSerializer, responses={200: shapes.AssignmentSerializer})
    @action(detail=True, methods=["post"], url_path=r"assignments/(?P<assignment>[0-9a-f-]{36})/skip")
    def skip(self, request: Request, study: str, assignment: str) -> Reply_:
        """Give an item back."""
        found = self.seen()
        member = api_member(request, found.community)
        mine = Assignment.objects.filter(study=found, member=member)
        given = get_object_or_404(mine, pk=UUID(assignment))
        skip_assignment(assignment=given, reason=checked(shapes.SkipSerializer, request)["reason"])
        return Reply_(shapes.AssignmentSerializer(mine.select_related("item", "version").get(pk=given.pk)).data)
