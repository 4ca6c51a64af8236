"""Yearly purchase plans: a file read line by line, then turned into planned tenders at once."""

from django.db import models
from django.db.models import Q

from clauses.procurement.choices import LineOutcome, TenderNature
from clauses.procurement.models.tenders import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import amount_field
from inclusiv.reference.models import Commune


class PurchasePlanQuerySet(models.QuerySet["PurchasePlan"]):
    """Purchase plans, by who may read them."""

    def visible_to(self, actor: Actor) -> "PurchasePlanQuerySet":
        """Return a buyer its own plans, a facilitator those that its structure read for a buyer."""
        match actor.role:
            case Role.BUYER:
                return self.filter(buyer_id=actor.organisation_id)
            case Role.FACILITATOR:
                return self.filter(organisation_id=actor.organisation_id)
            case _:
                return self.none()


class PurchasePlan(models.Model):
    """What a buyer foresees to buy in a year, as a file told it; nothing is registered until it is confirmed."""

    buyer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="acheteur"
    )
    year = models.PositiveSmallIntegerField("année")
    name = models.CharField("nom du fichier", max_length=200)
    organisation_id = models.BigIntegerField("organisation", db_index=True)
    read_at = models.DateTimeField("lu le")
    read_by = models.CharField("lu par", max_length=405)
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)

    objects = PurchasePlanQuerySet.as_manager()

    class Meta:
        verbose_name = "plan d’achats"
        verbose_name_plural = "plans d’achats"
        constraints = [
            models.CheckConstraint(
                name="purchaseplan_year_is_plausible",
                condition=Q(year__range=(2000, 2100)),
                violation_error_message="L’année d’un plan d’achats va de 2000 à 2100.",
            )
        ]

    def __str__(self) -> str:
        return f"Plan d’achats {self.year}"


class PlanLineQuerySet(models.QuerySet["PlanLine"]):
    """Lines of purchase plans, by who may read them."""

    def visible_to(self, actor: Actor) -> "PlanLineQuerySet":
        """Return the lines of the plans one sees."""
        return self.filter(plan__in=PurchasePlan.objects.visible_to(actor))


class PlanLine(models.Model):
    """A line of a plan: what it told, what becomes of it and why; unknown texts are empty, other values None."""

    plan = models.ForeignKey(PurchasePlan, on_delete=models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField("ligne du fichier")
    number = models.CharField("n° de ligne", max_length=40, blank=True)
    identity = models.CharField("identité", max_length=100)
    """Buyer, year, and the line’s number or else its object: the same line read twice gives one tender."""
    title = models.CharField("objet", max_length=1000, blank=True)
    nature = models.CharField("nature", max_length=10, choices=TenderNature, blank=True)
    estimated_amount = amount_field("montant estimé (€ HT)", null=True, blank=True)
    cpv = models.CharField("code CPV", max_length=8, blank=True)
    procedure = models.CharField("procédure", max_length=100, blank=True)
    reference = models.CharField("numéro", max_length=16, blank=True)
    consultation_launched_on = models.DateField("lancement de la consultation", null=True, blank=True)
    starts_on = models.DateField("début d’exécution", null=True, blank=True)
    ends_on = models.DateField("fin d’exécution (incluse)", null=True, blank=True)
    place = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, blank=True)
    structure = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField("résultat", max_length=8, choices=LineOutcome)
    remark = models.CharField("remarque", max_length=1000, blank=True)
    tender = models.ForeignKey(
        Tender, on_delete=models.PROTECT, null=True, blank=True, related_name="plan_lines"
    )

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne de plan d’achats"
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "row"],
                name="planline_row_once",
                violation_error_message="Cette ligne du fichier est déjà lue.",
            ),
            models.UniqueConstraint(
                fields=["identity"],
                condition=Q(outcome=LineOutcome.CREATED),
                name="planline_creates_once",
                violation_error_message="Cette ligne du plan a déjà donné un marché.",
            ),
            models.CheckConstraint(
                name="planline_created_has_tender",
                condition=~Q(outcome=LineOutcome.CREATED) | Q(tender__isnull=False),
                violation_error_message="Une ligne créée désigne son marché.",
            ),
            models.CheckConstraint(
                name="planline_refused_says_why",
                condition=~Q(outcome=LineOutcome.REFUSED) | ~Q(remark=""),
                violation_error_message="Une ligne refusée dit pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"Ligne {self.row}"
