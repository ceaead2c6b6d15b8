"""Reading audits, and what is to be studied."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import Community, Role
from governance.models.comal import Audit, Priority


def listed_audits(user: Any, community: Community) -> QuerySet[Audit]:
    """A community's audits as the person may see them, newest first."""
    return Audit.objects.visible_to(user).filter(community=community).select_related("community", "auditor")


def priorities_of(community: Community) -> list[Priority]:
    """What the community wants studied, first things first."""
    return list(Priority.objects.filter(community=community, ended_at=None).order_by("rank", "id"))


def study_orders(user: Any) -> list[tuple[Community, list[Priority]]]:
    """What is to be studied first, for each community with an order in which the person runs studies."""
    running = Community.objects.run_by(user, Role.RESEARCHER, Role.ADMIN).order_by("name", "pk")
    standing = Priority.objects.filter(ended_at=None).order_by("rank", "id")
    found = [
        (community, list(community.priorities.all()))
        for community in running.prefetch_related(Prefetch("priorities", standing))
    ]
    return [(community, order) for community, order in found if order]


def is_audited(community: Community | int, content_sha256: str) -> bool:
    """Whether a published audit of exactly this content stands."""
    audits = Audit.objects.filter(community=community, content_sha256=content_sha256, published_at__isnull=False)
    return audits.exists()
