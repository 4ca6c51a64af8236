"""The figures of a report are never changed."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER snapshot_append_only BEFORE UPDATE OR DELETE ON publication_snapshot
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_database_tools"), ("publication", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER snapshot_append_only ON publication_snapshot")]
