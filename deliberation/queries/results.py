"""Reads behind the results page: the newest map, what of it may be shown, and whether a newer one is on its way."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import Member
from deliberation.models import Conversation, OpinionMap, Participation, Statement, Vote, VoteEvent
from deliberation.queries.result_rows import Result, groups_of
from frontend.map_picture import MapPicture, Person, Place, map_picture
from jobs.models import Job, OutboxMessage

LEAST_VOTERS = 7
LAYOUTS = ("pca", "umap")


@dataclass(frozen=True)
class Freshness:
    """How new the results are: votes cast since, and whether they are being counted now."""

    votes_since: int
    is_drawing: bool


def newest_maps(conversation: Conversation) -> dict[str, OpinionMap]:
    """The newest map of each grouping, with its run."""
    maps = OpinionMap.objects.filter(conversation=conversation).select_related("run")
    newest = maps.order_by("grouping", "-created_at", "-id").distinct("grouping")
    return {found.grouping: found for found in newest}


def newest_map(conversation: Conversation, grouping: str) -> OpinionMap | None:
    """The newest map without its run and its second layout, which are large."""
    maps = OpinionMap.objects.filter(conversation=conversation, grouping=grouping)
    return maps.defer("umap").first()


def count_voters(conversation: Conversation) -> int:
    """People who have voted at least once."""
    return Vote.objects.filter(conversation=conversation).order_by().values("member").distinct().count()


def shown_texts(conversation: Conversation) -> dict[int, str]:
    """Texts by number of the statements that everybody may see: none rejected, none waiting for a strict moderator."""
    shown = Statement.objects.shown().filter(conversation=conversation).exclude(text="")
    return dict(shown.order_by("number").values_list("number", "text"))


def own_number(conversation: Conversation, member: Member | None) -> str | None:
    """The number under which the member stands in maps."""
    if member is None:
        return None
    numbers = Participation.objects.filter(conversation=conversation, member=member).values_list("number", flat=True)
    found = numbers.first()
    return None if found is None else str(found)


def freshness(conversation: Conversation, last_event: int | None) -> Freshness:
    """What has come since the map with this newest event."""
    since = VoteEvent.objects.filter(conversation=conversation, id__gt=last_event or 0).count()
    wish = {"kind": "refresh_map", "key": str(conversation.pk)}
    jobs = Job.objects.filter(**wish, status__in=[Job.Status.QUEUED, Job.Status.RUNNING])
    return Freshness(since, jobs.exists() or OutboxMessage.objects.filter(**wish).exists())


def second_layout(maps: dict[str, OpinionMap]) -> dict[str, Place]:
    """Places by participant in the layout by neighbours; empty until it is drawn. It serves every grouping."""
    computed = maps.get(OpinionMap.Grouping.COMPUTED)
    if computed is None or not computed.umap:
        return {}
    pairs = zip(computed.run.result["points"], computed.umap, strict=True)
    return {point["participant"]: (place[0], place[1]) for point, place in pairs if place is not None}


def picture_of(
    result: Result,
    *,
    second: Mapping[str, Place] | None = None,
    own: str | None = None,
    notes: dict[int, str] | None = None,
    zoom: str = "",
) -> MapPicture | None:
    """The map to draw, in the second layout where one is given: places without names, one's own marked.

    ``zoom`` is the letter of the group that fills the picture.
    """
    people, you = places_of(result, second=second, own=own)
    closer = next((group.index for group in groups_of(result) if group.letter == zoom), None)
    return map_picture(people, you=you, notes=notes, zoom=closer)


def places_of(
    result: Result, *, second: Mapping[str, Place] | None = None, own: str | None = None
) -> tuple[list[Person], Place | None]:
    """Everybody's place with the index of their group, in the second layout where one is given, and one's own place."""
    index = {group.id: group.index for group in groups_of(result)}
    people: list[Person] = []
    you = None
    for point in result["points"]:
        name = point["participant"]
        place = (point["x"], point["y"]) if second is None else second.get(name)
        if place is None:
            continue
        people.append((place[0], place[1], index.get(point["group"])))
        if own is not None and name == own:
            you = place
    return people, you


def own_group(result: Result, own: str | None) -> int | None:
    """The index of the group that the participant is in."""
    for group, stored in zip(groups_of(result), result["groups"], strict=True):
        if own is not None and own in stored["members"]:
            return group.index
    return None
