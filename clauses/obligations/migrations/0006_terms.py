"""The terms of a clause become its own; those already written take the values that were in force for everybody."""

import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


def MODALITIES():
    """What clauses already written let do: nothing was ruled out."""
    return ["DIRECT_HIRE", "SECONDMENT", "INCLUSIVE_PARTNER"]


def DOCUMENTS():
    """What clauses already written asked for."""
    return ["MONTHLY_STATEMENT", "HOURS_PROOF", "ACTION_PLAN"]


class Migration(migrations.Migration):

    dependencies = [
        ('obligations', '0005_life'),
        ('procurement', '0004_life'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='socialclause',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='socialclause',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='socialclause',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='socialclause',
            name='contact_days',
            field=models.PositiveSmallIntegerField(default=14, verbose_name='appel de la facilitation (jours)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='documents',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('MONTHLY_STATEMENT', 'Relevé mensuel des heures'), ('HOURS_PROOF', 'Attestation d’heures signée, ou contrat de mise à disposition'), ('ACTION_PLAN', 'Plan d’action insertion'), ('WORK_CONTRACT', 'Contrat de travail ou déclaration préalable à l’embauche')], max_length=20), default=DOCUMENTS, size=None, verbose_name='documents à remettre'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='final_report_months',
            field=models.PositiveSmallIntegerField(default=3, verbose_name='bilan final (mois)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='kickoff_months',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='réunion de mise au point (mois)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='modalities',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('DIRECT_HIRE', 'Embauche directe'), ('SECONDMENT', 'Mise à disposition'), ('INCLUSIVE_PARTNER', 'Sous-traitance ou cotraitance à une structure inclusive')], max_length=20), default=MODALITIES, size=None, verbose_name='manières de réaliser les heures'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='penalty_cap_applies',
            field=models.BooleanField(default=False, verbose_name='pénalités plafonnées'),
        ),
        migrations.AddField(
            model_name='socialclause',
            name='penalty_cap_rate',
            field=models.DecimalField(decimal_places=5, default='0.10000', max_digits=6, verbose_name='plafond (part du montant HT)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='penalty_document_day',
            field=models.DecimalField(decimal_places=2, default='100.00', max_digits=8, verbose_name='pénalité par document et par jour de retard (€)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='penalty_hour',
            field=models.DecimalField(decimal_places=2, default='50.00', max_digits=8, verbose_name='pénalité par heure non réalisée (€)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='plan_days',
            field=models.PositiveSmallIntegerField(default=15, verbose_name='plan d’action (jours après la réunion)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='small_penalty_limit',
            field=models.DecimalField(decimal_places=2, default='1000.00', max_digits=8, verbose_name='petite pénalité (€)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='small_penalty_waiver_applies',
            field=models.BooleanField(default=False, verbose_name='petites pénalités non réclamées'),
        ),
        migrations.AddField(
            model_name='socialclause',
            name='statement_due_day',
            field=models.PositiveSmallIntegerField(default=12, verbose_name='relevé mensuel, jour du mois suivant'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='contact_days',
            field=models.PositiveSmallIntegerField(default=14, verbose_name='appel de la facilitation (jours)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='documents',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('MONTHLY_STATEMENT', 'Relevé mensuel des heures'), ('HOURS_PROOF', 'Attestation d’heures signée, ou contrat de mise à disposition'), ('ACTION_PLAN', 'Plan d’action insertion'), ('WORK_CONTRACT', 'Contrat de travail ou déclaration préalable à l’embauche')], max_length=20), default=DOCUMENTS, size=None, verbose_name='documents à remettre'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='final_report_months',
            field=models.PositiveSmallIntegerField(default=3, verbose_name='bilan final (mois)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='kickoff_months',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='réunion de mise au point (mois)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='modalities',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('DIRECT_HIRE', 'Embauche directe'), ('SECONDMENT', 'Mise à disposition'), ('INCLUSIVE_PARTNER', 'Sous-traitance ou cotraitance à une structure inclusive')], max_length=20), default=MODALITIES, size=None, verbose_name='manières de réaliser les heures'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='penalty_cap_applies',
            field=models.BooleanField(default=False, verbose_name='pénalités plafonnées'),
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='penalty_cap_rate',
            field=models.DecimalField(decimal_places=5, default='0.10000', max_digits=6, verbose_name='plafond (part du montant HT)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='penalty_document_day',
            field=models.DecimalField(decimal_places=2, default='100.00', max_digits=8, verbose_name='pénalité par document et par jour de retard (€)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='penalty_hour',
            field=models.DecimalField(decimal_places=2, default='50.00', max_digits=8, verbose_name='pénalité par heure non réalisée (€)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='plan_days',
            field=models.PositiveSmallIntegerField(default=15, verbose_name='plan d’action (jours après la réunion)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='small_penalty_limit',
            field=models.DecimalField(decimal_places=2, default='1000.00', max_digits=8, verbose_name='petite pénalité (€)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='small_penalty_waiver_applies',
            field=models.BooleanField(default=False, verbose_name='petites pénalités non réclamées'),
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='statement_due_day',
            field=models.PositiveSmallIntegerField(default=12, verbose_name='relevé mensuel, jour du mois suivant'),
            preserve_default=False,
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='socialclause',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "obligations_socialclausechange" ("clause_type", "contact_days", "count_training", "documents", "final_report_months", "hours_per_100k", "id", "kickoff_months", "lot_id", "modalities", "penalty_cap_applies", "penalty_cap_rate", "penalty_document_day", "penalty_hour", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_days", "priority_publics", "quantity", "sizing_id", "small_penalty_limit", "small_penalty_waiver_applies", "statement_due_day", "status", "strict_prior_validation", "unit") VALUES (NEW."clause_type", NEW."contact_days", NEW."count_training", NEW."documents", NEW."final_report_months", NEW."hours_per_100k", NEW."id", NEW."kickoff_months", NEW."lot_id", NEW."modalities", NEW."penalty_cap_applies", NEW."penalty_cap_rate", NEW."penalty_document_day", NEW."penalty_hour", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."plan_days", NEW."priority_publics", NEW."quantity", NEW."sizing_id", NEW."small_penalty_limit", NEW."small_penalty_waiver_applies", NEW."statement_due_day", NEW."status", NEW."strict_prior_validation", NEW."unit"); RETURN NULL;', hash='0428445666bdbdfba5fee36953414470fdab3dd3', operation='INSERT', pgid='pgtrigger_insert_insert_910c5', table='obligations_socialclause', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='socialclause',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."clause_type" IS DISTINCT FROM (NEW."clause_type") OR OLD."contact_days" IS DISTINCT FROM (NEW."contact_days") OR OLD."count_training" IS DISTINCT FROM (NEW."count_training") OR OLD."documents" IS DISTINCT FROM (NEW."documents") OR OLD."final_report_months" IS DISTINCT FROM (NEW."final_report_months") OR OLD."hours_per_100k" IS DISTINCT FROM (NEW."hours_per_100k") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kickoff_months" IS DISTINCT FROM (NEW."kickoff_months") OR OLD."lot_id" IS DISTINCT FROM (NEW."lot_id") OR OLD."modalities" IS DISTINCT FROM (NEW."modalities") OR OLD."penalty_cap_applies" IS DISTINCT FROM (NEW."penalty_cap_applies") OR OLD."penalty_cap_rate" IS DISTINCT FROM (NEW."penalty_cap_rate") OR OLD."penalty_document_day" IS DISTINCT FROM (NEW."penalty_document_day") OR OLD."penalty_hour" IS DISTINCT FROM (NEW."penalty_hour") OR OLD."plan_days" IS DISTINCT FROM (NEW."plan_days") OR OLD."priority_publics" IS DISTINCT FROM (NEW."priority_publics") OR OLD."quantity" IS DISTINCT FROM (NEW."quantity") OR OLD."sizing_id" IS DISTINCT FROM (NEW."sizing_id") OR OLD."small_penalty_limit" IS DISTINCT FROM (NEW."small_penalty_limit") OR OLD."small_penalty_waiver_applies" IS DISTINCT FROM (NEW."small_penalty_waiver_applies") OR OLD."statement_due_day" IS DISTINCT FROM (NEW."statement_due_day") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."strict_prior_validation" IS DISTINCT FROM (NEW."strict_prior_validation") OR OLD."unit" IS DISTINCT FROM (NEW."unit"))', func='INSERT INTO "obligations_socialclausechange" ("clause_type", "contact_days", "count_training", "documents", "final_report_months", "hours_per_100k", "id", "kickoff_months", "lot_id", "modalities", "penalty_cap_applies", "penalty_cap_rate", "penalty_document_day", "penalty_hour", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_days", "priority_publics", "quantity", "sizing_id", "small_penalty_limit", "small_penalty_waiver_applies", "statement_due_day", "status", "strict_prior_validation", "unit") VALUES (OLD."clause_type", OLD."contact_days", OLD."count_training", OLD."documents", OLD."final_report_months", OLD."hours_per_100k", OLD."id", OLD."kickoff_months", OLD."lot_id", OLD."modalities", OLD."penalty_cap_applies", OLD."penalty_cap_rate", OLD."penalty_document_day", OLD."penalty_hour", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', OLD."id", OLD."plan_days", OLD."priority_publics", OLD."quantity", OLD."sizing_id", OLD."small_penalty_limit", OLD."small_penalty_waiver_applies", OLD."statement_due_day", OLD."status", OLD."strict_prior_validation", OLD."unit"); RETURN NULL;', hash='a9f0dea1d95349a0f78dee1e8689c2ae72240a90', operation='UPDATE', pgid='pgtrigger_update_update_e7f4d', table='obligations_socialclause', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='socialclause',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "obligations_socialclausechange" ("clause_type", "contact_days", "count_training", "documents", "final_report_months", "hours_per_100k", "id", "kickoff_months", "lot_id", "modalities", "penalty_cap_applies", "penalty_cap_rate", "penalty_document_day", "penalty_hour", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_days", "priority_publics", "quantity", "sizing_id", "small_penalty_limit", "small_penalty_waiver_applies", "statement_due_day", "status", "strict_prior_validation", "unit") VALUES (OLD."clause_type", OLD."contact_days", OLD."count_training", OLD."documents", OLD."final_report_months", OLD."hours_per_100k", OLD."id", OLD."kickoff_months", OLD."lot_id", OLD."modalities", OLD."penalty_cap_applies", OLD."penalty_cap_rate", OLD."penalty_document_day", OLD."penalty_hour", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."plan_days", OLD."priority_publics", OLD."quantity", OLD."sizing_id", OLD."small_penalty_limit", OLD."small_penalty_waiver_applies", OLD."statement_due_day", OLD."status", OLD."strict_prior_validation", OLD."unit"); RETURN NULL;', hash='37f2c244e06aba48eb93d05ca24ab183faf2ddc1', operation='DELETE', pgid='pgtrigger_delete_delete_2fd75', table='obligations_socialclause', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='socialclause',
            constraint=models.CheckConstraint(condition=models.Q(('modalities__len__gt', 0)), name='socialclause_some_modality', violation_error_message='Une clause laisse au moins une manière de réaliser les heures.'),
        ),
        migrations.AddConstraint(
            model_name='socialclause',
            constraint=models.CheckConstraint(condition=models.Q(('documents__contains', ['MONTHLY_STATEMENT'])), name='socialclause_statement_is_due', violation_error_message='Le relevé mensuel est toujours à remettre : c’est de lui que les heures sont comptées.'),
        ),
        migrations.AddConstraint(
            model_name='socialclause',
            constraint=models.CheckConstraint(condition=models.Q(('statement_due_day__range', (1, 28))), name='socialclause_due_day_in_every_month', violation_error_message='Le relevé mensuel est attendu du 1 au 28, un jour qui existe chaque mois.'),
        ),
        migrations.AddConstraint(
            model_name='socialclause',
            constraint=models.CheckConstraint(condition=models.Q(('penalty_document_day__gte', 0), ('penalty_hour__gte', 0), ('small_penalty_limit__gte', 0)), name='socialclause_penalties_not_negative', violation_error_message='Une pénalité ne peut pas être négative.'),
        ),
        migrations.AddConstraint(
            model_name='socialclause',
            constraint=models.CheckConstraint(condition=models.Q(('penalty_cap_rate__gt', 0), ('penalty_cap_rate__lte', 1)), name='socialclause_cap_is_a_rate', violation_error_message='Le plafond des pénalités va de 0 à 100 % du montant HT.'),
        ),
    ]
