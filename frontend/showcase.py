"""Made-up numbers for the page that shows every part of the look; they come from nobody."""

from datetime import date, timedelta

import numpy as np

from frontend.figures import (
    Estimate,
    Figure,
    GroupCounts,
    Panel,
    StatementPlace,
    dots_with_intervals,
    opinion_map,
    progress_over_time,
    silhouettes,
    stability,
    statement_bars,
)


def example_figures() -> list[Figure]:
    """One figure of each kind."""
    rng = np.random.default_rng(1)
    centres = np.array([[0.0, 0.0], [4.0, 1.0], [1.5, 3.5]])
    groups = rng.integers(0, 3, size=240)
    places = centres[groups] + rng.normal(scale=0.8, size=(240, 2))
    bars = [
        ("Buses should come every ten minutes.", [GroupCounts("Group A", 62, 8, 11), GroupCounts("Group B", 41, 5, 9)]),
        ("Car parks should make way for trees.", [GroupCounts("Group A", 12, 9, 60), GroupCounts("Group B", 45, 6, 4)]),
    ]
    panels = [
        Panel("Group A", (Estimate("Buses", 0.77, 0.66, 0.85, 81), Estimate("Trees", 0.15, 0.09, 0.24, 81)), 0),
        Panel("Group B", (Estimate("Buses", 0.75, 0.62, 0.84, 55), Estimate("Trees", 0.82, 0.70, 0.90, 55)), 1),
    ]
    start = date(2026, 3, 1)
    days = [(start + timedelta(days=day), int(rng.poisson(40))) for day in range(21)]
    return [
        opinion_map(
            places,
            groups.tolist(),
            you=(1.2, 2.9),
            statements=[StatementPlace("Buses should come every ten minutes.", 2.0, 1.2)],
            name="example-map",
        ),
        statement_bars(bars, title="Both groups want more buses; trees divide them", name="example-bars"),
        dots_with_intervals(
            panels,
            title="Trees divide the groups, buses do not",
            words="The share that agrees, with 95% intervals.",
            value_name="Share that agrees",
            name="example-dots",
        ),
        silhouettes([(2, 0.31), (3, 0.44), (4, 0.36), (5, None)], chosen=3, name="example-silhouettes"),
        stability([(2, 0.71, 0.62, 0.8), (3, 0.92, 0.86, 0.97)], threshold=0.8, name="example-stability"),
        progress_over_time(days, name="example-progress"),
    ]
