"""A plan of hours and what was said of it are never changed nor erased; suspensions already told bend their lots' line."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER monthplan_append_only BEFORE UPDATE OR DELETE ON obligations_monthplan
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER monthplanline_append_only BEFORE UPDATE OR DELETE ON obligations_monthplanline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER plandecision_append_only BEFORE UPDATE OR DELETE ON obligations_plandecision
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACK = """
DROP TRIGGER monthplan_append_only ON obligations_monthplan;
DROP TRIGGER monthplanline_append_only ON obligations_monthplanline;
DROP TRIGGER plandecision_append_only ON obligations_plandecision;
"""
STOPPED = """
INSERT INTO obligations_expectedcurve (lot_id, has_stops)
SELECT DISTINCT owed.lot_id, true
FROM obligations_obligation AS owed
JOIN procurement_lot AS lot ON lot.id = owed.lot_id
JOIN procurement_suspension AS stop ON stop.tender_id = lot.tender_id
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_database_tools"), ("obligations", "0007_award_to_site")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, BACK),
        migrations.RunSQL(STOPPED, migrations.RunSQL.noop),
    ]
