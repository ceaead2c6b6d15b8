"""Reward models from a conversation's votes: trained by the job, stopped and resumed, scored with, downloaded."""

import io
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from accounts.actions import withdraw_consent
from accounts.models import Member
from accounts.personal_data import erase
from aggregation.actions.rewards import request_scoring, request_training, training_job
from aggregation.models import RewardCheckpoint, RewardModel
from aggregation.sources import Material, find_material
from deliberation.actions import cast_vote
from deliberation.actions.maps import draw_map
from deliberation.models import OpinionMap
from deliberation.queries import vote_arrays
from governance.models import Release
from jobs.actions import cancel_job
from jobs.models import Job
from jobs.relay import relay_wishes
from jobs.running import run
from polyphony.cli import polyphony
from tests.aggregation.materials import voted_once
from tests.factories.accounts import ConsentFactory, MemberFactory
from tests.factories.deliberation import ConversationFactory, StatementFactory
from tests.factories.rewards import make_reward_model, make_trained

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = {"groups": ["opinion"], "losses": "points", "reduction": "mean", "reduction_group": "", "threshold": 1.0}
PLAN |= {"prefer": "high", "members": 2, "val_share": 30, "seed": 0}
NOBODY = 10**9  # no id of a member
THEMES = ("Buses should run at night", "Taxes should pay for parks", "Schools should teach cooking")


@pytest.fixture
def researcher() -> Member:
    return MemberFactory(researcher=True)


@pytest.fixture
def material(researcher: Member) -> Material:
    """Two camps that differ on every third statement."""
    conversation = ConversationFactory(community=researcher.community, created_by=researcher)
    statements = [
        StatementFactory(conversation=conversation, number=number, text=f"{THEMES[number % 3]}, proposal {number}")
        for number in range(18)
    ]
    rng = np.random.default_rng(0)
    for person in range(16):
        member = MemberFactory(community=researcher.community)
        for number, statement in enumerate(statements):
            leans = 1 if number % 3 == 0 or (number % 3 == 1) == (person % 2 == 0) else -1
            cast_vote(member=member, statement=statement, value=leans if rng.random() < 0.9 else -leans)
    draw_map(conversation, vote_arrays(conversation), OpinionMap.Grouping.COMPUTED)
    found = find_material(researcher.user, "conversation", conversation.slug)
    assert found is not None
    return found


def ask(researcher: Member, material: Material, **plan: object) -> RewardModel:
    question = material.questions()[0]
    return request_training(member=researcher, title="Camps", parts=[(material, question)], plan=PLAN | plan)


def work() -> list[Job]:
    """Do everything that was asked for."""
    done = relay_wishes()
    for job in done:
        run(job)
    return list(Job.objects.filter(pk__in=done))


def test_a_trained_model_is_read_scored_with_and_downloaded(
    researcher: Member, material: Material, tmp_path: Path
) -> None:
    made = ask(researcher, material)
    (job,) = [job for job in work() if job.kind == "train_reward_model"]
    assert job.status == Job.Status.SUCCEEDED, job.failure
    made.refresh_from_db()
    assert made.run is not None
    assert made.run.result["rows"]["raters"] == 16
    assert not RewardCheckpoint.objects.exists()
    assert Release.objects.get(content_sha256=made.artifact_sha256).kind == "model"

    scoring = request_scoring(reward_model=made, member=researcher, prompt="", texts=["Buses at night", "No parks"])
    work()
    scoring.refresh_from_db()
    scores = scoring.result["scores"][0]
    assert {len(rows) for rows in (scores["everybody"], *scores["groups"]["opinion"].values())} == {2}

    client = Client()
    client.force_login(researcher.user)
    assert client.get(made.get_absolute_url()).status_code == 200
    address = f"{scoring.get_absolute_url()}?rule=chebyshev&weight-0=100&weight-1=0"
    told = client.get(address).content.decode()
    assert "Chebyshev picks 1 text" in told
    assert "these 2 texts are of about" in told
    part = client.get(address, headers={"HX-Request": "true", "HX-Target": "steering"}).content.decode()
    assert 'name="weight-1"' in part
    assert "<h1" not in part
    reply = client.get(reverse("aggregation:reward-model-download", args=[made.pk]))
    folder = tmp_path / "model"
    with zipfile.ZipFile(io.BytesIO(b"".join(reply.streaming_content))) as archive:  # type: ignore[attr-defined]  # a file
        archive.extractall(folder)
    assert "raters.safetensors" not in {path.name for path in folder.iterdir()}
    rows = tmp_path / "rows.csv"
    rows.write_text("item,rater,text,opinion\nx,new,Buses at night,A\ny,new,No parks,B\n")
    asked = ["rewards", "predict", str(folder), str(rows), "--mode", "group", "--out", str(tmp_path / "out.csv")]
    done = CliRunner().invoke(polyphony, asked)
    assert done.exit_code == 0, done.output
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 3


def test_a_stopped_training_goes_on_from_what_is_finished(researcher: Member, material: Material) -> None:
    made = ask(researcher, material)
    (job,) = [Job.objects.get(pk=pk) for pk in relay_wishes()][-1:]
    cancel_job(job=job)
    run(job.pk)
    found = training_job(made)
    assert found is not None
    assert found.status == Job.Status.CANCELLED
    client = Client()
    client.force_login(researcher.user)
    assert "Go on with the training" in client.get(made.get_absolute_url()).content.decode()
    client.post(reverse("aggregation:reward-model-resume", args=[made.pk]))
    work()
    made.refresh_from_db()
    assert made.is_trained


def test_what_was_drawn_before_a_stop_stays_until_its_fit_begins_again(researcher: Member, material: Material) -> None:
    made = ask(researcher, material)
    made.curve = [{"name": "of the first run", "loss": 0.5}, {"name": "member 1", "loss": 9.0}]
    made.save()
    work()
    made.refresh_from_db()
    names = [one["name"] for one in made.curve]
    assert (names[0], "member 1" in names) == ("of the first run", True)
    assert max(one["loss"] for one in made.curve) < 9.0


def test_the_same_answers_plan_and_seed_give_the_same_bytes(researcher: Member, material: Material) -> None:
    one, other = ask(researcher, material), ask(researcher, material)
    work()
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.artifact_sha256
    assert one.artifact_sha256 == other.artifact_sha256


def test_too_few_texts_are_refused_in_words(researcher: Member) -> None:
    ask(researcher, voted_once(researcher), groups=[])
    (job,) = [job for job in work() if job.kind == "train_reward_model"]
    assert job.status == Job.Status.FAILED
    assert "held out" in job.failure or "Collect answers" in job.failure


def test_what_nobody_has_answered_cannot_be_chosen(researcher: Member) -> None:
    conversation = ConversationFactory(community=researcher.community, created_by=researcher)
    StatementFactory(conversation=conversation)
    client = Client()
    client.force_login(researcher.user)
    page = client.get(reverse("aggregation:new-reward-model"), {"material": f"conversation:{conversation.slug}"})
    assert "no answers that a reward model can learn from" in page.content.decode()


def test_erasing_a_person_names_the_models_their_answers_taught(researcher: Member, material: Material) -> None:
    made = ask(researcher, material)
    RewardModel.objects.filter(pk=made.pk).update(raters=[researcher.pk, NOBODY])
    RewardCheckpoint.objects.create(reward_model=made, name="member", data=b"what was learnt of everybody so far")
    erase(researcher)
    made.refresh_from_db()
    assert (made.raters, made.raters_erased) == ([NOBODY], 1)
    assert not RewardCheckpoint.objects.exists()


def test_consent_taken_back_is_told_and_what_unfinished_trainings_keep_goes(researcher: Member) -> None:
    made, unfinished = make_trained(researcher), make_reward_model(researcher)
    people = [ConsentFactory(member__community=researcher.community).member for _ in range(3)]
    RewardModel.objects.filter(pk=made.pk).update(raters=[person.pk for person in people])
    RewardCheckpoint.objects.create(reward_model=unfinished, name="member", data=b"what was learnt so far")
    client = Client()
    client.force_login(researcher.user)
    assert "taken back consent" not in client.get(made.get_absolute_url()).content.decode()
    withdraw_consent(member=people[0])
    assert "1 person whose answers taught it has since taken back consent" in (
        client.get(made.get_absolute_url()).content.decode()
    )
    assert not RewardCheckpoint.objects.exists()


def test_the_form_trains_once_for_each_key(researcher: Member, material: Material) -> None:
    client = Client()
    client.force_login(researcher.user)
    name = f"{material.choice.kind}:{material.choice.key}"
    page = client.get(reverse("aggregation:new-reward-model"), {"material": name})
    assert "Opinion group" in page.content.decode()
    sent = {"material": name, "key": str(uuid.uuid4()), "title": "T", "questions": [f"{name}:agreement"]}
    sent |= {"losses": "points", "reduction": "mean", "prefer": "high", "members": 2, "val_share": 20, "seed": 0}
    first = client.post(reverse("aggregation:new-reward-model"), sent)
    second = client.post(reverse("aggregation:new-reward-model"), sent)
    assert first["Location"] == second["Location"]
    assert RewardModel.objects.count() == 1
    pairs = client.post(reverse("aggregation:new-reward-model"), sent | {"key": str(uuid.uuid4()), "losses": "cvar"})
    assert pairs.status_code == 400


def test_pages_of_the_web_never_import_torch() -> None:
    code = "import django, sys; django.setup(); import config.urls, config.wsgi; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
