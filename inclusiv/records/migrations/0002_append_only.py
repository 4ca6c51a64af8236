"""The story is added to, never changed."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER auditevent_append_only BEFORE UPDATE OR DELETE ON records_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_database_tools"), ("records", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER auditevent_append_only ON records_auditevent")]
