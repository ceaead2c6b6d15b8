"""Building an export beside raw COPY: rows a second and peak memory at two sizes.

Everything is real: answers in PostgreSQL, people with demographics, the whole build (privacy, Parquet, soft labels,
preferences, card, Croissant, archive). COPY sends the same rows and nobody looks at them.

    python -m config.services python -m benchmarks.exports --answers 100000 1000000
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from typing import Any

from benchmarks.measure import measure

RATERS, PER_ITEM = 2_000, 10
PEOPLE = """
WITH u AS (INSERT INTO accounts_user (username, password, is_active, is_staff, is_superuser, email, first_name,
    last_name, date_joined) SELECT 'b' || %(community)s || '-' || n, '!', false, false, false, '', '', '', now()
    FROM generate_series(1, %(raters)s) n RETURNING id)
INSERT INTO accounts_member (community_id, user_id, pseudonym, roles, is_synthetic, joined_at)
    SELECT %(community)s, id, 'b' || id, '{}', true, now() FROM u
"""
TOLD = """
INSERT INTO accounts_demographicanswer (member_id, question_id, status, raw, codes, number, uses, answered_at)
    SELECT id, %(question)s, 'answered', 'x', ARRAY['c' || (id %% 5)], NULL, '{release}', now()
    FROM accounts_member WHERE community_id = %(community)s
"""
ITEMS = """
INSERT INTO annotation_item (study_id, name, number, kind, content, domain, constraints, risk_tier, provenance,
    is_conflict_case, tensions, is_synthetic, validated_by, expected, feedback, uncertainty, created_at)
    SELECT %(study)s, 'item-' || n, n, 'work', %(content)s, 'general', '{}', '', '{}', false, '[]', false, 0, '{}', '',
        0, now() FROM generate_series(1, %(items)s) n
"""
GIVEN = """
WITH people AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM accounts_member
        WHERE community_id = %(community)s),
    pairs AS (SELECT i.id AS item, i.number, k, p.id AS member,
        (lpad(to_hex(%(study)s), 16, '0') || lpad(to_hex(i.number * 100::bigint + k), 16, '0'))::uuid AS assignment
        FROM annotation_item i CROSS JOIN generate_series(0, %(each)s - 1) k
        JOIN people p ON p.place = (i.number * 7 + k * 13) %% %(raters)s WHERE i.study_id = %(study)s),
    made AS (INSERT INTO annotation_assignment (id, study_id, item_id, member_id, version_id, state, seed, order_shown,
        skip_reason, assigned_at, deadline) SELECT assignment, %(study)s, item, member, %(version)s, 'answered', 0,
        '{"responses": ["a", "b"]}', '', now(), now() FROM pairs RETURNING id, item_id, member_id)
INSERT INTO annotation_response (id, study_id, assignment_id, item_id, member_id, version_id, answers, order_shown,
    seconds, state, discarded_why, created_at, changed_at)
    SELECT id, %(study)s, id, item_id, member_id, %(version)s,
        jsonb_build_object('better', jsonb_build_object('value', jsonb_build_object('chosen',
            CASE WHEN (item_id + member_id) %% 3 = 0 THEN 'b' ELSE 'a' END, 'strength', 1 + member_id %% 3),
            'why', CASE WHEN member_id %% 4 = 0 THEN 'It is closer to what was asked.' ELSE '' END)),
        '{"responses": ["a", "b"]}', 12.5, 'accepted', '', now(), now() FROM made
"""


def django_ready(database: str) -> None:
    os.environ["DATABASE_URL"] = database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SECRET_KEY", "benchmark")
    os.environ["POLYPHONY_VAR"] = tempfile.mkdtemp(prefix="polyphony-bench-")
    import django

    django.setup()


def make_study(answers: int) -> str:
    """A closed study with so many answers; returns its slug."""
    from django.db import connection

    from accounts.models import Community, Question, Questionnaire
    from annotation.models import Question as Asked
    from annotation.models import Study, StudyVersion

    slug = f"bench-{answers}"
    community = Community.objects.create(slug=slug, name=slug)
    form = Questionnaire.objects.create(community=community, slug=slug, title=slug)
    options = [{"code": f"c{n}", "text": f"Group {n}"} for n in range(5)]
    question = Question.objects.create(questionnaire=form, position=1, name="group", kind="single", options=options)
    study = Study.objects.create(community=community, slug=slug, title="Benchmark")
    version = StudyVersion.objects.create(study=study, number=1)
    Asked.objects.create(version=version, position=1, name="better", kind="pairwise", text="Which is better?")
    StudyVersion.objects.filter(pk=version.pk).update(published_at="2025-01-01T00:00:00Z")
    Study.objects.filter(pk=study.pk).update(version=version, status="closed")
    content = {
        "turns": [{"role": "user", "content": "A question of about the usual length, asked by somebody?"}],
        "responses": [{"id": "a", "text": "One answer. " * 8}, {"id": "b", "text": "Another answer. " * 8}],
    }
    known: dict[str, Any] = {"community": community.pk, "raters": RATERS, "question": question.pk, "study": study.pk}
    known |= {"version": version.pk, "each": PER_ITEM, "items": answers // PER_ITEM, "content": json.dumps(content)}
    with connection.cursor() as cursor:
        # Without a look at every foreign key, and without a wait for the disk: that would be most of the time.
        for setting in ("session_replication_role = replica", "synchronous_commit = off", "jit = off"):
            cursor.execute(f"SET {setting}")
        for statement in (PEOPLE, TOLD, ITEMS, GIVEN):
            cursor.execute(statement, known)
        cursor.execute("RESET ALL")
        cursor.execute("ANALYZE")
    return slug


def prepare(database: str, slug: str) -> Any:
    django_ready(database)
    from annotation.models import Study
    from exports import actions
    from exports.models import Export
    from exports.privacy import Choices, Column

    export = actions.start_export(of=Study.objects.get(slug=slug), format="bundle")
    Export.objects.filter(pk=export.pk).update(scanned_at="2025-01-01T00:00:00Z")
    actions.choose_privacy(export=export, choices=Choices(5, {"group": Column("keep")}), by=None)
    actions.decide_texts(export=export, kept=[], listed=[], done=True)
    actions.request_export(export=export, requested_by=None)
    return export.pk


def build(export: Any) -> tuple[float, int, int]:
    """Seconds on the clock, answers, bytes of the archive."""
    from exports.actions import build_export
    from exports.models import Export
    from jobs.progress import Unwatched

    began = time.perf_counter()
    build_export(Unwatched(), export=str(export))
    seconds = time.perf_counter() - began
    found = Export.objects.get(pk=export)
    return seconds, found.manifest["counts"]["answers"], found.size


def prepare_copy(database: str, slug: str) -> tuple[str, str]:
    django_ready(database)
    return database, slug


def copy(given: tuple[str, str]) -> tuple[float, int]:
    """Seconds on the clock, bytes received."""
    import psycopg

    query = (
        "COPY (SELECT r.item_id, i.name, r.member_id, r.answers, r.order_shown, r.seconds, r.version_id FROM"
        " annotation_response r JOIN annotation_item i ON i.id = r.item_id JOIN annotation_study s ON s.id = r.study_id"
        " WHERE s.slug = {} ORDER BY i.number, r.member_id) TO STDOUT (FORMAT CSV)"
    )
    began, size = time.perf_counter(), 0
    copying = psycopg.sql.SQL(query).format(psycopg.sql.Literal(given[1]))
    with psycopg.connect(given[0]) as session, session.cursor() as cursor, cursor.copy(copying) as stream:
        for data in stream:
            size += len(data)
    return time.perf_counter() - began, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, nargs="+", default=[100_000, 1_000_000])
    given = parser.parse_args()
    database = os.environ["DATABASE_URL"]
    django_ready(database)
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        database = f"{database.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}"
        print(f"{'answers':>10} {'':<14}{'seconds':>9} {'CPU s':>9} {'rows/s':>10} {'peak MB':>9}")
        for answers in given.answers:
            slug = make_study(answers)
            raw = measure(prepare_copy, copy, database, slug)
            made = measure(prepare, build, database, slug)
            seconds, rows, size = made.result
            for name, took, found in (("COPY", raw.result[0], raw), ("export", seconds, made)):
                print(
                    f"{rows:>10,} {name:<14}{took:>9.1f} {found.cpu_seconds:>9.1f} {rows / took:>10,.0f}"
                    f" {found.peak_megabytes:>9.0f}",
                    flush=True,
                )
            print(f"{'':>10} the archive has {size / 1e6:.1f} MB, COPY sent {raw.result[1] / 1e6:.1f} MB")
    finally:
        connection.creation.destroy_test_db(database, verbosity=0)


if __name__ == "__main__":
    main()
