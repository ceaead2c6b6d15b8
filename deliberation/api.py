"""Conversations, statements, votes and results over REST; the same actions as the pages call."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import rest
from accounts.access import api_member
from accounts.idempotency import Reply
from accounts.models import Community, Member, Role
from accounts.rest import REFUSALS, checked
from deliberation import serializers as shapes
from deliberation.actions import (
    cast_votes,
    change_conversation,
    close_conversation,
    create_conversation,
    mark_meta,
    open_conversation,
    reopen_conversation,
    review_statements,
    seed_statements,
    write_statement,
)
from deliberation.actions.votes import Ballot
from deliberation.api_folders import FolderActions
from deliberation.errors import Refused
from deliberation.models import Conversation, Statement
from deliberation.queries import votes_of
from deliberation.queries.published import published_result

#: What an organiser asks for, given the conversation, the organiser and what was sent; the reply.
Act = Callable[[Conversation, Member, dict[str, Any]], dict[str, Any]]
NUMBER = OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH)


answered = partial(rest.answered, refusals=(Refused,))


class ConversationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, FolderActions):
    """Conversations that one may see; changing them is for those who run them."""

    serializer_class = shapes.ConversationSerializer

    def page_of(self, rows: Any, serializer: type[serializers.BaseSerializer[Any]]) -> Response:
        """One page of rows."""
        return self.get_paginated_response(serializer(self.paginate_queryset(rows), many=True).data)

    @extend_schema(
        request=shapes.NewConversationSerializer, responses={201: shapes.ConversationSerializer, 422: REFUSALS[422]}
    )
    def create(self, request: Request) -> Response:
        """Make a draft in a community in which one is a researcher or an admin."""
        sent = checked(shapes.NewConversationSerializer, request)
        key, slug = sent.pop("key"), sent.pop("community")
        running = Community.objects.run_by(request.user, Role.RESEARCHER, Role.ADMIN)
        community = get_object_or_404(running, slug=slug)
        member = api_member(request, community)

        def act() -> Reply:
            made = create_conversation(community=community, created_by=member, **sent)
            return 201, shapes.ConversationSerializer(self.get_queryset().get(pk=made.pk)).data

        return answered(member, key, {"do": "create", "community": slug, **sent}, act)

    def running_once(self, what: str, shape: type[serializers.BaseSerializer[Any]], act: Act) -> Response:
        """Do once for its key what an organiser sent."""
        found = self.run()
        member = api_member(self.request, found.community)
        sent = checked(shape, self.request)
        key = sent.pop("key")
        return answered(member, key, {"do": what, "in": found.pk, **sent}, lambda: (200, act(found, member, sent)))

    def shown(self) -> dict[str, Any]:
        """The conversation as it is now."""
        return dict(shapes.ConversationSerializer(self.seen()).data)

    @extend_schema(
        request=shapes.ChangedConversationSerializer, responses={200: shapes.ConversationSerializer, 422: REFUSALS[422]}
    )
    def partial_update(self, request: Request, slug: str) -> Response:
        """Change the title, the description or how statements are taken."""

        def act(found: Conversation, member: Member, sent: dict[str, Any]) -> dict[str, Any]:
            change_conversation(conversation=found, **sent)
            return self.shown()

        return self.running_once("change", shapes.ChangedConversationSerializer, act)

    @extend_schema(request=shapes.KeySerializer, responses={200: shapes.ConversationSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def open(self, request: Request, slug: str) -> Response:
        """Take votes from now on."""
        return self.turned("open", open_conversation)

    @extend_schema(request=shapes.KeySerializer, responses={200: shapes.ConversationSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def close(self, request: Request, slug: str) -> Response:
        """Take no more votes."""
        return self.turned("close", close_conversation)

    @extend_schema(request=shapes.KeySerializer, responses={200: shapes.ConversationSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, slug: str) -> Response:
        """Take votes again."""
        return self.turned("reopen", reopen_conversation)

    def turned(self, what: str, turn: Callable[..., object]) -> Response:
        """Open, close or reopen, and show the conversation."""

        def act(found: Conversation, member: Member, sent: dict[str, Any]) -> dict[str, Any]:
            turn(conversation=found)
            return self.shown()

        return self.running_once(what, shapes.KeySerializer, act)

    @extend_schema(responses=shapes.StatementSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filterset_fields=())
    def statements(self, request: Request, slug: str) -> Response:
        """Statements that one may see, by number; organisers see the rejected ones too."""
        listed = Statement.objects.visible_to(request.user).filter(conversation=self.seen()).order_by("number")
        return self.page_of(listed, shapes.StatementSerializer)

    @extend_schema(request=shapes.NewStatementSerializer, responses={201: shapes.WrittenSerializer, **REFUSALS})
    @statements.mapping.post
    def write_statement(self, request: Request, slug: str) -> Response:
        """Write a statement; the same words a second time are 409."""
        found = self.seen()
        member = api_member(request, found.community)
        sent = checked(shapes.NewStatementSerializer, request)

        def act() -> Reply:
            return 201, {"number": write_statement(conversation=found, author=member, text=sent["text"]).number}

        return answered(member, sent["key"], {"do": "write", "in": found.pk, "text": sent["text"]}, act)

    @extend_schema(request=shapes.SeedSerializer, responses={200: shapes.SeedingSerializer, 422: REFUSALS[422]})
    @action(detail=True, methods=["post"], url_path="statements/seed")
    def seed(self, request: Request, slug: str) -> Response:
        """Add statements in bulk; a row that stands there already is refused, each with its reason."""

        def act(found: Conversation, member: Member, sent: dict[str, Any]) -> dict[str, Any]:
            seeding = seed_statements(conversation=found, texts=sent["texts"], author=member)
            return {
                "added": [statement.number for statement in seeding.added],
                "refused": shapes.RefusedRowSerializer(seeding.refused, many=True).data,
            }

        return self.running_once("seed", shapes.SeedSerializer, act)

    @extend_schema(
        parameters=[NUMBER],
        request=shapes.ReviewSerializer,
        responses={200: shapes.StatementSerializer, 422: REFUSALS[422]},
    )
    @action(detail=True, methods=["patch"], url_path=r"statements/(?P<number>[0-9]{1,9})")
    def review(self, request: Request, slug: str, number: str) -> Response:
        """Accept or reject a statement, put it back, or mark it as meta."""

        def act(found: Conversation, member: Member, sent: dict[str, Any]) -> dict[str, Any]:
            listed = found.statements.select_related("conversation__community")
            statement = get_object_or_404(listed, number=int(number))
            if "state" in sent:
                review_statements(
                    conversation=found,
                    numbers=[statement.number],
                    state=sent["state"],
                    reviewer=member,
                    reason=sent["reason"],
                )
            if "is_meta" in sent:
                mark_meta(statement=statement, is_meta=sent["is_meta"])
            statement.refresh_from_db()
            return dict(shapes.StatementSerializer(statement).data)

        return self.running_once(f"review {int(number)}", shapes.ReviewSerializer, act)

    @extend_schema(responses=shapes.VoteSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filterset_fields=())
    def votes(self, request: Request, slug: str) -> Response:
        """One's own current votes, newest first."""
        found = self.seen()
        return self.page_of(votes_of(found, api_member(request, found.community)), shapes.VoteSerializer)

    @extend_schema(request=shapes.BallotsSerializer, responses={200: shapes.CastSerializer, **REFUSALS})
    @votes.mapping.post
    def cast_votes(self, request: Request, slug: str) -> Response:
        """Cast or change votes, all of them or none; the same key again gives the stored reply."""
        found = self.seen()
        member = api_member(request, found.community)
        sent = checked(shapes.BallotsSerializer, request)

        def act() -> Reply:
            cast = cast_votes(member=member, ballots=ballots_of(found, sent["votes"]))
            return 200, {"cast": len(cast)}

        body = {"do": "vote", "in": found.pk, "votes": [dict(vote) for vote in sent["votes"]]}
        return answered(member, sent["key"], body, act)

    @extend_schema(parameters=[shapes.GroupingSerializer], responses=OpenApiTypes.OBJECT, filters=False)
    @action(detail=True, methods=["get"], filterset_fields=())
    def results(self, request: Request, slug: str) -> Response:
        """The newest opinion map: groups, what each stands for, what is shared, what divides; 404 before there is one.

        Statements go by their numbers; ``texts`` has their words. Nobody's place is told.
        """
        found = self.seen()
        wanted = shapes.GroupingSerializer(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        result = published_result(found, wanted.validated_data["grouping"])
        if result is None:
            raise Http404("There are no results of this grouping yet; at least 7 people have to vote.")
        return Response(result)


def ballots_of(conversation: Conversation, votes: list[dict[str, Any]]) -> list[Ballot]:
    """The votes with their statements; a number that the conversation does not have is 404."""
    numbers = [vote["statement"] for vote in votes]
    statements = {found.number: found for found in conversation.statements.filter(number__in=numbers)}
    for number in numbers:
        if number not in statements:
            raise Http404(f"There is no statement {number} in this conversation.")
        statements[number].conversation = conversation
    return [Ballot(statements[vote["statement"]], vote["value"], vote["important"]) for vote in votes]
