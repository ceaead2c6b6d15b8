"""Publishing heads of chains, checking chains, and forgetting what entries say about a person."""

import json
import logging
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Community, Member
from governance.chain import stamp
from governance.chain_check import ChainCheck
from governance.models.audit import AuditEntry, Opening, PublishedHead
from governance.queries.audit import check_community, communities_to_publish

logger = logging.getLogger(__name__)


def heads_file(community: Community) -> Path:
    """Where the heads of a community are appended, outside the database: copy it to where nobody here can write."""
    return Path(settings.VAR_DIR) / "audit" / f"{community.pk}.heads.jsonl"


def publish_head(*, community: Community, now: datetime | None = None) -> PublishedHead | None:
    """Publish the newest head in the feed and in the file; None where the chain is empty."""
    head = AuditEntry.objects.filter(community=community).order_by("-number").first()
    if head is None:
        return None
    with transaction.atomic():
        published, new = PublishedHead.objects.get_or_create(
            community=community,
            number=head.number,
            defaults={"row_hash": head.row_hash, "published_at": now or timezone.now()},
        )
    if new:
        _append(community, published)
    return published


def publish_heads() -> int:
    """Publish what is new in every community; returns how many heads that were."""
    communities = communities_to_publish()
    for community in communities:
        publish_head(community=community)
    return len(communities)


def check_chains() -> dict[str, ChainCheck]:
    """Check the chain of every community; what does not hold is logged as an error. Keys are slugs."""
    found = {}
    for community in Community.objects.filter(audit_entries__number=1).order_by("slug"):
        found[community.slug] = checked = check_community(community)
        for fault in checked.faults:
            logger.error("The audit chain of %s does not hold: %s", community.slug, fault)
    return found


def forget(member: Member) -> int:
    """Destroy what entries say about this person, with the salts; the chain holds without. Returns how many."""
    _, removed = Opening.objects.filter(people=member).delete()
    return removed.get("governance.Opening", 0)


def _append(community: Community, head: PublishedHead) -> None:
    line = {"community": community.slug, "number": head.number, "published_at": stamp(head.published_at)}
    path = heads_file(community)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line | {"row_hash": head.row_hash}, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
