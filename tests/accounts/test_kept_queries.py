"""Kept statements do what the ORM's own would do, for whatever values they are given."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.transaction import TransactionManagementError
from django.forms.models import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.idempotency import body_sha256
from accounts.kept_queries import KeptInsert, KeptQuery
from accounts.models import Consent, Member, Submission
from accounts.queries import current_member, owes_consent
from tests.factories.accounts import CommunityFactory, ConsentTextFactory, MemberFactory

pytestmark = pytest.mark.django_db


def _others(community: int, pseudonym: str) -> Any:
    agreed = Consent.objects.filter(member=OuterRef("pk"), withdrawn_at=None)
    found = Member.objects.active().select_related("community", "user").annotate(agrees=Exists(agreed))
    return found.filter(community=community).exclude(pseudonym=pseudonym).order_by("-pk")


def _told(found: Any) -> list[Any]:
    return [(one.community.name, one.user.username, one.agrees, model_to_dict(one)) for one in found]


def test_rows_relations_and_annotations_are_those_of_the_query_set() -> None:
    kept = KeptQuery(_others, community=int, pseudonym=str)
    for _ in range(2):
        community = CommunityFactory()
        first, second, _third = (MemberFactory(community=community, roles=["researcher"]) for _ in range(3))
        Consent.objects.create(member=second, text=ConsentTextFactory(community=community))
        asked = {"community": community.pk, "pseudonym": first.pseudonym}
        with CaptureQueriesContext(connection) as queries:
            told = _told(kept.all(**asked))
        assert len(queries) == 1
        assert told == _told(_others(**asked))
        assert [agrees for _, _, agrees, _ in told] == [False, True]


def test_a_value_that_the_query_changes_is_refused() -> None:
    kept = KeptQuery(lambda name: Member.objects.filter(pseudonym__contains=name), name=str)
    with pytest.raises(ValueError, match="does not pass on name as given"):
        kept.first(name="Otter")


@pytest.mark.django_db(transaction=True)
def test_rows_are_only_locked_within_a_transaction() -> None:
    member = MemberFactory()
    kept = KeptQuery(lambda pk: Member.objects.select_for_update().filter(pk=pk), pk=int)
    with pytest.raises(TransactionManagementError):
        kept.first(pk=member.pk)


def test_a_row_is_added_as_saving_would() -> None:
    member, key, now = MemberFactory(), uuid4(), timezone.now() - timedelta(days=1)
    reply = {"words": "naïve", "list": [1, 2.5, None]}
    described = {"member": member, "body_sha256": body_sha256(reply), "status": 200, "reply": reply, "created_at": now}
    added = KeptInsert(Submission)(Submission(key=key, **described))
    saved = Submission.objects.create(key=uuid4(), **described)
    assert not added._state.adding
    stored, twin = Submission.objects.get(key=key), Submission.objects.get(pk=saved.pk)
    assert stored.pk == added.pk
    assert {**model_to_dict(stored), "id": 0, "key": 0} == {**model_to_dict(twin), "id": 0, "key": 0}
    assert stored.created_at == twin.created_at == now


def test_who_acts_and_what_they_owe_is_read_anew_each_time() -> None:
    member = MemberFactory()
    text = ConsentTextFactory(community=member.community)
    assert owes_consent(member)
    Consent.objects.create(member=member, text=text)
    assert not owes_consent(member)
    assert current_member(member.user) == member
    member.banned_at = timezone.now()
    member.save()
    assert current_member(member.user) is None


@pytest.mark.django_db(transaction=True)
def test_a_statement_sent_often_is_planned_once_for_a_connection() -> None:
    member = MemberFactory()
    ConsentTextFactory(community=member.community)
    for _ in range(5):
        assert owes_consent(member)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%accounts_consenttext%'")
        assert cursor.fetchone() == (1,)


def test_a_session_ends_when_its_time_is_over_or_its_person_may_not_sign_in(client: Client) -> None:
    member = MemberFactory()
    client.force_login(member.user)
    assert client.get("/me/").status_code == 200
    member.user.is_active = False
    member.user.save()
    assert client.get("/me/").status_code == 302
    member.user.is_active = True
    member.user.save()
    client.force_login(member.user)
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/me/").status_code == 302
