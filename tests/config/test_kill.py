"""No answer is lost: processes are killed while people vote."""

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
class Voter:
    """Sends votes over REST, each under its own key, until each is acknowledged."""

    address: str
    key: str
    acknowledged: dict[int, int] = field(default_factory=dict)
    replies: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)

    def vote(self, statement: int, value: int) -> None:
        """Send one vote again and again; sometimes once more after the answer, as when the answer got lost."""
        body = json.dumps({"key": str(uuid4()), "votes": [{"statement": statement, "value": value}]}).encode()
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._send(body):
            assert time.monotonic() < end, f"no answer within {PATIENCE_SECONDS} s: {self.replies}"
            time.sleep(0.1)
        self.acknowledged[statement] = value
        if statement % 7 == 0:
            self._send(body)

    def _send(self, body: bytes) -> bool:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.address, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                self.replies[str(reply.status)] += 1
                return bool(reply.status == 200)
        except urllib.error.HTTPError as refusal:
            self.replies[str(refusal.code)] += 1
            if refusal.code != 503 or "Retry-After" not in refusal.headers:
                self.unexpected.append(f"{refusal.code}: {refusal.read()[:500]!r}")
        except (urllib.error.URLError, ConnectionError, TimeoutError) as broken:
            self.replies[type(broken).__name__] += 1
        return False


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
