"""Why a tender carries no clause: the register that the law asks for (L2112-2-1, III CCP)."""

from django.db import models

from clauses.procurement.choices import NoClauseReason
from clauses.procurement.models.tenders import Tender
from inclusiv.core import history
from inclusiv.core.actors import Actor


class NoClauseDecisionQuerySet(models.QuerySet["NoClauseDecision"]):
    """Decisions, by who may see them."""

    def visible_to(self, actor: Actor) -> "NoClauseDecisionQuerySet":
        """Return the decisions of the tenders one sees."""
        return self.filter(tender__in=Tender.objects.visible_to(actor))


@history.tracked(exclude=["recorded_at"])
class NoClauseDecision(models.Model):
    """The buyer's decision to place no clause: which reason, in its words, by whom and when."""

    tender = models.OneToOneField(
        Tender, on_delete=models.CASCADE, related_name="no_clause_decision", verbose_name="marché"
    )
    reason = models.CharField("raison", max_length=40, choices=NoClauseReason)
    text = models.CharField("explication", max_length=2000)
    decided_by = models.CharField("décidé par", max_length=150)
    decided_on = models.DateField("décidé le")
    recorded_at = models.DateTimeField("enregistré le")

    objects = NoClauseDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision sans clause"
        verbose_name_plural = "décisions sans clause"

    def __str__(self) -> str:
        return f"{self.tender}, {self.get_reason_display()}"
