"""What jobs call for reward models: torch is imported in the worker and never in a web process."""

from typing import Any

from jobs.progress import Progress


def train_reward_model(progress: Progress, *, reward_model: str, member: int) -> dict[str, Any]:
    """Train one reward model."""
    from aggregation.reward_training import train_reward_model as train

    return train(progress, reward_model=reward_model, member=member)


def score_texts(progress: Progress, *, scoring: str) -> dict[str, Any]:
    """Score somebody's texts."""
    from aggregation.reward_training import score

    return score(progress, scoring=scoring)
