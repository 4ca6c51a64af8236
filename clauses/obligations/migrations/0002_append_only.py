"""A calculation is never changed; a version of what is owed is never changed nor erased."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER obligationversion_append_only BEFORE UPDATE OR DELETE ON obligations_obligationversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sizing_never_changed BEFORE UPDATE ON obligations_sizing
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACK = """
DROP TRIGGER obligationversion_append_only ON obligations_obligationversion;
DROP TRIGGER sizing_never_changed ON obligations_sizing;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_database_tools"), ("obligations", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, BACK)]
