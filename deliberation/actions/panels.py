"""Drawing dense panels."""

from collections.abc import Sequence

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Member
from aggregation.algorithms.sortition import draw_proportionally
from deliberation.errors import Refused
from deliberation.material import ConversationMaterial
from deliberation.models import Conversation, Panel, PanelSeat, Participation, Statement

MOST_STATEMENTS = 60
LEAST_PEOPLE = 3


@transaction.atomic
def draw_panel(
    *,
    conversation: Conversation,
    numbers: Sequence[int],
    size: int,
    seed: int,
    drawn_by: Member | None,
    strata: Sequence[str] = (),
) -> Panel:
    """Draw people by lot from everybody who took part, each with the same chance, and ask them for the shortlist.

    The same people, in the order of their numbers, in the same groups, and the same seed give the same panel.

    Parameters
    ----------
    strata : keys of the conversation's groupings, most important first; each group then has its share of the panel

    Raises
    ------
    Refused
        If a statement is not shown, fewer people took part than are to be drawn, or a grouping is not known.
    """
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    shown = Statement.objects.shown().filter(conversation=locked, is_meta=False, number__in=numbers)
    statements = list(shown)
    missing = sorted(set(numbers) - {statement.number for statement in statements})
    if missing:
        raise Refused(f"People cannot vote on {', '.join(map(str, missing))}: choose statements that are shown.")
    if not 1 <= len(statements) <= MOST_STATEMENTS:
        raise Refused(f"The shortlist has {len(statements)} statements; 1 to {MOST_STATEMENTS} can be asked for.")
    people = list(
        Participation.objects.filter(conversation=locked, member__banned_at=None, member__left_at=None)
        .order_by("number")
        .values_list("member", flat=True)
    )
    if not LEAST_PEOPLE <= size <= len(people):
        raise Refused(f"{size} people cannot be drawn: from {LEAST_PEOPLE} to the {len(people)} who take part.")
    titles, label_of = _groups(locked, strata)
    number = (Panel.objects.filter(conversation=locked).aggregate(last=Max("number"))["last"] or 0) + 1
    panel = Panel.objects.create(
        conversation=locked,
        number=number,
        seed=seed,
        strata=[{"key": key, "title": title} for key, title in titles.items()],
        drawn_from=len(people),
        drawn_by=drawn_by,
    )
    panel.shortlist.set(statements)
    nobodys = ("",) * len(titles)
    drawn = draw_proportionally(
        [label_of.get(person, nobodys) for person in people], size, rng=np.random.default_rng(seed)
    )
    PanelSeat.objects.bulk_create(PanelSeat(panel=panel, member_id=people[place]) for place in sorted(drawn.tolist()))
    return panel


def _groups(conversation: Conversation, keys: Sequence[str]) -> tuple[dict[str, str], dict[int, tuple[str, ...]]]:
    """Titles of the groupings by key, and for each member its group in each of them."""
    if not keys:
        return {}, {}
    material = ConversationMaterial(conversation)
    known = {grouping.key: grouping for grouping in material.groupings()}
    if unknown := [key for key in keys if key not in known]:
        raise Refused(f"People are not grouped by {', '.join(unknown)} here.")
    labels = zip(*(known[key].labels() for key in keys), strict=True)
    return {key: known[key].title for key in keys}, dict(zip(material.members(), labels, strict=True))


def close_panel(*, panel: Panel) -> Panel:
    """Ask its people no longer first for the shortlist; what they said stays."""
    Panel.objects.filter(pk=panel.pk, closed_at=None).update(closed_at=timezone.now())
    panel.refresh_from_db()
    return panel
