"""Drawing a panel by lot: quotas always met, and everybody's chance as equal as the quotas allow."""

from aggregation.algorithms.sortition.commitment import canonical_pool, commitment, generator
from aggregation.algorithms.sortition.draw import Draw, draw_panel, draw_replacement, draw_replacements
from aggregation.algorithms.sortition.maximin import Lottery, maximin
from aggregation.algorithms.sortition.pool import InfeasibleQuotas, Pool, Quota
from aggregation.algorithms.sortition.proportional import draw_proportionally

__all__ = [
    "Draw",
    "InfeasibleQuotas",
    "Lottery",
    "Pool",
    "Quota",
    "canonical_pool",
    "commitment",
    "draw_panel",
    "draw_proportionally",
    "draw_replacement",
    "draw_replacements",
    "generator",
    "maximin",
]
