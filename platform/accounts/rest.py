"""What the REST windows of all rooms share: checking what was sent, and answering it once for each key."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.idempotency import KeyReused, Reply, answer_once
from accounts.models import Member


class Conflict(APIException):
    """409: the state of things does not allow it; the text says why."""

    status_code = status.HTTP_409_CONFLICT


class Unprocessable(APIException):
    """422: the key was used for something else."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY


class ProblemSerializer(serializers.Serializer[Any]):
    """Why something was not done."""

    detail = serializers.CharField()


#: For descriptions of what an address answers.
REFUSALS = {409: ProblemSerializer, 422: ProblemSerializer}


def checked(serializer: type[serializers.BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """What was sent, once its shape is right; 400 otherwise."""
    sent = serializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def allowed(act: Callable[[], Any], refusals: tuple[type[Exception], ...]) -> Any:
    """Do it; what a room refuses is 409."""
    try:
        return act()
    except refusals as refused:
        raise Conflict(str(refused)) from None


def answered(
    member: Member,
    key: UUID,
    body: Mapping[str, object],
    act: Callable[[], Reply],
    refusals: tuple[type[Exception], ...] = (),
) -> Response:
    """Do it once for each key; a key that came with another body is 422, what the room refuses is 409."""
    try:
        code, reply = allowed(lambda: answer_once(member=member, key=key, body=body, act=act), refusals)
    except KeyReused as reused:
        raise Unprocessable(str(reused)) from None
    return Response(reply, status=code)
