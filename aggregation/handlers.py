"""What the worker calls; the heavy imports happen there and not in web processes."""

from typing import Any

from jobs.progress import Progress


def aggregate(progress: Progress, **asked: Any) -> dict[str, Any]:
    """Compute one aggregation."""
    from aggregation.actions.aggregations import aggregate as compute

    return compute(progress, **asked)


def load_demo() -> bool:
    """Make the finished runs of the demonstration."""
    from aggregation.demo.load import load_demo as load

    return load()


def load_reward_models() -> bool:
    """Ask for the reward models of the demonstration."""
    from aggregation.demo.reward_models import load_demo as load

    return load()
