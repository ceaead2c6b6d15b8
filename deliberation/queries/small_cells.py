"""What of an opinion map may be shown to others: no count that rests on fewer people than the community allows.

A group that is too small is dissolved: its people stand on the map without a group, and none of its counts is told. A
statement on which too few of a group voted loses that group's counts. Whatever is summed over groups is summed over
what is shown, so that no difference between published numbers tells a hidden one.
"""

# Shapes: G groups, S statements.

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

Result = Mapping[str, Any]
Votes = dict[str, int]


def publishable(result: Result, *, least: int) -> dict[str, Any]:
    """The stored result as others may read it.

    Parameters
    ----------
    result : mapping
        What a run of the opinion map stored (:func:`aggregation.algorithms.opinion.report.map_report`).
    least : int
        The least number of people that a published count may rest on, at least 1.

    Returns
    -------
    dict with the keys of ``result`` and ``hidden_groups``, the number of groups that were dissolved. Counts that rest
    on too few votes are all 0 and marked ``hidden``; group-informed consensus is None where it would tell one of them.

    Where every group is too small but all together are not, they are shown as one.
    """
    if least < 1:
        raise ValueError(f"least={least} should be >= 1")
    placed = [{"place": place, **group} for place, group in enumerate(result["groups"])]
    kept = [group for group in placed if group["size"] >= least]
    votes = {group["id"]: result["votes_by_group"][group["id"]] for group in kept}
    if placed and not kept and sum(group["size"] for group in placed) >= least:
        kept, votes = [_merged(placed)], {placed[0]["id"]: _summed(result["votes_by_group"])}
    n_hidden = len(placed) - len(kept)
    ids = {group["id"] for group in kept}
    shown = {group: {n: _tally(counts, least) for n, counts in of.items()} for group, of in votes.items()}
    home = {member: group["id"] for group in kept for member in group["members"]} if n_hidden else None
    unsure = {n for of in shown.values() for n, counts in of.items() if "hidden" in counts}
    consensus = result["group_informed_consensus"] if not n_hidden else _consensus(shown)
    return {
        **result,
        "groups": kept,
        "hidden_groups": n_hidden,
        "votes_by_group": shown,
        "points": result["points"]
        if home is None
        else [{**point, "group": home.get(point["participant"])} for point in result["points"]],
        "representative": {
            group: _telling(lines, shown[group], unsure, bool(n_hidden))
            for group, lines in result["representative"].items()
            if group in ids and (len(kept) > 1 or not n_hidden)
        },
        "consensus": {side: _majorities(lines, shown, side) for side, lines in result["consensus"].items()},
        "dividing": [line for line in result["dividing"] if _is_shown(line, shown)],
        "group_informed_consensus": {n: None if n in unsure else value for n, value in consensus.items()},
    }


def _merged(groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    members = [member for group in groups for member in group["members"]]
    return {**groups[0], "size": len(members), "members": members}


def _summed(votes: Mapping[str, Mapping[str, Votes]]) -> dict[str, Votes]:
    """Votes of all groups by statement."""
    total: dict[str, Votes] = {}
    for of in votes.values():
        for number, counts in of.items():
            into = total.setdefault(number, dict.fromkeys(counts, 0))
            for name, value in counts.items():
                into[name] += value
    return total


def _tally(counts: Votes, least: int) -> Votes:
    if 0 < counts["seen"] < least:
        return {"agree": 0, "disagree": 0, "seen": 0, "hidden": 1}
    return counts


def _consensus(shown: Mapping[str, Mapping[str, Votes]]) -> dict[str, float]:
    """Group-informed consensus over the groups that are left: the product of (agree + 1) / (seen + 2)."""
    numbers = next(iter(shown.values()), {})
    return {n: prod((of[n]["agree"] + 1) / (of[n]["seen"] + 2) for of in shown.values()) for n in numbers}


def _telling(
    lines: Sequence[Mapping[str, Any]], own: Mapping[str, Votes], unsure: set[str], groups_hidden: bool
) -> list[dict[str, Any]]:
    """What a group stands for; comparisons with a rest that holds hidden votes are left out."""
    against_rest = {"ratio", "z"}
    kept = [line for line in lines if "hidden" not in own[line["statement"]]]
    return [
        {k: v for k, v in line.items() if k not in against_rest or not (groups_hidden or line["statement"] in unsure)}
        for line in kept
    ]


def _majorities(
    lines: Sequence[Mapping[str, Any]], shown: Mapping[str, Mapping[str, Votes]], side: str
) -> list[dict[str, Any]]:
    """The statements, with the counts of those in a group that is shown: others may be few."""
    found = []
    for line in lines:
        of = [votes[line["statement"]] for votes in shown.values() if line["statement"] in votes]
        count, seen = (sum(counts[name] for counts in of) for name in (side, "seen"))
        if seen:
            probability = (count + 1) / (seen + 2)
            found.append({"statement": line["statement"], "probability": probability, "count": count, "seen": seen})
    return found


def _is_shown(line: Mapping[str, Any], shown: Mapping[str, Mapping[str, Votes]]) -> bool:
    both = (line["agreeing_group"], line["disagreeing_group"])
    return all(group in shown and "hidden" not in shown[group][line["statement"]] for group in both)
