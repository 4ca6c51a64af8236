"""Who buys together, or in the place of another: operations, buying groups, delegate buyers (DOMAIN.md 2.1)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from clauses.procurement.choices import OperationStatus
from clauses.procurement.models.tenders import Tender
from inclusiv.accounts.models import Organisation, Period, ends_after_start
from inclusiv.core import history
from inclusiv.core.actors import Actor, Role


class OperationQuerySet(models.QuerySet["Operation"]):
    """Operations, by who may see them."""

    def visible_to(self, actor: Actor) -> "OperationQuerySet":
        """Return a buyer its own operations, and to everybody those of which it sees a tender."""
        seen = Tender.objects.visible_to(actor).filter(operation=models.OuterRef("pk"))
        condition = Q(models.Exists(seen))
        if actor.role is Role.BUYER:
            condition |= Q(buyer_id=actor.organisation_id)
        return self.filter(condition)


class Operation(models.Model):
    """« Opération »: what one buyer carries out through several tenders."""

    buyer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="operations", verbose_name="acheteur"
    )
    title = models.CharField("intitulé", max_length=255)
    reference = models.CharField("référence", max_length=40, blank=True)
    is_anru = models.BooleanField("projet de renouvellement urbain (ANRU)", default=False)
    starts_on = models.DateField("début prévu", null=True, blank=True)
    ends_on = models.DateField("fin prévue (incluse)", null=True, blank=True)
    status = models.CharField("état", max_length=9, choices=OperationStatus, default=OperationStatus.DRAFT)
    version = models.PositiveIntegerField("version", default=1)
    created_at = models.DateTimeField("ouverte le")
    updated_at = models.DateTimeField("modifiée le")

    objects = OperationQuerySet.as_manager()

    class Meta:
        verbose_name = "opération"
        constraints = [
            models.UniqueConstraint(
                fields=["buyer", "title"],
                name="operation_title_of_buyer",
                violation_error_message="Cet acheteur a déjà une opération de ce nom.",
            ),
            ends_after_start("operation"),
        ]

    def __str__(self) -> str:
        return self.title


class GroupedBuyerQuerySet(models.QuerySet["GroupedBuyer"]):
    """Members of buying groups, by who may see them."""

    def visible_to(self, actor: Actor) -> "GroupedBuyerQuerySet":
        """Return the members of the tenders one sees, and one’s own memberships."""
        own = Q(tender__in=Tender.objects.visible_to(actor))
        if actor.role is Role.BUYER:
            own |= Q(organisation_id=actor.organisation_id)
        return self.filter(own)


@history.tracked()
class GroupedBuyer(models.Model):
    """A member of a « groupement de commandes »: it reads the tender, its hours and its texts; its coordinator alone changes them.

    `buyer` repeats the tender’s, so that the database itself keeps the coordinator out of the members.
    """

    tender = models.ForeignKey(
        Tender, on_delete=models.CASCADE, related_name="grouped_buyers", verbose_name="marché"
    )
    buyer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="coordonnateur"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="buying_groups", verbose_name="membre"
    )

    objects = GroupedBuyerQuerySet.as_manager()

    class Meta:
        verbose_name = "membre du groupement de commandes"
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "organisation"],
                name="groupedbuyer_once",
                violation_error_message="Cet acheteur est déjà membre du groupement.",
            ),
            models.CheckConstraint(
                name="groupedbuyer_is_not_the_coordinator",
                condition=~Q(organisation=F("buyer")),
                violation_error_message="Le coordonnateur du groupement n’en est pas aussi un membre.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, marché {self.tender_id}"


class BuyerDelegateQuerySet(models.QuerySet["BuyerDelegate"]):
    """Delegate buyers, by who may see them."""

    def visible_to(self, actor: Actor) -> "BuyerDelegateQuerySet":
        """Return those of the tenders one sees."""
        return self.filter(tender__in=Tender.objects.visible_to(actor))


@history.tracked()
class BuyerDelegate(models.Model):
    """« Maîtrise d’ouvrage déléguée »: who acts in the buyer’s place, from one day to another; one at a time."""

    tender = models.ForeignKey(
        Tender, on_delete=models.CASCADE, related_name="delegates", verbose_name="marché"
    )
    buyer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="acheteur"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="mandates", verbose_name="délégataire"
    )
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au (inclus)", null=True, blank=True)

    objects = BuyerDelegateQuerySet.as_manager()

    class Meta:
        verbose_name = "maîtrise d’ouvrage déléguée"
        constraints = [
            ends_after_start("buyerdelegate"),
            models.CheckConstraint(
                name="buyerdelegate_is_another",
                condition=~Q(organisation=F("buyer")),
                violation_error_message="L’acheteur ne se délègue pas à lui-même.",
            ),
            ExclusionConstraint(
                name="buyerdelegate_one_at_a_time",
                expressions=[
                    ("tender", RangeOperators.EQUAL),
                    (Period("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une autre organisation agit déjà à la place de l’acheteur à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, marché {self.tender_id}"
