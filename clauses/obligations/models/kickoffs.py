"""« Réunion de mise au point »: held once with a tender's contractors, its minutes told here (DOMAIN.md 6.1 and 6.5)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from clauses.obligations.choices import ModalityFamily
from clauses.procurement.models import Award, Tender
from inclusiv.accounts.models import Contact
from inclusiv.core.actors import Actor


class KickOffQuerySet(models.QuerySet["KickOff"]):
    """Meetings, by who may see them."""

    def visible_to(self, actor: Actor) -> "KickOffQuerySet":
        """Return the meetings about the tenders one sees."""
        return self.filter(tender__in=Tender.objects.visible_to(actor))


class KickOff(models.Model):
    """The meeting of a tender: when and where, who came, what was decided."""

    tender = models.OneToOneField(
        Tender, on_delete=models.CASCADE, related_name="kick_off", verbose_name="marché"
    )
    held_on = models.DateField("tenue le")
    place = models.CharField("lieu", max_length=200)
    attended = models.CharField("personnes présentes", max_length=1000)
    decisions = models.CharField("décisions", max_length=4000, blank=True)
    next_on = models.DateField("prochain point", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)
    recorded_at = models.DateTimeField("enregistrée le")
    recorded_by = models.CharField("enregistrée par", max_length=255)

    objects = KickOffQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion de mise au point"
        verbose_name_plural = "réunions de mise au point"
        constraints = [
            models.CheckConstraint(
                name="kickoff_next_follows",
                condition=Q(next_on=None) | Q(next_on__gt=F("held_on")),
                violation_error_message="Le prochain point vient après la réunion.",
            )
        ]

    def __str__(self) -> str:
        return f"Réunion de mise au point du {self.held_on}"


class KickOffLot(models.Model):
    """What was settled for a contractor's lot: whom to call there, how the hours will be done, on which posts."""

    kick_off = models.ForeignKey(KickOff, on_delete=models.CASCADE, related_name="lots")
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="kick_off_lot")
    correspondent = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="correspondant"
    )
    ways = ArrayField(
        models.CharField(max_length=20, choices=ModalityFamily),
        verbose_name="manières de faire prévues",
        default=list,
        blank=True,
    )
    posts = models.CharField("postes prévus", max_length=1000, blank=True)

    class Meta:
        verbose_name = "lot d’une réunion de mise au point"
        verbose_name_plural = "lots d’une réunion de mise au point"

    def __str__(self) -> str:
        return f"Mise au point, attribution {self.award_id}"

    @property
    def reached(self) -> Contact | None:
        """Whom to call now: the correspondent while they have not left, and their company leads the award."""
        told = self.correspondent
        if told is None or told.left_on or told.organisation_id != self.award.lead.pk:
            return None
        return told
