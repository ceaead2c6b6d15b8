"""Estimates as dots with their intervals; groups as small panels beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frontend.figures.figure import Cell, Figure, Table, plain_axis, shared_layout, wrapped
from frontend.groups import group_look


@dataclass(frozen=True)
class Estimate:
    """A number with its interval: what it is of, the value, the interval's ends (None without one), how many people."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class Panel:
    """Estimates that belong together, such as those of one group; ``group`` gives it that group's colour and shape."""

    label: str
    estimates: tuple[Estimate, ...]
    group: int | None = None


def dots_with_intervals(
    panels: Sequence[Panel],
    *,
    title: str,
    words: str,
    value_name: str,
    name: str = "dots",
    as_share: bool = True,
    baseline: float | None = None,
) -> Figure:
    """Draw panels one below the other on one common scale.

    Parameters
    ----------
    value_name : what the numbers are ("Share that agrees")
    as_share : whether they lie between 0 and 1 and are written as percentages
    baseline : a value to compare with, drawn as a dashed line in every panel

    Raises
    ------
    ValueError
        If there are no panels, or one has no estimates.
    """
    if not panels or not all(panel.estimates for panel in panels):
        raise ValueError(f"n_panels={len(panels)} should be >= 1, each with at least one estimate")
    data: list[dict[str, Any]] = []
    layout = shared_layout(height=60 + sum(_height(panel) for panel in panels), annotations=[], shapes=[])
    top, whole = 1.0, float(sum(_height(panel) for panel in panels))
    for number, panel in enumerate(panels, 1):
        suffix = "" if number == 1 else str(number)
        bottom = top - _height(panel) / whole
        headroom = 30 / whole if panel.label else 0.0
        data.append(_trace(panel, suffix, as_share))
        layout[f"yaxis{suffix}"] = plain_axis(
            domain=[max(bottom + 8 / whole, 0.0), top - headroom],
            anchor=f"x{suffix}",
            autorange="reversed",
            showgrid=False,
        )
        layout[f"xaxis{suffix}"] = plain_axis(
            anchor=f"y{suffix}",
            showticklabels=number == len(panels),
            **({"matches": "x"} if suffix else {}),
            **({"range": [0, 1], "tickformat": ".0%"} if as_share else {}),
            **({"title": {"text": value_name}} if number == len(panels) else {}),
        )
        if panel.label:
            layout["annotations"].append(_heading(panel.label, top))
        if baseline is not None:
            layout["shapes"].append(_line(baseline, suffix))
        top = bottom
    return Figure(name, title, words, _table(panels, value_name), tuple(data), layout)


def _height(panel: Panel) -> int:
    return 40 + 34 * len(panel.estimates)


def _heading(text: str, top: float) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": top, "xanchor": "left", "yanchor": "top"}
    return {**place, "text": wrapped(text, 60, 1), "font": {"weight": 700}, "showarrow": False}


def _line(value: float, suffix: str) -> dict[str, Any]:
    ends = {"xref": f"x{suffix}", "yref": f"y{suffix} domain", "x0": value, "x1": value, "y0": 0, "y1": 1}
    return {**ends, "type": "line", "line": {"color": "--outline", "dash": "dash", "width": 1.5}}


def _trace(panel: Panel, suffix: str, as_share: bool) -> dict[str, Any]:
    colour, symbol = "--accent", "circle"
    if panel.group is not None:
        colour, symbol = f"--group-{'abcdefgh'[panel.group % 8]}", group_look(panel.group).symbol
    over = [0.0 if one.high is None else one.high - one.value for one in panel.estimates]
    under = [0.0 if one.low is None else one.value - one.low for one in panel.estimates]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": panel.label,
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "x": [round(one.value, 6) for one in panel.estimates],
        "y": [wrapped(one.label, 28, 2) for one in panel.estimates],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [round(value, 6) for value in over],
            "arrayminus": [round(value, 6) for value in under],
            "color": "--ink-soft",
            "thickness": 2,
            "width": 5,
        },
        "marker": {"color": colour, "symbol": symbol, "size": 12, "line": {"color": "--ink", "width": 1}},
        "cliponaxis": False,  # a dot at 0 % or 100 % is a whole dot
        "customdata": [_words(one, as_share) for one in panel.estimates],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _written(value: float | None, as_share: bool) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.0f}%" if as_share else f"{value:.3g}"


def _words(one: Estimate, as_share: bool) -> str:
    text = f"{wrapped(one.label)}: {_written(one.value, as_share)}"
    if one.low is not None and one.high is not None:
        text += f" ({_written(one.low, as_share)} to {_written(one.high, as_share)})"
    return text + (f", n = {one.n:,}" if one.n is not None else "")


def _table(panels: Sequence[Panel], value_name: str) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (panel.label, one.label, one.value, one.low, one.high, one.n) for panel in panels for one in panel.estimates
    ]
    return Table(value_name, ("Panel", "Of", value_name, "Lower end", "Upper end", "n"), tuple(rows))
