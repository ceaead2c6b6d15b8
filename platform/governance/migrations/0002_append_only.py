"""The database itself refuses to change or remove entries of the audit chain and published heads."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION governance_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Emptying a table that is empty changes nothing.
    IF TG_OP = 'TRUNCATE' THEN
        DECLARE filled boolean;
        BEGIN
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO filled;
            IF NOT filled THEN
                RETURN NULL;
            END IF;
        END;
    END IF;
    RAISE EXCEPTION '% on % is refused: what was recorded stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

APPEND_ONLY = ("governance_auditentry", "governance_publishedhead")


def triggers(table: str, rows: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_keeps_rows BEFORE {rows} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION governance_refuse_change()",
        f"CREATE TRIGGER {table}_keeps_all BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION governance_refuse_change()",
    ]


def undo(table: str) -> list[str]:
    return [f"DROP TRIGGER {table}_keeps_rows ON {table}", f"DROP TRIGGER {table}_keeps_all ON {table}"]


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_audit_chain")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION governance_refuse_change()"),
        *(
            migrations.RunSQL(triggers(table, "UPDATE OR DELETE"), undo(table))
            for table in APPEND_ONLY
        ),
        # What an entry says may be destroyed (erasure), never rewritten.
        migrations.RunSQL(triggers("governance_opening", "UPDATE"), undo("governance_opening")),
    ]
