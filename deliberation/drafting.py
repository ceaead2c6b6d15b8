"""Conversations as a source of constitutions: what people share becomes candidates, and groups' votes stay beside it.

Registered in :mod:`governance.drafting`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models.fields.json import KeyTransform

from accounts.models import Community
from deliberation.models import Adoption, Conversation, OpinionMap, Statement
from frontend.groups import group_look
from governance.drafting import Finding, GroupView, Source
from governance.models import Principle
from governance.subjects import Reference

#: From this share of a group's votes on, a principle is said to serve the group, or to cost it.
CLEAR = 0.6
GROUPING = OpinionMap.Grouping.COMPUTED


def choices(community: Community, user: Any) -> list[Reference]:
    """Conversations of the community that have an opinion map, newest first."""
    mapped = OpinionMap.objects.filter(grouping=GROUPING).values("conversation")
    seen = Conversation.objects.visible_to(user).filter(community=community, pk__in=mapped)
    return [Reference("conversation", one.slug, one.title, one.get_absolute_url()) for one in seen]


def findings(reference: Reference) -> list[Finding]:
    """Statements that everybody shares first, then what speaks for each group; nothing that is hidden."""
    from deliberation.queries.published import published_result

    conversation = Conversation.objects.select_related("community").get(slug=reference.id)
    result = published_result(conversation, GROUPING)
    if result is None:
        return []
    statements = {str(row.number): row for row in Statement.objects.shown().filter(conversation=conversation)}
    address = f"{conversation.get_absolute_url()}results/"
    found: dict[str, Finding] = {}
    for number, why in _picked(result):
        statement = statements.get(number)
        if statement is None or not statement.text or number in found or statement.is_meta:
            continue
        found[number] = Finding(
            id=str(statement.pk),
            text=statement.text,
            why=why,
            address=address,
            evidence=_evidence(result, number, reference),
        )
    return list(found.values())


def _picked(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for row in result["consensus"]["agree"]:
        yield row["statement"], "People of all groups agree"
    labels = {group["id"]: group["label"] for group in result["groups"]}
    for group, rows in result["representative"].items():
        for row in rows:
            if row["direction"] == "agree":
                yield row["statement"], f"Speaks for group {labels.get(group, group)}"


def _evidence(result: Mapping[str, Any], number: str, reference: Reference) -> dict[str, Any]:
    counts = {group: votes[number] for group, votes in result["votes_by_group"].items() if number in votes}
    return {
        "conversation": reference.id,
        "statement": number,
        "as_of": result["as_of"],
        "run": result["run"]["id"],
        "input_sha256": result["run"]["input_sha256"],
        "group_informed_consensus": result["group_informed_consensus"].get(number),
        "votes_by_group": counts,
    }


def taken(statement: str, principle: Principle) -> None:
    """Link a principle to the statement it grew from."""
    found = Statement.objects.filter(pk=int(statement)).first()
    if found is not None:
        Adoption.objects.get_or_create(principle=principle, statement=found)


SOURCE = Source("conversation", "A conversation", choices, findings, taken)


def group_views(principles: Sequence[Principle]) -> dict[int, list[GroupView]]:
    """What each opinion group said of the first statement behind each principle; small groups are left out."""
    adoptions = Adoption.objects.filter(principle__in=principles).select_related("statement__conversation__community")
    first: dict[int, Statement] = {}
    for adoption in adoptions.order_by("id"):
        first.setdefault(adoption.principle_id, adoption.statement)
    votes = _newest_votes({statement.conversation_id for statement in first.values()})
    return {
        principle: _views(votes.get(statement.conversation_id, {}), statement) for principle, statement in first.items()
    }


def _newest_votes(conversations: set[int]) -> dict[int, Mapping[str, Any]]:
    if not conversations:
        return {}
    maps = OpinionMap.objects.filter(conversation__in=conversations, grouping=GROUPING)
    newest = maps.order_by("conversation_id", "-created_at", "-id").distinct("conversation_id")
    rows = newest.annotate(counts=KeyTransform("votes_by_group", "run__result"))
    return dict(rows.values_list("conversation", "counts"))


def _views(votes: Mapping[str, Any], statement: Statement) -> list[GroupView]:
    least = statement.conversation.community.small_cell
    found = []
    for index, group in enumerate(sorted(votes, key=lambda name: (len(name), name))):
        counts = votes[group].get(str(statement.number))
        if counts is None or counts["seen"] < least:
            continue
        agree, disagree, seen = counts["agree"], counts["disagree"], counts["seen"]
        letter = group_look(index).letter
        found.append(GroupView(letter, index, agree, disagree, seen, _words(agree / seen, disagree / seen)))
    return found


def _words(agree: float, disagree: float) -> str:
    if agree >= CLEAR:
        return "serves"
    if disagree >= CLEAR:
        return "costs"
    return "divides" if min(agree, disagree) >= (1 - CLEAR) / 2 else "unclear"
