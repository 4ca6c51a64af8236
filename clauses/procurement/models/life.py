"""What changes a notified contract: tranches, amendments, renewals, invoices of orders, suspensions (DOMAIN.md 2.1)."""

from django.db import models
from django.db.models import F, Q

from clauses.procurement.choices import AmendmentArticle, AmendmentKind
from clauses.procurement.models.tenders import Lot, Tender
from inclusiv.accounts.models import Organisation, ends_after_start
from inclusiv.core import history
from inclusiv.core.actors import Actor
from inclusiv.core.fields import amount_field, hours_field


class TrancheQuerySet(models.QuerySet["Tranche"]):
    """Optional tranches, by who may see them."""

    def visible_to(self, actor: Actor) -> "TrancheQuerySet":
        """Return the tranches of the lots one sees."""
        return self.filter(lot__in=Lot.objects.visible_to(actor))


@history.tracked()
class Tranche(models.Model):
    """An optional part of a lot: its hours are owed only once it is affirmed (R2113-4 to R2113-6 CCP).

    The firm part is the lot itself.
    """

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="tranches", verbose_name="lot")
    number = models.PositiveSmallIntegerField("numéro")
    amount = amount_field("montant (€ HT)", null=True, blank=True)
    hours = hours_field("heures à réaliser")
    deadline_on = models.DateField("à affermir avant le", null=True, blank=True)
    affirmed_on = models.DateField("affermie le", null=True, blank=True)

    objects = TrancheQuerySet.as_manager()

    class Meta:
        verbose_name = "tranche optionnelle"
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "number"],
                name="tranche_number_in_lot",
                violation_error_message="Ce lot a déjà une tranche de ce numéro.",
            ),
            models.CheckConstraint(
                name="tranche_values_not_negative",
                condition=Q(hours__gte=0) & (Q(amount=None) | Q(amount__gte=0)),
                violation_error_message="Le montant et les heures d’une tranche ne peuvent pas être négatifs.",
            ),
        ]

    def __str__(self) -> str:
        return f"Tranche optionnelle {self.number}"


class Amendment(models.Model):
    """An amendment of a notified tender, as signed; what it changes in hours is said lot by lot."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField("numéro")
    kind = models.CharField("objet", max_length=14, choices=AmendmentKind)
    article = models.CharField("fondement", max_length=8, choices=AmendmentArticle, blank=True)
    notified_on = models.DateField("notifié le")
    months_delta = models.SmallIntegerField("mois ajoutés", default=0)
    reason = models.CharField("motif", max_length=500, blank=True)
    recorded_at = models.DateTimeField("enregistré le")
    recorded_by = models.CharField("enregistré par", max_length=150)

    class Meta:
        verbose_name = "avenant"
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "number"],
                name="amendment_number_in_tender",
                violation_error_message="Ce marché a déjà un avenant de ce numéro.",
            )
        ]

    def __str__(self) -> str:
        return f"Avenant n° {self.number}"


class AmendmentLot(models.Model):
    """What an amendment changes on one lot: its amount (€ HT), its hours, its contractor."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="lots")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="amendments")
    amount_delta = models.DecimalField("montant en plus ou en moins (€ HT)", max_digits=14, decimal_places=2)
    hours_delta = models.DecimalField("heures en plus ou en moins", max_digits=9, decimal_places=2)
    successor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="nouveau titulaire"
    )

    class Meta:
        verbose_name = "lot d’un avenant"
        constraints = [
            models.UniqueConstraint(
                fields=["amendment", "lot"],
                name="amendmentlot_once",
                violation_error_message="Cet avenant parle déjà de ce lot.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amendment}, lot {self.lot_id}"


class Renewal(models.Model):
    """A renewal period: the hours of each lot are due again for it."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="renewals")
    number = models.PositiveSmallIntegerField("numéro")
    decided_on = models.DateField("décidée le")
    is_tacit = models.BooleanField("tacite", default=True)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au (inclus)")

    class Meta:
        verbose_name = "reconduction"
        constraints = [
            ends_after_start("renewal"),
            models.UniqueConstraint(
                fields=["tender", "number"],
                name="renewal_number_in_tender",
                violation_error_message="Cette reconduction est déjà enregistrée.",
            ),
        ]

    def __str__(self) -> str:
        return f"Reconduction n° {self.number}"


class InvoicedTotal(models.Model):
    """What was invoiced on a lot since its beginning, at the end of a quarter: enough for orders (PRACTICE.md 2)."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="invoiced_totals")
    quarter_end = models.DateField("fin du trimestre")
    amount = models.DecimalField("facturé depuis le début (€ HT)", max_digits=14, decimal_places=2)
    recorded_at = models.DateTimeField("enregistré le")
    recorded_by = models.CharField("enregistré par", max_length=150)

    class Meta:
        verbose_name = "montant facturé"
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "quarter_end"],
                name="invoicedtotal_once_a_quarter",
                violation_error_message="Le montant de ce trimestre est déjà enregistré.",
            ),
            models.CheckConstraint(
                name="invoicedtotal_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="Un montant facturé ne peut pas être négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} €, lot {self.lot_id}, au {self.quarter_end}"


class Suspension(models.Model):
    """Days on which an execution is stopped by the buyer's order, until it resumes."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="suspensions")
    starts_on = models.DateField("suspendu le")
    resumed_on = models.DateField("repris le", null=True, blank=True)
    reason = models.CharField("motif", max_length=500)

    class Meta:
        verbose_name = "suspension"
        constraints = [
            models.UniqueConstraint(
                fields=["tender"],
                condition=Q(resumed_on=None),
                name="suspension_one_open",
                violation_error_message="Ce marché est déjà suspendu.",
            ),
            models.CheckConstraint(
                name="suspension_resumed_after",
                condition=Q(resumed_on=None) | Q(resumed_on__gt=F("starts_on")),
                violation_error_message="La reprise vient après la suspension.",
            ),
        ]

    def __str__(self) -> str:
        return f"Suspension du {self.starts_on}"
