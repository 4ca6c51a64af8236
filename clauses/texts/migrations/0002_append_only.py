"""A version of a model is never changed nor erased: what was printed says which one it was."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER textmodel_append_only BEFORE UPDATE OR DELETE ON texts_textmodel
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_database_tools"), ("texts", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER textmodel_append_only ON texts_textmodel")]
