"""Flags on the integrity page: planted rings are found, a person decides, the person concerned appeals."""

import numpy as np
import pytest
from django.urls import reverse

from accounts.models import Role
from aggregation.models import Aggregation, FlagDecision, Run
from aggregation.pipelines.integrity import compute
from aggregation.pipelines.outcome import silent
from aggregation.sources import People, Votes
from tests.factories.accounts import MemberFactory
from tests.factories.aggregation import make_aggregation

pytestmark = pytest.mark.django_db
ASKED = {"grouping": "", "selection": {}}


def ringed(people=200, statements=40, ring=20, noise=0.05, seed=4):
    """Votes of three opinion groups, and a tenth of the accounts with copies of one ballot."""
    rng = np.random.default_rng(seed)
    chance = rng.beta(1.2, 1.2, size=(3, statements))
    votes = np.where(rng.random((people, statements)) < chance[rng.integers(3, size=people)], 1, -1)
    ballot = np.where(rng.random(statements) < 0.5, 1, -1)
    flips = rng.random((ring, statements)) < noise
    votes[:ring] = np.where(flips, -ballot, ballot)
    person, statement = np.nonzero(rng.random((people, statements)) < 0.8)
    ids = tuple(map(str, range(people)))
    whole = People(ids, np.full(people, -1))
    texts = tuple(f"Statement {n}" for n in range(statements))
    return Votes(whole, tuple(map(str, range(statements))), texts, person, statement, votes[person, statement])


@pytest.fixture(scope="module")
def result():
    return compute(ringed(), ASKED, seed=0, tell=silent).result


def test_planted_rings_are_flagged_and_others_are_not(result):
    flagged = {int(row["participant"]) for row in result["flagged"]}
    assert len(flagged & set(range(20))) >= 18
    assert len(flagged - set(range(20))) <= 2
    assert result["changes"]["most_changed"]


def test_a_person_decides_with_a_reason_and_the_person_concerned_appeals(client, result):
    organiser = MemberFactory(roles=[Role.RESEARCHER])
    concerned = MemberFactory(community=organiser.community)
    name = result["flagged"][0]["participant"]
    made = make_aggregation(organiser.community, material="x", numbers={name: concerned.pk})
    Run.objects.filter(pk=made.pk).update(kind="integrity", result=result, parameters=ASKED)
    address = reverse("aggregation:decide", args=[made.pk, name])
    client.force_login(organiser.user)
    page = client.get(made.get_absolute_url()).content.decode()
    assert f"Participant {name}" in page
    client.post(address, {"verdict": "leave_out", "reason": " "})
    assert not FlagDecision.objects.exists()
    client.post(address, {"verdict": "leave_out", "reason": "One ballot, twenty times."})
    page = client.get(made.get_absolute_url()).content.decode()
    assert "One ballot, twenty times." in page
    assert f"?excluded={name}" in page
    flag = FlagDecision.objects.get()
    appeal = reverse("aggregation:appeal", args=[flag.pk])
    assert client.post(appeal, {"reason": "No"}).status_code == 404
    client.force_login(concerned.user)
    assert client.post(address, {"verdict": "keep", "reason": "Mine"}).status_code == 404
    assert "One ballot, twenty times." in client.get(reverse("aggregation:my-flags")).content.decode()
    client.post(appeal, {"reason": "We only agree."})
    assert [one.verdict for one in FlagDecision.objects.all()] == ["appealed", "leave_out"]
    client.force_login(organiser.user)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "We only agree." in page
    assert "?excluded=" not in page
    assert Aggregation.objects.get().member_of(name) == concerned
