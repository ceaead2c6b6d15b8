"""What conversations can say in an audit: who took part, and how far people and groups agree; :mod:`governance.comal`.

Everything is taken from the opinion map as anybody may read it, so that no small count is told.
"""

from typing import Any

from django.db.models import Count

from accounts.models import Community
from deliberation.models import Conversation, OpinionMap, Statement
from deliberation.queries.published import published_result
from governance.comal import Figure, Filling
from governance.subjects import Reference

#: How many statements at the head of the order are compared with another rule's.
TOP = 10


def fill(community: Community, reference: Reference) -> dict[str, Filling]:
    """Criteria, origin and measurement of a conversation of this community."""
    if reference.type != "conversation":
        return {}
    conversation = Conversation.objects.filter(community=community, slug=reference.id).first()
    if conversation is None:
        return {}
    result = published_result(conversation, OpinionMap.Grouping.COMPUTED)
    found = {"criteria": _criteria(conversation)}
    if result is not None:
        found["aggregation"] = _aggregation(conversation, result)
        found["origin"] = _origin(conversation, result)
        found["measurement"] = _measurement(conversation, result)
    return found


def _named(conversation: Conversation, measured: dict[str, Any]) -> dict[str, Any]:
    address = f"{conversation.get_absolute_url()}results/"
    return {"title": f"Conversation: {conversation.title}", "address": address, "measured": measured}


def _aggregation(conversation: Conversation, result: dict[str, Any]) -> Filling:
    """What agreement over all groups puts first, and how much of it a count of heads would have put first too."""
    consensus = {n: value for n, value in result["group_informed_consensus"].items() if value is not None}
    heads = {n: _agreed(result, n) for n in consensus}
    most = min(TOP, len(consensus))
    by_groups, by_heads = (sorted(values, key=lambda n: (-values[n], int(n)))[:most] for values in (consensus, heads))
    same = len(set(by_groups) & set(by_heads))
    words = (
        "Statements are put first by group-informed consensus: the product over the opinion groups of how likely each"
        " is to agree (Small et al. 2021), so that one group that disagrees keeps a statement low. Of the first"
        f" {most}, a count of heads over all people would have put {same} first too."
    )
    figures = [Figure(f"Of the first {most}, also first by a count of heads", same / most)] if most else []
    measured = {"by_groups": by_groups, "by_heads": by_heads, "consensus": consensus, "agreed": heads}
    return Filling(words, figures, **_named(conversation, measured))


def _agreed(result: dict[str, Any], number: str) -> float:
    """The share of those who saw a statement that agreed with it, over the groups that are shown."""
    counts = [votes[number] for votes in result["votes_by_group"].values() if votes.get(number)]
    seen = sum(one["seen"] for one in counts)
    return sum(one["agree"] for one in counts) / seen if seen else 0.0


def _criteria(conversation: Conversation) -> Filling:
    rows = Statement.objects.filter(conversation=conversation).order_by().values_list("state")
    states = dict(rows.annotate(n=Count("pk")))
    seeds = Statement.objects.filter(conversation=conversation, is_seed=True).count()
    n, rejected = sum(states.values()), states.get(Statement.State.REJECTED, 0)
    words = (
        f"In “{conversation.title}” people judged {n - rejected} statements. {seeds} of {n} came from the organisers,"
        f" the others from participants; {rejected} were taken out by moderation, with reasons."
    )
    named = {str(Statement.State(state).label): number for state, number in states.items()}
    measured = {"conversation": conversation.slug, "statements": named, "seeds": seeds}
    return Filling(words, **_named(conversation, measured))


def _origin(conversation: Conversation, result: dict[str, Any]) -> Filling:
    people, votes, statements = result["participants"], result["votes"], result["statements"]
    groups = "; ".join(f"{group['label']}: {group['size']}" for group in result["groups"])
    words = f"{people} people cast {votes} votes, {votes / max(people, 1):.0f} each on average."
    if groups:
        words += f" Opinion groups and their people: {groups}."
    if result["hidden_groups"]:
        words += f" {result['hidden_groups']} groups are too small to be told."
    words += " People came by themselves or by invitation: they are no random sample of a population."
    share = votes / (people * statements) if people and statements else 0.0
    figures = [
        Figure("People who voted", people, n=people),
        Figure("Share of all votes that could be cast that were cast", share, n=people),
    ]
    kept = ("participants", "votes", "statements", "groups", "hidden_groups", "in_conversation", "least_count", "run")
    return Filling(words, figures, **_named(conversation, {name: result[name] for name in kept}))


def _measurement(conversation: Conversation, result: dict[str, Any]) -> Filling:
    k = str(result["k"])
    stability, silhouette = result["stability"].get(k), result["silhouettes"].get(k)
    agreed, dividing = len(result["consensus"]["agree"]), len(result["dividing"])
    words = (
        "Agree, disagree or pass, one statement at a time, in an order that favours what few have seen."
        f" {result['k']} opinion groups, which are {'' if result['stable'] else 'not '}stable: with other samples of"
        f" the same people they {'mostly come out alike' if result['stable'] else 'often come out differently'}."
        f" {agreed} statements find agreement in every group; {dividing} divide the groups."
    )
    figures = [
        Figure(name, value, n=result["participants"])
        for name, value in (("Stability of the opinion groups", stability), ("Silhouette", silhouette))
        if value is not None
    ]
    kept = ("k", "stability", "silhouettes", "stable", "consensus", "dividing", "group_informed_consensus", "run")
    return Filling(words, figures, **_named(conversation, {name: result[name] for name in kept}))
