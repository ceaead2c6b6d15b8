"""The selection rules under the name by which reward models know them; they live with the other algorithms."""

from aggregation.algorithms.selection import (
    Choice,
    above_floors,
    abstain,
    best_for_the_worst_off,
    best_risk_adjusted,
    chebyshev,
    lexicographic,
    lower_tail_mean,
    pareto_set,
    risk_adjusted,
    weighted_sum,
)

__all__ = [
    "Choice",
    "above_floors",
    "abstain",
    "best_for_the_worst_off",
    "best_risk_adjusted",
    "chebyshev",
    "lexicographic",
    "lower_tail_mean",
    "pareto_set",
    "risk_adjusted",
    "weighted_sum",
]
