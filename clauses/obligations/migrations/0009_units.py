"""Clauses that count something else than hours, staff taken over, cases without a penalty; those written keep theirs."""

import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


def RELIEF():
    """What clauses already written forgave: hours for which nobody could be proposed."""
    return ["NO_CANDIDATE"]


class Migration(migrations.Migration):

    dependencies = [
        ('obligations', '0008_plans_append_only'),
        ('procurement', '0009_suppliers_ccag'),
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
        migrations.RemoveConstraint(
            model_name='socialclause',
            name='socialclause_some_modality',
        ),
        migrations.RemoveConstraint(
            model_name='socialclause',
            name='socialclause_statement_is_due',
        ),
        migrations.RemoveConstraint(
            model_name='socialclause',
            name='socialclause_penalties_not_negative',
        ),
        migrations.AddField(
            model_name='sizing',
            name='staff_taken_over',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='dont personnel repris'),
        ),
        migrations.AddField(
            model_name='sizing',
            name='staff_total',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='personnel prévu'),
        ),
        migrations.AddField(
            model_name='socialclause',
            name='action_kinds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('GROUP_SESSION', 'Demi-journée avec un groupe éloigné de l’emploi'), ('INTERNSHIP', 'Accueil en stage ou en immersion'), ('MENTORING', 'Parrainage d’une personne'), ('ANTI_DISCRIMINATION_TRAINING', 'Sensibilisation d’un encadrant'), ('OTHER_VALIDATED', 'Autre action, validée par la facilitation')], max_length=30), blank=True, default=list, size=None, verbose_name='actions acceptées'),
        ),
        migrations.AddField(
            model_name='socialclause',
            name='actions_per_year',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='actions sociales par an'),
        ),
        migrations.AddField(
            model_name='socialclause',
            name='hours_rate',
            field=models.DecimalField(blank=True, decimal_places=5, max_digits=6, null=True, verbose_name='part des heures travaillées'),
        ),
        migrations.AddField(
            model_name='socialclause',
            name='penalty_action',
            field=models.DecimalField(decimal_places=2, default="500.00", max_digits=8, verbose_name='pénalité par action, place ou participant manquant (€)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclause',
            name='relief_cases',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('NO_CANDIDATE', 'Aucun candidat n’a pu être proposé'), ('COMPANY_IN_DIFFICULTY', 'Entreprise en difficulté économique établie'), ('EXECUTION_CUT', 'Exécution réduite ou arrêtée par l’acheteur')], max_length=25), blank=True, default=RELIEF, size=None, verbose_name='cas sans pénalité'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='action_kinds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('GROUP_SESSION', 'Demi-journée avec un groupe éloigné de l’emploi'), ('INTERNSHIP', 'Accueil en stage ou en immersion'), ('MENTORING', 'Parrainage d’une personne'), ('ANTI_DISCRIMINATION_TRAINING', 'Sensibilisation d’un encadrant'), ('OTHER_VALIDATED', 'Autre action, validée par la facilitation')], max_length=30), blank=True, default=list, size=None, verbose_name='actions acceptées'),
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='actions_per_year',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='actions sociales par an'),
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='hours_rate',
            field=models.DecimalField(blank=True, decimal_places=5, max_digits=6, null=True, verbose_name='part des heures travaillées'),
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='penalty_action',
            field=models.DecimalField(decimal_places=2, default="500.00", max_digits=8, verbose_name='pénalité par action, place ou participant manquant (€)'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='socialclausechange',
            name='relief_cases',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('NO_CANDIDATE', 'Aucun candidat n’a pu être proposé'), ('COMPANY_IN_DIFFICULTY', 'Entreprise en difficulté économique établie'), ('EXECUTION_CUT', 'Exécution réduite ou arrêtée par l’acheteur')], max_length=25), blank=True, default=RELIEF, size=None, verbose_name='cas sans pénalité'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='obligation',
            name='quantity',
            field=models.DecimalField(decimal_places=2, max_digits=9, verbose_name='quantité due'),
        ),
        migrations.AlterField(
            model_name='obligation',
            name='unit',
            field=models.CharField(choices=[('HOURS', 'heures'), ('ACTIONS', 'actions sociales'), ('PLACES', 'places de formation ou de stage'), ('PARTICIPANTS', 'participants')], default='HOURS', max_length=12, verbose_name='unité'),
        ),
        migrations.AlterField(
            model_name='obligationversion',
            name='quantity',
            field=models.DecimalField(decimal_places=2, max_digits=9, verbose_name='quantité due'),
        ),
        migrations.AlterField(
            model_name='socialclause',
            name='documents',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('MONTHLY_STATEMENT', 'Relevé mensuel des heures'), ('HOURS_PROOF', 'Attestation d’heures signée, ou contrat de mise à disposition'), ('ACTION_PLAN', 'Plan d’action insertion'), ('ACTION_REPORT', 'Compte rendu de ce qui est réalisé'), ('WORK_CONTRACT', 'Contrat de travail ou déclaration préalable à l’embauche')], max_length=20), size=None, verbose_name='documents à remettre'),
        ),
        migrations.AlterField(
            model_name='socialclause',
            name='quantity',
            field=models.DecimalField(decimal_places=2, max_digits=9, verbose_name='quantité à réaliser'),
        ),
        migrations.AlterField(
            model_name='socialclause',
            name='unit',
            field=models.CharField(choices=[('HOURS', 'heures'), ('ACTIONS', 'actions sociales'), ('PLACES', 'places de formation ou de stage'), ('PARTICIPANTS', 'participants')], default='HOURS', max_length=12, verbose_name='unité'),
        ),
        migrations.AlterField(
            model_name='socialclausechange',
            name='documents',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('MONTHLY_STATEMENT', 'Relevé mensuel des heures'), ('HOURS_PROOF', 'Attestation d’heures signée, ou contrat de mise à disposition'), ('ACTION_PLAN', 'Plan d’action insertion'), ('ACTION_REPORT', 'Compte rendu de ce qui est réalisé'), ('WORK_CONTRACT', 'Contrat de travail ou déclaration préalable à l’embauche')], max_length=20), size=None, verbose_name='documents à remettre'),
        ),
        migrations.AlterField(
            model_name='socialclausechange',
            name='quantity',
            field=models.DecimalField(decimal_places=2, max_digits=9, verbose_name='quantité à réaliser'),
        ),
        migrations.AlterField(
            model_name='socialclausechange',
            name='unit',
            field=models.CharField(choices=[('HOURS', 'heures'), ('ACTIONS', 'actions sociales'), ('PLACES', 'places de formation ou de stage'), ('PARTICIPANTS', 'participants')], default='HOURS', max_length=12, verbose_name='unité'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='socialclause',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "obligations_socialclausechange" ("action_kinds", "actions_per_year", "clause_type", "contact_days", "count_training", "documents", "final_report_months", "hours_per_100k", "hours_rate", "id", "kickoff_months", "lot_id", "modalities", "penalty_action", "penalty_cap_applies", "penalty_cap_rate", "penalty_document_day", "penalty_hour", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_days", "priority_publics", "quantity", "relief_cases", "sizing_id", "small_penalty_limit", "small_penalty_waiver_applies", "statement_due_day", "status", "strict_prior_validation", "unit") VALUES (NEW."action_kinds", NEW."actions_per_year", NEW."clause_type", NEW."contact_days", NEW."count_training", NEW."documents", NEW."final_report_months", NEW."hours_per_100k", NEW."hours_rate", NEW."id", NEW."kickoff_months", NEW."lot_id", NEW."modalities", NEW."penalty_action", NEW."penalty_cap_applies", NEW."penalty_cap_rate", NEW."penalty_document_day", NEW."penalty_hour", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."plan_days", NEW."priority_publics", NEW."quantity", NEW."relief_cases", NEW."sizing_id", NEW."small_penalty_limit", NEW."small_penalty_waiver_applies", NEW."statement_due_day", NEW."status", NEW."strict_prior_validation", NEW."unit"); RETURN NULL;', hash='7bb3248b6473b0e95f42c32f57caa395bfe35ca1', operation='INSERT', pgid='pgtrigger_insert_insert_910c5', table='obligations_socialclause', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='socialclause',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."action_kinds" IS DISTINCT FROM (NEW."action_kinds") OR OLD."actions_per_year" IS DISTINCT FROM (NEW."actions_per_year") OR OLD."clause_type" IS DISTINCT FROM (NEW."clause_type") OR OLD."contact_days" IS DISTINCT FROM (NEW."contact_days") OR OLD."count_training" IS DISTINCT FROM (NEW."count_training") OR OLD."documents" IS DISTINCT FROM (NEW."documents") OR OLD."final_report_months" IS DISTINCT FROM (NEW."final_report_months") OR OLD."hours_per_100k" IS DISTINCT FROM (NEW."hours_per_100k") OR OLD."hours_rate" IS DISTINCT FROM (NEW."hours_rate") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kickoff_months" IS DISTINCT FROM (NEW."kickoff_months") OR OLD."lot_id" IS DISTINCT FROM (NEW."lot_id") OR OLD."modalities" IS DISTINCT FROM (NEW."modalities") OR OLD."penalty_action" IS DISTINCT FROM (NEW."penalty_action") OR OLD."penalty_cap_applies" IS DISTINCT FROM (NEW."penalty_cap_applies") OR OLD."penalty_cap_rate" IS DISTINCT FROM (NEW."penalty_cap_rate") OR OLD."penalty_document_day" IS DISTINCT FROM (NEW."penalty_document_day") OR OLD."penalty_hour" IS DISTINCT FROM (NEW."penalty_hour") OR OLD."plan_days" IS DISTINCT FROM (NEW."plan_days") OR OLD."priority_publics" IS DISTINCT FROM (NEW."priority_publics") OR OLD."quantity" IS DISTINCT FROM (NEW."quantity") OR OLD."relief_cases" IS DISTINCT FROM (NEW."relief_cases") OR OLD."sizing_id" IS DISTINCT FROM (NEW."sizing_id") OR OLD."small_penalty_limit" IS DISTINCT FROM (NEW."small_penalty_limit") OR OLD."small_penalty_waiver_applies" IS DISTINCT FROM (NEW."small_penalty_waiver_applies") OR OLD."statement_due_day" IS DISTINCT FROM (NEW."statement_due_day") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."strict_prior_validation" IS DISTINCT FROM (NEW."strict_prior_validation") OR OLD."unit" IS DISTINCT FROM (NEW."unit"))', func='INSERT INTO "obligations_socialclausechange" ("action_kinds", "actions_per_year", "clause_type", "contact_days", "count_training", "documents", "final_report_months", "hours_per_100k", "hours_rate", "id", "kickoff_months", "lot_id", "modalities", "penalty_action", "penalty_cap_applies", "penalty_cap_rate", "penalty_document_day", "penalty_hour", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_days", "priority_publics", "quantity", "relief_cases", "sizing_id", "small_penalty_limit", "small_penalty_waiver_applies", "statement_due_day", "status", "strict_prior_validation", "unit") VALUES (OLD."action_kinds", OLD."actions_per_year", OLD."clause_type", OLD."contact_days", OLD."count_training", OLD."documents", OLD."final_report_months", OLD."hours_per_100k", OLD."hours_rate", OLD."id", OLD."kickoff_months", OLD."lot_id", OLD."modalities", OLD."penalty_action", OLD."penalty_cap_applies", OLD."penalty_cap_rate", OLD."penalty_document_day", OLD."penalty_hour", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', OLD."id", OLD."plan_days", OLD."priority_publics", OLD."quantity", OLD."relief_cases", OLD."sizing_id", OLD."small_penalty_limit", OLD."small_penalty_waiver_applies", OLD."statement_due_day", OLD."status", OLD."strict_prior_validation", OLD."unit"); RETURN NULL;', hash='3b1978fbd9679510e2d1a79f271c29e3d401dc31', operation='UPDATE', pgid='pgtrigger_update_update_e7f4d', table='obligations_socialclause', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='socialclause',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "obligations_socialclausechange" ("action_kinds", "actions_per_year", "clause_type", "contact_days", "count_training", "documents", "final_report_months", "hours_per_100k", "hours_rate", "id", "kickoff_months", "lot_id", "modalities", "penalty_action", "penalty_cap_applies", "penalty_cap_rate", "penalty_document_day", "penalty_hour", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_days", "priority_publics", "quantity", "relief_cases", "sizing_id", "small_penalty_limit", "small_penalty_waiver_applies", "statement_due_day", "status", "strict_prior_validation", "unit") VALUES (OLD."action_kinds", OLD."actions_per_year", OLD."clause_type", OLD."contact_days", OLD."count_training", OLD."documents", OLD."final_report_months", OLD."hours_per_100k", OLD."hours_rate", OLD."id", OLD."kickoff_months", OLD."lot_id", OLD."modalities", OLD."penalty_action", OLD."penalty_cap_applies", OLD."penalty_cap_rate", OLD."penalty_document_day", OLD."penalty_hour", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."plan_days", OLD."priority_publics", OLD."quantity", OLD."relief_cases", OLD."sizing_id", OLD."small_penalty_limit", OLD."small_penalty_waiver_applies", OLD."statement_due_day", OLD."status", OLD."strict_prior_validation", OLD."unit"); RETURN NULL;', hash='ed390f943c50c4d4f53323c9e5be08e506632dea', operation='DELETE', pgid='pgtrigger_delete_delete_2fd75', table='obligations_socialclause', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='sizing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('staff_taken_over', None), ('staff_total', None)), models.Q(('staff_taken_over__gte', 0), ('staff_taken_over__lte', models.F('staff_total')), ('staff_total__gt', 0)), _connector='OR'), name='sizing_staff_is_whole', violation_error_message='Le personnel repris fait partie du personnel prévu : indiquez les deux.'),
        ),
        migrations.AddConstraint(
            model_name='socialclause',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action_kinds', []), ('actions_per_year', None), ('unit', 'HOURS')), models.Q(('action_kinds__len__gt', 0), ('actions_per_year__gt', 0), ('hours_per_100k', None), ('hours_rate', None), ('unit', 'ACTIONS')), models.Q(('action_kinds', []), ('actions_per_year', None), ('hours_per_100k', None), ('hours_rate', None), ('unit__in', ['PLACES', 'PARTICIPANTS'])), _connector='OR'), name='socialclause_terms_of_its_unit', violation_error_message='Une clause dit ce qu’elle demande d’une seule manière.'),
        ),
        migrations.AddConstraint(
            model_name='socialclause',
            constraint=models.CheckConstraint(condition=models.Q(('hours_rate', None), models.Q(('hours_per_100k', None), ('hours_rate__gt', 0), ('hours_rate__lte', 1)), _connector='OR'), name='socialclause_hours_rate_is_a_rate', violation_error_message='La part des heures travaillées va de 0 à 100 %.'),
        ),
        migrations.AddConstraint(
            model_name='socialclause',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('unit', 'HOURS'), _negated=True), ('modalities__len__gt', 0), _connector='OR'), name='socialclause_some_modality', violation_error_message='Une clause laisse au moins une manière de réaliser les heures.'),
        ),
        migrations.AddConstraint(
            model_name='socialclause',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('unit', 'HOURS'), _negated=True), ('documents__contains', ['MONTHLY_STATEMENT']), _connector='OR'), name='socialclause_statement_is_due', violation_error_message='Le relevé mensuel est toujours à remettre : c’est de lui que les heures sont comptées.'),
        ),
        migrations.AddConstraint(
            model_name='socialclause',
            constraint=models.CheckConstraint(condition=models.Q(('penalty_action__gte', 0), ('penalty_document_day__gte', 0), ('penalty_hour__gte', 0), ('small_penalty_limit__gte', 0)), name='socialclause_penalties_not_negative', violation_error_message='Une pénalité ne peut pas être négative.'),
        ),
        migrations.AlterConstraint(
            model_name='socialclause',
            name='socialclause_quantity_is_positive',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='socialclause_quantity_is_positive', violation_error_message='Une clause demande quelque chose.'),
        ),
    ]
