"""What the ledger holds of a person; registered in :mod:`accounts.personal_data`."""

from typing import Any

from accounts.models import Member
from accounts.personal_data import Holding, Shown
from governance.queries.pay import balances, bookings


def show(member: Member) -> list[Shown]:
    """What they earned and are owed."""
    return [
        Shown(
            f"Earned in {line.currency}",
            f"{line.earned / 100:.2f}, of which {line.paid / 100:.2f} was paid",
            "/me/pay/",
        )
        for line in balances(member.community, member)
    ]


def export(member: Member) -> list[dict[str, Any]]:
    """Every booking."""
    names = ("kind", "unit", "reason", "cents", "currency", "seconds", "booked_at")
    rows = bookings(member.community, member).order_by("id").values(*names)
    return [{**row, "cents": int(row["cents"]), "booked_at": row["booked_at"].isoformat()} for row in rows]


def erase(member: Member) -> str:
    """Nothing: accounts must be kept, and what was earned is still owed."""
    due = [f"{line.owed / 100:.2f} {line.currency}" for line in balances(member.community, member) if line.owed > 0]
    if due:
        sums = " and ".join(due)
        return f"The ledger keeps what you earned. {sums} is still yours: claim it as member {member.pk}."
    return "The ledger keeps its bookings without your name."


HOLDING = Holding("pay", "What you earned", show, export, erase)
