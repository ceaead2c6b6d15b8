"""What this room holds of a person; registered in :mod:`accounts.personal_data`."""

from typing import Any

from django.db.models import Q

from accounts.models import Member
from accounts.personal_data import Holding, Shown
from exports.models import ErasureTouch, Export, ReleasedPerson
from exports.queries import listed_exports


def show(member: Member) -> list[Shown]:
    """Which exports the person is in."""
    readable = set(listed_exports(member.user).values_list("pk", flat=True))
    return [
        Shown(
            "You are in this data set, under a name made for it alone",
            export.title,
            export.get_absolute_url() if export.pk in readable else "",
        )
        for export in _exports(member)
    ]


def export(member: Member) -> dict[str, Any]:
    """The exports, without the pseudonyms: whoever has both would find the person in the files."""
    return {
        "exports": [
            {"title": one.title, "sha256": one.sha256, "built_at": one.built_at and one.built_at.isoformat()}
            for one in _exports(member)
        ]
    }


def erase(member: Member) -> str:
    """Every export that has left with the person in it lists the pseudonym; the tie to the person goes."""
    touched = _touch(member, ErasureTouch.Kind.ERASED)
    ReleasedPerson.objects.filter(member=member).delete()
    if not touched:
        return "You were in no data set that was released."
    return f"{touched} data sets hold answers of yours. Each now lists the name you had in it, so that it is removed."


def withdraw(member: Member) -> None:
    """Later exports leave the person out; those that are built list the pseudonym."""
    _touch(member, ErasureTouch.Kind.WITHDRAWN)


def _exports(member: Member) -> list[Export]:
    people = ReleasedPerson.objects.filter(member=member).values("export")
    return list(Export.objects.filter(Q(status=Export.Status.READY), pk__in=people))


def _touch(member: Member, kind: str) -> int:
    people = ReleasedPerson.objects.filter(member=member, export__status=Export.Status.READY)
    rows = [ErasureTouch(export_id=one.export_id, pseudonym=one.pseudonym, kind=kind) for one in people]
    ErasureTouch.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


HOLDING = Holding("exports", "Data sets you are in", show, export, erase, withdraw)
