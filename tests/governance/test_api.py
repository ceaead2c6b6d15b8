"""Governance over REST: what programs read of decisions, tallies, texts and the audit chain, and what they do not."""

import hashlib
import json
import subprocess
import sys
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.api_keys import make_api_key
from accounts.models import Submission
from governance.actions.audit import publish_head
from governance.actions.decisions import settle
from governance.actions.voting import answer_matter, cast_ballot, declare_interest, file_objection
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.factories.governance import LENIENT, holders, make_body, make_decision
from tests.governance.constitutions import adopted, amendment_of, passed

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return make_body(n=3, vacant=1)


def told(address, client=None):
    response = (client or Client()).get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content
    return response.json()


def test_a_body_lists_its_seats_with_who_holds_them(body):
    [listed] = told("bodies/")["results"]
    assert (listed["slug"], listed["mandate"]) == (body.slug, body.mandate)
    assert [(seat["number"], seat["held_by"] is None) for seat in listed["seats"]] == [
        (1, False), (2, False), (3, False), (4, True),
    ]  # fmt: skip
    assert told(f"bodies/{body.slug}/")["seats"][0]["held_by"] == holders(body)[0].pseudonym


def test_a_decision_tells_rule_electorate_and_matters_but_no_vote_before_it_closes(body):
    decision = make_decision(body)
    one, two, three = holders(body)
    objection = file_objection(decision=decision, member=one, reason="Too early")
    answer_matter(matter=objection, text="It is not.", by=two)
    declare_interest(decision=decision, member=three, text="I own shares.", steps_aside=True)
    before = told(f"decisions/{decision.pk}/")
    cast_ballot(decision=decision, member=one, choice="for")
    cast_ballot(decision=decision, member=two, choice="against")
    after = told(f"decisions/{decision.pk}/")
    assert before == after
    assert (after["state"], after["result"], after["tally"]) == ("open", None, None)
    assert [row["seat"] for row in after["electors"]] == [1, 2, 3]
    assert [(row["reason"], row["answer"], row["seat"]) for row in after["objections"]] == [
        ("Too early", "It is not.", None)
    ]
    assert [(row["seat"], row["is_recused"]) for row in after["interests"]] == [(3, True)]
    assert Client().get(f"/api/v1/decisions/{decision.pk}/tally/").status_code == 404


def test_an_ended_decision_gives_its_result_and_a_bundle_that_the_verifier_accepts(body, tmp_path: Path):
    opened = timezone.now() - timedelta(hours=30)
    decision = make_decision(body, now=opened)
    for member in holders(body):
        cast_ballot(decision=decision, member=member, choice="for", now=opened + timedelta(hours=1))
    # Nobody has settled it yet: the clock alone has ended it.
    assert told(f"decisions/{decision.pk}/")["state"] == "adopted"
    answer = Client().get(f"/api/v1/decisions/{decision.pk}/tally/")
    found = told(f"decisions/{decision.pk}/")
    assert found["result"]["for"] == 3
    assert found["tally"]["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert found["transitions"][-1]["after"] == "adopted"
    assert Client().get(found["tally"]["address"]).content == answer.content
    bundle = tmp_path / "bundle.json"
    bundle.write_bytes(answer.content)
    run = [sys.executable, "-I", str(settings.VERIFIER), str(bundle)]
    assert subprocess.run(run, capture_output=True, check=False).returncode == 0
    bundle.write_bytes(answer.content.replace(b'"for":3', b'"for":2'))
    assert subprocess.run(run, capture_output=True, check=False).returncode != 0


def vote(decision, member, choice, key=None, **headers):
    client = Client()
    client.force_login(member.user)
    sent = {"key": str(key or uuid.uuid4()), "choice": choice}
    address = f"/api/v1/decisions/{decision.pk}/ballots/"
    return client.post(address, sent, content_type="application/json", headers=headers)


def test_who_holds_a_seat_votes_over_rest_once_for_a_key_and_may_change_an_open_vote(body):
    decision, key = make_decision(body), uuid.uuid4()
    [one, *_] = holders(body)
    for _ in range(2):
        answer = vote(decision, one, "for", key)
        assert (answer.status_code, answer.json()) == (200, {"cast": 1})
    assert vote(decision, one, "against", key).status_code == 422
    assert vote(decision, one, "against").status_code == 200
    assert [(ballot.choice, ballot.elector.member) for ballot in decision.ballots.all()] == [("against", one)]
    assert vote(decision, one, "perhaps").status_code == 400


def test_a_secret_ballot_over_rest_leaves_no_trace_of_who_said_what(body):
    decision = make_decision(body, rule=replace(LENIENT, secret=True))
    [one, *_] = holders(body)
    assert vote(decision, one, "against").status_code == 200
    again = vote(decision, one, "for")
    assert (again.status_code, again.json()["detail"][:15]) == (409, "You have voted.")
    [ballot] = decision.ballots.all()
    assert (ballot.choice, ballot.elector) == ("against", None)
    kept = Submission.objects.get(member=one)
    assert kept.reply == {"cast": 1}
    # The hash that is kept with the key is the same whatever was chosen, so that it tells nothing.
    assert vote(decision, one, "for", kept.key).json() == {"cast": 1}


def test_nobody_else_votes_over_rest(body):
    decision, stranger = make_decision(body), MemberFactory(community=body.community)
    answer = vote(decision, stranger, "for")
    assert (answer.status_code, "held no seat" in answer.json()["detail"]) == (409, True)
    _, secret = make_api_key(member=holders(body)[0], name="reads", scopes=["read"])
    headers = {"Authorization": f"Bearer {secret}"}
    sent = {"key": str(uuid.uuid4()), "choice": "for"}
    address = f"/api/v1/decisions/{decision.pk}/ballots/"
    assert Client().post(address, sent, content_type="application/json", headers=headers).status_code == 401
    assert not decision.ballots.exists()


def test_the_audit_chain_comes_as_entries_heads_and_a_file_that_verifies(body, tmp_path: Path):
    settle(decision=make_decision(body))
    community = body.community
    publish_head(community=community)
    entries = told(f"communities/{community.slug}/audit/entries/?kind=decision.open")["results"]
    assert [entry["kind"] for entry in entries] == ["decision.open"]
    [head] = told(f"communities/{community.slug}/audit/heads/")["results"]
    newest = told(f"communities/{community.slug}/audit/entries/")["results"][0]
    assert (head["number"], head["row_hash"]) == (newest["number"], newest["row_hash"])
    chain = Client().get(f"/api/v1/communities/{community.slug}/audit/chain/").content
    assert [entry["opening"] for entry in json.loads(chain)["entries"]] == [None] * newest["number"]
    file = tmp_path / "chain.json"
    file.write_bytes(chain)
    run = [sys.executable, "-I", str(settings.VERIFIER), str(file)]
    assert subprocess.run(run, capture_output=True, check=False).returncode == 0


def test_a_steward_gets_the_chain_with_what_its_entries_say(body):
    client = Client()
    client.force_login(holders(body)[0].user)
    chain = client.get(f"/api/v1/communities/{body.community.slug}/audit/chain/").content
    assert all(entry["opening"] for entry in json.loads(chain)["entries"])


def test_every_version_of_a_constitution_is_there_with_its_files(body):
    made = adopted(body.community)
    passed(amendment_of(made))
    found = told(f"constitutions/{made.slug}/")
    assert [(one["number"], one["status"]) for one in found["versions"]] == [(2, "adopted"), (1, "superseded")]
    files = found["versions"][0]["files"]
    canonical = Client().get(files["text.json"]).content
    assert hashlib.sha256(canonical).hexdigest() == found["versions"][0]["content_sha256"]
    assert "Say how sure you are." in Client().get(files["text.md"]).content.decode()
    assert [one["id"] for one in Client().get(files["principles.json"]).json()["principles"]] == ["p1", "p2"]
    assert Client().get(files["text.md"].replace("text.md", "text.exe")).status_code == 404


def test_what_stands_in_a_closed_community_is_not_there_for_strangers():
    body = make_body(CommunityFactory(is_public=False), n=3)
    made, decision = adopted(body.community), make_decision(body)
    for address in (
        f"bodies/{body.slug}/", f"decisions/{decision.pk}/", f"decisions/{decision.pk}/tally/",
        f"constitutions/{made.slug}/", f"constitutions/{made.slug}/versions/1/text.md/",
        f"communities/{body.community.slug}/audit/entries/", f"communities/{body.community.slug}/audit/heads/",
        f"communities/{body.community.slug}/audit/chain/",
    ):  # fmt: skip
        assert Client().get(f"/api/v1/{address}").status_code == 404, address
    assert told("decisions/")["results"] == told("bodies/")["results"] == told("constitutions/")["results"] == []


def test_the_schema_describes_every_address():
    schema = Client().get("/api/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    for address in (
        "bodies/{body}",
        "decisions/{decision}/tally",
        "decisions/{decision}/ballots",
        "communities/{community}/audit/chain",
    ):
        assert f"/api/v1/{address}/" in schema["paths"]
    assert reverse("api-decision-list") in schema["paths"]
