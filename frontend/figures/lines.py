"""Curves: one number against another, with a diagonal or a baseline to compare with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frontend.figures.figure import Cell, Figure, Table, plain_axis, shared_layout


@dataclass(frozen=True)
class CurvePoint:
    """One place of a curve, with the ends of its interval and how many rows it stands on, where they are known.

    Where ``part`` changes from one place to the next, the line is broken.
    """

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    part: str = ""


MANY = 60  # points, from which on their dots are drawn small


def line_with_intervals(
    points: Sequence[CurvePoint],
    *,
    title: str,
    words: str,
    x_name: str,
    y_name: str,
    name: str,
    diagonal: bool = False,
    baseline: float | None = None,
    as_share: tuple[bool, bool] = (False, False),
) -> Figure:
    """Draw one curve.

    Parameters
    ----------
    diagonal : draw the line on which both numbers are equal
    baseline : a height to compare with, drawn as a dashed line
    as_share : whether x and y lie between 0 and 1 and are written as percentages

    Raises
    ------
    ValueError
        If there is no point.
    """
    if not points:
        raise ValueError("n_points=0 should be >= 1")
    shapes: list[dict[str, Any]] = []
    dashed = {"type": "line", "line": {"color": "--outline", "dash": "dash", "width": 1.5}}
    if diagonal:
        shapes.append({**dashed, "x0": 0, "y0": 0, "x1": 1, "y1": 1})
    if baseline is not None:
        shapes.append({**dashed, "xref": "paper", "x0": 0, "x1": 1, "y0": baseline, "y1": baseline})
    return Figure(
        name=name,
        title=title,
        words=words,
        table=_table(points, x_name, y_name),
        data=(_trace(points, x_name, y_name),),
        layout=shared_layout(
            height=320,
            shapes=shapes,
            xaxis=_axis(x_name, as_share[0]),
            yaxis=_axis(y_name, as_share[1]),
        ),
    )


def _axis(name: str, as_share: bool) -> dict[str, Any]:
    return plain_axis(title={"text": name}, **({"range": [0, 1], "tickformat": ".0%"} if as_share else {}))


def _trace(points: Sequence[CurvePoint], x_name: str, y_name: str) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [round(point.x, 6) for point in points],
        "y": [round(point.y, 6) for point in points],
        "line": {"color": "--accent", "width": 2},
        "marker": {"color": "--accent", "size": 8 if len(points) < MANY else 4},
        "hovertemplate": f"{x_name}: %{{x}}<br>{y_name}: %{{y}}<extra></extra>",
    }
    if any(point.part for point in points):
        _break_between_parts(trace, points)
    if any(point.high is not None for point in points):
        trace["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": [0.0 if point.high is None else round(point.high - point.y, 6) for point in points],
            "arrayminus": [0.0 if point.low is None else round(point.y - point.low, 6) for point in points],
            "color": "--ink-soft",
            "thickness": 1.5,
            "width": 4,
        }
    return trace


def _break_between_parts(trace: dict[str, Any], points: Sequence[CurvePoint]) -> None:
    """Put a place without a height between two parts, and name the part of each dot."""
    trace["text"] = [point.part for point in points]
    trace["hovertemplate"] = "%{text}<br>" + trace["hovertemplate"]
    for place in range(len(points) - 1, 0, -1):
        if points[place].part != points[place - 1].part:
            for name, gap in (("x", None), ("y", None), ("text", "")):
                trace[name].insert(place, gap)


def _table(points: Sequence[CurvePoint], x_name: str, y_name: str) -> Table:
    names = [x_name, y_name]
    with_interval = any(point.high is not None for point in points)
    with_n = any(point.n is not None for point in points)
    names += ["Lower end", "Upper end"] if with_interval else []
    names += ["n"] if with_n else []
    with_part = any(point.part for point in points)
    names += ["Part"] if with_part else []
    rows: list[tuple[Cell, ...]] = []
    for point in points:
        row: list[Cell] = [point.x, point.y]
        row += [point.low, point.high] if with_interval else []
        row += [point.n] if with_n else []
        row += [point.part] if with_part else []
        rows.append(tuple(row))
    return Table(f"{y_name} by {x_name.lower()}", tuple(names), tuple(rows))
