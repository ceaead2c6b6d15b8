"""Pay: a ledger of double entries in cents. What a unit of work earned is written once and stays."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Community, Member, Role


class Account(models.Model):
    """A place money is booked to: what the community spends, what it owes one member, or what it has paid that member.

    Balances are sums of entries, in cents: spending is negative, what is owed or was paid to people positive.
    """

    class Kind(models.TextChoices):
        """What the account is for."""

        BUDGET = "budget", "Spent by the community"
        OWED = "owed", "Owed to a member"
        PAID = "paid", "Paid out to a member"

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="pay_accounts")
    kind = models.CharField(max_length=10, choices=Kind)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="pay_accounts")
    currency = models.CharField(max_length=3)

    class Meta:
        ordering: ClassVar = ["community", "kind", "member", "currency"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "community", "kind", "member", "currency", name="account_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(kind="budget", member=None) | Q(kind__in=["owed", "paid"], member__isnull=False),
                name="account_of_a_member_unless_the_budget",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="account_currency_is_iso_4217"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.member_id or ''} {self.currency}"


class LedgerTransaction(models.Model):
    """One booking: a unit of work earned, or a payment made. Its entries sum to zero, which the database checks."""

    class Kind(models.TextChoices):
        """What was booked."""

        EARNED = "earned", "Earned"
        PAID = "paid", "Paid out"

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="pay_transactions")
    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.CharField(max_length=200, help_text="What is paid for; each unit is paid once.")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="pay_transactions")
    reason = models.CharField(max_length=300)
    seconds = models.PositiveIntegerField(null=True, blank=True, help_text="How long the work took, where known.")
    booked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-booked_at", "-id"]
        constraints: ClassVar = [models.UniqueConstraint("community", "unit", name="unit_is_paid_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.unit}"


class LedgerEntry(models.Model):
    """One side of a booking, in cents of the account's currency; never changed, never deleted."""

    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    amount_cents = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["transaction", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("transaction", "account", name="entry_once_per_account"),
            models.CheckConstraint(condition=~Q(amount_cents=0), name="entry_moves_something"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} to {self.account_id}"


class PayRateQuerySet(models.QuerySet["PayRate"]):
    """Rates as someone may see them."""

    def visible_to(self, user: Any) -> "PayRateQuerySet":
        """All who see the community: people learn what work pays before they agree to it."""
        return self.filter(community__in=Community.objects.visible_to(user).values("pk"))

    def run_by(self, user: Any) -> "PayRateQuerySet":
        """Those the person may change: researchers and admins of the community, site staff."""
        return self.filter(community__in=Community.objects.run_by(user, Role.RESEARCHER, Role.ADMIN).values("pk"))


class PayRate(models.Model):
    """What one unit of a kind of work pays, and how long it takes as a rule; shown before anybody agrees to it."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="pay_rates")
    work = models.CharField(max_length=200, help_text="What is done, such as “One answer in the study on advice”.")
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    expected_seconds = models.PositiveIntegerField()
    minimum_hourly_cents = models.PositiveIntegerField(
        null=True, blank=True, help_text="The legal minimum per hour where most of the people live."
    )
    minimum_source = models.CharField(max_length=300, blank=True, help_text="Where that figure comes from.")
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PayRateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["work", "-since"]
        constraints: ClassVar = [
            models.UniqueConstraint("community", "work", condition=Q(ended_at=None), name="pay_rate_one_at_a_time"),
            models.CheckConstraint(condition=Q(expected_seconds__gt=0), name="pay_rate_takes_time"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="pay_rate_currency_is_iso_4217"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("since")), name="pay_rate_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return self.work

    @property
    def hourly_cents(self) -> int:
        """What an hour of it pays at the expected pace, rounded to the cent."""
        return round(self.amount_cents * 3600 / self.expected_seconds)

    @property
    def below_minimum(self) -> bool:
        """Whether an hour pays less than the legal minimum that was named."""
        return self.minimum_hourly_cents is not None and self.hourly_cents < self.minimum_hourly_cents
