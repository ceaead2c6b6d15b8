"""What the worker calls; the heavy imports happen there and not in web processes."""

from typing import Any

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
