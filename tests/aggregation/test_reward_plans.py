"""What a training is asked to do fits what it learns from, whichever door it came through."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aggregation.actions.rewards import Refused, request_training
from aggregation.models import RewardModel
from aggregation.reward_plans import BOTH, unfit_for
from aggregation.sources import Question
from tests.aggregation.materials import voted_once
from tests.factories.accounts import MemberFactory

RATED, RATED_TOO = (Question(key, key, shapes=("ratings",)) for key in ("kind", "safe"))
COMPARED = Question("better", "better", shapes=("pairs",))


def plan(**changed: Any) -> dict[str, Any]:
    return {"groups": [], "losses": "points", "reduction": "mean"} | changed


@pytest.mark.parametrize(
    ("questions", "changed", "fields"),
    [
        ([RATED], {}, []),
        ([RATED], {"losses": BOTH}, []),
        ([RATED], {"losses": "davidson"}, ["losses"]),
        ([COMPARED], {"losses": "davidson"}, []),
        ([COMPARED], {"losses": "ordinal"}, ["losses"]),
        ([COMPARED], {"losses": BOTH}, ["losses"]),
        ([RATED, COMPARED], {"losses": "points"}, ["losses"]),
        ([RATED, COMPARED], {"losses": "pairs"}, ["losses"]),
        ([RATED, COMPARED], {"losses": BOTH}, []),
        ([RATED], {"reduction": "mgda"}, ["reduction"]),
        ([RATED, RATED_TOO], {"reduction": "mgda"}, []),
        ([RATED], {"reduction": "cvar"}, ["groups"]),
        ([RATED], {"reduction": "group-dro", "groups": ["age"]}, []),
    ],
)
def test_a_plan_is_refused_for_what_does_not_fit(
    questions: list[Question], changed: dict[str, Any], fields: list[str]
) -> None:
    assert [one.field for one in unfit_for(questions, plan(**changed))] == fields


@pytest.mark.django_db
def test_pages_programs_and_actions_refuse_alike() -> None:
    researcher = MemberFactory(researcher=True)
    material = voted_once(researcher)
    parts = [(material, material.questions()[0])]
    with pytest.raises(Refused, match="choose two or more"):
        request_training(member=researcher, title="T", parts=parts, plan=plan(reduction="mgda"))
    client = Client()
    client.force_login(researcher.user)
    name = f"conversation:{material.choice.key}"
    sent = {"material": name, "key": str(uuid.uuid4()), "title": "T", "questions": [f"{name}:agreement"]}
    sent |= {"losses": "points", "reduction": "mgda", "prefer": "high", "members": 2, "val_share": 20, "seed": 0}
    page = client.post(reverse("aggregation:new-reward-model"), sent)
    assert page.status_code == 400
    assert "choose two or more" in page.content.decode()
    asked = {"community": researcher.community.slug, "title": "T", "losses": "points", "key": str(uuid.uuid4())}
    asked |= {"learn_from": [{"kind": "conversation", "key": material.choice.key, "question": "agreement"}]}
    address = reverse("api-reward-model-list")
    for reduction, status, told in (("cvar", 409, "groups whose losses"), ("mgda", 409, "two or more")):
        reply = client.post(address, asked | {"reduction": reduction}, content_type="application/json")
        assert (reply.status_code, told in reply.content.decode()) == (status, True), reply.content
    assert not RewardModel.objects.exists()
