"""People whom a crowd service sends: their id is exchanged once, never kept, and the right code waits at the end."""

import uuid
from typing import Any

import pytest
from django.test import Client

from annotation.actions.enrolling import crowd_key_of
from annotation.models import Enrolment, Response, Study
from tests.factories.annotation import open_study

pytestmark = pytest.mark.django_db
CODES = {"complete": "C0MPLETE", "screened_out": "SCR33N", "refused": "REFUS3D"}
PROLIFIC = {"PROLIFIC_PID": "5f3c9a0b1e2d4c5b6a7f8e9d", "STUDY_ID": "s1", "SESSION_ID": "t1"}


@pytest.fixture
def study() -> Study:
    return open_study(items=1, takes_crowd=True, completion_codes=CODES, unit_pay_cents=150, currency="EUR")


def arrive(study: Study, query: dict[str, str]) -> Client:
    client = Client()
    first = client.get(f"/studies/{study.slug}/enter/", query)
    assert first["Location"] == f"/studies/{study.slug}/enter/"
    client.post(f"/studies/{study.slug}/enter/", {"key": str(uuid.uuid4())})
    return client


def start(client: Client, study: Study, answer: str = "yes") -> None:
    client.post(f"/studies/{study.slug}/start/", {"key": str(uuid.uuid4()), "answer": answer})


def everything_stored() -> str:
    """Every value of every row that could hold an id."""
    from django.apps import apps

    return "".join(str(list(model._default_manager.values())) for model in apps.get_models())


def test_the_id_is_exchanged_for_a_keyed_hash_and_kept_nowhere(study: Study) -> None:
    client = arrive(study, PROLIFIC)
    start(client, study)

    enrolment = Enrolment.objects.get()
    assert (enrolment.crowd, enrolment.crowd_key) == ("prolific", crowd_key_of("prolific", PROLIFIC["PROLIFIC_PID"]))
    assert PROLIFIC["PROLIFIC_PID"] not in everything_stored()


def test_pay_so_far_and_the_completion_code_come_at_the_end(study: Study) -> None:
    client = arrive(study, PROLIFIC)
    start(client, study)
    before = client.get(f"/studies/{study.slug}/answer/").content.decode()
    held = Enrolment.objects.get().member.assignments.get()
    sent = {"key": str(uuid.uuid4()), "q-better": "a:1"}
    client.post(f"/studies/{study.slug}/tasks/{held.pk}/answer/", sent)
    after = client.get(f"/studies/{study.slug}/answer/").content.decode()
    client.post(f"/studies/{study.slug}/finish/", {"key": str(uuid.uuid4())})
    finished = client.get(f"/studies/{study.slug}/finish/").content.decode()

    assert CODES["complete"] not in before
    for page in (after, finished):
        assert "C0MPLETE" in page
        assert "https://app.prolific.com/submissions/complete?cc=C0MPLETE" in page
    assert "1.50" in after
    assert Response.objects.count() == 1


def test_who_says_no_gets_the_code_for_that(study: Study) -> None:
    client = arrive(study, PROLIFIC)
    start(client, study, "no")

    page = client.get(f"/studies/{study.slug}/answer/").content.decode()

    assert "cc=REFUS3D" in page
    assert "C0MPLETE" not in page


def test_the_same_person_coming_again_is_the_same_person(study: Study) -> None:
    start(arrive(study, PROLIFIC), study)
    start(arrive(study, {**PROLIFIC, "SESSION_ID": "t2"}), study)
    start(arrive(study, {"workerId": "A1B2", "assignmentId": "x", "hitId": "h"}), study)

    assert sorted(Enrolment.objects.values_list("crowd", flat=True)) == ["mturk", "prolific"]


@pytest.mark.parametrize("query", [{}, {"workerId": "A1", "assignmentId": "ASSIGNMENT_ID_NOT_AVAILABLE"}])
def test_nobody_enters_without_a_service(study: Study, query: dict[str, Any]) -> None:
    assert Client().get(f"/studies/{study.slug}/enter/", query).status_code == 410


def test_a_study_that_takes_no_crowd_has_no_such_door() -> None:
    closed = open_study(items=1)

    assert Client().get(f"/studies/{closed.slug}/enter/", PROLIFIC).status_code == 404
