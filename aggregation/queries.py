"""Named reads of the aggregation room."""

from typing import Any

from aggregation.disclosure import without_small_cells
from aggregation.models import Aggregation, AggregationQuerySet
from jobs.models import Job


def aggregations_for(user: Any) -> AggregationQuerySet:
    """Those the person may see, newest first, without the large columns."""
    return (
        Aggregation.objects.visible_to(user)
        .select_related("run__community", "requested_by")
        .defer("inputs", "members", "run__result")
    )


def shown_result(user: Any, aggregation: Aggregation) -> dict[str, Any]:
    """The result as this person may see it: whole for who runs the community, else without small cells."""
    whole: dict[str, Any] = aggregation.run.result
    if Aggregation.objects.run_by(user).filter(pk=aggregation.pk).exists():
        return whole
    shown: dict[str, Any] = without_small_cells(whole, aggregation.run.community.small_cell)
    return shown


def unfinished_aggregations(user: Any) -> int:
    """How many runs the person asked for are waiting or being computed."""
    unfinished = [Job.Status.QUEUED, Job.Status.RUNNING]
    return Job.objects.filter(kind="aggregate", requested_by__user=user, status__in=unfinished).count()
