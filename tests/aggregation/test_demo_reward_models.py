"""The demonstration's reward models: asked for once, trained by the worker, their texts scored without asking again."""

import pytest
from django.urls import reverse

from accounts.models import Member, Role
from aggregation.demo.reward_models import MODELS, load_demo
from aggregation.models import RewardModel, RewardScoring
from annotation.demo.load import load_demo as load_studies
from deliberation.demo.load import load_demo as load_conversations
from jobs.models import Job
from jobs.relay import relay_wishes
from jobs.running import run

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_model_is_trained_with_its_texts_scored_and_its_pages_say_so(client):
    load_conversations()
    load_studies()
    assert load_demo() is True
    assert RewardModel.objects.count() == len(MODELS)
    assert load_demo() is False
    for kind in ("train_reward_model", "score_texts"):
        relay_wishes()
        jobs = list(Job.objects.filter(kind=kind))
        assert len(jobs) == len(MODELS)
        for job in jobs:
            run(job.pk)
            job.refresh_from_db()
            assert job.status == Job.Status.SUCCEEDED, job.failure
    client.force_login(Member.objects.filter(roles__contains=[Role.RESEARCHER]).first().user)
    listed = client.get(reverse("aggregation:reward-models")).content.decode()
    for model in RewardModel.objects.all():
        assert model.is_synthetic
        assert model.is_trained
        assert model.title in listed
        page = client.get(model.get_absolute_url())
        assert page.status_code == 200
        assert "Where groups disagree most" in page.content.decode()
    conflicts = RewardModel.objects.get(materials__0__key="when-values-conflict")
    assert {"item_a", "item_b"} <= set(conflicts.run.result["divided"][0])
    assert "said why" in client.get(conflicts.get_absolute_url()).content.decode()
    town = RewardModel.objects.get(materials__0__key="town-money").run.result
    kept = {one["factor"]: one["kept"] for one in town["interactions"]}
    assert (kept["age"], kept["gender"]) == (True, False)  # a group counts where it makes a difference, and only there
    assert town["metrics"]["gains"]["points"]["group"]["better"]
    client.force_login(Member.objects.filter(roles__contains=[Role.STEWARD]).first().user)
    read_by_a_steward = client.get(conflicts.get_absolute_url()).content.decode()
    assert "Where groups disagree most" in read_by_a_steward
    assert "said why" not in read_by_a_steward  # who may not read the answers reads no words of theirs
    client.force_login(Member.objects.filter(roles__contains=[Role.RESEARCHER]).first().user)
    for scoring in RewardScoring.objects.all():
        assert len(scoring.result["scores"][0]["everybody"]) == len(scoring.texts)
        assert client.get(scoring.get_absolute_url()).status_code == 200


def test_without_people_there_is_nothing_to_ask_for():
    assert load_demo() is False
