"""What a lot owes and has done, as a view of the database: computed once a row, however often a list reads it."""

from django.db import models

from clauses.procurement.models import Lot
from inclusiv.core.fields import hours_field


class LotHours(models.Model):
    """The hours of a lot: owed by its obligations, and validated by the ledger under them (ARCHITECTURE.md 8).

    A view (migration 0001), never written: order, filters and states all read the same two sums.
    """

    lot = models.OneToOneField(Lot, on_delete=models.DO_NOTHING, primary_key=True, related_name="sums")
    owed = hours_field("heures dues", null=True)
    """None before any obligation in hours."""
    done = hours_field("heures validées")

    class Meta:
        managed = False
        db_table = "followup_lothours"
        verbose_name = "heures d’un lot"

    def __str__(self) -> str:
        return f"{self.done} h sur {self.owed}"
