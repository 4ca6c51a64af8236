"""The hours owed and validated of each lot, as a view.

Each sum is a lateral join: a list of thirty lots reads the entries of thirty lots, whatever the size of the ledger.
"""

import django.db.models.deletion
from django.db import migrations, models

VIEW = """
CREATE VIEW followup_lothours AS
SELECT lot.id AS lot_id, owed.hours AS owed, coalesce(validated.hours, 0) AS done
FROM procurement_lot AS lot
CROSS JOIN LATERAL (
    SELECT sum(quantity) AS hours FROM obligations_obligation WHERE lot_id = lot.id AND unit = 'HOURS'
) AS owed
CROSS JOIN LATERAL (
    SELECT sum(entry.counted) AS hours
    FROM obligations_obligation AS obligation
    JOIN hours_hourentry AS entry ON entry.obligation_id = obligation.id
    WHERE obligation.lot_id = lot.id
) AS validated
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("procurement", "0007_award_to_site"),
        ("obligations", "0009_units"),
        ("hours", "0006_changes"),
    ]

    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW followup_lothours"),
        migrations.CreateModel(
            name="LotHours",
            fields=[
                (
                    "lot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="sums",
                        serialize=False,
                        to="procurement.lot",
                    ),
                ),
            ],
            options={"verbose_name": "heures d’un lot", "db_table": "followup_lothours", "managed": False},
        ),
    ]
