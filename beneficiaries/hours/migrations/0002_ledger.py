"""The ledger: each entry follows the one before, and nothing is changed (ARCHITECTURE.md 4.5)."""

from django.db import migrations

CHAIN = """
ALTER TABLE hours_hourentry ADD COLUMN prev_seq integer GENERATED ALWAYS AS (NULLIF(seq - 1, 0)) STORED;
ALTER TABLE hours_hourentry ADD CONSTRAINT hourentry_follows_its_predecessor
    FOREIGN KEY (award_id, prev_seq, prev_hash) REFERENCES hours_hourentry (award_id, seq, hash);
CREATE TRIGGER hourentry_append_only BEFORE UPDATE OR DELETE ON hours_hourentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledgerseal_append_only BEFORE UPDATE OR DELETE ON hours_ledgerseal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACK = """
DROP TRIGGER ledgerseal_append_only ON hours_ledgerseal;
DROP TRIGGER hourentry_append_only ON hours_hourentry;
ALTER TABLE hours_hourentry DROP CONSTRAINT hourentry_follows_its_predecessor, DROP COLUMN prev_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_database_tools"), ("hours", "0001_initial")]

    operations = [migrations.RunSQL(CHAIN, BACK)]
