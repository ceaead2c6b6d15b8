"""The database itself keeps an opened decision as it was opened: text, rule, electorate; and lets states go one way."""

from django.db import migrations

FROZEN = (
    "body_id", "title", "text", "reasons", "evidence", "text_sha256", "subject_type", "subject_id", "subject_title",
    "subject_address", "subject_sha256", "rule", "vacant", "opened_at", "closes_at",
)  # fmt: skip

DECISION = f"""
CREATE FUNCTION governance_keep_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.opened_at IS NOT NULL THEN
            RAISE EXCEPTION 'DELETE on governance_decision is refused: it was opened'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.opened_at IS NOT NULL AND ({" OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in FROZEN)}) THEN
        RAISE EXCEPTION 'UPDATE on governance_decision is refused: text, rule and times are frozen'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.id IS DISTINCT FROM OLD.id OR (NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'open'), ('draft', 'withdrawn'),
        ('open', 'contested'), ('open', 'adopted'), ('open', 'rejected'), ('open', 'lapsed'), ('open', 'withdrawn'),
        ('contested', 'override'), ('contested', 'adopted'), ('contested', 'lapsed'), ('contested', 'withdrawn'),
        ('override', 'adopted'), ('override', 'rejected')
    )) THEN
        RAISE EXCEPTION 'UPDATE on governance_decision is refused: no way from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

ELECTOR = """
CREATE FUNCTION governance_keep_electors() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[];
BEGIN
    touched := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.decision_id]
        WHEN 'DELETE' THEN ARRAY[OLD.decision_id]
        ELSE ARRAY[NEW.decision_id, OLD.decision_id]
    END;
    IF EXISTS (SELECT 1 FROM governance_decision WHERE id = ANY (touched) AND opened_at IS NOT NULL) THEN
        RAISE EXCEPTION '% on governance_electorrow is refused: the electorate is frozen', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$
"""

BALLOT = """
CREATE FUNCTION governance_keep_ballots() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
    wanted text;
    number integer;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.decision_id, NEW.round) IS DISTINCT FROM (OLD.decision_id, OLD.round) THEN
        RAISE EXCEPTION 'UPDATE on % is refused: a vote stays where it was cast', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    number := COALESCE(NEW.round, OLD.round);
    wanted := CASE number WHEN 1 THEN 'open' ELSE 'override' END;
    SELECT state, rule INTO found FROM governance_decision WHERE id = COALESCE(NEW.decision_id, OLD.decision_id);
    IF found.state IS DISTINCT FROM wanted THEN
        RAISE EXCEPTION '% on % is refused: the vote is not open', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_TABLE_NAME = 'governance_ballot' AND TG_OP <> 'DELETE' THEN
        IF (found.rule ->> 'secret')::boolean <> (to_jsonb(NEW) -> 'elector_id' = 'null'::jsonb) THEN
            RAISE EXCEPTION '% on governance_ballot is refused: a secret ballot names nobody, an open one somebody', TG_OP
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$
"""

# Table, the rows' events, the function that judges them.
GUARDS = (
    ("governance_decision", "UPDATE OR DELETE", "governance_keep_decision"),
    ("governance_electorrow", "INSERT OR UPDATE OR DELETE", "governance_keep_electors"),
    ("governance_ballot", "INSERT OR UPDATE OR DELETE", "governance_keep_ballots"),
    ("governance_voted", "INSERT OR UPDATE OR DELETE", "governance_keep_ballots"),
    ("governance_transition", "UPDATE OR DELETE", "governance_refuse_change"),
    ("governance_tallybundle", "UPDATE OR DELETE", "governance_refuse_change"),
)


def guard(table, events, function):
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER {table}_keeps_rows BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
            f"CREATE TRIGGER {table}_keeps_all BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION governance_refuse_change()",
        ],
        [f"DROP TRIGGER {table}_keeps_rows ON {table}", f"DROP TRIGGER {table}_keeps_all ON {table}"],
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0007_decisions")]

    operations = [
        migrations.RunSQL(DECISION, "DROP FUNCTION governance_keep_decision()"),
        migrations.RunSQL(ELECTOR, "DROP FUNCTION governance_keep_electors()"),
        migrations.RunSQL(BALLOT, "DROP FUNCTION governance_keep_ballots()"),
        *(guard(*row) for row in GUARDS),
    ]
