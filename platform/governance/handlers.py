"""What the worker calls; the heavy imports happen there and not in web processes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from jobs.kinds import Unfinishable
from jobs.progress import Progress


def reword(progress: Progress, *, candidate: int, requested_by: int | None) -> dict[str, Any]:
    """Ask a language model for plainer words of a candidate."""
    from governance.actions.drafting import reword as ask

    return ask(progress, candidate=candidate, requested_by=requested_by)


def load_demo() -> bool:
    """Make this room's part of the demonstration."""
    from governance.demo.load import load_demo as load

    return load()


def load_bodies() -> bool:
    """Make the demonstration's steering body and decisions."""
    from governance.demo.bodies import load_bodies as load

    return load()


def commit_pool(
    progress: Progress, *, draw: str, seed_source: str, seed_from: str, requested_by: int | None
) -> dict[str, Any]:
    """Check that the quotas can be met, and commit to the pool."""
    from governance.actions.draws import commit_pool as commit

    progress.report(0.1, "Checking whether the quotas can be met")
    when = datetime.fromisoformat(seed_from)
    return _draw(
        draw, lambda found, by: commit(draw=found, seed_source=seed_source, seed_from=when, by=by), requested_by
    )


def draw_panel(progress: Progress, *, draw: str, requested_by: int | None) -> dict[str, Any]:
    """Draw a panel."""
    from governance.actions.draws import draw_panel as drawn

    return _draw(draw, lambda found, by: drawn(draw=found, report=progress.report, by=by), requested_by)


def draw_replacements(progress: Progress, *, draw: str, number: int, requested_by: int | None) -> dict[str, Any]:
    """Draw for those who are gone."""
    from governance.actions.panels import draw_replacements as replaced

    def act(found: Any, by: Any) -> Any:
        return replaced(draw=found, number=number, report=progress.report, by=by)

    return _draw(draw, act, requested_by)


def _draw(draw: str, act: Callable[[Any, Any], Any], requested_by: int | None) -> dict[str, Any]:
    """Do one step of a draw; what refuses it is told on the job's page, and trying again is no use."""
    from accounts.models import Member
    from governance.errors import Refused
    from governance.models import Draw

    found = Draw.objects.get(pk=draw)
    try:
        act(found, Member.objects.filter(pk=requested_by or 0).first())
    except Refused as refused:
        raise Unfinishable(str(refused)) from refused
    return {"address": found.get_absolute_url()}
