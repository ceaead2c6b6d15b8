"""The database itself keeps a pool that was committed to: its people, quotas and seats, and the seed once written down."""

from django.db import migrations

FROZEN = (
    "community_id", "title", "purpose", "seats", "questionnaire_id", "without_roles", "without_seats", "people",
    "commitment", "seed_source", "seed_from", "committed_at",
)  # fmt: skip

DRAW = f"""
CREATE FUNCTION governance_keep_draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.committed_at IS NOT NULL THEN
            RAISE EXCEPTION 'DELETE on governance_draw is refused: its pool was committed to'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.committed_at IS NOT NULL AND ({" OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in FROZEN)}) THEN
        RAISE EXCEPTION 'UPDATE on governance_draw is refused: what was committed to is frozen'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.seed_text <> '' AND NEW.seed_text IS DISTINCT FROM OLD.seed_text THEN
        RAISE EXCEPTION 'UPDATE on governance_draw is refused: the seed is frozen'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.drawn_at IS NOT NULL AND (NEW.drawn_at, NEW.least, NEW.optimum, NEW.panels)
            IS DISTINCT FROM (OLD.drawn_at, OLD.least, OLD.optimum, OLD.panels) THEN
        RAISE EXCEPTION 'UPDATE on governance_draw is refused: what was drawn stays'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

PARTS = """
CREATE FUNCTION governance_keep_draw_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    frozen boolean;
BEGIN
    SELECT committed_at IS NOT NULL INTO frozen FROM governance_draw
        WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.draw_id ELSE OLD.draw_id END;
    IF frozen AND NOT (
        -- The tie to a person may be cut, never made; chances are written once; who is gone stays gone.
        TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'governance_poolplace'
        AND to_jsonb(NEW) - ARRAY['member_id', 'chance', 'gone_in'] = to_jsonb(OLD) - ARRAY['member_id', 'chance', 'gone_in']
        AND (to_jsonb(NEW) -> 'member_id' = to_jsonb(OLD) -> 'member_id' OR to_jsonb(NEW) -> 'member_id' = 'null'::jsonb)
        AND (to_jsonb(NEW) -> 'chance' = to_jsonb(OLD) -> 'chance' OR to_jsonb(OLD) -> 'chance' = 'null'::jsonb)
        AND (to_jsonb(NEW) -> 'gone_in' = to_jsonb(OLD) -> 'gone_in' OR to_jsonb(OLD) -> 'gone_in' = 'null'::jsonb)
    ) THEN
        RAISE EXCEPTION '% on % is refused: what was committed to is frozen', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$
"""

PANEL = """
CREATE FUNCTION governance_keep_panel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.draw_id, NEW.place_id, NEW.number) IS DISTINCT FROM (OLD.draw_id, OLD.place_id, OLD.number) THEN
        RAISE EXCEPTION '% on governance_panelplace is refused: who was drawn was drawn', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

GUARDS = (
    ("governance_draw", "UPDATE OR DELETE", "governance_keep_draw"),
    ("governance_drawquota", "INSERT OR UPDATE OR DELETE", "governance_keep_draw_parts"),
    ("governance_poolplace", "INSERT OR UPDATE OR DELETE", "governance_keep_draw_parts"),
    ("governance_panelplace", "UPDATE OR DELETE", "governance_keep_panel"),
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
    dependencies = [("governance", "0010_draws")]

    operations = [
        migrations.RunSQL(DRAW, "DROP FUNCTION governance_keep_draw()"),
        migrations.RunSQL(PARTS, "DROP FUNCTION governance_keep_draw_parts()"),
        migrations.RunSQL(PANEL, "DROP FUNCTION governance_keep_panel()"),
        *(guard(*row) for row in GUARDS),
    ]
