"""What this room holds of a person; registered in :mod:`accounts.personal_data`."""

import json
from typing import Any

from accounts.models import Member
from accounts.personal_data import Holding, Shown
from governance.actions.audit import forget
from governance.models.audit import Opening


def show(member: Member) -> list[Shown]:
    """How often the audit chain names the person."""
    named = Opening.objects.filter(people=member).count()
    return [Shown("Entries of the audit chain that name you", str(named))] if named else []


def export(member: Member) -> dict[str, Any]:
    """Every entry that names the person, with what it says."""
    openings = Opening.objects.filter(people=member).select_related("entry").order_by("entry__number")
    return {
        "audit_entries": [
            {"number": opening.entry.number, "kind": opening.entry.kind, **json.loads(opening.text)}
            for opening in openings
        ]
    }


def erase(member: Member) -> str:
    """What the chain says about the person is destroyed; the chain itself stays whole."""
    return f"{forget(member)} entries of the audit chain no longer say anything about you."


HOLDING = Holding("governance", "The audit chain", show, export, erase)
