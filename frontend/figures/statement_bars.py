"""How the groups voted on statements: agree, pass and disagree as stacked bars."""

# Shapes: S statements, G groups.

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frontend.figures.figure import Cell, Figure, Table, plain_axis, shared_layout, wrapped
from frontend.numbers import count, interval, percentage, wilson_interval

#: Height of one bar with the space around it, in pixels.
_ROW = 32.0
#: The least width of the labels beside the bars; texts begin above them.
_LABELS = 56
_PARTS = (("Agree", "--agree", ""), ("Pass", "--pass", "."), ("Disagree", "--disagree", "/"))


@dataclass(frozen=True)
class GroupCounts:
    """Votes of one group on one statement; ``label`` as in "Group A"."""

    label: str
    agree: int
    passes: int
    disagree: int

    @property
    def total(self) -> int:
        """Everybody of the group who voted on it."""
        return self.agree + self.passes + self.disagree

    @property
    def counts(self) -> tuple[int, int, int]:
        """Agree, pass, disagree."""
        return self.agree, self.passes, self.disagree


def statement_bars(
    statements: Sequence[tuple[str, Sequence[GroupCounts]]],
    *,
    title: str,
    name: str = "statement-bars",
    order: str = "",
) -> Figure:
    """Draw one block of bars per statement, one bar per group.

    Parameters
    ----------
    statements : (text, counts per group), in the order that the reader asked for
    order : how they are sorted, in words ("most shared first")

    Patterns beside colours tell the parts apart; the intervals are Wilson's at 95% (:func:`wilson_interval`).
    """
    bars = [(text, group) for text, groups in statements for group in groups]
    rows, headings, height = _places(statements)
    data = [_part(index, rows, [group for _, group in bars]) for index in range(3)]
    sorted_by = f", {order}" if order else ""
    return Figure(
        name=name,
        title=title,
        words=f"Shares of those who voted, for {count(len(statements), 'statement')} by group{sorted_by}. "
        "The number of votes stands beside each group; the whisker is the 95% interval of the share that agrees. "
        + " ".join(_sentence(text, groups) for text, groups in statements[:1]),
        table=_table(bars),
        data=tuple(data),
        layout=shared_layout(
            height=round(height) + 80,
            barmode="stack",
            showlegend=True,
            annotations=headings,
            xaxis=plain_axis(range=[0, 1], tickformat=".0%", nticks=6),
            yaxis=plain_axis(
                range=[height, 0],
                tickmode="array",
                tickvals=rows,
                ticktext=[_tick(group) for _, group in bars],
                showgrid=False,
            ),
        ),
    )


def _places(
    statements: Sequence[tuple[str, Sequence[GroupCounts]]],
) -> tuple[list[float], list[dict[str, Any]], float]:
    """Where each bar and each statement's text stands, in pixels from the top, and how high all of it is.

    The text stands above its bars, not beside them, so that a phone's width belongs to the bars.
    """
    rows: list[float] = []
    headings: list[dict[str, Any]] = []
    top = 0.0
    for text, groups in statements:
        lines = wrapped(text, 36, 4)
        place = {
            "xref": "paper",
            "x": 0,
            "xshift": -_LABELS,
            "xanchor": "left",
            "yref": "y",
            "y": top + 6,
            "yanchor": "top",
        }
        headings.append({**place, "text": lines, "align": "left", "showarrow": False, "font": {"size": 13}})
        top += 14 + 19 * (lines.count("<br>") + 1)
        rows += [top + _ROW * (index + 0.5) for index in range(len(groups))]
        top += _ROW * len(groups) + 10
    return rows, headings, top


def _part(index: int, rows: list[float], groups: Sequence[GroupCounts]) -> dict[str, Any]:
    word, colour, pattern = _PARTS[index]
    shares = [group.counts[index] / group.total if group.total else 0.0 for group in groups]
    hover = [
        f"{group.label}: {percentage(share, group.total)} {word.lower()}"
        f"<br>{group.counts[index]:,} of {group.total:,}, 95% interval {_interval(group, index)}"
        for share, group in zip(shares, groups, strict=True)
    ]
    return {
        "type": "bar",
        "orientation": "h",
        "name": word,
        "y": rows,
        "width": 0.78 * _ROW,
        "x": [round(share, 4) for share in shares],
        "text": [
            percentage(share, group.total) if share >= 0.12 else "" for share, group in zip(shares, groups, strict=True)
        ],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": f"{colour}-ink"},
        **({"error_x": _agreement_interval(shares, groups)} if index == 0 else {}),
        "customdata": hover,
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {
            "color": colour,
            "line": {"color": "--surface", "width": 1},
            "pattern": {
                "shape": pattern,
                "fillmode": "overlay",
                "fgcolor": "--surface",
                "fgopacity": 0.4,
                "solidity": 0.2,
                "size": 7,
            },
        },
    }


def _tick(group: GroupCounts) -> str:
    """Short, so that a phone's width belongs to the bars: "A (98)"."""
    label = group.label.removeprefix("Group ")
    return f"{label} ({group.total:,})" if group.total else label


def _agreement_interval(shares: Sequence[float], groups: Sequence[GroupCounts]) -> dict[str, Any]:
    """Whiskers at the end of the part that agrees."""
    ends = [wilson_interval(group.agree, group.total) for group in groups]
    below = [0.0 if low is None else round(share - low, 4) for share, (low, _) in zip(shares, ends, strict=True)]
    above = [0.0 if high is None else round(high - share, 4) for share, (_, high) in zip(shares, ends, strict=True)]
    return {
        "type": "data",
        "symmetric": False,
        "array": above,
        "arrayminus": below,
        "color": "--ink",
        "thickness": 1.5,
        "width": 5,
    }


def _interval(group: GroupCounts, index: int) -> str:
    return interval(*wilson_interval(group.counts[index], group.total), group.total)


def _sentence(text: str, groups: Sequence[GroupCounts]) -> str:
    shares = ", ".join(
        f"{group.label} {percentage(group.agree / group.total, group.total)}" for group in groups if group.total
    )
    return f"“{text}”: agree {shares}." if shares else f"“{text}”: no votes yet."


def _table(bars: Sequence[tuple[str, GroupCounts]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for text, group in bars:
        share = group.agree / group.total if group.total else None
        rows.append(
            (
                text,
                group.label,
                group.agree,
                group.passes,
                group.disagree,
                percentage(share, group.total),
                _interval(group, 0),
            )
        )
    columns = ("Statement", "Group", "Agree", "Pass", "Disagree", "Share that agrees", "95% interval")
    return Table("Votes on each statement by group", columns, tuple(rows))
