"""What is owed: the clause as data, the calculation behind it, and the obligation with its versions."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from clauses.obligations.choices import (
    UNIT_OF_TYPE,
    ClauseStatus,
    ClauseType,
    DueDocument,
    ModalityFamily,
    ObligationStatus,
    Public,
    ReliefCase,
    SocialActionKind,
    Unit,
    VersionCause,
)
from clauses.obligations.rules.units import quantity_text
from clauses.procurement.models import Lot, Renewal, Tranche
from inclusiv.accounts.models import ends_after_start
from inclusiv.core import history
from inclusiv.core.actors import Actor
from inclusiv.core.fields import amount_field, hours_field
from inclusiv.core.quantities import ZERO


class Sizing(models.Model):
    """One calculation of the hours of a lot, with every input: written once, never changed."""

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="sizings")
    amount = amount_field("montant (€ HT)")
    labour_share = models.DecimalField("part de main-d’œuvre", max_digits=6, decimal_places=5)
    effort_rate = models.DecimalField("effort d’insertion", max_digits=6, decimal_places=5)
    hourly_cost = models.DecimalField("coût horaire (€)", max_digits=8, decimal_places=2)
    rounding_step = models.DecimalField("pas d’arrondi (h)", max_digits=5, decimal_places=2)
    staff_total = models.DecimalField(
        "personnel prévu", max_digits=9, decimal_places=2, null=True, blank=True
    )
    staff_taken_over = models.DecimalField(
        "dont personnel repris", max_digits=9, decimal_places=2, null=True, blank=True
    )
    """Persons, or hours a year: the same for both. The effort is asked of the others only (DOMAIN.md 3.1)."""
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
            models.CheckConstraint(
                name="sizing_staff_is_whole",
                condition=Q(staff_total=None, staff_taken_over=None)
                | Q(staff_total__gt=0, staff_taken_over__gte=0, staff_taken_over__lte=F("staff_total")),
                violation_error_message="Le personnel repris fait partie du personnel prévu : indiquez les deux.",
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
    unit = models.CharField("unité", max_length=12, choices=Unit, default=Unit.HOURS)
    quantity = hours_field("quantité à réaliser")
    """In the clause's unit; only foreseen when it follows invoices, worked hours or the years of the execution."""
    hours_per_100k = hours_field("heures par tranche de 100 000 € HT facturés", null=True, blank=True)
    """Of a clause in proportion of what is invoiced (DOMAIN.md 3.6)."""
    hours_rate = models.DecimalField(
        "part des heures travaillées", max_digits=6, decimal_places=5, null=True, blank=True
    )
    """Of a clause in proportion of the hours worked, as ANRU asks: `quantity` is what it is estimated at."""
    actions_per_year = models.PositiveSmallIntegerField("actions sociales par an", null=True, blank=True)
    action_kinds = ArrayField(
        models.CharField(max_length=30, choices=SocialActionKind),
        verbose_name="actions acceptées",
        default=list,
        blank=True,
    )
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
    penalty_action = models.DecimalField(
        "pénalité par action, place ou participant manquant (€)", max_digits=8, decimal_places=2
    )
    relief_cases = ArrayField(
        models.CharField(max_length=25, choices=ReliefCase),
        verbose_name="cas sans pénalité",
        blank=True,
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
                violation_error_message="Une clause demande quelque chose.",
            ),
            models.CheckConstraint(
                name="socialclause_terms_of_its_unit",
                condition=Q(unit=Unit.HOURS, actions_per_year=None, action_kinds=[])
                | Q(
                    unit=Unit.ACTIONS,
                    actions_per_year__gt=0,
                    action_kinds__len__gt=0,
                    hours_per_100k=None,
                    hours_rate=None,
                )
                | Q(
                    unit__in=[Unit.PLACES, Unit.PARTICIPANTS],
                    actions_per_year=None,
                    action_kinds=[],
                    hours_per_100k=None,
                    hours_rate=None,
                ),
                violation_error_message="Une clause dit ce qu’elle demande d’une seule manière.",
            ),
            *(
                models.CheckConstraint(
                    name=f"socialclause_{unit.lower()}_of_its_type",
                    condition=~Q(clause_type=kind) | Q(unit=unit),
                    violation_error_message=f"« {kind.label} » se compte en {unit.label}.",
                )
                for kind, unit in UNIT_OF_TYPE.items()
            ),
            models.CheckConstraint(
                name="socialclause_hours_rate_is_a_rate",
                condition=Q(hours_rate=None) | Q(hours_rate__gt=0, hours_rate__lte=1, hours_per_100k=None),
                violation_error_message="La part des heures travaillées va de 0 à 100 %.",
            ),
            models.CheckConstraint(
                name="socialclause_rate_is_positive",
                condition=Q(hours_per_100k=None) | Q(hours_per_100k__gt=0),
                violation_error_message="Une clause proportionnelle demande des heures pour 100 000 € facturés.",
            ),
            models.CheckConstraint(
                name="socialclause_some_modality",
                condition=~Q(unit=Unit.HOURS) | Q(modalities__len__gt=0),
                violation_error_message="Une clause laisse au moins une manière de réaliser les heures.",
            ),
            models.CheckConstraint(
                name="socialclause_statement_is_due",
                condition=~Q(unit=Unit.HOURS) | Q(documents__contains=[DueDocument.MONTHLY_STATEMENT]),
                violation_error_message="Le relevé mensuel est toujours à remettre : c’est de lui que les heures sont comptées.",
            ),
            models.CheckConstraint(
                name="socialclause_due_day_in_every_month",
                condition=Q(statement_due_day__range=(1, 28)),
                violation_error_message="Le relevé mensuel est attendu du 1 au 28, un jour qui existe chaque mois.",
            ),
            models.CheckConstraint(
                name="socialclause_penalties_not_negative",
                condition=Q(
                    penalty_hour__gte=0,
                    penalty_action__gte=0,
                    penalty_document_day__gte=0,
                    small_penalty_limit__gte=0,
                ),
                violation_error_message="Une pénalité ne peut pas être négative.",
            ),
            models.CheckConstraint(
                name="socialclause_cap_is_a_rate",
                condition=Q(penalty_cap_rate__gt=0, penalty_cap_rate__lte=1),
                violation_error_message="Le plafond des pénalités va de 0 à 100 % du montant HT.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owed_text}, lot {self.lot_id}"

    @property
    def hours(self) -> Decimal:
        """The hours that it asks for, 0 when it asks for something else."""
        return self.quantity if self.unit == Unit.HOURS else ZERO

    @property
    def owed_text(self) -> str:
        """What it asks for: « 1 890 h », « 4 actions sociales »."""
        return self.text_of(self.quantity)

    def text_of(self, quantity: Decimal) -> str:
        """Return a quantity in the words of its unit."""
        return quantity_text(quantity, Unit(self.unit))


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Obligations, by who may see them."""

    def visible_to(self, actor: Actor) -> "ObligationQuerySet":
        """Return the obligations of the lots one sees."""
        return self.filter(lot__in=Lot.objects.visible_to(actor))

    def in_hours(self) -> "ObligationQuerySet":
        """Return those that count hours: the only ones that a sum of hours may add up."""
        return self.filter(unit=Unit.HOURS)


class Obligation(models.Model):
    """What is owed on a lot since its notification, for its optional tranche or for a renewal period when one is named.

    The hours of a lot are those of all its obligations in hours. `quantity` and the days repeat the latest version, for lists.
    """

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="obligations")
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, null=True, related_name="obligations")
    renewal = models.ForeignKey(Renewal, on_delete=models.PROTECT, null=True, related_name="obligations")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au (inclus)")
    unit = models.CharField("unité", max_length=12, choices=Unit, default=Unit.HOURS)
    status = models.CharField(
        "état", max_length=10, choices=ObligationStatus, default=ObligationStatus.BINDING
    )
    quantity = hours_field("quantité due")

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
        return f"{self.owed_text}, lot {self.lot_id}"

    @property
    def hours(self) -> Decimal:
        """The hours owed, 0 when something else is."""
        return self.quantity if self.unit == Unit.HOURS else ZERO

    @property
    def owed_text(self) -> str:
        """What is owed: « 1 890 h », « 4 actions sociales »."""
        return quantity_text(self.quantity, Unit(self.unit))


class ObligationVersion(models.Model):
    """What was owed from a day on, as known from an instant on: inserted, never changed (ARCHITECTURE.md 4.4)."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("version")
    quantity = hours_field("quantité due")
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
        return f"Version {self.number} : {self.quantity} au {self.effective_on}"
