"""Reading incidents: lists, clocks, and what they freeze."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Community
from governance.models.incidents import Incident, IncidentQuerySet


def listed_incidents(user: Any, community: Community, *, show: str = "") -> QuerySet[Incident]:
    """A community's incidents as the person may see them: open, overdue, ended, or all; newest first."""
    found: IncidentQuerySet = Incident.objects.visible_to(user).filter(community=community)
    if show == "open":
        found = found.open()
    elif show == "overdue":
        found = found.overdue()
    elif show == "ended":
        found = found.filter(status__in=[Incident.Status.CLOSED, Incident.Status.REJECTED])
    return found.select_related("community", "owner").prefetch_related("subjects").order_by("-reported_at", "id")


def freezing_number(community: Community | int, content_sha256: str) -> str:
    """The public id of an open, confirmed, serious incident of the community that names this content; or empty."""
    freezing = Incident.objects.freezing().filter(community=community, subjects__content_sha256=content_sha256)
    return freezing.order_by("reported_at").values_list("number", flat=True).first() or ""


def incident_counts(community: Community) -> dict[str, int]:
    """How many incidents there are, how many are open, and how many of these are overdue."""
    shown = Incident.objects.filter(community=community)
    open_, overdue = Incident.objects.open().values("pk"), Incident.objects.overdue().values("pk")
    return shown.aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(pk__in=open_)), overdue=Count("pk", filter=Q(pk__in=overdue))
    )
