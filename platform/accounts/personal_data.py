"""What each room holds of a person: a registry that rooms fill in `AppConfig.ready()`.

Rooms above accounts know their own rows; this room shows them on "my data", hands them out as JSON, and asks for
their erasure, without importing anybody.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Member


@dataclass(frozen=True)
class Shown:
    """One line on the page "my data": what it is, its value in words, and where it can be changed."""

    label: str
    value: str
    address: str = ""


@dataclass(frozen=True)
class Holding:
    """What one room holds of its members.

    Parameters
    ----------
    name : the key in the JSON export, such as "deliberation"
    title : the heading on the page, in plain words ("Your votes and statements")
    show : a few lines that say what is held; counts rather than every row
    export : all of it, ready for JSON
    erase : empties or removes it within the caller's transaction, and returns what was done in one sentence
    withdraw : draws the consequences of a consent taken back (recompute, leave out); most rooms need none
    """

    name: str
    title: str
    show: Callable[[Member], Sequence[Shown]]
    export: Callable[[Member], Any]
    erase: Callable[[Member], str]
    withdraw: Callable[[Member], None] | None = None


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Tell what a room holds; called once by each room.

    Raises
    ------
    ValueError
        If another room registered under the same name.
    """
    if _holdings.get(holding.name, holding) != holding:
        raise ValueError(f"personal data named {holding.name!r} is registered already")
    _holdings[holding.name] = holding


def holdings() -> list[Holding]:
    """Every room's holding, in the order of registration."""
    return list(_holdings.values())


def export(member: Member) -> dict[str, Any]:
    """All that is held of a member, by room."""
    return {holding.name: holding.export(member) for holding in holdings()}


@transaction.atomic
def erase(member: Member) -> list[str]:
    """Have every room erase its part; the rooms at the top first, because they point at the rooms below."""
    return [holding.erase(member) for holding in reversed(holdings())]


@transaction.atomic
def withdraw(member: Member) -> None:
    """Tell every room that the member's consent was taken back."""
    for holding in reversed(holdings()):
        if holding.withdraw is not None:
            holding.withdraw(member)
