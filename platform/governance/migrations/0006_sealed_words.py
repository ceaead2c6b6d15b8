"""The database itself keeps sealed words: versions, their clauses, and amendments that were proposed."""

from django.db import migrations

VERSION = """
CREATE FUNCTION governance_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sealed_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR (OLD.number, OLD.preamble, OLD.canonical_text, OLD.content_sha256, OLD.sealed_at)
            IS DISTINCT FROM (NEW.number, NEW.preamble, NEW.canonical_text, NEW.content_sha256, NEW.sealed_at) THEN
        RAISE EXCEPTION '% on version % is refused: it is sealed', TG_OP, OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

CLAUSE = """
CREATE FUNCTION governance_keep_clause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM governance_constitutionversion v WHERE v.sealed_at IS NOT NULL
               AND v.id IN (CASE TG_OP WHEN 'INSERT' THEN NEW.version_id ELSE OLD.version_id END,
                            CASE TG_OP WHEN 'DELETE' THEN OLD.version_id ELSE NEW.version_id END)) THEN
        RAISE EXCEPTION '% on a clause is refused: its version is sealed', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""

PATCH = """
CREATE FUNCTION governance_keep_patch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM governance_amendment a WHERE a.status IN ('proposed', 'adopted', 'rejected')
               AND a.id IN (CASE TG_OP WHEN 'INSERT' THEN NEW.amendment_id ELSE OLD.amendment_id END,
                            CASE TG_OP WHEN 'DELETE' THEN OLD.amendment_id ELSE NEW.amendment_id END)) THEN
        RAISE EXCEPTION '% on a patch is refused: its amendment is proposed', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


def guard(name: str, function: str, table: str, events: str) -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(function, f"DROP FUNCTION {name}()"),
        migrations.RunSQL(
            f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
            f"DROP TRIGGER {name} ON {table}",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("governance", "0005_constitutions")]

    operations = [
        *guard("governance_keep_version", VERSION, "governance_constitutionversion", "UPDATE OR DELETE"),
        *guard("governance_keep_clause", CLAUSE, "governance_clause", "INSERT OR UPDATE OR DELETE"),
        *guard("governance_keep_patch", PATCH, "governance_patch", "INSERT OR UPDATE OR DELETE"),
    ]
