"""Pictures of this room."""

from collections.abc import Mapping, Sequence

from frontend.figures import Estimate, Figure, Panel, dots_with_intervals
from governance.models.draws import Draw
from governance.queries.draws import Group


def chances(draw: Draw, everybody: Sequence[float], groups: Mapping[str, Sequence[Group]]) -> Figure:
    """Draw what chance people of each group had: the mean, from the smallest to the greatest, in percent."""
    equal = 100 * draw.seats / draw.people
    shown = {"": [Group("Everybody", len(everybody), tuple(everybody))], **groups}
    panels = [Panel(question, tuple(_estimate(row) for row in rows)) for question, rows in shown.items() if rows]
    low, high = 100 * (draw.least or 0.0), 100 * max(everybody)
    return dots_with_intervals(
        panels,
        title=f"Everybody who could be drawn had a chance of {low:.1f}% to {high:.1f}%",
        words=f"Without quotas everybody's chance would have been {equal:.1f}% (the dashed line). Quotas move it: who"
        " gave an answer that few gave is drawn more often. The smallest chance is as great as the quotas allow"
        f" ({100 * (draw.optimum or 0.0):.1f}%). A dot is the mean of a group, the line its smallest and greatest.",
        value_name="Chance in percent",
        name="chances",
        as_share=False,
        baseline=equal,
    )


def _estimate(row: Group) -> Estimate:
    mean = sum(row.chances) / len(row.chances)
    return Estimate(row.words, 100 * mean, 100 * min(row.chances), 100 * max(row.chances), row.people)
