"""No number on a results page, in its tables or over REST tells what fewer people said than the community allows."""

import csv
import io
import itertools
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from deliberation.actions.maps import draw_map
from deliberation.models import Conversation, OpinionMap, Participation
from deliberation.queries import result_rows as shaped
from deliberation.queries import vote_arrays
from deliberation.queries.small_cells import publishable
from tests.deliberation.test_results import voted

SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=5)


def stored(sizes: list[int], seen: Any) -> dict[str, Any]:
    """A result with groups of these sizes, in which ``seen(group, statement)`` of a group voted, all agreeing."""
    members = itertools.count()
    groups = [
        {"id": str(g), "size": size, "members": [str(next(members)) for _ in range(size)]}
        for g, size in enumerate(sizes)
    ]
    votes = {
        group["id"]: {str(n): {"agree": seen(g, n), "disagree": 0, "seen": seen(g, n)} for n in range(3)}
        for g, group in enumerate(groups)
    }
    points = [{"participant": m, "x": 0.0, "y": 0.0, "group": g["id"]} for g in groups for m in g["members"]]
    majority = {"statement": "0", "count": 99, "seen": 99, "probability": 0.99, "z": 9.0}
    line = {"statement": "0", "direction": "agree", "ratio": 2.0, "z": 3.0, "probability": 0.9, "count": 1, "seen": 1}
    return {
        "groups": groups,
        "votes_by_group": votes,
        "points": points,
        "representative": {group["id"]: [line] for group in groups},
        "consensus": {
            "agree": [majority],
            "disagree": [],
        },
        "dividing": [{"statement": "0", "agreeing_group": "0", "disagreeing_group": groups[-1]["id"], "opposed": True}],
        "group_informed_consensus": {str(n): 0.5 for n in range(3)},
    }


@given(SIZES, st.integers(1, 8), st.integers(0, 1000))
def test_no_count_rests_on_fewer_people(sizes: list[int], least: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = {(g, n): int(rng.integers(0, size + 1)) for g, size in enumerate(sizes) for n in range(3)}
    given_ = stored(sizes, lambda g, n: drawn[g, n])
    shown = publishable(given_, least=least)
    assert all(group["size"] >= least for group in shown["groups"])
    for of in shown["votes_by_group"].values():
        for number, counts in of.items():
            assert counts["seen"] == 0 or counts["seen"] >= least
            assert "hidden" not in counts or shown["group_informed_consensus"][number] is None
    for row in shaped.statement_rows(shown, dict.fromkeys(range(3), "text")):
        assert row.everyone.seen == sum(tally.seen for _, tally in row.by_group)
    told = [line for lines in shown["consensus"].values() for line in lines]
    assert all(line["seen"] >= least for line in told)
    grouped = sum(point["group"] is not None for point in shown["points"])
    assert grouped == sum(group["size"] for group in shown["groups"])


@given(SIZES, st.integers(1, 8))
def test_what_rests_on_enough_people_stays_as_it_is(sizes: list[int], least: int) -> None:
    big = [size + 8 for size in sizes]
    given_ = stored(big, lambda g, n: big[g])
    shown = publishable(given_, least=least)
    same = ("points", "votes_by_group", "representative", "dividing", "group_informed_consensus")
    assert [shown[name] for name in same] == [given_[name] for name in same]
    assert shown["hidden_groups"] == 0


def test_a_small_group_is_dissolved_and_the_others_keep_their_letters() -> None:
    shown = publishable(stored([9, 2, 7], lambda g, n: [9, 2, 7][g]), least=5)
    assert [group.letter for group in shaped.groups_of(shown)] == ["A", "C"]
    assert shown["hidden_groups"] == 1
    # The product over the groups that are left, so that dividing by what is shown tells nothing of the third.
    assert shown["group_informed_consensus"]["0"] == pytest.approx((10 / 11) * (8 / 9))
    assert not any({"ratio", "z"} & set(line) for lines in shown["representative"].values() for line in lines)


def test_groups_that_are_all_small_are_shown_as_one() -> None:
    shown = publishable(stored([3, 4], lambda g, n: [3, 4][g]), least=5)
    assert [group["size"] for group in shown["groups"]] == [7]
    assert shown["votes_by_group"]["0"]["0"] == {"agree": 7, "disagree": 0, "seen": 7}


@pytest.fixture
def with_a_group_of_two(db: None) -> Conversation:
    """Forty people in two camps, of whom an import set two apart."""
    conversation, people = voted(40)
    for place, person in enumerate(people):
        group = "2" if place < 2 else str(place % 2)
        Participation.objects.filter(conversation=conversation, member=person).update(imported_group=group)
    arrays = vote_arrays(conversation)
    for grouping in OpinionMap.Grouping:
        draw_map(conversation, arrays, grouping)
    return conversation


def test_the_api_the_page_and_its_tables_hide_a_group_of_two(with_a_group_of_two: Conversation) -> None:
    conversation = with_a_group_of_two
    client = Client()
    got = client.get(reverse("api-conversation-results", args=[conversation.slug]), {"grouping": "imported"}).json()
    assert [group["size"] for group in got["groups"]] == [19, 19]
    assert sum(point["group"] is None for point in got["points"]) == 2
    assert set(got["votes_by_group"]) == {"0", "1"}
    for line in got["consensus"]["agree"]:
        by_group = [of[line["statement"]]["agree"] for of in got["votes_by_group"].values()]
        assert line["count"] == sum(by_group)
    page = client.get(reverse("deliberation:results", args=[conversation.slug]), {"grouping": "imported"})
    assert "1 group of fewer than 5 people is not shown apart" in " ".join(page.content.decode().split())
    table = client.get(
        reverse("deliberation:results-table", args=[conversation.slug]), {"grouping": "imported", "table": "statements"}
    )
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert not any(name.startswith("C_") for name in rows[0])
    assert all(int(row["all_agree"]) == int(row["A_agree"]) + int(row["B_agree"]) for row in rows)


def test_a_community_that_hides_nothing_shows_them(with_a_group_of_two: Conversation) -> None:
    community = with_a_group_of_two.community
    community.small_cell = 1
    community.save()
    address = reverse("api-conversation-results", args=[with_a_group_of_two.slug])
    got = Client().get(address, {"grouping": "imported"}).json()
    assert [group["size"] for group in got["groups"]] == [19, 19, 2]


def test_few_people_who_changed_group_are_not_counted_out() -> None:
    rng = np.random.default_rng(1)
    people = [str(n) for n in range(40)]
    computed = {"groups": [{"id": str(g), "size": 20, "members": people[20 * g : 20 * g + 20]} for g in range(2)]}
    moved = list(rng.permutation(people[:20]))[:2]
    imported = {
        "groups": [
            {"id": "0", "size": 18, "members": [one for one in people[:20] if one not in moved]},
            {"id": "1", "size": 22, "members": [*moved, *people[20:]]},
        ]
    }
    exact = shaped.overlap(imported, computed, least=1)
    assert [(counts, none) for _, counts, none in exact] == [([18, 0], 0), ([2, 20], 0)]
    told = shaped.overlap(imported, computed, least=5)
    assert told[1][1] == [None, None]
    assert told[0][1] == [None, 0] or None in told[0][1]
