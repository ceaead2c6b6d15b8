"""The tally bundle: the standalone verifier comes to the same result, and any change shows."""

import json
import random
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings

from governance.actions.decisions import settle, withdraw_decision
from governance.actions.voting import answer_matter, cast_ballot, declare_interest, file_objection, file_veto
from governance.canonical import canonical, sha256
from polyphony import verify_tally
from tests.factories.accounts import MemberFactory
from tests.factories.governance import holders, make_body, make_decision
from tests.governance.test_decisions import SECRET, VETOABLE, after_closing, everybody
from tests.polyphony.commands import result_of

pytestmark = pytest.mark.django_db


def adopted(rule=VETOABLE, *, overridden=True):
    """A decision with everything that can happen: a recusal, an objection, a veto, its override."""
    decision = make_decision(make_body(n=6, vacant=1), rule=rule, title="Die Straße öffnen")
    people = holders(decision.body)
    declare_interest(decision=decision, member=people[5], text="My sister works there.", steps_aside=True)
    for member, choice in zip(people, ["for", "for", "for", "against", "abstain"], strict=False):
        cast_ballot(decision=decision, member=member, choice=choice)
    objector = MemberFactory(community=decision.body.community)
    objection = file_objection(decision=decision, member=objector, reason="Nobody asked us. – Straße")
    veto = file_veto(decision=decision, member=people[2], reason="It harms the few.")
    now = after_closing(decision)
    answer_matter(matter=objection, text="You were asked in May.", by=people[0], now=now)
    answer_matter(matter=veto, text="The few were asked.", by=people[0], now=now + timedelta(hours=1))
    for member in people[: 4 if overridden else 1]:
        cast_ballot(decision=decision, member=member, choice="for", now=now + timedelta(hours=2))
    return settle(decision=decision, now=now + timedelta(hours=26))


def data_of(decision):
    return bytes(decision.bundle.data)


@pytest.mark.parametrize(("overridden", "state"), [(True, "adopted"), (False, "rejected")])
def test_the_verifier_recomputes_the_result(overridden, state):
    decision = adopted(overridden=overridden)
    found = verify_tally.verify(data_of(decision), expected_sha256=decision.bundle.sha256)
    assert found["faults"] == []
    assert (found["result"]["state"], decision.state) == (state, state)
    assert found["result"]["for"] == 3
    assert found["result"]["quorum_base"] == 5


@pytest.mark.parametrize("votes", [0, 2, 5])
@pytest.mark.parametrize("rule", [SECRET, VETOABLE])
def test_the_verifier_recomputes_lapsed_rejected_and_adopted(votes, rule):
    decision = make_decision(rule=rule)
    for member in holders(decision.body)[:votes]:
        cast_ballot(decision=decision, member=member, choice="for" if votes == 5 else "against")
    settled = settle(decision=decision, now=after_closing(decision))
    found = verify_tally.verify(data_of(settled))
    assert (found["faults"], found["result"]["state"]) == ([], settled.state)


def test_a_withdrawn_decision_has_no_bundle_and_no_result():
    decision = make_decision()
    everybody(decision)
    assert not hasattr(withdraw_decision(decision=decision, reason="The data are not ready."), "bundle")


def test_a_secret_bundle_tells_who_voted_and_nothing_of_how():
    decision = make_decision(rule=SECRET)
    for member, choice in zip(holders(decision.body), ["for", "against", "for", "abstain", "for"], strict=True):
        cast_ballot(decision=decision, member=member, choice=choice)
    body = json.loads(data_of(settle(decision=decision, now=after_closing(decision))))["body"]
    assert body["ballots"] == {"cast": ["abstain", "against", "for", "for", "for"], "voted": [1, 2, 3, 4, 5]}


def test_no_bundle_names_anybody():
    decision = adopted()
    text = data_of(decision).decode()
    assert not [member.pseudonym for member in holders(decision.body) if member.pseudonym in text]


def test_every_changed_byte_is_rejected():
    data = data_of(adopted())
    rng = random.Random(0)
    for _ in range(2000):
        place = rng.randrange(len(data))
        changed = bytearray(data)
        if rng.random() < 0.5:
            changed[place] ^= 1 << rng.randrange(8)
        else:
            changed[place] = rng.choice([byte for byte in range(256) if byte != data[place]])
        assert not holds(bytes(changed)), (place, data[max(0, place - 20) : place + 20])


def test_white_space_and_the_order_of_names_count():
    data = data_of(adopted())
    bundle = json.loads(data)
    assert holds(data)
    assert not holds(data + b"\n")
    assert not holds(b" " + data)
    assert not holds(json.dumps(bundle, sort_keys=True, ensure_ascii=False).encode())
    turned = dict(reversed(list(bundle.items())))
    assert not holds(json.dumps(turned, separators=(",", ":"), ensure_ascii=False).encode())
    assert not holds(data.replace(b'{"body"', b'{"body":1,"body"', 1))
    assert not holds(json.dumps(bundle, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("name", "forge"),
    [
        ("a ballot", lambda body: body["ballots"]["cast"][3].update(choice="for")),
        ("a late ballot", lambda body: body["ballots"]["cast"][0].update(cast_at=body["closes_at"])),
        ("a voter", lambda body: body["ballots"]["voted"].pop()),
        ("a stranger", lambda body: body["ballots"]["cast"][0].update(seat=77)),
        ("the rule", lambda body: body["rule"].update(threshold="9/10")),
        ("the quorum", lambda body: body["rule"].update(quorum="1")),
        ("the least time", lambda body: body["rule"].update(minimum_open_hours=100)),
        ("a recusal", lambda body: body["recused"].append(1)),
        ("a term", lambda body: body["electors"][0].update(ends_at=body["opened_at"])),
        ("an answer", lambda body: body["vetoes"][0].update(answered_at="", answer_sha256="")),
        ("the text", lambda body: body["decision"].update(text="Something else.")),
        ("the end", lambda body: body["result"].update(state="rejected")),
        ("the override", lambda body: body["override"]["ballots"]["cast"].clear()),
        ("no override", lambda body: body.update(override=None)),
    ],
)
def test_a_forgery_with_a_seal_of_its_own_does_not_add_up(name, forge):
    bundle = json.loads(data_of(adopted()))
    forge(bundle["body"])
    bundle["seal"] = sha256(canonical(bundle["body"]))
    assert not verify_tally.verify(canonical(bundle))["holds"], name


def holds(data):
    try:
        return verify_tally.verify(data)["holds"]
    except verify_tally.Unreadable:
        return False


def test_the_file_runs_alone_and_polyphony_verify_says_the_same(tmp_path):
    decision = adopted()
    bundle = tmp_path / "bundle.json"
    bundle.write_bytes(data_of(decision))
    alone = tmp_path / "verify_tally.py"
    alone.write_bytes(settings.VERIFIER.read_bytes())
    run = subprocess.run([sys.executable, "-I", "-S", alone, bundle], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["result"]["state"] == "adopted"
    command = result_of(tmp_path, "verify", bundle, "--sha256", decision.bundle.sha256)
    assert command["result"] == told["result"]
    bundle.write_bytes(data_of(decision).replace(b'"against":1', b'"against":0'))
    run = subprocess.run([sys.executable, "-I", "-S", alone, bundle], capture_output=True, text=True, check=False)
    assert (run.returncode, json.loads(run.stdout)["holds"]) == (1, False)
    bundle.write_bytes(b"{}")
    run = subprocess.run([sys.executable, "-I", "-S", alone, bundle], capture_output=True, text=True, check=False)
    assert run.returncode == 2
