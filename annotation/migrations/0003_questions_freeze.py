"""Questions of a published version never change, whoever writes to the table."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION annotation_question_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN touched := ARRAY[NEW.version_id];
    ELSIF TG_OP = 'DELETE' THEN touched := ARRAY[OLD.version_id];
    ELSE touched := ARRAY[NEW.version_id, OLD.version_id];
    END IF;
    IF EXISTS (SELECT 1 FROM annotation_studyversion WHERE id = ANY(touched) AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'questions of a published version cannot change' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER annotation_question_frozen BEFORE INSERT OR UPDATE OR DELETE ON annotation_question
    FOR EACH ROW EXECUTE FUNCTION annotation_question_is_frozen();
CREATE FUNCTION annotation_version_stays_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL AND (NEW.published_at IS DISTINCT FROM OLD.published_at
            OR NEW.sha256 <> OLD.sha256 OR NEW.number <> OLD.number OR NEW.study_id <> OLD.study_id) THEN
        RAISE EXCEPTION 'a published version cannot change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER annotation_version_published BEFORE UPDATE ON annotation_studyversion
    FOR EACH ROW EXECUTE FUNCTION annotation_version_stays_published();
"""
BACKWARD = """
DROP TRIGGER annotation_version_published ON annotation_studyversion;
DROP FUNCTION annotation_version_stays_published();
DROP TRIGGER annotation_question_frozen ON annotation_question;
DROP FUNCTION annotation_question_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0002_studies")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
