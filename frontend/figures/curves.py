"""Silhouettes and stability of groupings, and how answers came in over time."""

from collections.abc import Sequence
from datetime import date

from frontend.figures.dots import Estimate, Panel, dots_with_intervals
from frontend.figures.figure import Figure, Table, plain_axis, shared_layout
from frontend.numbers import count


def silhouettes(by_k: Sequence[tuple[int, float | None]], *, chosen: int, name: str = "silhouettes") -> Figure:
    """Draw how clearly the groups separate, for every number of groups that was tried.

    Parameters
    ----------
    by_k : (number of groups, silhouette from -1 to 1 or None where it could not be computed)
    chosen : the number of groups that the page shows

    References
    ----------
    Rousseeuw, P. J. (1987). Silhouettes: a graphical aid to the interpretation and validation of cluster analysis.

    Raises
    ------
    ValueError
        If the chosen number was not tried.
    """
    ks = [k for k, _ in by_k]
    if chosen not in ks:
        raise ValueError(f"chosen={chosen} should be one of the numbers tried, {ks}")
    values = dict(by_k)
    score = values[chosen]
    said = "could not be measured" if score is None else f"is {score:.2f}"
    return Figure(
        name=name,
        title=f"{chosen} groups are shown, of {min(ks)} to {max(ks)} that were tried",
        words="The silhouette says how clearly groups separate: near 1 clearly, near 0 hardly, below 0 not at all. "
        f"For {chosen} groups it {said}.",
        table=Table("Silhouette by number of groups", ("Groups", "Silhouette"), tuple(by_k)),
        data=(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": ks,
                "y": [None if value is None else round(value, 4) for _, value in by_k],
                "line": {"color": "--accent", "width": 2},
                "marker": {
                    "color": ["--accent" if k == chosen else "--surface" for k in ks],
                    "size": 12,
                    "line": {"color": "--accent", "width": 2},
                },
                "hovertemplate": "%{x} groups: %{y:.2f}<extra></extra>",
            },
        ),
        layout=shared_layout(
            height=280,
            xaxis=plain_axis(title={"text": "Number of groups"}, dtick=1, showgrid=False),
            yaxis=plain_axis(title={"text": "Silhouette"}, rangemode="tozero"),
        ),
    )


def stability(
    by_k: Sequence[tuple[int, float, float | None, float | None]], *, threshold: float, name: str = "stability"
) -> Figure:
    """Draw how alike the groups come out when people are drawn anew.

    Parameters
    ----------
    by_k : (number of groups, mean similarity of the groupings from 0 to 1, the interval's ends or None)
    threshold : from which value on groups count as stable, drawn as a dashed line

    References
    ----------
    Hennig, C. (2007). Cluster-wise assessment of cluster stability.
    """
    stable = [k for k, value, _, _ in by_k if value >= threshold]
    title = (
        f"With {' or '.join(map(str, stable))} groups, other samples of the same people give much the same groups"
        if stable
        else "With other samples of the same people the groups often come out differently"
    )
    estimates = tuple(Estimate(f"{k} groups", value, low, high) for k, value, low, high in by_k)
    return dots_with_intervals(
        [Panel("", estimates)],
        title=title,
        words=f"1 means the same groups every time. Groups count as stable from {threshold:.2f} on (the dashed line).",
        value_name="Similarity of groupings",
        name=name,
        as_share=False,
        baseline=threshold,
    )


def progress_over_time(
    by_day: Sequence[tuple[date, int]], *, one: str = "vote", many: str = "votes", name: str = "progress"
) -> Figure:
    """Draw how many answers came in on each day.

    Parameters
    ----------
    by_day : (day, number), in order, days without answers included

    Raises
    ------
    ValueError
        If there is no day.
    """
    if not by_day:
        raise ValueError("by_day has 0 days and should have >= 1")
    total = sum(number for _, number in by_day)
    busiest, most = max(by_day, key=lambda pair: pair[1])
    spoken = count(total, one, many)
    days = count(len(by_day), "day")
    return Figure(
        name=name,
        title=f"{spoken} came in over {days}",
        words=f"From {_spoken(by_day[0][0])} to {_spoken(by_day[-1][0])}. Most came on {_spoken(busiest)}: {most:,}.",
        table=Table(
            f"{many.capitalize()} per day", ("Day", many.capitalize()), tuple((day.isoformat(), n) for day, n in by_day)
        ),
        data=(
            {
                "type": "bar",
                "x": [day.isoformat() for day, _ in by_day],
                "y": [number for _, number in by_day],
                "marker": {"color": "--accent"},
                "hovertemplate": "%{x|%-d %B %Y}: %{y:,}<extra></extra>",
            },
        ),
        layout=shared_layout(
            height=240,
            xaxis=plain_axis(type="date", tickformat="%-d %b", showgrid=False),
            yaxis=plain_axis(rangemode="tozero", tickformat=",d"),
        ),
    )


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
