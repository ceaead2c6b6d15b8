"""What draws hold of a person; registered in :mod:`accounts.personal_data`."""

from typing import Any

from accounts.models import Member
from accounts.personal_data import Holding, Shown
from governance.models.draws import PoolPlace


def show(member: Member) -> list[Shown]:
    """In which pools they are."""
    places = PoolPlace.objects.filter(member=member).select_related("draw", "drawn").order_by("pk")
    return [
        Shown(
            place.draw.title,
            f"number {place.name} in the pool, {'drawn' if hasattr(place, 'drawn') else 'not drawn'}",
            place.draw.get_absolute_url(),
        )
        for place in places
    ]


def export(member: Member) -> list[dict[str, Any]]:
    """Every place in a pool, with what it holds."""
    places = PoolPlace.objects.filter(member=member).select_related("draw", "drawn").order_by("pk")
    return [
        {
            "draw": place.draw.title,
            "number": place.name,
            "features": place.features,
            "chance": place.chance,
            "drawn": hasattr(place, "drawn"),
            "answer": place.drawn.answer if hasattr(place, "drawn") else None,
        }
        for place in places
    ]


def erase(member: Member) -> str:
    """The tie is cut: the committed pool stays, and no longer leads to the person."""
    cut = PoolPlace.objects.filter(member=member).update(member=None)
    return f"{cut} place{'' if cut == 1 else 's'} in pools of draws no longer lead{'s' if cut == 1 else ''} to you."


HOLDING = Holding("draws", "Panels by lot", show, export, erase)
