"""Reading a conversation's votes from PostgreSQL into arrays, beside the rate of COPY itself.

The limit is what PostgreSQL's binary COPY of the same rows takes when nothing is done with the bytes. The votes are
made in a database of its own, which is dropped afterwards.

Run it with ``python -m config.services python -m benchmarks.votes_from_database`` from the root of the repository.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg

if TYPE_CHECKING:
    from deliberation.models import Conversation

NAME = "polyphony_bench"
REPEATS = 5
#: How much longer than COPY alone reading into arrays may take.
AIM = 2.0
FILL = """
INSERT INTO deliberation_vote (conversation_id, member_id, statement_id, value, is_important, cast_at)
SELECT %(conversation)s, member.id, statement.id,
       (hashint8(member.id * 1000003 + statement.id) & 1) * 2 - 1, false, now()
FROM accounts_member member, deliberation_statement statement
WHERE member.community_id = %(community)s AND statement.conversation_id = %(conversation)s
  AND (hashint8(member.id * 7919 + statement.id * 104729) & 1023) < 1024 * %(share)s
"""


@contextmanager
def own_database() -> Iterator[None]:
    """A fresh database on the server that DATABASE_URL names; Django uses it."""
    given = os.environ["DATABASE_URL"]
    with psycopg.connect(given, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        session.execute(f"CREATE DATABASE {NAME}")
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(given)._replace(path=f"/{NAME}"))
        os.environ.setdefault("SECRET_KEY", "only-for-this-benchmark")
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connection.close()
            session.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def fill(n_people: int, n_statements: int, n_votes: int) -> Conversation:
    """A conversation with about so many votes."""
    from django.db import connection

    from accounts.models import Community, Member, User
    from deliberation.models import Conversation, Participation, Statement

    community = Community.objects.create(slug="bench", name="Benchmark")
    conversation = Conversation.objects.create(community=community, slug="bench", title="Benchmark")
    users = User.objects.bulk_create([User(username=f"bench-{n}") for n in range(n_people)])
    members = Member.objects.bulk_create(
        [Member(user=user, community=community, pseudonym=f"Person {n}") for n, user in enumerate(users)]
    )
    Participation.objects.bulk_create(
        [Participation(conversation=conversation, member=member, number=n) for n, member in enumerate(members)]
    )
    Statement.objects.bulk_create(
        [Statement(conversation=conversation, number=n, text=f"Statement {n}") for n in range(n_statements)]
    )
    share = n_votes / (n_people * n_statements)
    with connection.cursor() as cursor:
        # Without a look at every foreign key: that would be most of the time that filling takes.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FILL, {"conversation": conversation.pk, "community": community.pk, "share": share})
        cursor.execute("VACUUM ANALYZE deliberation_vote")
    return conversation


def copy_alone(conversation: Conversation) -> int:
    """Bytes of the same COPY, each looked at by nobody."""
    from django.db import connection
    from psycopg import sql

    from deliberation.queries.votes import VOTES

    with connection.cursor() as cursor, cursor.copy(VOTES.format(sql.Literal(conversation.pk))) as copy:
        return sum(len(part) for part in copy)


def into_arrays(conversation: Conversation) -> int:
    """Votes in the arrays that the opinion map takes."""
    from deliberation.queries import vote_arrays

    return vote_arrays(conversation).votes.n_votes


def seconds(work: Callable[[Conversation], int], conversation: Conversation) -> tuple[float, float, int]:
    """Median wall-clock and CPU seconds of this process, and what the work returned."""
    walls, cpus, found = [], [], 0
    for _ in range(REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        found = work(conversation)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls), statistics.median(cpus), found


def main(arguments: list[str] | None = None) -> int:
    """Print both rates; exit 1 where reading into arrays misses the aim."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--votes", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--statements", type=int, default=1_000)
    options = parser.parse_args(arguments)
    with own_database():
        conversation = fill(options.people, options.statements, options.votes)
        limit, limit_cpu, n_bytes = seconds(copy_alone, conversation)
        ours, ours_cpu, n_votes = seconds(into_arrays, conversation)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    print(
        f"{n_votes:,} votes of {options.people:,} people on {options.statements:,} statements, {n_bytes / 1e6:.0f} MB"
    )
    print(f"  {'COPY alone':<34} {limit:8.3f} s {limit_cpu:8.3f} CPU s {n_votes / limit:12,.0f} votes/s")
    print(f"  {'into arrays':<34} {ours:8.3f} s {ours_cpu:8.3f} CPU s {n_votes / ours:12,.0f} votes/s {peak:6.0f} MB")
    met = ours <= AIM * limit
    print(f"  ratio: {ours / limit:.2f} x the time of COPY alone (aim <= {AIM:g} x): {'met' if met else 'NOT met'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
