"""The opinion map as SVG: people as dots, an outline with its letter around each group, and one's own place.

The picture needs no script, so that it is there for everyone. It holds places only, in an order that says nothing
about who stands there.
"""

# Shapes: P people, each (x, y, group) with group an index from 0 or None.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from frontend.groups import group_look

Place = tuple[float, float]
Person = tuple[float, float, int | None]

WIDTH = 720.0
MARGIN = 42.0
MOST_DOTS = 4000
_OTHER = "m-{r} 0a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0"
#: Dots as path segments relative to their centre, by the name of the group's shape; r is the radius, d twice that.
_DOTS = {
    "circle": _OTHER,
    "square": "m-{r} -{r}h{d}v{d}h-{d}z",
    "triangle-up": "m0 -{d}l{d} {e}h-{f}z",
    "diamond": "m0 -{d}l{d} {d}l-{d} {d}l-{d} -{d}z",
    "pentagon": "m0 -{d}l{d} {d}l-{r} {d}h-{d}l-{r} -{d}z",
    "hexagon": "m-{r} -{d}h{d}l{r} {d}l-{r} {d}h-{d}l-{r} -{d}z",
    "triangle-down": "m0 {d}l-{d} -{e}h{f}z",
    "cross": "m-{r} -{d}h{d}v{r}h{r}v{d}h-{r}v{r}h-{d}v-{r}h-{r}v-{d}h{r}z",
}


@dataclass(frozen=True)
class GroupShape:
    """One group in the picture; ``colour`` is the letter of its colour in the style sheet, ``note`` stands below."""

    letter: str
    colour: str
    dots: str
    outline: str
    badge: str
    x: float
    y: float
    letter_y: float
    note: str


@dataclass(frozen=True)
class MapPicture:
    """What the template draws: sizes in SVG units, ``others`` the dots of people in no group, ``you`` one's own."""

    width: float
    height: float
    shapes: tuple[GroupShape, ...]
    others: str
    you: Place | None
    shown: int
    of: int


def map_picture(
    people: Sequence[Person],
    *,
    you: Place | None = None,
    notes: Mapping[int, str] | None = None,
    zoom: int | None = None,
) -> MapPicture | None:
    """Draw a map on equal axes; None where there is nobody.

    Parameters
    ----------
    people : sequence of (x, y, group)
    you : one's own place, marked with a ring
    notes : a few words for a group, such as what it says of one statement
    zoom : the group that fills the picture; whoever stands outside its frame is left out

    Beyond ``MOST_DOTS`` people every second, third, … in the order of their places is drawn.
    """
    if not people:
        return None
    framed = [person for person in people if person[2] == zoom] if zoom is not None else []
    low_x, high_x = _span([person[0] for person in framed or people])
    low_y, high_y = _span([person[1] for person in framed or people])
    seen = [p for p in people if low_x <= p[0] <= high_x and low_y <= p[1] <= high_y]
    ordered = sorted(seen, key=lambda person: (-1 if person[2] is None else person[2], person[0], person[1]))
    if you is not None and not (low_x <= you[0] <= high_x and low_y <= you[1] <= high_y):
        you = None
    # One scale for both axes: distances mean the same in every direction.
    scale = (WIDTH - 2 * MARGIN) / max(high_x - low_x, (high_y - low_y) / 0.8, 1e-9)
    height = (high_y - low_y) * scale + 2 * MARGIN
    indent = (WIDTH - (high_x - low_x) * scale) / 2

    def place(x: float, y: float) -> Place:
        return round(indent + (x - low_x) * scale, 1), round(MARGIN + (high_y - y) * scale, 1)

    step = -(-len(ordered) // MOST_DOTS)
    radius = 3.2 if len(ordered) < 300 else 2.4 if len(ordered) < 1500 else 1.7
    shapes = []
    for group in sorted({person[2] for person in ordered if person[2] is not None}):
        places = [place(x, y) for x, y, of in ordered if of == group]
        shapes.append(_shape(group, places, step, radius, (notes or {}).get(group, "")))
    outside = [place(x, y) for x, y, of in ordered if of is None]
    return MapPicture(
        width=WIDTH,
        height=round(height, 1),
        shapes=tuple(shapes),
        others=_dots(outside[::step], "", radius),
        you=place(*you) if you else None,
        shown=len(ordered[::step]),
        of=len(people),
    )


def _span(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _shape(group: int, places: list[Place], step: int, radius: float, note: str) -> GroupShape:
    look = group_look(group)
    hull = convex_hull(places)
    return GroupShape(
        letter=look.letter,
        colour=chr(ord("a") + group % 8),
        dots=_dots(places[::step], look.symbol, radius),
        outline="M" + "L".join(f"{x} {y}" for x, y in hull) + "z",
        badge=look.outline,
        x=round(sum(x for x, _ in places) / len(places) - 14, 1),
        y=round(sum(y for _, y in places) / len(places) - 14, 1),
        letter_y=look.letter_y,
        note=note,
    )


def _dots(places: Sequence[Place], symbol: str, radius: float) -> str:
    d = radius * (1.0 if symbol not in {"circle", "square"} else 2.0)
    sizes = {"r": radius if d > radius else radius / 2, "d": d, "e": d * 1.8, "f": d * 2}
    dot = _DOTS.get(symbol, _OTHER).format(**{name: round(size, 2) for name, size in sizes.items()})
    return "".join(f"M{x} {y}{dot}" for x, y in places)


def convex_hull(places: Sequence[Place]) -> list[Place]:
    """The corners of the convex hull, by monotone chain (Andrew, 1979); all places where there are fewer than three."""
    points = sorted(set(places))
    if len(points) < 3:
        return points
    lower, upper = _chain(points), _chain(points[::-1])
    return lower[:-1] + upper[:-1]


def _chain(points: Sequence[Place]) -> list[Place]:
    chain: list[Place] = []
    for x, y in points:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2], chain[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain
