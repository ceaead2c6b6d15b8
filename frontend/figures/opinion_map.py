"""The opinion map: people as dots that lie close where they voted alike."""

# Shapes: P people, S statements, 2 axes.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontend.figures.figure import Figure, Table, View, bare_axis, listed, shared_layout, wrapped
from frontend.groups import group_look
from frontend.map_picture import convex_hull
from frontend.numbers import count, percentage

#: SVG draws this many dots in well under a second; of more people an even sample is shown.
MOST_DOTS = 4000


@dataclass(frozen=True)
class StatementPlace:
    """A statement on the map, shown on demand: the text and where those who agree with it tend to stand."""

    text: str
    x: float
    y: float


def opinion_map(
    places_P2: NDArray[np.float64],
    groups_P: Sequence[int | None],
    *,
    title: str = "",
    name: str = "opinion-map",
    you: tuple[float, float] | None = None,
    statements: Sequence[StatementPlace] = (),
    notes: Mapping[int, str] | None = None,
) -> Figure:
    """Draw people, group outlines with their letters, one's own place, and statements on demand.

    Parameters
    ----------
    places_P2 : array of shape (n_people, 2); both axes have the same scale and no unit
    groups_P : for each person the number of their group (0 is A), None outside of all groups
    you : the reader's own place, shown to them alone
    statements : hidden until asked for
    notes : a few words under a group's letter, such as what it says of one statement

    Raises
    ------
    ValueError
        If there is nobody, or places and groups differ in length.
    """
    places = np.asarray(places_P2, dtype=np.float64)
    if places.ndim != 2 or places.shape[1] != 2 or len(places) == 0:
        raise ValueError(f"places of shape {places.shape} should be (n_people >= 1, 2)")
    if len(groups_P) != len(places):
        raise ValueError(f"n_groups={len(groups_P)} should be n_people={len(places)}")
    group_of = np.array([-1 if group is None else group for group in groups_P])
    present = sorted(set(group_of.tolist()) - {-1})
    # Sorted by place, so that neither the order of the dots nor the sample says who somebody is.
    order = np.lexsort((places[:, 1], places[:, 0], group_of))
    step = -(-len(places) // MOST_DOTS)
    size = _dot_size(len(places[::step]))
    data: list[dict[str, Any]] = []
    outside = places[order][group_of[order] == -1][::step]
    if len(outside):
        data.append(_dots(outside, "In no group", "circle-open", "--outline", size))
    for group in present:
        members = places[order][group_of[order] == group]
        look = group_look(group)
        colour = _colour(group)
        data.append(_outline(members, colour))
        data.append(_dots(members[::step], f"Group {look.letter}", look.symbol, colour, size))
    if you is not None:
        data.append(_own_place(you))
    toggles: tuple[tuple[str, tuple[int, ...]], ...] = ()
    if statements:
        toggles = (("Show statements", (len(data),)),)
        data.append(_statements(statements))
    letters = [group_look(group).letter for group in present]
    return Figure(
        name=name,
        title=title or _title(letters),
        words=_words(group_of, letters, step, you is not None),
        table=_table(group_of, present),
        data=tuple(data),
        layout=shared_layout(
            height=520,
            xaxis=bare_axis(),
            yaxis=bare_axis(scaleanchor="x", scaleratio=1),
            hovermode="closest",
            annotations=[_letter(places[group_of == group], group, (notes or {}).get(group, "")) for group in present],
        ),
        aspect=0.85,
        views=_views(places, group_of, present),
        toggles=toggles,
    )


def _colour(group: int) -> str:
    return f"--group-{'abcdefgh'[group % 8]}"


def _dot_size(shown: int) -> float:
    """Smaller where there are more, so that dense regions stay legible."""
    return float(np.clip(160 / np.sqrt(shown), 3.5, 10.0))


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 4) for value in values]


def _dots(places: NDArray[np.float64], name: str, symbol: str, colour: str, size: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": _rounded(places[:, 0]),
        "y": _rounded(places[:, 1]),
        "marker": {"symbol": symbol, "color": colour, "size": size, "opacity": 0.75, "line": {"width": 0}},
        "hovertemplate": f"{name}<extra></extra>",
    }


def _outline(members: NDArray[np.float64], colour: str) -> dict[str, Any]:
    corners = convex_hull([(float(x), float(y)) for x, y in members])
    ring = np.array([*corners, corners[0]])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _rounded(ring[:, 0]),
        "y": _rounded(ring[:, 1]),
        "fill": "toself",
        "fillcolor": f"{colour} 0.12",
        "line": {"color": colour, "width": 1.5, "shape": "spline", "smoothing": 0.4},
        "hoverinfo": "skip",
    }


def _own_place(you: tuple[float, float]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": "You",
        "x": [round(you[0], 4)],
        "y": [round(you[1], 4)],
        "text": ["You"],
        "textposition": "top center",
        "textfont": {"color": "--ink", "size": 16, "weight": 700},
        "marker": {"symbol": "star", "size": 18, "color": "--ink", "line": {"color": "--surface", "width": 2}},
        "hovertemplate": "You (only you see this)<extra></extra>",
    }


def _statements(statements: Sequence[StatementPlace]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Statements",
        "visible": False,
        "x": [round(statement.x, 4) for statement in statements],
        "y": [round(statement.y, 4) for statement in statements],
        "text": [wrapped(statement.text) for statement in statements],
        "marker": {"symbol": "x-thin", "size": 12, "line": {"color": "--ink", "width": 2}},
        "hovertemplate": "%{text}<extra></extra>",
    }


def _letter(members: NDArray[np.float64], group: int, note: str) -> dict[str, Any]:
    x, y = members.mean(axis=0)
    return {
        "x": round(float(x), 4),
        "y": round(float(y), 4),
        "text": group_look(group).letter + (f"<br>{wrapped(note)}" if note else ""),
        "showarrow": False,
        "font": {"size": 18, "weight": 700, "color": "--ink"},
        "bgcolor": "--surface",
        "bordercolor": _colour(group),
        "borderwidth": 2,
        "borderpad": 4,
        "opacity": 0.9,
    }


def _views(places: NDArray[np.float64], group_of: NDArray[np.int64], present: Sequence[int]) -> tuple[View, ...]:
    def view(label: str, part: NDArray[np.float64]) -> View:
        low, high = part.min(axis=0), part.max(axis=0)
        edge = np.maximum((high - low) * 0.08, 1e-3)
        (x0, y0), (x1, y1) = (low - edge).round(4).tolist(), (high + edge).round(4).tolist()
        return View(label, (x0, x1), (y0, y1))

    if len(present) < 2:
        return ()
    parts = [view(f"Group {group_look(group).letter}", places[group_of == group]) for group in present]
    return (view("Everyone", places), *parts)


def _title(letters: Sequence[str]) -> str:
    if len(letters) < 2:
        return "So far people form one group" if letters else "Nobody is in a group yet"
    return f"People form {len(letters)} groups by how they voted"


def _words(group_of: NDArray[np.int64], letters: Sequence[str], step: int, with_you: bool) -> str:
    parts = ["Each dot is one person; people who voted alike stand close together."]
    if letters:
        total = len(group_of)
        shares = [
            f"{letter} ({percentage(float((group_of == group).sum()) / total, total)})"
            for letter, group in zip(letters, sorted(set(group_of.tolist()) - {-1}), strict=True)
        ]
        parts.append(
            f"{'Group' if len(letters) == 1 else 'Groups'} {listed(shares)}, of {count(total, 'person', 'people')}."
        )
    if step > 1:
        parts.append(f"One person in {step} is drawn.")
    if with_you:
        parts.append("“You” marks your own place; only you see it.")
    return " ".join(parts)


def _table(group_of: NDArray[np.int64], present: Sequence[int]) -> Table:
    total = len(group_of)
    sizes = [(f"Group {group_look(group).letter}", int((group_of == group).sum())) for group in present]
    outside = int((group_of == -1).sum())
    if outside:
        sizes.append(("In no group", outside))
    rows = tuple((label, size, percentage(size / total, total)) for label, size in sizes)
    return Table("People by group", ("Group", "People", "Share"), rows)
