"""Reading the audit chain: its entries, its heads, and whether it holds."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Max, QuerySet

from accounts.models import Community
from governance.canonical import canonical
from governance.chain import row_of
from governance.chain_check import ChainCheck, check_chain
from governance.models.audit import AuditEntry, Opening, PublishedHead

FORMAT = "polyphony audit chain 1"
AT_A_TIME = 2000


def chain_rows(community: Community, *, opened: bool) -> Iterator[dict[str, Any]]:
    """The chain from its beginning, as the checker and the bundle take it; what entries say only when ``opened``."""
    entries = AuditEntry.objects.filter(community=community).order_by("number")
    openings = Opening.objects.filter(entry__community=community)
    said = {opening.entry_id: opening for opening in openings.iterator(AT_A_TIME)} if opened else {}
    for entry in entries.iterator(AT_A_TIME):
        opening = said.get(entry.pk)
        yield {
            "opening": {"salt": opening.salt, "text": opening.text} if opening else None,
            "prev_hash": entry.prev_hash,
            "row": row_of(entry),
            "row_hash": entry.row_hash,
        }


def head_rows(community: Community) -> list[dict[str, Any]]:
    """The published heads, oldest first."""
    heads = PublishedHead.objects.filter(community=community).order_by("number")
    return [{"number": head.number, "row_hash": head.row_hash} for head in heads]


def check_community(community: Community) -> ChainCheck:
    """Check the whole chain of a community against its published heads."""
    return check_chain(chain_rows(community, opened=True), head_rows(community))


def chain_bundle(community: Community, *, opened: bool) -> bytes:
    """The chain as a file that the standalone verifier checks: canonical JSON."""
    return canonical(
        {
            "community": {"id": community.pk, "name": community.name, "slug": community.slug},
            "entries": list(chain_rows(community, opened=opened)),
            "format": FORMAT,
            "heads": head_rows(community),
        }
    )


def listed_entries(user: Any, community: Community, *, kind: str = "", subject: str = "") -> QuerySet[AuditEntry]:
    """Entries of a community, newest first, by kind and by type of what they are about."""
    entries = AuditEntry.objects.visible_to(user).filter(community=community).select_related("community")
    if kind:
        entries = entries.filter(kind=kind)
    if subject:
        entries = entries.filter(subject_type=subject)
    return entries.order_by("-number")


def communities_to_publish() -> list[Community]:
    """Communities whose newest entry is not among the published heads."""
    newest = dict(AuditEntry.objects.order_by().values_list("community").annotate(Max("number")))
    published = dict(PublishedHead.objects.order_by().values_list("community").annotate(Max("number")))
    behind = [pk for pk, number in newest.items() if published.get(pk, 0) < number]
    return list(Community.objects.filter(pk__in=behind).order_by("pk"))
