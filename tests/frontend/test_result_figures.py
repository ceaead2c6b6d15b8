"""The pictures of results hold what they say, in words and numbers too."""

import numpy as np
import pytest

from frontend.figures import GroupCounts, StatementPlace, opinion_map, statement_bars
from frontend.numbers import wilson_interval

PLACES = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [5.0, 5.0], [6.0, 5.0], [5.0, 6.0]])
GROUPS = [0, 0, 0, 1, 1, 1]


def test_bars_show_counts_and_the_interval_of_agreement() -> None:
    group = GroupCounts("Group A", 6, 2, 2)
    figure = statement_bars([("More buses", [group, GroupCounts("Group B: too few", 0, 0, 0)])], title="Buses")
    assert figure.layout["yaxis"]["ticktext"] == ["A (10)", "B: too few"]
    low, high = wilson_interval(6, 10)
    whisker = figure.data[0]["error_x"]
    assert (0.6 - whisker["arrayminus"][0], 0.6 + whisker["array"][0]) == pytest.approx((low, high), abs=1e-4)
    assert all("error_x" not in part for part in figure.data[1:])
    assert figure.table.rows[0][:5] == ("More buses", "Group A", 6, 2, 2)


def test_a_note_stands_under_its_groups_letter() -> None:
    figure = opinion_map(PLACES, GROUPS, notes={1: "92% <agree>"})
    assert [letter["text"] for letter in figure.layout["annotations"]] == ["A", "B<br>92% &lt;agree&gt;"]


def test_statements_are_there_on_demand_and_places_do_not_say_who() -> None:
    figure = opinion_map(PLACES, GROUPS, statements=[StatementPlace("More buses", 1.0, 2.0)], you=(5.0, 5.0))
    ((label, traces),) = figure.toggles
    assert (label, [figure.data[trace]["visible"] for trace in traces]) == ("Show statements", [False])
    assert "only you see it" in figure.words
    shuffled = opinion_map(
        PLACES[::-1], GROUPS[::-1], statements=[StatementPlace("More buses", 1.0, 2.0)], you=(5.0, 5.0)
    )
    assert shuffled.data == figure.data
