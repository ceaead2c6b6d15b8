"""Opinion groups: who votes alike, what each group stands for, what all share and what divides them.

:func:`map_opinions` is the whole pipeline, :func:`describe_groups` the statistics of any grouping.
"""

from aggregation.algorithms.opinion.agreement import adjusted_rand_index
from aggregation.algorithms.opinion.continuity import continue_labels, group_letter
from aggregation.algorithms.opinion.counts import VoteCounts, count_votes, wilson_interval
from aggregation.algorithms.opinion.number_of_groups import GroupNumber
from aggregation.algorithms.opinion.opinion_map import OpinionMap, PreviousMap, map_opinions
from aggregation.algorithms.opinion.priorities import draw_next_statement
from aggregation.algorithms.opinion.statistics import GroupStatistics, describe_groups
from aggregation.algorithms.opinion.votes import VoteMatrix

__all__ = [
    "GroupNumber",
    "GroupStatistics",
    "OpinionMap",
    "PreviousMap",
    "VoteCounts",
    "VoteMatrix",
    "adjusted_rand_index",
    "continue_labels",
    "count_votes",
    "describe_groups",
    "draw_next_statement",
    "group_letter",
    "map_opinions",
    "wilson_interval",
]
