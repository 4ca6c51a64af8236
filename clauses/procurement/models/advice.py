"""« Demande d’avis »: nobody sizes alone (PRACTICE.md 1.7)."""

from django.db import models
from django.db.models import Q

from clauses.procurement.choices import AdviceStatus, Opinion
from clauses.procurement.models.tenders import Tender
from clauses.procurement.rules.advice import WAITING
from inclusiv.core.actors import Actor
from inclusiv.records.models import StoredFile


class AdviceRequestQuerySet(models.QuerySet["AdviceRequest"]):
    """Requests for advice, by who may see them."""

    def visible_to(self, actor: Actor) -> "AdviceRequestQuerySet":
        """Return the requests about the tenders one sees."""
        return self.filter(tender__in=Tender.objects.visible_to(actor))


class AdviceRequest(models.Model):
    """What a buyer asks about a tender, the facilitator's proposal, and the buyer's decision."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="advice_requests")
    status = models.CharField("état", max_length=9, choices=AdviceStatus, default=AdviceStatus.ASKED)
    question = models.CharField("question", max_length=2000, blank=True)
    asked_at = models.DateTimeField("demandé le")
    asked_by = models.CharField("demandé par", max_length=255)
    reply_to = models.EmailField("adresse de réponse", blank=True)
    due_on = models.DateField("réponse attendue le")
    opinion = models.CharField("avis", max_length=11, choices=Opinion, blank=True)
    answer = models.CharField("réponse", max_length=4000, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answered_by = models.CharField("répondu par", max_length=255, blank=True)
    note = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="note"
    )
    """The opportunity note as it was sent with the answer."""
    reason = models.CharField("motif de la décision", max_length=1000, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    updated_at = models.DateTimeField("modifiée le")

    objects = AdviceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’avis"
        verbose_name_plural = "demandes d’avis"
        constraints = [
            models.UniqueConstraint(
                fields=["tender"],
                condition=Q(status__in=WAITING),
                name="advicerequest_one_waiting",
                violation_error_message="Un avis est déjà demandé pour ce marché.",
            ),
            models.CheckConstraint(
                name="advicerequest_answer_is_stamped",
                condition=Q(status__in=[AdviceStatus.ASKED, AdviceStatus.WITHDRAWN])
                | (Q(answered_at__isnull=False) & ~Q(answered_by="") & ~Q(opinion="")),
                violation_error_message="Une proposition porte son avis, sa date et son auteur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}, marché {self.tender_id}"


class AdvicePiece(models.Model):
    """A document sent with the question."""

    request = models.ForeignKey(AdviceRequest, on_delete=models.CASCADE, related_name="pieces")
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "pièce d’une demande d’avis"
        constraints = [
            models.UniqueConstraint(
                fields=["request", "document"],
                name="advicepiece_once",
                violation_error_message="Cette pièce est déjà jointe.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document}"
