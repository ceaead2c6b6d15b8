"""Pictures of results, from what a run stores."""

from collections.abc import Mapping, Sequence
from typing import Any

from aggregation.pipelines.people import UNKNOWN
from frontend.figures import Estimate, Figure, Panel, Table, dots_with_intervals
from frontend.figures.figure import plain_axis, shared_layout, wrapped
from frontend.numbers import wilson_interval

Row = Mapping[str, Any]


def said_by_groups(slate: Sequence[Row]) -> Figure | None:
    """What each group says of each statement of a slate, with 95 % intervals."""
    names = [row["group"] for row in slate[0]["groups"]] if slate else []
    panels = []
    for place, name in enumerate(names):
        estimates = [
            Estimate(row["text"], cell["share"], cell["low"], cell["high"], cell["seen"])
            for row in slate
            for cell in [row["groups"][place]]
            if cell.get("share") is not None
        ]
        if estimates:
            panels.append(Panel(_named(name), tuple(estimates), _letter(name)))
    if not panels:
        return None
    return dots_with_intervals(
        panels,
        title="What each group says of the slate",
        words="The share of those who voted on a statement and agree with it, group by group, with 95 % intervals "
        "(Wilson).",
        value_name="Share that agrees",
        name="said-by-groups",
    )


def how_well(groups: Sequence[Row]) -> Figure | None:
    """How well the best statement of the slate speaks for the people of each group."""
    shown = [row for row in groups if row.get("best") is not None]
    if not shown:
        return None
    least = min(shown, key=lambda row: row["best"])
    return dots_with_intervals(
        [Panel("", tuple(Estimate(_named(row["group"]), row["best"], None, None, row["people"]) for row in shown))],
        title=_least_well(least["group"]) if len(shown) > 1 else "How well people are represented",
        words="For each person the chance that they agree with the statement of the slate they like best; the mean of "
        "each group.",
        value_name="Chance to agree with one's best statement",
        name="how-well",
    )


def _least_well(group: str) -> str:
    if group == UNKNOWN:
        return "People whose group is not known are represented least well"
    return f"{_named(group)} is represented least well"


def inclusion(rows: Sequence[Row], draws: int) -> Figure | None:
    """In how many draws of the missing votes a statement is in the slate."""
    if not rows:
        return None
    sure = sum(row["frequency"] >= 0.95 for row in rows)
    return dots_with_intervals(
        [Panel("", tuple(Estimate(row["text"], row["frequency"]) for row in rows[:20]))],
        title=f"{sure} statement{' is' if sure == 1 else 's are'} in the slate in nearly every draw",
        words=f"The votes that were not cast were drawn {draws} times. A statement near 100% is in the slate whatever "
        "they would have been.",
        value_name="Share of the draws in which it is chosen",
        name="inclusion",
    )


def exposure(told: Row) -> Figure:
    """Approvals against how many people saw a statement."""
    rows = told["rows"]
    said = (
        "Being seen decides what looks approved" if told["decides"] else "Being seen does not decide what is approved"
    )
    correlation = told["correlation"]
    words = "Each dot is a statement: to the right those that many people saw, at the top those that many approve." + (
        f" The correlation of the two is {correlation:.2f}." if correlation is not None else ""
    )
    traces = []
    for inside, label, colour, symbol in (
        (False, "Left out", "--ink-soft", "circle"),
        (True, "In the slate", "--accent", "star"),
    ):
        mine = [row for row in rows if row["in_slate"] is inside]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": label,
                "x": [row["seen"] for row in mine],
                "y": [row["approved"] for row in mine],
                "marker": {"color": colour, "symbol": symbol, "size": 13 if inside else 9},
                "customdata": [wrapped(row["text"]) for row in mine],
                "hovertemplate": "%{customdata}<br>seen by %{x}, approved by %{y}<extra></extra>",
            }
        )
    return Figure(
        "exposure",
        said,
        words,
        Table(
            "How often each statement was seen and approved",
            ("Statement", "Number", "Seen by", "Approved by", "Share that agrees", "In the slate"),
            tuple(
                (
                    row["text"],
                    row["candidate"],
                    row["seen"],
                    row["approved"],
                    row["agreement"],
                    "yes" if row["in_slate"] else "no",
                )
                for row in rows
            ),
        ),
        tuple(traces),
        shared_layout(
            height=380,
            showlegend=True,
            xaxis=plain_axis(title={"text": "Seen by"}, rangemode="tozero"),
            yaxis=plain_axis(title={"text": "Approved by"}, rangemode="tozero"),
        ),
    )


def _named(group: str) -> str:
    return f"Group {group}" if _letter(group) is not None else group


def _letter(group: str) -> int | None:
    """The number of an opinion group by its letter."""
    return ord(group) - ord("A") if len(group) == 1 and "A" <= group <= "H" else None


def mean_by_group(result: Row) -> Figure | None:
    """What each group gets from each ranked statement, first places first."""
    order = [candidate for tied in result["order"] for candidate in tied]
    panels = [
        Panel(
            _named(row["group"]),
            tuple(Estimate(result["texts"][c], row["means"][c]) for c in order if row["means"][c] is not None),
            _letter(row["group"]),
        )
        for row in result["means"]
    ]
    panels = [panel for panel in panels if panel.estimates]
    if not panels:
        return None
    return dots_with_intervals(
        panels,
        title="What each group gets from each, first places first",
        words="The mean of the group's people: their chance to agree, or their utility.",
        value_name="Mean of the group",
        name="means",
    )


def shares_of(item: Row, text: str) -> Figure | None:
    """One item's answers by group with their posterior intervals."""
    blocks = [*item["groups"].items()] if len(item["groups"]) > 1 else []
    panels = []
    for name, block in [*blocks, ("Everybody", item["all"])]:
        if block.get("n") is None or not block.get("posterior_mean"):
            continue
        estimates = [
            _estimate(option, block["posterior_mean"][option], block["interval"][option], block["counts"][option])
            for option in item["options"]
            if block["posterior_mean"].get(option) is not None
        ]
        if estimates:
            panels.append(Panel(f"{_named(name)}, n = {block['n']:,}", tuple(estimates), _letter(name)))
    if not panels:
        return None
    return dots_with_intervals(
        panels,
        title=text,
        words="Posterior means of the shares with 95% intervals; n is how many answered.",
        value_name="Share of the answers",
        name="shares",
    )


def viewpoint_shares(rows: Sequence[Row]) -> Figure | None:
    """How many hold each viewpoint."""
    shown = [(place, row) for place, row in enumerate(rows, 1) if row["weight"] is not None]
    if not shown:
        return None
    return dots_with_intervals(
        [
            Panel(
                "",
                tuple(_estimate(f"Viewpoint {n}", row["weight"], row["interval"], row["people"]) for n, row in shown),
            )
        ],
        title=f"{len(shown)} viewpoints, of which {sum(row['reasonable'] for _, row in shown)} count as reasonable",
        words="The share of the people who hold each, with 95% intervals.",
        value_name="Share of the people",
        name="viewpoints",
    )


def agreed_by_groups(rows: Sequence[Row]) -> Figure | None:
    """What share of each group agrees with each statement, in the order given."""
    names = [cell["group"] for cell in rows[0]["groups"]] if rows else []
    panels = []
    for place, name in enumerate(names):
        estimates = [
            _estimate(row["text"], cell["share"], (cell["low"], cell["high"]), cell["seen"])
            for row in rows
            for cell in [row["groups"][place]]
            if cell["share"] is not None
        ]
        if estimates:
            panels.append(Panel(_named(name), tuple(estimates), _letter(name)))
    if not panels:
        return None
    return dots_with_intervals(
        panels,
        title="How far each group agrees with what bridges most",
        words="The share of those who saw a statement and agree with it, with one vote for and one against added to "
        "each group, and 95% intervals; n is how many of the group saw it.",
        value_name="Share of the group that agrees",
        name="agreed-by-groups",
    )


METRICS = {
    "total_variation": "Total variation",
    "jensen_shannon": "Jensen–Shannon",
    "wasserstein": "Wasserstein",
    "wasserstein_normalised": "Wasserstein, normalised",
    "representativeness": "Representativeness",
}


def metric_names(distances: Sequence[Row]) -> list[str]:
    """The names of distances in words, with base and root where they have them."""
    return [
        METRICS.get(one["metric"], str(one["metric"]).replace("_", " ").capitalize())
        + (f", base {one['base']}" if one.get("base") else "")
        + (", root" if one.get("root") else "")
        for one in distances
    ]


def distances_of_models(models: Sequence[Row]) -> Figure | None:
    """How far each model's answers are from each group's, in total variation."""
    panels = []
    for row in models:
        estimates = [
            _estimate(_named(block["group"]), one["value"], (one["low"], one["high"]), block["items"])
            for block in row["groups"]
            for one in block["distances"][:1]
            if one["value"] is not None
        ]
        if estimates:
            panels.append(Panel(row["model"], tuple(estimates)))
    if not panels:
        return None
    return dots_with_intervals(
        panels,
        title="How far each model is from each group",
        words="Total variation: the share of a group’s answers that would have to change to be distributed as the "
        "model’s, as a mean over items, with 95% intervals from drawing the people again; n counts items.",
        value_name="Total variation",
        name="distances-of-models",
    )


def overton_scores(models: Sequence[Row]) -> Figure | None:
    """OvertonScore of every model side by side, plain and weighted by people."""
    panels = []
    for label, value, interval in (
        ("OvertonScore", "score", "interval"),
        ("Weighted by people", "weighted_score", "weighted_interval"),
    ):
        estimates = [
            _estimate(row["model"], row[value], row[interval], None) for row in models if row[value] is not None
        ]
        if estimates:
            panels.append(Panel(label, tuple(estimates)))
    adjusted = [
        _estimate(row["model"], told["score"], told["interval"], None)
        for row in models
        for told in [row.get("adjusted")]
        if told and told["score"] is not None
    ]
    if adjusted:
        panels.append(Panel("Adjusted", tuple(adjusted)))
    if not panels:
        return None
    return dots_with_intervals(
        panels,
        title="How many viewpoints each model covers",
        words="The OvertonScore is the share of the viewpoints covered, as a mean over questions; weighted by people,"
        " a viewpoint counts as much as people hold it. 95% intervals come from drawing the people again."
        + (
            " The adjusted score takes out how hard the questions of each model were; its interval comes from errors"
            " clustered by question."
            if adjusted
            else ""
        ),
        value_name="Share of the viewpoints",
        name="overton-scores",
    )


def covered_by_group(models: Sequence[Row]) -> Figure | None:
    """On how many questions each model represents each group."""
    panels = []
    for row in models:
        estimates = []
        for cell in row["by_group"]:
            if cell["questions"]:
                low, high = wilson_interval(cell["covered"], cell["questions"])
                share = cell["covered"] / cell["questions"]
                estimates.append(Estimate(_named(cell["group"]), share, low, high, cell["questions"]))
        if estimates:
            panels.append(Panel(row["model"], tuple(estimates)))
    if not panels:
        return None
    return dots_with_intervals(
        panels,
        title="Whom each model represents",
        words="The share of the questions on which the group's mean rating reaches the threshold, with 95% intervals "
        "(Wilson); n counts questions.",
        value_name="Share of the questions",
        name="covered-by-group",
    )


def _estimate(label: str, value: float, ends: Sequence[float | None] | None, n: int | None) -> Estimate:
    low, high = ends or (None, None)
    return Estimate(label, value, low, high, n)
