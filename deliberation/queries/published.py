"""An opinion map as anybody may read it: without telling who stands where, and without statements that are hidden."""

from collections.abc import Mapping
from typing import Any

from deliberation.models import Conversation
from deliberation.queries.results import LEAST_VOTERS, newest_maps, shown_texts
from deliberation.queries.small_cells import publishable


def published_result(conversation: Conversation, grouping: str) -> dict[str, Any] | None:
    """The newest map of this grouping for everybody; None where there is none, or fewer than 7 people voted.

    Participants' numbers are left out: they stand in exports, and would tell who is in which group. Counts that rest on
    fewer people than the community shows are left out too, with their group where all of it is smaller.
    """
    found = newest_maps(conversation).get(grouping)
    if found is None or found.run.result["participants"] < LEAST_VOTERS:
        return None
    result = publishable(found.run.result, least=conversation.community.small_cell)
    texts = shown_texts(conversation)
    numbers = {str(number) for number in texts}
    return {
        "grouping": grouping,
        "as_of": found.votes_as_of.isoformat(),
        "run": {"id": str(found.run_id), "seed": found.run.seed, "input_sha256": found.run.input_sha256}
        | {"parameters": found.run.parameters, "versions": found.run.versions, "warnings": found.run.warnings},
        **{name: result[name] for name in ("participants", "statements", "votes", "k", "hidden_groups")},
        # With a hidden group it would tell the size of that.
        "in_conversation": None if result["hidden_groups"] else result["in_conversation"],
        "least_count": conversation.community.small_cell,
        **{name: result[name] for name in ("silhouettes", "stability", "stable")},
        "texts": {str(number): text for number, text in texts.items()},
        "groups": [{name: group[name] for name in ("id", "label", "size")} for group in result["groups"]],
        "points": [{name: point[name] for name in ("x", "y", "group")} for point in result["points"]],
        "representative": {group: _shown(rows, numbers) for group, rows in result["representative"].items()},
        "consensus": {side: _shown(rows, numbers) for side, rows in result["consensus"].items()},
        "dividing": _shown(result["dividing"], numbers),
        "group_informed_consensus": _kept(result["group_informed_consensus"], numbers),
        "votes_by_group": {group: _kept(counts, numbers) for group, counts in result["votes_by_group"].items()},
    }


def _shown(rows: list[dict[str, Any]], numbers: set[str]) -> list[dict[str, Any]]:
    return [row for row in rows if row["statement"] in numbers]


def _kept(values: Mapping[str, Any], numbers: set[str]) -> dict[str, Any]:
    """Those of shown statements; a count that is hidden is None."""
    return {
        number: None if isinstance(value, dict) and "hidden" in value else value
        for number, value in values.items()
        if number in numbers
    }
