"""Reading the ledger: what is owed, what was paid, and whether it adds up."""

import hashlib
import json
from dataclasses import dataclass

from django.db.models import Max, Min, QuerySet, Sum
from django.db.models.functions import Abs

from accounts.models import Community, Member
from governance.models import Account, LedgerEntry, LedgerTransaction, PayRate


@dataclass(frozen=True)
class Balance:
    """One member's money in one currency, in cents: all that was earned, what of it was paid, what is owed."""

    member: int
    pseudonym: str
    currency: str
    earned: int
    paid: int

    @property
    def owed(self) -> int:
        """Earned and not yet paid."""
        return self.earned - self.paid


def owed(member: Member) -> dict[str, int]:
    """By currency, the cents a member is owed."""
    entries = LedgerEntry.objects.filter(account__kind=Account.Kind.OWED, account__member=member)
    return dict(entries.order_by().values_list("account__currency").annotate(cents=Sum("amount_cents")))


def balances(community: Community, member: Member | None = None) -> list[Balance]:
    """Balances of everybody who ever earned something here (or of one member), by name; one query."""
    entries = LedgerEntry.objects.filter(account__community=community, account__member__isnull=False)
    if member is not None:
        entries = entries.filter(account__member=member)
    rows = entries.order_by().values_list(
        "account__member", "account__member__pseudonym", "account__currency", "account__kind"
    )
    found: dict[tuple[str, int, str], dict[str, int]] = {}
    for pk, pseudonym, currency, kind, cents in rows.annotate(cents=Sum("amount_cents")):
        found.setdefault((pseudonym, pk, currency), {})[kind] = cents
    return [
        Balance(
            member=pk,
            pseudonym=pseudonym,
            currency=currency,
            earned=sides.get(Account.Kind.OWED, 0) + sides.get(Account.Kind.PAID, 0),
            paid=sides.get(Account.Kind.PAID, 0),
        )
        for (pseudonym, pk, currency), sides in sorted(found.items())
    ]


@dataclass(frozen=True)
class PaymentRun:
    """What is to be paid now. Its name is of the amounts and of the newest booking, so that no two runs share one."""

    name: str
    lines: tuple[Balance, ...]


def payment_run(community: Community) -> PaymentRun:
    """Everybody who is owed something, and how much."""
    lines = tuple(balance for balance in balances(community) if balance.owed > 0)
    newest = LedgerTransaction.objects.filter(community=community).aggregate(newest=Max("pk"))["newest"] or 0
    said = [community.pk, newest, [[line.member, line.currency, line.owed] for line in lines]]
    return PaymentRun(hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16], lines)


def bookings(community: Community, member: Member | None = None) -> QuerySet[LedgerTransaction]:
    """What was booked, newest first, each with `cents` and `currency` (both sides of a booking are the same amount)."""
    found = LedgerTransaction.objects.filter(community=community).select_related("member")
    if member is not None:
        found = found.filter(member=member)
    both = {"cents": Sum(Abs("entries__amount_cents")) / 2, "currency": Min("entries__account__currency")}
    return found.annotate(**both).order_by("-booked_at", "-id")


def spent(community: Community) -> dict[str, int]:
    """By currency, the cents the community has spent on pay, owed or paid."""
    entries = LedgerEntry.objects.filter(account__community=community, account__kind=Account.Kind.BUDGET)
    rows = entries.order_by().values_list("account__currency").annotate(cents=Sum("amount_cents"))
    return {currency: -cents for currency, cents in rows}


def current_rates(community: Community) -> QuerySet[PayRate]:
    """What work pays today."""
    return PayRate.objects.filter(community=community, ended_at=None).order_by("work")


def median_hourly_cents(community: Community) -> dict[str, tuple[int, int]]:
    """By currency: the median over people of what an hour of their timed work paid, in cents, and how many people.

    A person's figure is all they earned with timed units over all the time these took.
    """
    timed = LedgerEntry.objects.filter(
        account__community=community,
        account__kind=Account.Kind.OWED,
        transaction__kind=LedgerTransaction.Kind.EARNED,
        transaction__seconds__gt=0,
    ).order_by()
    rows = timed.values_list("account__currency", "account__member").annotate(
        cents=Sum("amount_cents"), seconds=Sum("transaction__seconds")
    )
    people: dict[str, list[float]] = {}
    for currency, _, cents, seconds in rows:
        people.setdefault(currency, []).append(cents * 3600 / seconds)
    return {currency: (_median(values), len(values)) for currency, values in people.items()}


def _median(values: list[float]) -> int:
    ordered, half = sorted(values), len(values) // 2
    return round(ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2)
