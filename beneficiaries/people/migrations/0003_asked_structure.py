"""Write who is asked on the questions of prescribers, by the territory of where the person lives."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def asked(apps: Any, schema_editor: Any) -> None:
    """Give each question to whom it was shown until now."""
    asked_on = OuterRef('submitted_at__date')
    assignments = apps.get_model('accounts', 'TerritoryAssignment').objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=asked_on),
        starts_on__lte=asked_on,
        commune__personidentity__person__dossiers=OuterRef('dossier_id'),
    )
    facilitators = apps.get_model('accounts', 'Capacity').objects.filter(role='FACILITATOR')
    checks = apps.get_model('people', 'EligibilityCheck').objects
    checks.exclude(dossier__structure__in=facilitators.values('organisation')).update(
        asked_structure=Subquery(assignments.values('territory__structure')[:1])
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_told_by'),
        ('people', '0002_edits_and_months_worked'),
    ]

    operations = [
        migrations.AddField(
            model_name='eligibilitycheck',
            name='asked_structure',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.organisation', verbose_name='demandée à'),
        ),
        migrations.RunPython(asked, migrations.RunPython.noop),
    ]
