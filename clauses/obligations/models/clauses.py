"""What is owed: the clause as data, the calculation behind it, and the obligation with its versions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clauses.obligations.choices import (
    ClauseStatus,
    ClauseType,
    DueDocument,
    ModalityFamily,
    ObligationStatus,
    Public,
    Unit,
    VersionCause,
)
from clauses.procurement.models import Lot, Renewal, Tranche
from inclusiv.accounts.models import ends_after_start
from inclusiv.core import history
from inclusiv.core.actors import Actor
from inclusiv.core.fields import amount_field, hours_field


class Sizing(models.Model):
    """One calculation of the hours of a lot, with every input: written once, never changed."""

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="sizings")
    amount = amount_field("montant (€ HT)")
    labour_share = models.DecimalField("part de main-d’œuvre", max_digits=6, decimal_places=5)
    effort_rate = models.DecimalField("effort d’insertion", max_digits=6, decimal_places=5)
    hourly_cost = models.DecimalField("coût horaire (€)", max_digits=8, decimal_places=2)
    rounding_step = models.DecimalField("pas d’arrondi (h)", max_digits=5, decimal_places=2)
    raw_hours = hours_field("heures avant arrondi")
    hours = hours_field("heures calculées")
    warnings = ArrayField(
        models.CharField(max_length=200), verbose_name="points d’attention", default=list, blank=True
    )
    computed_at = models.DateTimeField("calculé le")
    computed_by = models.CharField("calculé par", max_length=150)

    class Meta:
        verbose_name = "calcul des heures"
        constraints = [
            models.CheckConstraint(
                name="sizing_rates_are_rates",
                condition=Q(labour_share__range=(0, 1), effort_rate__range=(0, 1)),
                violation_error_message="La part de main-d’œuvre et l’effort vont de 0 à 100 %.",
            ),
            models.CheckConstraint(
                name="sizing_cost_is_positive",
                condition=Q(hourly_cost__gt=0, rounding_step__gt=0),
                violation_error_message="Le coût horaire et le pas d’arrondi sont positifs.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h pour le lot {self.lot_id}"


@history.tracked(exclude=["updated_at"])
class SocialClause(models.Model):
    """The clause of a lot, as data: what the texts print and what the controls enforce are this one object.

    Its terms are copied from the parameters in force when it is drafted; from then on they are its own.
    """

    lot = models.OneToOneField(Lot, on_delete=models.CASCADE, related_name="clause")
    clause_type = models.CharField(
        "type de clause", max_length=25, choices=ClauseType, default=ClauseType.EXECUTION
    )
    unit = models.CharField("unité", max_length=8, choices=Unit, default=Unit.HOURS)
    quantity = hours_field("heures à réaliser")
    hours_per_100k = hours_field("heures par tranche de 100 000 € HT facturés", null=True, blank=True)
    """Of a clause in proportion of what is invoiced (DOMAIN.md 3.6): `quantity` is then only what is foreseen."""
    sizing = models.ForeignKey(
        Sizing, on_delete=models.PROTECT, null=True, related_name="clauses", verbose_name="calcul des heures"
    )
    priority_publics = ArrayField(
        models.CharField(max_length=25, choices=Public),
        verbose_name="publics prioritaires",
        default=list,
        blank=True,
    )
    strict_prior_validation = models.BooleanField("éligibilité exigée avant le premier jour", default=False)
    count_training = models.BooleanField("heures de formation comptées", default=True)
    modalities = ArrayField(
        models.CharField(max_length=20, choices=ModalityFamily),
        verbose_name="manières de réaliser les heures",
    )
    documents = ArrayField(
        models.CharField(max_length=20, choices=DueDocument), verbose_name="documents à remettre"
    )
    statement_due_day = models.PositiveSmallIntegerField("relevé mensuel, jour du mois suivant")
    contact_days = models.PositiveSmallIntegerField("appel de la facilitation (jours)")
    kickoff_months = models.PositiveSmallIntegerField("réunion de mise au point (mois)")
    plan_days = models.PositiveSmallIntegerField("plan d’action (jours après la réunion)")
    final_report_months = models.PositiveSmallIntegerField("bilan final (mois)")
    penalty_hour = models.DecimalField("pénalité par heure non réalisée (€)", max_digits=8, decimal_places=2)
    penalty_document_day = models.DecimalField(
        "pénalité par document et par jour de retard (€)", max_digits=8, decimal_places=2
    )
    penalty_cap_applies = models.BooleanField("pénalités plafonnées", default=False)
    penalty_cap_rate = models.DecimalField("plafond (part du montant HT)", max_digits=6, decimal_places=5)
    small_penalty_waiver_applies = models.BooleanField("petites pénalités non réclamées", default=False)
    small_penalty_limit = models.DecimalField("petite pénalité (€)", max_digits=8, decimal_places=2)
    status = models.CharField("état", max_length=8, choices=ClauseStatus, default=ClauseStatus.DRAFT)
    updated_at = models.DateTimeField("modifiée le")

    class Meta:
        verbose_name = "clause sociale"
        constraints = [
            models.CheckConstraint(
                name="socialclause_quantity_is_positive",
                condition=Q(quantity__gt=0),
                violation_error_message="Une clause demande au moins une heure.",
            ),
            models.CheckConstraint(
                name="socialclause_rate_is_positive",
                condition=Q(hours_per_100k=None) | Q(hours_per_100k__gt=0),
                violation_error_message="Une clause proportionnelle demande des heures pour 100 000 € facturés.",
            ),
            models.CheckConstraint(
                name="socialclause_some_modality",
                condition=Q(modalities__len__gt=0),
                violation_error_message="Une clause laisse au moins une manière de réaliser les heures.",
            ),
            models.CheckConstraint(
                name="socialclause_statement_is_due",
                condition=Q(documents__contains=[DueDocument.MONTHLY_STATEMENT]),
                violation_error_message="Le relevé mensuel est toujours à remettre : c’est de lui que les heures sont comptées.",
            ),
            models.CheckConstraint(
                name="socialclause_due_day_in_every_month",
                condition=Q(statement_due_day__range=(1, 28)),
                violation_error_message="Le relevé mensuel est attendu du 1 au 28, un jour qui existe chaque mois.",
            ),
            models.CheckConstraint(
                name="socialclause_penalties_not_negative",
                condition=Q(penalty_hour__gte=0, penalty_document_day__gte=0, small_penalty_limit__gte=0),
                violation_error_message="Une pénalité ne peut pas être négative.",
            ),
            models.CheckConstraint(
                name="socialclause_cap_is_a_rate",
                condition=Q(penalty_cap_rate__gt=0, penalty_cap_rate__lte=1),
                violation_error_message="Le plafond des pénalités va de 0 à 100 % du montant HT.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} h, lot {self.lot_id}"


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Obligations, by who may see them."""

    def visible_to(self, actor: Actor) -> "ObligationQuerySet":
        """Return the obligations of the lots one sees."""
        return self.filter(lot__in=Lot.objects.visible_to(actor))


class Obligation(models.Model):
    """Hours owed on a lot since its notification, for its optional tranche or for a renewal period when one is named.

    The hours of a lot are those of all its obligations. `quantity` and the days repeat the latest version, for lists.
    """

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="obligations")
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, null=True, related_name="obligations")
    renewal = models.ForeignKey(Renewal, on_delete=models.PROTECT, null=True, related_name="obligations")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au (inclus)")
    unit = models.CharField("unité", max_length=8, choices=Unit, default=Unit.HOURS)
    status = models.CharField(
        "état", max_length=10, choices=ObligationStatus, default=ObligationStatus.BINDING
    )
    quantity = hours_field("heures dues")

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = "heures à réaliser"
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "unit", "tranche", "renewal"],
                nulls_distinct=False,
                name="obligation_once",
                violation_error_message="Ce lot, cette tranche ou cette reconduction a déjà des heures à réaliser.",
            ),
            ends_after_start("obligation"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} h dues, lot {self.lot_id}"


class ObligationVersion(models.Model):
    """What was owed from a day on, as known from an instant on: inserted, never changed (ARCHITECTURE.md 4.4)."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("version")
    quantity = hours_field("heures dues")
    effective_on = models.DateField("à compter du")
    recorded_at = models.DateTimeField("enregistrée le")
    cause = models.CharField("motif", max_length=15, choices=VersionCause)
    terms = models.JSONField("termes", default=dict)
    """The clause as it was: type, publics, strictness, computed hours."""

    class Meta:
        verbose_name = "version des heures à réaliser"
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "number"],
                name="obligationversion_number",
                violation_error_message="Cette version existe déjà.",
            ),
            models.CheckConstraint(
                name="obligationversion_number_from_one",
                condition=Q(number__gte=1),
                violation_error_message="Les versions se numérotent à partir de 1.",
            ),
            models.CheckConstraint(
                name="obligationversion_quantity_not_negative",
                condition=Q(quantity__gte=0),
                violation_error_message="Les heures dues ne peuvent pas être négatives.",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} : {self.quantity} h au {self.effective_on}"
