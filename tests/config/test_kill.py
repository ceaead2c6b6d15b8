"""No answer is lost: processes are killed while people vote."""

import http.client
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.live_stack import LiveStack
from tests.services_plugin import SERVERS

pytestmark = pytest.mark.services
VOTES = 300
PATIENCE_SECONDS = 120.0


@pytest.fixture(scope="module")
def stack() -> Iterator[LiveStack]:
    """A house that may be killed."""
    made = LiveStack(SERVERS.folder / "killed", durable=True, THROTTLE_USER="100000/min")
    try:
        made.start()
        yield made
    finally:
        made.stop()


@dataclass
class Sender:
    """Sends over REST, again and again, until what was sent is acknowledged."""

    address: str
    key: str
    acknowledged: dict[Any, Any] = field(default_factory=dict)
    replies: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    reply: dict[str, Any] | None = None

    def send(self, body: bytes, path: str = "") -> dict[str, Any] | None:
        """Send until there is an answer; the reply, or None where it has no content."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._send(body, path):
            assert time.monotonic() < end, f"no answer within {PATIENCE_SECONDS} s: {self.replies}"
            time.sleep(0.1)
        return self.reply

    def _send(self, body: bytes, path: str = "") -> bool:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                self.replies[str(reply.status)] += 1
                text = reply.read()
                self.reply = json.loads(text) if text else None
                return bool(reply.status in {200, 204})
        except urllib.error.HTTPError as refusal:
            self.replies[str(refusal.code)] += 1
            if refusal.code != 503 or "Retry-After" not in refusal.headers:
                self.unexpected.append(f"{refusal.code}: {refusal.read()[:500]!r}")
        except (urllib.error.URLError, ConnectionError, TimeoutError, http.client.HTTPException) as broken:
            self.replies[type(broken).__name__] += 1
        return False


class Annotator(Sender):
    """Answers whatever item is given next, each answer under its own key."""

    def answer_all(self, rng: random.Random) -> None:
        """Go on until nothing waits."""
        while (given := self.send(b"{}", "next/")) is not None:
            chosen = rng.choice(["a", "b"])
            answers = {"better": {"value": {"chosen": chosen, "strength": rng.randint(1, 3)}}}
            sent = {"key": str(uuid4()), "assignment": given["id"], "answers": answers}
            body = json.dumps(sent).encode()
            self.send(body, "responses/")
            self.acknowledged[given["id"]] = chosen
            if len(self.acknowledged) % 7 == 0:
                self._send(body, "responses/")


class Voter(Sender):
    """Sends votes, each under its own key."""

    def vote(self, statement: int, value: int) -> None:
        """Send one vote again and again; sometimes once more after the answer, as when the answer got lost."""
        body = json.dumps({"key": str(uuid4()), "votes": [{"statement": statement, "value": value}]}).encode()
        self.send(body)
        self.acknowledged[statement] = value
        if statement % 7 == 0:
            self._send(body)


def test_every_acknowledged_vote_is_there_once_though_everything_is_killed(stack: LiveStack) -> None:
    script = str(Path(__file__).with_name("voters.py"))
    setting = json.loads(stack.python(script))
    address = f"{stack.address}/api/v1/conversations/{setting['slug']}/votes/"
    voters = [Voter(address, one["key"]) for one in setting["voters"]]
    rng = random.Random(20)
    values = {number: rng.choice([-1, 0, 1]) for number in setting["statements"]}

    def vote_on_all(voter: Voter) -> None:
        for number in setting["statements"]:
            voter.vote(number, values[number])

    def acknowledged() -> int:
        return sum(len(voter.acknowledged) for voter in voters)

    outage = threading.Event()
    blows = [
        (40, stack.kill_a_web_worker),
        (90, stack.kill_the_task_worker),
        (140, lambda: (stack.postgres.kill(), outage.set(), time.sleep(0.5), stack.postgres.restart())),
        (220, stack.kill_a_web_worker),
        (260, lambda: (stack.valkey.stop(), time.sleep(0.3), stack.valkey.restart())),
    ]
    dealt = []
    with ThreadPoolExecutor(len(voters)) as pool:
        voting = [pool.submit(vote_on_all, voter) for voter in voters]
        for number, blow in blows:
            while acknowledged() < number:
                time.sleep(0.005)
                assert not any(one.done() and one.exception() for one in voting)
            blow()
            dealt.append(acknowledged())
        for one in voting:
            one.result()

    replies = sum((voter.replies for voter in voters), Counter())
    assert all(count < VOTES for count in dealt[:-1]), "the blows fell while people voted"
    assert [voter.unexpected for voter in voters] == [[]] * len(voters)
    assert replies["503"] > 0, "during the outage people were told to come back"
    with stack.connect() as database:
        members = [one["member"] for one in setting["voters"]]
        stored = database.execute(
            """SELECT member_id, number, value, (SELECT count(*) FROM deliberation_voteevent e
                 WHERE e.member_id = v.member_id AND e.statement_id = v.statement_id)
               FROM deliberation_vote v JOIN deliberation_statement s ON s.id = v.statement_id
               WHERE member_id = ANY(%s)""",
            [members],
        ).fetchall()
    expected = {
        (one["member"], number, value, 1)
        for one, voter in zip(setting["voters"], voters, strict=True)
        for number, value in voter.acknowledged.items()
    }
    assert len(expected) == VOTES
    assert sorted(stored) == sorted(expected)
    assert newest_map_is_current(stack), "the opinion map shows the last vote"


def test_every_acknowledged_answer_is_there_once_and_no_item_has_too_many(stack: LiveStack) -> None:
    setting = json.loads(stack.python(str(Path(__file__).with_name("annotators.py"))))
    address = f"{stack.address}/api/v1/studies/{setting['slug']}/"
    annotators = [Annotator(address, one["key"]) for one in setting["annotators"]]
    wanted = setting["items"] * setting["wanted"]

    def acknowledged() -> int:
        return sum(len(annotator.acknowledged) for annotator in annotators)

    blows = [
        (20, stack.kill_a_web_worker),
        (50, lambda: (stack.postgres.kill(), time.sleep(0.5), stack.postgres.restart())),
        (90, stack.kill_a_web_worker),
        (110, lambda: (stack.valkey.stop(), time.sleep(0.3), stack.valkey.restart())),
    ]
    dealt = []
    with ThreadPoolExecutor(len(annotators)) as pool:
        work = [pool.submit(one.answer_all, random.Random(n)) for n, one in enumerate(annotators)]
        for number, blow in blows:
            while acknowledged() < number:
                time.sleep(0.005)
                assert not any(one.done() and one.exception() for one in work)
            blow()
            dealt.append(acknowledged())
        for one in work:
            one.result()

    assert all(count < wanted for count in dealt[:-1]), "the blows fell while people answered"
    assert [annotator.unexpected for annotator in annotators] == [[]] * len(annotators)
    with stack.connect() as database:
        stored = database.execute(
            """SELECT r.assignment_id::text, r.answers->'better'->'value'->>'chosen', r.state,
                      (SELECT count(*) FROM annotation_responseevent e WHERE e.response_id = r.id)
               FROM annotation_response r JOIN annotation_study s ON s.id = r.study_id WHERE s.slug = %s""",
            [setting["slug"]],
        ).fetchall()
        per_item = database.execute(
            """SELECT q.taken, q.wanted, (SELECT count(*) FROM annotation_response r WHERE r.item_id = q.item_id)
               FROM annotation_quota q JOIN annotation_study s ON s.id = q.study_id WHERE s.slug = %s""",
            [setting["slug"]],
        ).fetchall()
        # Each accepted answer by its booking's unit, with what the member was credited and what the budget gave.
        paid = database.execute(
            """SELECT r.member_id = t.member_id, min(e.amount_cents), max(e.amount_cents), count(e.id)
               FROM annotation_response r JOIN annotation_study s ON s.id = r.study_id
               LEFT JOIN governance_ledgertransaction t ON t.unit = 'annotation.response:' || r.id
               LEFT JOIN governance_ledgerentry e ON e.transaction_id = t.id
               WHERE s.slug = %s GROUP BY r.id, r.member_id, t.id, t.member_id""",
            [setting["slug"]],
        ).fetchall()
        earned = database.execute(
            "SELECT count(*) FROM governance_ledgertransaction WHERE unit LIKE 'annotation.response:%%'"
        ).fetchone()
    expected = {
        (assignment, chosen, "accepted", 1)
        for annotator in annotators
        for assignment, chosen in annotator.acknowledged.items()
    }
    assert sorted(stored) == sorted(expected)
    assert len(stored) == wanted
    assert set(per_item) == {(setting["wanted"],) * 3}
    assert set(paid) == {(True, -setting["pay"], setting["pay"], 2)}
    assert (len(paid), earned) == (wanted, (wanted,)), "each accepted answer is paid once, and nothing else"


def newest_map_is_current(stack: LiveStack) -> bool:
    """Whether, in time, no wish and no job is left and the newest opinion map has seen the newest vote."""
    query = """
        SELECT (SELECT max(id) FROM deliberation_voteevent) = (SELECT max(last_event) FROM deliberation_opinionmap)
           AND NOT EXISTS (SELECT FROM jobs_outboxmessage)
           AND NOT EXISTS (SELECT FROM jobs_job WHERE kind = 'refresh_map' AND status IN ('queued', 'running'))"""
    end = time.monotonic() + PATIENCE_SECONDS
    with stack.connect() as database:
        while time.monotonic() < end:
            row = database.execute(query).fetchone()
            if row and row[0]:
                return True
            time.sleep(0.2)
    return False
