"""Subcontractors, declared beforehand and tier by tier (loi 75-1334, L2193-1 ff CCP; DOMAIN.md 2.1)."""

from django.db import models
from django.db.models import Q

from clauses.procurement.choices import SubcontractKind, SubcontractStatus
from clauses.procurement.models.tenders import Award
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor


class SubcontractQuerySet(models.QuerySet["Subcontract"]):
    """Subcontracts, by who may see them and where they stand."""

    def visible_to(self, actor: Actor) -> "SubcontractQuerySet":
        """Return those of the awards one sees."""
        return self.filter(award__in=Award.objects.visible_to(actor))

    def standing(self) -> "SubcontractQuerySet":
        """Return those that are accepted or wait for it: a refusal leaves its amount free."""
        return self.exclude(status=SubcontractStatus.REFUSED)


class Subcontract(models.Model):
    """A company to which a part of a lot is to be given (DC4): of rank 1 by the contractor, below by a subcontractor."""

    award = models.ForeignKey(
        Award, on_delete=models.PROTECT, related_name="subcontracts", verbose_name="attribution"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="subcontracts", verbose_name="sous-traitant"
    )
    rank = models.PositiveSmallIntegerField("rang", default=1)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="sous-traitant de",
    )
    work = models.CharField("prestations", max_length=500)
    amount = models.DecimalField("montant (€ HT)", max_digits=14, decimal_places=2)
    kind = models.CharField("nature", max_length=9, choices=SubcontractKind, default=SubcontractKind.ORDINARY)
    inclusive_kind = models.CharField("structure inclusive", max_length=13, choices=CompanyKind, blank=True)
    starts_on = models.DateField("intervient à partir du")
    status = models.CharField(
        "état", max_length=8, choices=SubcontractStatus, default=SubcontractStatus.DECLARED
    )
    declared_on = models.DateField("déclaré le")
    declared_by = models.CharField("déclaré par", max_length=255)
    decided_on = models.DateField("décidé le", null=True, blank=True)
    decided_by = models.CharField("décidé par", max_length=255, blank=True)
    reason = models.CharField("motif du refus", max_length=500, blank=True)

    objects = SubcontractQuerySet.as_manager()

    class Meta:
        verbose_name = "sous-traitant"
        verbose_name_plural = "sous-traitants"
        constraints = [
            models.UniqueConstraint(
                fields=["award", "organisation"],
                condition=~Q(status=SubcontractStatus.REFUSED),
                name="subcontract_once",
                violation_error_message="Cette entreprise est déjà déclarée sur ce lot.",
            ),
            models.CheckConstraint(
                name="subcontract_rank_has_parent",
                condition=Q(rank=1, parent=None) | Q(rank__gt=1, parent__isnull=False),
                violation_error_message="Un sous-traitant de rang 2 ou plus dépend d’un sous-traitant du rang au-dessus.",
            ),
            models.CheckConstraint(
                name="subcontract_amount_is_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Le montant sous-traité est supérieur à 0 €.",
            ),
            models.CheckConstraint(
                name="subcontract_inclusive_says_kind",
                condition=Q(kind=SubcontractKind.INCLUSIVE) & ~Q(inclusive_kind="")
                | Q(kind=SubcontractKind.ORDINARY, inclusive_kind=""),
                violation_error_message="Une structure inclusive dit laquelle, et elle seule.",
            ),
            models.CheckConstraint(
                name="subcontract_decision_is_stamped",
                condition=Q(status=SubcontractStatus.DECLARED, decided_on=None)
                | Q(status=SubcontractStatus.ACCEPTED, decided_on__isnull=False)
                | Q(status=SubcontractStatus.REFUSED, decided_on__isnull=False) & ~Q(reason=""),
                violation_error_message="Une décision porte sa date, un refus son motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, rang {self.rank}"
