"""Pictures: from arrays to Plotly figures that say in a sentence, in words and in a table what they show.

A figure is made of plain Python values, so that nothing here imports Plotly. Colours are names of the custom
properties in ``tokens.css`` (``"--agree"``): the browser fills them in, light or dark.
"""

from frontend.figures.curves import progress_over_time, silhouettes, stability
from frontend.figures.dots import Estimate, Panel, dots_with_intervals
from frontend.figures.figure import Figure, Table, View
from frontend.figures.lines import CurvePoint, line_with_intervals
from frontend.figures.opinion_map import StatementPlace, opinion_map
from frontend.figures.statement_bars import GroupCounts, statement_bars

__all__ = [
    "CurvePoint",
    "Estimate",
    "Figure",
    "GroupCounts",
    "Panel",
    "StatementPlace",
    "Table",
    "View",
    "dots_with_intervals",
    "line_with_intervals",
    "opinion_map",
    "progress_over_time",
    "silhouettes",
    "stability",
    "statement_bars",
]
