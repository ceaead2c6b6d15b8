"""The database itself holds the ledger together: bookings sum to zero in one currency, and nothing booked changes."""

from django.db import migrations

BALANCE = """
CREATE FUNCTION governance_booking_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    booking bigint := CASE TG_TABLE_NAME WHEN 'governance_ledgerentry' THEN (to_jsonb(NEW) ->> 'transaction_id')::bigint
                                         ELSE (to_jsonb(NEW) ->> 'id')::bigint END;
    sides int; total numeric; currencies int;
BEGIN
    SELECT count(*), coalesce(sum(e.amount_cents), 0), count(DISTINCT a.currency) INTO sides, total, currencies
      FROM governance_ledgerentry e JOIN governance_account a ON a.id = e.account_id WHERE e.transaction_id = booking;
    IF sides < 2 OR total <> 0 OR currencies <> 1 THEN
        RAISE EXCEPTION 'booking % has % sides in % currencies that sum to %; it should have two or more in one'
            ' currency that sum to 0', booking, sides, currencies, total USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""

KEEP = """
CREATE FUNCTION governance_keep_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was written there stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

BOOKED = ("governance_ledgertransaction", "governance_ledgerentry")
KEPT = (*BOOKED, "governance_releaseapproval")


def balances(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE CONSTRAINT TRIGGER {table}_balances AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION governance_booking_balances()",
        f"DROP TRIGGER {table}_balances ON {table}",
    )


def stays(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION governance_keep_written()",
        f"DROP TRIGGER {table}_stays ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0003_releases_and_pay")]

    operations = [
        migrations.RunSQL(BALANCE, "DROP FUNCTION governance_booking_balances()"),
        migrations.RunSQL(KEEP, "DROP FUNCTION governance_keep_written()"),
        *(balances(table) for table in BOOKED),
        *(stays(table) for table in KEPT),
    ]
