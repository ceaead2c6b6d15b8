"""What answering a study costs, end to end: the real server, the real database on disk, people as HTTP clients.

The work: an item with a prompt and two responses; a pairwise choice with a reason that must be given, and three ratings
of one to five; three answers for each item. Every answer is acknowledged after it is on disk, and brings the next item.

* answers per second, eight people at once, with 1,000 and 20,000 items, on the page as a browser sends it; the first
  seconds after the server's start, when every page and statement is used for the first time, have a line of their own;
* the next item, one person, over REST, with 1,000, 20,000 and 100,000 items;
* twelve people at once for 120 wanted answers: how many are stored, and the most for one item;
* three people who always choose the same text, under changing order: how many items they agree on.

Run it with ``python -m benchmarks.annotation``; ``--seconds`` sets how long each measurement takes.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.live_stack import LiveStack

ROOT = Path(__file__).resolve().parent.parent
# Beside it, as measured on the same work, two cores, loopback.
PEERS = {
    "answers/s, 8 clients, 1,000 items": "Potato 2.12.1: 12.9; Label Studio 1.23.2: 7.8",
    "answers/s, 8 clients, 20,000 items": "Potato: 5.8",
    "next item p50, 1 client, 1,000 items": "Potato: 56 ms; Label Studio: 128 ms",
    "next item p50, 1 client, 20,000 items": "Potato: 131 ms; Label Studio: 190 ms",
    "120 wanted, 12 people": "Potato: 124 to 129; Label Studio: 121 to 132",
}
WARMING_SECONDS = 5.0
FIELDS = {
    "q-rate.item.a": "4",
    "q-rate.item.b": "3",
    "q-rate.item.c": "5",
    "q-better.why": "It asks before it guesses.",
}
ANSWERS = {
    "better": {"value": {"chosen": "a", "strength": 2}, "why": "It asks before it guesses."},
    "rate": {"value": {"item": {"a": 4, "b": 3, "c": 5}}},
}

PER_ITEM = """
    SELECT count(*), count(DISTINCT answers->'better'->'value'->>'chosen'), count(DISTINCT r.order_shown->>'responses')
    FROM annotation_response r JOIN annotation_study s ON s.id = r.study_id WHERE s.slug = %s GROUP BY item_id"""


class Person:
    """One annotator: a connection that stays open, a session for pages and a key for the API."""

    def __init__(self, stack: LiveStack, slug: str, own: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("localhost", stack.port, timeout=60)
        self.slug, self.own = slug, own
        self.token = uuid.uuid4().hex
        self.times: list[float] = []

    def page(self, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        """A page or the fragment that answers a form."""
        headers = {
            "Cookie": f"sessionid={self.own['session']}; csrftoken={self.token}",
            "X-CSRFToken": self.token,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request(method, f"/studies/{self.slug}/{path}", urlencode(fields or {}), headers)
        reply = self.connection.getresponse()
        text = reply.read().decode()
        if reply.status != 200:
            raise RuntimeError(f"{method} {path}: {reply.status} {text[:300]}")
        return text

    def call(self, path: str, body: dict[str, Any]) -> Any:
        """A call of the API; None for a reply without content."""
        headers = {"Authorization": f"Bearer {self.own['key']}", "Content-Type": "application/json"}
        self.connection.request("POST", f"/api/v1/studies/{self.slug}/{path}", json.dumps(body), headers)
        reply = self.connection.getresponse()
        text = reply.read()
        if reply.status not in {200, 204}:
            raise RuntimeError(f"{path}: {reply.status} {text[:300]!r}")
        return json.loads(text) if text else None

    def answer_pages(self, until: float) -> None:
        """Answer one page after the other; each reply holds the next item."""
        text = self.page("GET", "answer/")
        while time.perf_counter() < until and (found := re.search(r'data-draft="([0-9a-f-]{36})"', text)):
            fields = {**FIELDS, "key": str(uuid.uuid4()), "q-better": "a:2", "seconds": "5"}
            begin = time.perf_counter()
            text = self.page("POST", f"tasks/{found.group(1)}/answer/", fields)
            self.times.append(time.perf_counter() - begin)

    def answer_calls(self, until: float) -> int:
        """Answer over REST; only drawing the next item is timed."""
        done = 0
        while time.perf_counter() < until:
            begin = time.perf_counter()
            given = self.call("next/", {})
            self.times.append(time.perf_counter() - begin)
            if given is None:
                break
            sent = {"key": str(uuid.uuid4()), "assignment": given["id"], "answers": ANSWERS}
            self.call("responses/", sent)
            done += 1
        return done


def make(stack: LiveStack, items: int, people: int) -> tuple[str, list[dict[str, str]]]:
    """A study with its annotators, made inside the house."""
    made = json.loads(stack.python("-m", "benchmarks.annotation", "--make", f"{items},{people}"))
    return made["slug"], made["people"]


def together(people: list[Person], work: Any) -> float:
    """Let everybody work at once; the seconds it took."""
    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begin


def milliseconds(times: list[float]) -> str:
    """Median and 95th percentile."""
    cuts = statistics.quantiles(times, n=20)
    return f"p50 {statistics.median(times) * 1e3:.1f} ms, p95 {cuts[18] * 1e3:.1f} ms (n = {len(times):,})"


def measure(stack: LiveStack, seconds: float) -> None:
    """Everything, printed as it comes."""
    report("answers/s, 8 clients, 1,000 items, just started", answers_a_second(stack, 1_000, WARMING_SECONDS))
    for items in (1_000, 20_000):
        report(f"answers/s, 8 clients, {items:,} items", answers_a_second(stack, items, seconds))
    for items in (1_000, 20_000, 100_000):
        slug, made = make(stack, items, 1)
        person = Person(stack, slug, made[0])
        person.answer_calls(time.perf_counter() + seconds)
        report(f"next item p50, 1 client, {items:,} items", milliseconds(person.times))
    slug, made = make(stack, 40, 12)
    people = [Person(stack, slug, own) for own in made]
    together(people, lambda person: person.answer_calls(time.perf_counter() + 600))
    with stack.connect() as database:
        rows = database.execute(PER_ITEM, [slug]).fetchall()
    counts = [row[0] for row in rows]
    report("120 wanted, 12 people", f"{sum(counts)} stored; {min(counts)} to {max(counts)} for an item that wants 3")
    same, orders = sum(row[1] == 1 for row in rows), sum(row[2] > 1 for row in rows)
    report("same text under changing order", f"{same} of {len(rows)} items agreed on; {orders} shown in both orders")


def answers_a_second(stack: LiveStack, items: int, seconds: float) -> str:
    """Eight people who answer a new study for some seconds."""
    slug, made = make(stack, items, 8)
    people = [Person(stack, slug, own) for own in made]
    until = time.perf_counter() + seconds
    took = together(people, lambda person: person.answer_pages(until))
    times = [one for person in people for one in person.times]
    return f"{len(times) / took:.1f}; answer and next item {milliseconds(times)}"


def report(name: str, figure: str) -> None:
    """One line, with what peers need beside it."""
    beside = f"   [{PEERS[name]}]" if name in PEERS else ""
    print(f"{name}: {figure}{beside}", flush=True)


def make_study(items: int, people: int) -> None:
    """Run inside the house: make the study and print what its annotators need."""
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection

    from accounts.api_keys import make_api_key
    from accounts.sessions import BACKEND
    from annotation.actions import NewItem, add_items, enrol
    from tests.factories.accounts import MemberFactory
    from tests.factories.annotation import SCALE, open_study

    scales = {**SCALE, "dimensions": [{"code": code, "text": code} for code in "abc"]}
    study = open_study(
        slug=f"bench-{uuid.uuid4().hex[:8]}",
        consent="You agree.",
        community__slug=f"bench-{uuid.uuid4().hex[:8]}",
        questions=(
            {"name": "better", "kind": "pairwise", "text": "Which is better?", "why": "required"},
            {"name": "rate", "kind": "rating", "text": "How good?", "settings": scales},
        ),
    )
    text = "It depends on what matters to you. " * 10
    content = {
        "turns": [{"role": "user", "content": "Should I take the job? " * 5}],
        "responses": [{"id": "a", "text": text}, {"id": "b", "text": text}],
    }
    add_items(study=study, items=[NewItem(f"item-{n}", content) for n in range(items)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE annotation_quota, annotation_item")
    made = []
    for number in range(people):
        stem = uuid.uuid4().hex[:12]
        member = MemberFactory(community=study.community, user__username=f"b{stem}", pseudonym=f"Bench {number}")
        enrol(study=study, member=member)
        session = SessionStore()
        session[SESSION_KEY] = str(member.user.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
        session.save()
        key = make_api_key(member=member, name="bench", scopes=["read", "write"])[1]
        made.append({"session": session.session_key, "key": key})
    json.dump({"slug": study.slug, "people": made}, sys.stdout)


def main() -> None:
    """Start a house of its own, measure, stop it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=15.0, help="how long each measurement takes")
    options.add_argument("--make", default="", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.make:
        items, people = (int(one) for one in given.make.split(","))
        make_study(items, people)
        return
    with tempfile.TemporaryDirectory() as folder:
        stack = LiveStack(Path(folder) / "house", durable=True, THROTTLE_USER="1000000/min")
        try:
            stack.start()
            measure(stack, given.seconds)
        finally:
            stack.stop()


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failed:
        raise SystemExit(str(failed)) from None
