"""Slates as a source of constitutions: what was chosen to stand for people becomes candidate principles.

Registered in :mod:`governance.drafting`. Numbers that speak of very few people are left out, as in every file.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.models import Community
from aggregation.models import Aggregation
from aggregation.pipelines.methods import METHODS
from aggregation.releasing import released_result
from governance.drafting import Finding, GroupView, Source
from governance.models import Candidate, Principle
from governance.subjects import Reference

KINDS = ("slate", "generate")
NAME = "slate"
#: From this share of a group's votes on, a principle is said to serve the group, or to cost it.
CLEAR = 0.6


def choices(community: Community, user: Any) -> list[Reference]:
    """The community's slates that the person may see, newest first."""
    seen = Aggregation.objects.visible_to(user).filter(run__community=community, run__kind__in=KINDS)
    listed = seen.select_related("run").defer("inputs", "members", "run__result").order_by("-run__finished_at", "pk")
    return [Reference(NAME, str(one.pk), one.title, one.get_absolute_url()) for one in listed]


def findings(reference: Reference) -> list[Finding]:
    """Each statement of the slate, in the order in which it was chosen, with whom it stands for."""
    aggregation = Aggregation.objects.select_related("run__community").get(pk=UUID(reference.id))
    result = released_result(aggregation)
    return [
        Finding(
            id=f"{aggregation.pk}:{row.get('candidate', place)}",
            text=row["text"],
            why=_why(row, result),
            address=aggregation.get_absolute_url(),
            evidence=_evidence(aggregation, row),
        )
        for place, row in enumerate(result["slate"])
    ]


def _why(row: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    stands_for, people = row.get("stands_for"), result.get("sample", result.get("people"))
    if stands_for is None or people is None:
        return "Chosen for the slate"
    return f"Chosen for the slate: it stands for {stands_for} of {people} people"


def _evidence(aggregation: Aggregation, row: Mapping[str, Any]) -> dict[str, Any]:
    run = aggregation.run
    return {
        "run": str(run.pk),
        "method": METHODS[run.kind].title,
        "rule": run.parameters.get("rule", run.parameters.get("process", "")),
        "seed": run.seed,
        "input_sha256": run.input_sha256,
        "material": f"{aggregation.source} {aggregation.material}",
        "stands_for": row.get("stands_for"),
        "groups": [dict(one) for one in row.get("groups", [])],
    }


SOURCE = Source(NAME, "A slate", choices, findings)


def group_views(principles: Sequence[Principle]) -> dict[int, list[GroupView]]:
    """What each group that the slate was told said of the first of its statements behind each principle."""
    behind = Candidate.objects.filter(principle__in=principles, source_type=NAME).order_by("id")
    found: dict[int, list[GroupView]] = {}
    for principle, evidence in behind.values_list("principle", "evidence"):
        if principle not in found:
            found[principle] = [view for view in map(_view, evidence.get("groups", [])) if view is not None]
    return found


def _view(row: Mapping[str, Any]) -> GroupView | None:
    seen, agree, disagree = row.get("seen"), row.get("agree"), row.get("disagree")
    if not seen or agree is None or disagree is None:
        return None
    words = "unclear"
    if agree / seen >= CLEAR:
        words = "serves"
    elif disagree / seen >= CLEAR:
        words = "costs"
    elif min(agree, disagree) / seen >= (1 - CLEAR) / 2:
        words = "divides"
    return GroupView(str(row["group"]), None, agree, disagree, seen, words)
