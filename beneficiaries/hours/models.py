"""Hours declared month by month, and the ledger of those that count."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from beneficiaries.hours.choices import (
    Finding,
    HoursKind,
    LineOutcome,
    Origin,
    Received,
    StatementStatus,
    ZeroReason,
)
from beneficiaries.placements.models import Placement
from clauses.obligations.models import Obligation
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core import history
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import EncryptedTextField, hours_field
from inclusiv.records.models import StoredFile


class StatementQuerySet(models.QuerySet["Statement"]):
    """Statements, by who may see them and what waits."""

    def visible_to(self, actor: Actor) -> "StatementQuerySet":
        """Return one's own declarations, or those of the tenders that a facilitator follows."""
        match actor.role:
            case Role.FACILITATOR:
                return self.filter(award__lot__tender__structure_id=actor.organisation_id)
            case Role.CONTRACTOR | Role.EMPLOYER:
                return self.filter(declarant_id=actor.organisation_id)
            case _:
                return self.none()

    def to_review(self) -> "StatementQuerySet":
        """Return those that a facilitator must control."""
        return self.filter(status=StatementStatus.SUBMITTED)


class Statement(models.Model):
    """A declarant's hours of one month under one award; a correction is a new version (PRACTICE.md 2)."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="statements")
    declarant = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="statements")
    month = models.DateField("mois")
    version = models.PositiveSmallIntegerField("version", default=1)
    status = models.CharField("état", max_length=10, choices=StatementStatus, default=StatementStatus.DRAFT)
    due_on = models.DateField("attendu le")
    received = models.CharField("reçu", max_length=8, choices=Received, default=Received.ONLINE)
    received_on = models.DateField("reçu le", null=True, blank=True)
    document = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, verbose_name="document reçu"
    )
    """What the company sent, attached by the facilitator who entered it; it names people, so it is sealed."""
    submitted_at = models.DateTimeField("envoyé le", null=True)
    submitted_by = models.CharField("envoyé par", max_length=255, blank=True)
    reviewed_at = models.DateTimeField("contrôlé le", null=True)
    reviewed_by = models.CharField("contrôlé par", max_length=255, blank=True)
    comment = EncryptedTextField("message", blank=True)
    updated_at = models.DateTimeField("modifié le")

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = "relevé mensuel"
        verbose_name_plural = "relevés mensuels"
        constraints = [
            models.UniqueConstraint(
                fields=["award", "declarant", "month", "version"],
                name="statement_once_a_month",
                violation_error_message="Le relevé de ce mois existe déjà.",
            ),
            models.CheckConstraint(
                name="statement_month_is_a_month",
                condition=Q(month__day=1),
                violation_error_message="Un mois se note par son premier jour.",
            ),
            models.CheckConstraint(
                name="statement_sent_is_stamped",
                condition=Q(status=StatementStatus.DRAFT)
                | (Q(submitted_at__isnull=False) & ~Q(submitted_by="")),
                violation_error_message="Un relevé envoyé porte sa date et son auteur.",
            ),
            models.CheckConstraint(
                name="statement_reviewed_is_stamped",
                condition=~Q(status__in=[StatementStatus.VALIDATED, StatementStatus.RETURNED])
                | (Q(reviewed_at__isnull=False) & ~Q(reviewed_by="")),
                violation_error_message="Un relevé contrôlé porte sa date et son auteur.",
            ),
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="statement_status_due_on")]

    def __str__(self) -> str:
        return f"Relevé de {self.month:%Y-%m}"

    @property
    def stamp(self) -> str:
        """What a page says that it showed: sent again, the statement has another one."""
        return f"{self.pk}-{self.submitted_at:%Y%m%d%H%M%S%f}" if self.submitted_at else str(self.pk)


@history.tracked(exclude=["zero_reason"], inserts=False)
class StatementLine(models.Model):
    """One person's hours of one kind in the month, as declared, and what the control made of them."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="lines", verbose_name="relevé"
    )
    placement = models.ForeignKey(
        Placement, on_delete=models.PROTECT, related_name="lines", verbose_name="mise à l’emploi"
    )
    kind = models.CharField("nature", max_length=8, choices=HoursKind, default=HoursKind.WORK)
    hours = hours_field("heures")
    zero_reason = models.CharField("0 h, pourquoi", max_length=12, choices=ZeroReason, blank=True)
    outcome = models.CharField("contrôle", max_length=8, choices=LineOutcome, default=LineOutcome.PENDING)
    rejections = ArrayField(
        models.CharField(max_length=30, choices=Finding), verbose_name="motifs", default=list
    )
    warnings = ArrayField(
        models.CharField(max_length=30, choices=Finding), verbose_name="points d’attention", default=list
    )
    """What the control showed to the one who counted the line all the same."""
    counted = hours_field("heures comptées", default=0)

    class Meta:
        verbose_name = "ligne de relevé"
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "placement", "kind"],
                name="statementline_once",
                violation_error_message="Cette personne figure déjà dans le relevé.",
            ),
            models.CheckConstraint(
                name="statementline_hours_in_a_month",
                condition=Q(hours__gte=0, hours__lte=744),
                violation_error_message="Un mois compte de 0 à 744 heures.",
            ),
            models.CheckConstraint(
                name="statementline_counted_at_most_declared",
                condition=Q(counted__gte=0, counted__lte=F("hours")),
                violation_error_message="Les heures comptées ne dépassent pas les heures déclarées.",
            ),
            models.CheckConstraint(
                name="statementline_rejection_says_why",
                condition=Q(outcome=LineOutcome.REJECTED) ^ Q(rejections=[]),
                violation_error_message="Une ligne non comptée dit pourquoi, et elle seule.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h, {self.placement_id}"


class HourEntry(models.Model):
    """One line of the ledger: inserted, never changed; a correction reverses and writes again (ARCHITECTURE.md 4.5).

    Each entry carries the hash of the one before under the same award; the database refuses a fork, a wrong
    predecessor, an update and a delete (see migration 0002).
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField("rang")
    prev_hash = models.CharField("empreinte précédente", max_length=64, null=True)
    hash = models.CharField("empreinte", max_length=64)
    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, related_name="entries")
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="entries")
    obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    month = models.DateField("mois travaillé")
    worked_from = models.DateField("du")
    worked_to = models.DateField("au (inclus)")
    kind = models.CharField("nature", max_length=8, choices=HoursKind)
    worked = hours_field("heures travaillées")
    counted = hours_field("heures comptées")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    origin = models.CharField("origine", max_length=10, choices=Origin, default=Origin.DECLARED)
    rules_version = models.CharField("version des règles", max_length=10)
    recorded_at = models.DateTimeField("écrite le")
    recorded_by = models.BigIntegerField("écrite par", null=True)

    class Meta:
        verbose_name = "écriture d’heures"
        constraints = [
            models.UniqueConstraint(fields=["award", "seq"], name="hourentry_no_fork"),
            models.UniqueConstraint(fields=["award", "seq", "hash"], name="hourentry_head"),
            models.CheckConstraint(name="hourentry_seq_from_one", condition=Q(seq__gte=1)),
            models.CheckConstraint(
                name="hourentry_first_has_no_past", condition=Q(seq=1) ^ Q(prev_hash__isnull=False)
            ),
            models.CheckConstraint(
                name="hourentry_days_in_month",
                condition=Q(month__day=1, worked_from__gte=F("month"), worked_to__gte=F("worked_from")),
            ),
            models.CheckConstraint(
                name="hourentry_sign_follows_reversal",
                condition=Q(reverses=None, worked__gt=0, counted__gte=0, counted__lte=F("worked"))
                | Q(reverses__isnull=False, worked__lt=0, counted__lte=0, counted__gte=F("worked")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["obligation", "month"], include=["counted"], name="hourentry_obligation_hours"
            ),
            models.Index(fields=["placement", "month"], name="hourentry_placement_month"),
            models.Index(fields=["month"], name="hourentry_month"),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}/{self.seq} : {self.counted} h"


class LedgerSeal(models.Model):
    """The day's seal over every head of the ledger: a chain alone does not see its own tail cut off."""

    day = models.DateField("jour", unique=True)
    last_entry = models.BigIntegerField("dernière écriture")
    entries = models.BigIntegerField("nombre d’écritures")
    hash = models.CharField("empreinte", max_length=64)
    sealed_at = models.DateTimeField("scellé le")

    class Meta:
        verbose_name = "sceau de l’historique des heures"

    def __str__(self) -> str:
        return f"Sceau du {self.day}"
