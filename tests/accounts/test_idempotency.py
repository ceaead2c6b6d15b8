"""What is sent twice is done once."""

import json
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.idempotency import KeyReused, answer_once, body_sha256
from accounts.models import Community, Submission
from tests.factories.accounts import CommunityFactory, MemberFactory

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def naming(slug: str) -> Callable[[], tuple[int, dict[str, Any]]]:
    """Work that leaves a trace: a community of that name."""

    def act() -> tuple[int, dict[str, Any]]:
        return 201, {"community": CommunityFactory(slug=slug).slug}

    return act


@pytest.mark.django_db
def test_the_same_again_returns_the_stored_reply_and_does_nothing() -> None:
    member, key, body = MemberFactory(), uuid.uuid4(), {"statement": 3, "value": 1}
    first = answer_once(member=member, key=key, body=body, act=naming("once"))
    again = answer_once(member=member, key=key, body={"value": 1, "statement": 3}, act=naming("twice"))
    assert first == again == (201, {"community": "once"})
    assert not Community.objects.filter(slug="twice").exists()
    assert Submission.objects.count() == 1


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused() -> None:
    member, key = MemberFactory(), uuid.uuid4()
    answer_once(member=member, key=key, body={"value": 1}, act=naming("once"))
    with pytest.raises(KeyReused, match=str(key)):
        answer_once(member=member, key=key, body={"value": -1}, act=naming("twice"))
    assert not Community.objects.filter(slug="twice").exists()


@pytest.mark.django_db
def test_two_members_may_use_the_same_key() -> None:
    key = uuid.uuid4()
    for slug in ("one", "two"):
        answer_once(member=MemberFactory(), key=key, body={}, act=naming(slug))
    assert Submission.objects.filter(key=key).count() == 2


@pytest.mark.django_db
def test_a_refusal_leaves_nothing_behind_and_the_key_free_for_the_corrected_form() -> None:
    member, key = MemberFactory(), uuid.uuid4()

    def refuse() -> tuple[int, dict[str, Any]]:
        CommunityFactory(slug="half-done")
        return 400, {"text": ["Write something."]}

    assert answer_once(member=member, key=key, body={"text": ""}, act=refuse) == (400, {"text": ["Write something."]})
    assert not Community.objects.filter(slug="half-done").exists()
    assert answer_once(member=member, key=key, body={"text": "x"}, act=naming("done"))[0] == 201


@pytest.mark.django_db
def test_a_failure_rolls_the_key_back_with_the_work() -> None:
    member, key = MemberFactory(), uuid.uuid4()

    def fail() -> tuple[int, dict[str, Any]]:
        CommunityFactory(slug="half-done")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        answer_once(member=member, key=key, body={}, act=fail)
    assert not Submission.objects.exists()
    assert not Community.objects.filter(slug="half-done").exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_one_row_and_one_reply() -> None:
    member, key, start = MemberFactory(), uuid.uuid4(), threading.Barrier(6)
    replies: list[tuple[int, dict[str, Any]]] = []

    def send(n: int) -> None:
        try:
            start.wait(timeout=10)
            replies.append(answer_once(member=member, key=key, body={"value": 1}, act=naming(f"sent-{n}")))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(replies) == 6
    assert all(reply == replies[0] for reply in replies)
    assert Submission.objects.count() == 1
    assert Community.objects.filter(slug__startswith="sent-").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_sender_takes_over_when_the_first_is_rolled_back() -> None:
    member, key = MemberFactory(), uuid.uuid4()
    first_is_in, replies = threading.Event(), []

    def send() -> None:
        try:
            first_is_in.wait(timeout=10)
            replies.append(answer_once(member=member, key=key, body={}, act=naming("second")))
        finally:
            connection.close()

    thread = threading.Thread(target=send)
    thread.start()
    with transaction.atomic():
        answer_once(member=member, key=key, body={}, act=naming("first"))
        first_is_in.set()
        thread.join(timeout=0.3)
        assert thread.is_alive(), "the second waits for the first"
        transaction.set_rollback(True)
    thread.join(timeout=10)
    assert replies == [(201, {"community": "second"})]


@given(body=st.dictionaries(st.text(min_size=1), json_values, max_size=5), data=st.data())
def test_the_hash_sees_what_is_said_and_not_in_which_order(body: dict[str, Any], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(body.items()))))
    sent_again = json.loads(json.dumps(body, indent=1))
    assert body_sha256(shuffled) == body_sha256(body) == body_sha256(sent_again)
    assert body_sha256({**body, "and": "more"}) != body_sha256({**body, "and": "less"})


def test_the_hash_takes_what_forms_bring_along() -> None:
    key = uuid.uuid4()
    assert body_sha256({"key": key}) == body_sha256({"key": str(key)})
    assert body_sha256({"uses": {"b", "a"}}) == body_sha256({"uses": ["a", "b"]})
    with pytest.raises(TypeError, match="object has no place"):
        body_sha256({"x": object()})
