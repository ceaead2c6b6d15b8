"""What every picture consists of, and the look that all pictures share."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """The numbers behind a picture.

    Attributes
    ----------
    caption : what the table holds
    columns : their headings
    rows : one value per column; numbers stand right-aligned
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(
                    f"a row of {len(row)} cells should have as many as there are columns={len(self.columns)}"
                )

    @property
    def cells(self) -> list[list[tuple[str, bool]]]:
        """For templates: the words of each cell, and whether it is a number."""
        return [[(_words(cell), isinstance(cell, int | float)) for cell in row] for row in self.rows]


def _words(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return f"{cell:,}" if isinstance(cell, int) else cell


@dataclass(frozen=True)
class View:
    """A part of the picture to look at closely: what its button says, and the ranges of both axes."""

    label: str
    x: tuple[float, float]
    y: tuple[float, float]


@dataclass(frozen=True)
class Figure:
    """One picture.

    Attributes
    ----------
    name : its id on the page and in file names; letters, digits and hyphens
    title : a sentence that says what there is to see
    words : what the picture shows, for people who do not see it
    table : its numbers
    data, layout : what Plotly draws; colours may be names of custom properties
    aspect : height as a share of the width, for pictures that must not be stretched; the layout's height is the most
    views : parts to zoom to; the first is the whole
    toggles : label -> traces that are hidden until asked for
    """

    name: str
    title: str
    words: str
    table: Table
    data: tuple[dict[str, Any], ...]
    layout: dict[str, Any]
    aspect: float | None = None
    views: tuple[View, ...] = ()
    toggles: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def spec(self) -> dict[str, Any]:
        """What the page's script needs, ready for JSON."""
        return {
            "data": self.data,
            "layout": self.layout,
            "aspect": self.aspect,
            "views": [{"label": view.label, "x": view.x, "y": view.y} for view in self.views],
            "toggles": [{"label": label, "traces": traces} for label, traces in self.toggles],
            "csv": [self.table.columns, *self.table.rows],
        }

    @property
    def spec_id(self) -> str:
        """The id of the element that carries the spec."""
        return f"{self.name}-spec"


def shared_layout(*, height: int, **more: Any) -> dict[str, Any]:
    """The look of all pictures, with what one picture adds.

    Parameters
    ----------
    height : in CSS pixels; the width is the page's
    """
    layout: dict[str, Any] = {
        "height": height,
        "autosize": True,
        "paper_bgcolor": "--surface",
        "plot_bgcolor": "--surface",
        "font": {"color": "--ink", "family": "--type-sans", "size": 14},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 4},
        "hoverlabel": {"bgcolor": "--surface", "bordercolor": "--outline", "font": {"color": "--ink"}, "align": "left"},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
            "traceorder": "normal",
        },
        "dragmode": False,
        "showlegend": False,
    }
    return layout | more


def plain_axis(**more: Any) -> dict[str, Any]:
    """An axis with a quiet grid, and what one picture adds."""
    axis: dict[str, Any] = {
        "automargin": True,
        "gridcolor": "--line",
        "linecolor": "--outline",
        "zeroline": False,
        "fixedrange": True,
    }
    return axis | more


def bare_axis(**more: Any) -> dict[str, Any]:
    """An axis that shows nothing: where positions have no unit, ticks would only mislead."""
    return {"visible": False, "zeroline": False, "showgrid": False} | more


def wrapped(text: str, width: int = 44, lines: int = 3) -> str:
    """Text over a few lines, as Plotly writes it; what is too long ends in "…". HTML in it stays text."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parts = wrap(safe, width) or [""]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], f"{parts[lines - 1][: width - 1].rstrip()}…"]
    return "<br>".join(parts)


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
