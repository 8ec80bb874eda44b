from django.db import migrations

# Deferred to the commit: the action moves the render and captures the hold in one transaction, in
# whichever order reads best.
FORBID = """
CREATE FUNCTION generation_capture_needs_ready() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'captured' AND NEW.key LIKE 'render:%' AND NOT EXISTS (
        SELECT 1 FROM generation_render
         WHERE id = substring(NEW.key FROM 8)::uuid AND state IN ('ready', 'discarded')
    ) THEN
        RAISE EXCEPTION 'hold % captured without a ready render', NEW.key
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER generation_capture_needs_ready
    AFTER INSERT OR UPDATE OF state ON billing_hold
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION generation_capture_needs_ready();
"""

ALLOW = """
DROP TRIGGER generation_capture_needs_ready ON billing_hold;
DROP FUNCTION generation_capture_needs_ready();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0001_renders"),
        ("billing", "0001_credits_and_payments"),
    ]

    operations = [migrations.RunSQL(sql=FORBID, reverse_sql=ALLOW)]
