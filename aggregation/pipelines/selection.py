"""Reading who counts from what a run stores."""

from collections.abc import Mapping
from typing import Any

from aggregation.pipelines.people import Selection


def selection_from(told: Mapping[str, Any]) -> Selection:
    """The selection among a run's parameters."""
    chosen = dict(told.get("selection") or {})
    if chosen.get("stratum"):
        chosen["stratum"] = tuple(chosen["stratum"])
    chosen["excluded"] = tuple(chosen.get("excluded") or ())
    return Selection(**chosen)
