"""Runs, and reward models with what people have them score."""

from aggregation.models.rewards import RewardCheckpoint, RewardModel, RewardScoring
from aggregation.models.runs import Run

__all__ = ["RewardCheckpoint", "RewardModel", "RewardScoring", "Run"]
