"""Pay: crediting work, and paying out what is owed. Rooms above call :func:`credit_unit` when work is accepted."""

import re
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import Community, Member
from governance.errors import Refused
from governance.models import Account, LedgerEntry, LedgerTransaction, PayRate
from governance.queries.pay import owed, payment_run

CURRENCY = re.compile(r"[A-Z]{3}")


@transaction.atomic
def credit_unit(
    *, member: Member, unit: str, amount_cents: int, currency: str, reason: str, seconds: int | None = None
) -> LedgerTransaction:
    """Book that a member earned something for one unit of work; the same unit again changes nothing.

    However often it is called for a unit, at once or after a crash, there is one booking: the first. Nothing takes it
    back: withdrawing, leaving and erasure leave what was earned.

    Parameters
    ----------
    unit : names the work in the member's community for ever, such as "annotation.response:81"
    amount_cents : more than nothing, in hundredths of the currency
    currency : three letters of ISO 4217
    reason : what it was for, in words that the member reads
    seconds : how long the work took, where known; medians per hour come from it

    Raises
    ------
    ValueError
        If the amount is not positive, the currency is not three capital letters, or somebody else got the unit.
    """
    if amount_cents <= 0:
        raise ValueError(f"amount_cents={amount_cents} should be at least 1")
    if not CURRENCY.fullmatch(currency):
        raise ValueError(f"currency={currency!r} should be three capital letters, such as EUR")
    booking, is_new = LedgerTransaction.objects.get_or_create(
        community_id=member.community_id,
        unit=unit,
        defaults={"kind": LedgerTransaction.Kind.EARNED, "member": member, "reason": reason, "seconds": seconds},
    )
    if booking.member_id != member.pk:
        raise ValueError(f"unit={unit!r} was paid to member {booking.member_id}, not to {member.pk}")
    if is_new:
        budget = _account(member, Account.Kind.BUDGET, currency)
        _book(booking, {budget: -amount_cents, _account(member, Account.Kind.OWED, currency): amount_cents})
    return booking


@transaction.atomic
def pay_out(*, member: Member, currency: str, batch: str) -> LedgerTransaction | None:
    """Book that all a member is owed in this currency was paid; the same batch again changes nothing.

    Returns None where nothing was owed. ``batch`` names the payment run, such as the file sent to the paying service.
    """
    unit = f"payment:{batch}:{member.pk}:{currency}"
    Member.objects.select_for_update().get(pk=member.pk)
    standing = LedgerTransaction.objects.filter(community_id=member.community_id, unit=unit).first()
    if standing is not None:
        return standing
    amount = owed(member).get(currency, 0)
    if amount <= 0:
        return None
    booking = LedgerTransaction.objects.create(
        community_id=member.community_id,
        unit=unit,
        kind=LedgerTransaction.Kind.PAID,
        member=member,
        reason=f"Paid with the run {batch}",
    )
    accounts = [_account(member, kind, currency) for kind in (Account.Kind.OWED, Account.Kind.PAID)]
    _book(booking, dict(zip(accounts, (-amount, amount), strict=True)))
    return booking


@transaction.atomic
def pay_out_run(*, community: Community, run: str) -> int:
    """Book a payment run as paid, all of it or nothing; how many payments that were.

    Raises
    ------
    Refused
        If something was earned or paid since the run's file was made: its name is another then.
    """
    Community.objects.select_for_update().get(pk=community.pk)
    standing = payment_run(community)
    if standing.name != run:
        raise Refused("Something was earned or paid since this list was made. Nothing was booked; make a new file.")
    members = Member.objects.in_bulk({line.member for line in standing.lines})
    for line in standing.lines:
        booked = pay_out(member=members[line.member], currency=line.currency, batch=run)
        if booked is None or sum(max(entry.amount_cents, 0) for entry in booked.entries.all()) != line.owed:
            raise Refused("Something was earned or paid just now. Nothing was booked; make a new file.")
    return len(standing.lines)


@transaction.atomic
def set_rate(
    *,
    community: Community,
    work: str,
    amount_cents: int,
    currency: str,
    expected_seconds: int,
    minimum_hourly_cents: int | None = None,
    minimum_source: str = "",
) -> PayRate:
    """Say what a kind of work pays from now on; what was earned before stays as it was booked."""
    wanted = {
        "amount_cents": amount_cents,
        "currency": currency,
        "expected_seconds": expected_seconds,
        "minimum_hourly_cents": minimum_hourly_cents,
        "minimum_source": minimum_source,
    }
    Community.objects.select_for_update().get(pk=community.pk)
    standing = PayRate.objects.filter(community=community, work=work, ended_at=None).first()
    if standing is not None:
        if all(getattr(standing, name) == value for name, value in wanted.items()):
            return standing
        standing.ended_at = timezone.now()
        standing.save(update_fields=["ended_at"])
    return PayRate.objects.create(community=community, work=work, **wanted)


def end_rate(*, rate: PayRate) -> PayRate:
    """Stop offering a kind of paid work."""
    if rate.ended_at is None:
        rate.ended_at = timezone.now()
        rate.save(update_fields=["ended_at"])
    return rate


def _account(member: Member, kind: str, currency: str) -> Account:
    owner = None if kind == Account.Kind.BUDGET else member
    account, _ = Account.objects.get_or_create(
        community_id=member.community_id, kind=kind, member=owner, currency=currency
    )
    return account


def _book(booking: LedgerTransaction, amounts: Mapping[Account, int]) -> None:
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=booking, account=account, amount_cents=cents) for account, cents in amounts.items()
    )
