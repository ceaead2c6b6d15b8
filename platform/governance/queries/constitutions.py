"""Reading constitutions: what is in force, its words in order, and what surrounds them."""

from typing import Any

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import Community
from governance.models.amendments import Amendment, Patch
from governance.models.constitutions import Clause, Constitution, ConstitutionVersion, Principle
from governance.models.drafting import Candidate, Implementation

#: From this trigram similarity on, two candidates are shown side by side as perhaps the same.
ALIKE = 0.35


def in_force(constitution: Constitution) -> ConstitutionVersion | None:
    """The version that is adopted now."""
    adopted = ConstitutionVersion.objects.filter(constitution=constitution, status="adopted")
    return adopted.select_related("constitution__community").first()


def clauses_of(version: ConstitutionVersion) -> list[Clause]:
    """The principles of a version with their words: by level, then in the order in which they came to be."""
    return list(Clause.objects.filter(version=version).select_related("principle").order_by("level", "principle__id"))


def patches_of(amendment: Amendment) -> list[Patch]:
    """What an amendment does, in the order in which it was written."""
    return list(Patch.objects.filter(amendment=amendment).select_related("principle").order_by("id"))


def listed_constitutions(user: Any, community: Community) -> QuerySet[Constitution]:
    """A community's constitutions as the person may see them, with how many principles are in force."""
    adopted = Q(versions__status="adopted")
    return (
        Constitution.objects.visible_to(user)
        .filter(community=community)
        .annotate(n_in_force=Count("versions__clauses", filter=adopted), n_versions=Count("versions", distinct=True))
        .order_by("-created_at", "-id")
    )


def shown_version(constitution: Constitution, *, members: bool) -> ConstitutionVersion | None:
    """What its page shows: the text in force, else the newest sealed one, else (to members) the draft."""
    versions = ConstitutionVersion.objects.filter(constitution=constitution).select_related("constitution__community")
    sealed = versions.exclude(sealed_at=None).order_by("-number").first()
    return in_force(constitution) or sealed or (versions.order_by("-number").first() if members else None)


def versions_of(constitution: Constitution, *, members: bool) -> QuerySet[ConstitutionVersion]:
    """Its versions, newest first; the draft only for members."""
    versions = constitution.versions.select_related("constitution").order_by("-number")
    return versions if members else versions.exclude(sealed_at=None)


def comments_by_principle(constitution: Constitution) -> dict[int, int]:
    """How many comments each principle has."""
    counted = Principle.objects.filter(constitution=constitution).annotate(n=Count("comments"))
    return dict(counted.values_list("pk", "n"))


def newest_implementations(constitution: Constitution) -> dict[int, Implementation]:
    """By principle, how far its implementation is."""
    rows = Implementation.objects.filter(principle__constitution=constitution)
    newest = rows.order_by("principle_id", "-written_at", "-id").distinct("principle_id")
    return {row.principle_id: row for row in newest.select_related("by")}


def open_candidates(constitution: Constitution) -> QuerySet[Candidate]:
    """Candidates that wait, with those merged into them."""
    merged = Prefetch("merged", Candidate.objects.order_by("id"))
    return constitution.candidates.filter(state=Candidate.State.OPEN).prefetch_related(merged).order_by("id")


def pairs_alike(constitution: Constitution) -> dict[int, list[tuple[int, float]]]:
    """For each waiting candidate, the keys of others that read much alike with their similarity, most alike first."""
    sql = """
        SELECT a.id, b.id, similarity(a.text, b.text) AS alike
          FROM governance_candidate a JOIN governance_candidate b USING (constitution_id)
         WHERE a.constitution_id = %s AND a.id <> b.id AND a.state = 'open' AND b.state = 'open'
           AND similarity(a.text, b.text) >= %s
         ORDER BY a.id, alike DESC, b.id"""
    found: dict[int, list[tuple[int, float]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [constitution.pk, ALIKE])
        for one, other, alike in cursor.fetchall():
            found.setdefault(one, []).append((other, alike))
    return found
