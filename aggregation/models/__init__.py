"""Runs, what people asked them for, and reward models with what people have them score."""

from aggregation.models.aggregations import Aggregation, AggregationQuerySet, FlagDecision
from aggregation.models.rewards import RewardCheckpoint, RewardModel, RewardScoring
from aggregation.models.runs import Run

__all__ = [
    "Aggregation",
    "AggregationQuerySet",
    "FlagDecision",
    "RewardCheckpoint",
    "RewardModel",
    "RewardScoring",
    "Run",
]
