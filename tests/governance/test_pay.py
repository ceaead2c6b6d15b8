"""Pay: each unit once, sums to the cent, earned pay stays earned."""

import csv
import io
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.urls import reverse

from accounts import personal_data
from accounts.actions.erasure import erase_member
from accounts.models import Member, Role
from governance.errors import Refused
from governance.models import Account, LedgerEntry, LedgerTransaction, PayRate
from governance.pay import credit_unit, end_rate, pay_out, pay_out_run, set_rate
from governance.queries.pay import balances, median_hourly_cents, owed, payment_run, spent
from tests.factories.accounts import CommunityFactory, MemberFactory


def credit(member, unit="answer:1", cents=125, **given):
    return credit_unit(
        **{"member": member, "unit": unit, "amount_cents": cents, "currency": "EUR", "reason": "One answer"} | given
    )


@pytest.mark.django_db
def test_a_unit_is_paid_once_and_books_both_sides():
    member = MemberFactory()
    assert credit(member) == credit(member) == credit(member, cents=900)
    entries = dict(LedgerEntry.objects.values_list("account__kind", "amount_cents"))
    assert entries == {"budget": -125, "owed": 125}
    assert owed(member) == {"EUR": 125}
    assert spent(member.community) == {"EUR": 125}


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{"cents": 0}, {"cents": -5}, {"currency": "euro"}, {"currency": "E1R"}])
def test_an_amount_that_is_none_is_refused(given):
    with pytest.raises(ValueError, match="should be"):
        credit(MemberFactory(), **given)
    assert not LedgerTransaction.objects.exists()


@pytest.mark.django_db
def test_a_unit_is_not_paid_to_somebody_else():
    member = MemberFactory()
    credit(member)
    with pytest.raises(ValueError, match="was paid to member"):
        credit(MemberFactory(community=member.community))
    assert spent(member.community) == {"EUR": 125}


def book_by_hand(member, amounts):
    """A booking that goes around the actions."""
    with transaction.atomic():
        booking = LedgerTransaction.objects.create(
            community=member.community, kind="earned", unit="x", member=member, reason="x"
        )
        for kind, cents in amounts.items():
            account, _ = Account.objects.get_or_create(
                community=member.community, kind=kind, member=member, currency="EUR"
            )
            LedgerEntry.objects.create(transaction=booking, account=account, amount_cents=cents)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("amounts", [{}, {"owed": 100}, {"owed": 100, "paid": -99}])
def test_a_booking_that_does_not_sum_to_zero_is_refused_by_the_database(amounts):
    with pytest.raises(IntegrityError, match="sum to"):
        book_by_hand(MemberFactory(), amounts)
    assert not LedgerTransaction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_side_added_to_a_booking_later_is_refused_by_the_database():
    member = MemberFactory()
    booking = credit(member)
    paid = Account.objects.create(community=member.community, kind="paid", member=member, currency="EUR")
    with pytest.raises(IntegrityError, match="sum to"):
        LedgerEntry.objects.create(transaction=booking, account=paid, amount_cents=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql", ["UPDATE governance_ledgerentry SET amount_cents = 1", "DELETE FROM governance_ledgerentry"]
)
def test_what_was_booked_cannot_be_changed(sql):
    credit(MemberFactory())
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_a_unit_is_paid_once_though_eight_threads_credit_it():
    member = MemberFactory()
    units = [f"answer:{number}" for number in range(20)]

    def credit_all(seed):
        shuffled = random.Random(seed).sample(units, len(units))
        try:
            return [credit(member, unit).pk for unit in shuffled]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(credit_all, range(8)))
    assert owed(member) == {"EUR": 20 * 125}
    assert LedgerTransaction.objects.count() == 20


CREDITOR = """
import sys
import django
django.setup()
from django.conf import settings
from accounts.models import Member
from governance.pay import credit_unit
member = Member.objects.get(pk=int(sys.argv[1]))
print("ready", flush=True)
for number in range(400):
    unit, cents = f"answer:{number}", 7 + number % 3
    credit_unit(member=member, unit=unit, amount_cents=cents, currency="EUR", reason="One answer")
    print(number, flush=True)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_each_unit_is_paid_once_to_the_cent_though_the_payers_are_killed():
    """Processes that credit the same 400 units are killed in the middle and begin again, until one gets through."""
    member = MemberFactory()
    settings = connection.settings_dict
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**settings)
    environment = os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
    rng, kills = random.Random(6), 0
    acknowledged = set()

    def begin():
        command = [sys.executable, "-c", CREDITOR, str(member.pk)]
        running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert running.stdout.readline() == "ready\n", running.stderr.read()
        return running

    for goal in (60, 150, 240):
        running = begin()
        for line in running.stdout:
            acknowledged.add(int(line))
            if len(acknowledged) >= goal:
                break
        time.sleep(rng.random() / 50)
        running.send_signal(signal.SIGKILL)
        kills += running.wait() == -signal.SIGKILL
        running.stdout.close()
        running.stderr.close()
    assert kills == 3
    stored = set(LedgerTransaction.objects.values_list("unit", flat=True))
    assert {f"answer:{number}" for number in acknowledged} <= stored, "what was acknowledged is booked"
    assert len(stored) < 400
    last = begin()
    last.communicate(timeout=120)
    assert last.returncode == 0
    assert LedgerTransaction.objects.count() == 400
    assert owed(member) == {"EUR": sum(7 + number % 3 for number in range(400))}
    assert LedgerEntry.objects.aggregate(total=Sum("amount_cents")) == {"total": 0}


@pytest.mark.django_db
def test_withdrawing_and_erasing_keep_what_was_earned():
    member = MemberFactory()
    credit(member)
    personal_data.withdraw(member)
    assert owed(member) == {"EUR": 125}
    told = erase_member(member=member)
    assert any("1.25 EUR is still yours" in sentence for sentence in told)
    assert owed(Member.objects.get(pk=member.pk)) == {"EUR": 125}


@pytest.mark.django_db
def test_a_payment_run_pays_everybody_once_and_another_follows():
    community = CommunityFactory()
    one, two = MemberFactory(community=community), MemberFactory(community=community)
    for number in range(3):
        credit(one, f"a:{number}", 101)
    credit(two, "b:1", 50)
    credit(two, "b:2", 70, currency="USD")
    run = payment_run(community)
    assert sum(line.owed for line in run.lines) == 303 + 50 + 70
    credit(two, "b:3", 1)
    with pytest.raises(Refused, match="Nothing was booked"):
        pay_out_run(community=community, run=run.name)
    run = payment_run(community)
    assert pay_out_run(community=community, run=run.name) == 3
    assert {line.owed for line in balances(community)} == {0}
    assert payment_run(community).lines == ()
    credit(one, "a:3", 303)
    again = payment_run(community)
    assert again.name != run.name
    assert pay_out_run(community=community, run=again.name) == 1
    assert pay_out(member=one, currency="EUR", batch=again.name).unit.startswith("payment:")
    assert {line.paid for line in balances(community, one)} == {606}


@pytest.mark.django_db
def test_the_median_is_over_people_and_their_time():
    community = CommunityFactory()
    for cents, seconds in ((100, 360), (100, 180), (300, 360)):
        credit(MemberFactory(community=community), f"t:{cents}:{seconds}", cents, seconds=seconds)
    credit(MemberFactory(community=community), "untimed", 5)
    assert median_hourly_cents(community) == {"EUR": (2000, 3)}


@pytest.mark.django_db
def test_a_new_rate_ends_the_old_one_and_says_what_an_hour_pays():
    community = CommunityFactory()
    rate = {"community": community, "work": "One answer", "currency": "EUR", "minimum_hourly_cents": 1282}
    first = set_rate(**rate, amount_cents=30, expected_seconds=90)
    assert (first.hourly_cents, first.below_minimum) == (1200, True)
    assert set_rate(**rate, amount_cents=30, expected_seconds=90) == first
    second = set_rate(**rate, amount_cents=35, expected_seconds=90)
    assert (second.hourly_cents, second.below_minimum) == (1400, False)
    end_rate(rate=second)
    assert not PayRate.objects.filter(ended_at=None).exists()


@pytest.mark.django_db
def test_the_file_for_the_paying_service_adds_up_and_runs_no_formula(client):
    community = CommunityFactory()
    keeper = MemberFactory(community=community, roles=[Role.RESEARCHER])
    credit(MemberFactory(community=community, pseudonym="=2+2"), "a", 1205)
    credit(MemberFactory(community=community), "b", 95)
    client.force_login(keeper.user)
    text = client.get(reverse("governance:payments", args=[community.slug])).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["amount"] for row in rows} == {"12.05", "0.95"}
    assert {row["name"] for row in rows} >= {"'=2+2"}
    page = client.get(reverse("governance:ledger", args=[community.slug]))
    form = page.context["paid_form"]
    sent = {"run": rows[0]["run"], "key": form["key"].value()}
    address = reverse("governance:paid", args=[community.slug])
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    assert {line.owed for line in balances(community)} == {0}
    assert LedgerTransaction.objects.filter(kind="paid").count() == 2


@pytest.mark.django_db
def test_my_pay_shows_mine_alone(client):
    member = MemberFactory()
    credit(member, reason="Answer on advice")
    credit(MemberFactory(community=member.community), "other", 99999, reason="Somebody else's work")
    client.force_login(member.user)
    page = client.get(reverse("governance:my-pay")).content.decode()
    assert "1.25 EUR" in page
    assert "Answer on advice" in page
    assert "Somebody else" not in page
