"""The buyer is asked who holds the lots, until it says so (PRACTICE.md 1.5)."""

from django.db import models
from django.db.models import Q

from clauses.procurement.models.tenders import Tender
from inclusiv.core.actors import Actor


class AwardInquiryQuerySet(models.QuerySet["AwardInquiry"]):
    """Inquiries, by who may see them."""

    def visible_to(self, actor: Actor) -> "AwardInquiryQuerySet":
        """Return the inquiries about the tenders one sees."""
        return self.filter(tender__in=Tender.objects.visible_to(actor))


class AwardInquiry(models.Model):
    """How often a buyer was asked for its contractors and its notification, and what it last answered."""

    tender = models.OneToOneField(
        Tender, on_delete=models.CASCADE, related_name="award_inquiry", verbose_name="marché"
    )
    times = models.PositiveSmallIntegerField("demandes envoyées", default=0)
    last_on = models.DateField("dernière demande", null=True, blank=True)
    sent_to = models.CharField("envoyée à", max_length=255, blank=True)
    later_on = models.DateField("redemander le", null=True, blank=True)
    answered_on = models.DateField("dernière réponse", null=True, blank=True)
    answered_by = models.CharField("réponse de", max_length=255, blank=True)

    objects = AwardInquiryQuerySet.as_manager()

    class Meta:
        verbose_name = "demande du titulaire"
        verbose_name_plural = "demandes du titulaire"
        constraints = [
            models.CheckConstraint(
                name="awardinquiry_asking_is_dated",
                condition=Q(times=0, last_on=None) | Q(times__gt=0, last_on__isnull=False),
                violation_error_message="Une demande envoyée porte sa date.",
            )
        ]

    def __str__(self) -> str:
        return f"Titulaire demandé {self.times} fois, marché {self.tender_id}"
