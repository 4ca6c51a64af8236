"""What an inclusive structure can do: the trades that it works in, so that a purchase finds its suppliers."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from clauses.procurement.choices import Sector
from inclusiv.accounts.models import Capacity, Organisation, running_on
from inclusiv.core.actors import Role
from inclusiv.core.fields import amount_field


class SupplierProfileQuerySet(models.QuerySet["SupplierProfile"]):
    """Profiles, by where their structures act."""

    def acting_in(self, department: str, *, on: date) -> "SupplierProfileQuerySet":
        """Return those of the structures that employ in a département on a day."""
        employing = Capacity.objects.filter(
            running_on(on),
            organisation=models.OuterRef("organisation"),
            role=Role.EMPLOYER,
            department=department,
        )
        return self.filter(models.Exists(employing))


class SupplierProfile(models.Model):
    """The trades of an inclusive structure, and its yearly turnover when it said it."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="supplier_profile", verbose_name="structure"
    )
    sectors = ArrayField(
        models.CharField(max_length=30, choices=Sector), verbose_name="métiers", default=list, blank=True
    )
    turnover = amount_field("chiffre d’affaires annuel (€ HT)", null=True, blank=True)
    updated_at = models.DateTimeField("mis à jour le")

    objects = SupplierProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "métiers d’une structure"
        constraints = [
            models.CheckConstraint(
                name="supplierprofile_turnover_is_positive",
                condition=Q(turnover=None) | Q(turnover__gt=0),
                violation_error_message="Un chiffre d’affaires est de plus de 0 €.",
            )
        ]
        indexes = [GinIndex(fields=["sectors"], name="supplierprofile_sectors")]

    def __str__(self) -> str:
        return f"Métiers de {self.organisation}"
