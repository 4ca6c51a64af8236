"""What is bought and by whom: tenders, lots, awards and who works on them."""

from datetime import date

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from clauses.procurement.choices import (
    Ccag,
    GroupRole,
    GroupType,
    InsertionPolicy,
    Sector,
    TenderForm,
    TenderNature,
    TenderStatus,
)
from clauses.procurement.rules.tenders import BOUND, RUNNING
from clauses.procurement.rules.trades import ccag_of
from inclusiv.accounts.models import Organisation, User, ends_after_start
from inclusiv.core import history
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import TODAY, amount_field, folded
from inclusiv.reference.models import Commune


class TenderQuerySet(models.QuerySet["Tender"]):
    """Tenders, by who may see them and where they stand."""

    def visible_to(self, actor: Actor, *, as_member: bool = False) -> "TenderQuerySet":
        """Return the tenders of the actor's own work (DOMAIN.md 9.4).

        A buyer sees its own and those where it acts today in a buyer's place, a facilitator those of its structure, the
        coordination its département; contractors and inclusive employers those with a lot where they work. Nobody else
        sees any. `as_member` adds those that a buyer's group buys: its coordinator runs them, a member reads their lots,
        their progress and their texts. Only the pages that say so read them; no action does.
        """
        match actor.role:
            case Role.BUYER:
                delegated = Tender.objects.filter(
                    Q(delegates__ends_on=None) | Q(delegates__ends_on__gte=TODAY),
                    delegates__organisation_id=actor.organisation_id,
                    delegates__starts_on__lte=TODAY,
                )
                own = Q(buyer_id=actor.organisation_id) | Q(pk__in=delegated.values("pk"))
                if as_member:
                    grouped = Tender.objects.filter(grouped_buyers__organisation_id=actor.organisation_id)
                    own |= Q(pk__in=grouped.values("pk"))
                return self.filter(own)
            case Role.FACILITATOR:
                return self.filter(structure_id=actor.organisation_id)
            case Role.COORDINATION:
                return self.filter(department=actor.department)
            case Role.CONTRACTOR | Role.EMPLOYER:
                return self.filter(
                    models.Exists(Lot.objects.visible_to(actor).filter(tender=models.OuterRef("pk")))
                )
            case Role.PRESCRIBER | Role.SIGNATORY:
                return self.none()

    def without_lots(self) -> "TenderQuerySet":
        """Return those whose lots are still to be described; a procedure given up needs none."""
        return self.filter(lots=None).exclude(status=TenderStatus.NO_AWARD)

    def due_by(self, day: date) -> "TenderQuerySet":
        """Set aside what a purchase plan only foresees, its consultation unknown or after the day."""
        near = Q(consultation_launched_on__lte=day)
        return self.filter(~Q(status=TenderStatus.PLANNED) | Q(plan_lines=None) | near).distinct()

    def running(self) -> "TenderQuerySet":
        """Return those whose hours are owed now."""
        return self.filter(status__in=RUNNING)


@history.tracked(exclude=["version", "created_at", "updated_at"])
class Tender(models.Model):
    """A contract from programming to closure, one record: « marché » (ARCHITECTURE.md 3)."""

    buyer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="tenders", verbose_name="acheteur"
    )
    structure = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="followed_tenders",
        verbose_name="structure de facilitation",
    )
    facilitator = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="facilitatrice ou facilitateur",
    )
    department = models.CharField("département d’exécution", max_length=3)
    reference = models.CharField("numéro", max_length=16)
    title = models.CharField("objet", max_length=1000)
    folded_title = folded("title")
    form = models.CharField("forme", max_length=12, choices=TenderForm, default=TenderForm.CONTRACT)
    nature = models.CharField("nature", max_length=10, choices=TenderNature)
    cpv = models.CharField("code CPV", max_length=8, blank=True)
    procedure = models.CharField("procédure", max_length=100, blank=True)
    ccag = models.CharField("CCAG", max_length=7, choices=Ccag, blank=True)
    """Empty while the one of its nature is right; see `general_clauses`."""
    place = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, verbose_name="commune d’exécution"
    )
    estimated_amount = amount_field("montant estimé (€ HT)", null=True, blank=True)
    consultation_launched_on = models.DateField("lancement de la consultation", null=True, blank=True)
    offers_due_on = models.DateField("remise des offres", null=True, blank=True)
    awarded_on = models.DateField("attribution", null=True, blank=True)
    notified_on = models.DateField("notification", null=True, blank=True)
    starts_on = models.DateField("début d’exécution", null=True, blank=True)
    ends_on = models.DateField("fin d’exécution (incluse)", null=True, blank=True)
    is_defence = models.BooleanField("marché de défense ou de sécurité", default=False)
    insertion_policy = models.CharField(
        "personnes visées", max_length=8, choices=InsertionPolicy, default=InsertionPolicy.STANDARD
    )
    termination_reason = models.CharField("motif de la résiliation", max_length=500, blank=True)
    operation = models.ForeignKey(
        "procurement.Operation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tenders",
        verbose_name="opération",
    )
    renewals_max = models.PositiveSmallIntegerField("reconductions possibles", default=0)
    status = models.CharField("état", max_length=12, choices=TenderStatus, default=TenderStatus.PLANNED)
    version = models.PositiveIntegerField("version", default=1)
    created_at = models.DateTimeField("enregistré le")
    updated_at = models.DateTimeField("modifié le")

    objects = TenderQuerySet.as_manager()

    class Meta:
        verbose_name = "marché"
        verbose_name_plural = "marchés"
        constraints = [
            models.UniqueConstraint(
                fields=["buyer", "reference"],
                name="tender_reference_of_buyer",
                violation_error_message="Cet acheteur a déjà enregistré un marché sous ce numéro.",
            ),
            ends_after_start("tender"),
            models.CheckConstraint(
                name="tender_notified_is_dated",
                condition=~Q(status__in=BOUND)
                | Q(notified_on__isnull=False, starts_on__isnull=False, ends_on__isnull=False),
                violation_error_message="Un marché notifié porte sa date de notification et sa période d’exécution.",
            ),
            models.CheckConstraint(
                name="tender_notified_after_award",
                condition=Q(notified_on=None) | Q(awarded_on=None) | Q(notified_on__gte=F("awarded_on")),
                violation_error_message="La notification ne peut pas précéder l’attribution.",
            ),
            models.CheckConstraint(
                name="tender_amount_not_negative",
                condition=Q(estimated_amount=None) | Q(estimated_amount__gte=0),
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
        ]
        indexes = [
            GinIndex(OpClass("folded_title", name="gin_trgm_ops"), name="tender_folded_title"),
            models.Index(fields=["structure", "status"], name="tender_structure_status"),
            models.Index(fields=["department", "notified_on"], name="tender_department_notified_on"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_bound(self) -> bool:
        """Say whether it was notified: from then on hours are owed."""
        return self.status in BOUND

    @property
    def is_running(self) -> bool:
        """Say whether its hours are owed now."""
        return self.status in RUNNING

    @property
    def is_renewal(self) -> bool:
        """Say whether its hours are for those who live in a priority neighbourhood (ANRU, DOMAIN.md 1.5)."""
        return self.insertion_policy == InsertionPolicy.ANRU

    @property
    def general_clauses(self) -> Ccag:
        """The CCAG that it refers to: the one chosen, else the one of its nature and its CPV."""
        return Ccag(self.ccag) if self.ccag else ccag_of(TenderNature(self.nature), self.cpv)


class LotQuerySet(models.QuerySet["Lot"]):
    """Lots, by who may see them."""

    def visible_to(self, actor: Actor, *, as_member: bool = False) -> "LotQuerySet":
        """Return the lots of the tenders one sees; a contractor or an employer only those where it works."""
        if actor.role in {Role.CONTRACTOR, Role.EMPLOYER}:
            return self.filter(works_on_lot(actor.organisation_id, lot="pk"))
        return self.filter(tender__in=Tender.objects.visible_to(actor, as_member=as_member))


@history.tracked()
class Lot(models.Model):
    """A part of a tender; a tender without lots has one, numbered 1. The obligation sits on its award."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="lots", verbose_name="marché")
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("intitulé", max_length=255)
    cpv = models.CharField("code CPV", max_length=8, blank=True)
    sector = models.CharField("métier", max_length=30, choices=Sector)
    estimated_amount = amount_field("montant estimé (€ HT)", null=True, blank=True)
    has_clause = models.BooleanField("porte une clause sociale", default=False, editable=False)
    """Kept by the actions of `clauses.obligations`: award and notification wait for the lots that carry a clause."""

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = "lot"
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "number"],
                name="lot_number_in_tender",
                violation_error_message="Ce marché a déjà un lot de ce numéro.",
            ),
            models.CheckConstraint(
                name="lot_amount_not_negative",
                condition=Q(estimated_amount=None) | Q(estimated_amount__gte=0),
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"Lot {self.number}, {self.title}"


class AwardQuerySet(models.QuerySet["Award"]):
    """Awards, by who may see them."""

    def visible_to(self, actor: Actor) -> "AwardQuerySet":
        """Return the awards of the lots one sees."""
        return self.filter(lot__in=Lot.objects.visible_to(actor))

    def at_work(self, actor: Actor, *, on: date) -> "AwardQuerySet":
        """Set aside those of the lots that a company has left by the day: what comes after is its successor's."""
        if actor.role in {Role.CONTRACTOR, Role.EMPLOYER}:
            return self.filter(works_on_lot(actor.organisation_id, lot="lot", on=on))
        return self

    def running(self) -> "AwardQuerySet":
        """Return those of tenders whose hours are owed now."""
        return self.filter(lot__tender__status__in=RUNNING)

    def with_story(self) -> "AwardQuerySet":
        """Bring the lot, its tender and the group with its organisations."""
        return self.select_related(
            "lot__tender__buyer", "lot__tender__place", "lot__tender__facilitator", "lot__tender__structure"
        ).prefetch_related("members__organisation")


@history.tracked(exclude=["ledger_seq", "ledger_hash"])
class Award(models.Model):
    """A lot given to a contractor or a group; it keeps the head of its ledger (ARCHITECTURE.md 4.5)."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="award", verbose_name="lot")
    group_type = models.CharField("groupement", max_length=8, choices=GroupType, default=GroupType.NONE)
    amount = amount_field("montant attribué (€ HT)", null=True, blank=True)
    awarded_on = models.DateField("attribution")
    ledger_seq = models.PositiveIntegerField("dernière écriture", default=0)
    ledger_hash = models.CharField("empreinte de la dernière écriture", max_length=64, blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = "attribution"
        constraints = [
            models.CheckConstraint(
                name="award_ledger_head_is_whole",
                condition=Q(ledger_seq=0, ledger_hash="") | (Q(ledger_seq__gt=0) & ~Q(ledger_hash="")),
                violation_error_message="La tête de l’historique des heures porte un rang et une empreinte.",
            )
        ]

    def __str__(self) -> str:
        return f"Attribution du lot {self.lot_id}"

    @property
    def ranked(self) -> "list[GroupMember]":
        """The contractors, the lead first; load it with its members."""
        return sorted(self.members.all(), key=lambda member: (member.role != GroupRole.LEAD, member.pk))

    @property
    def lead(self) -> Organisation:
        """The contractor that answers for the lot; load it with its members."""
        return next(member.organisation for member in self.members.all() if member.role == GroupRole.LEAD)


@history.tracked()
class GroupMember(models.Model):
    """A contractor of an award, with its part of the hours; one LEAD each, which is the facilitator's contact."""

    award = models.ForeignKey(
        Award, on_delete=models.CASCADE, related_name="members", verbose_name="attribution"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="group_memberships")
    role = models.CharField("rôle", max_length=8, choices=GroupRole)
    hours_share = models.DecimalField("part des heures", max_digits=6, decimal_places=5, default=1)

    class Meta:
        verbose_name = "membre du groupement"
        constraints = [
            models.UniqueConstraint(
                fields=["award", "organisation"],
                name="groupmember_once",
                violation_error_message="Cette entreprise est déjà dans le groupement.",
            ),
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(role=GroupRole.LEAD),
                name="groupmember_one_lead",
                violation_error_message="Un groupement a un seul mandataire.",
            ),
            models.CheckConstraint(
                name="groupmember_share_is_a_rate",
                condition=Q(hours_share__gte=0, hours_share__lte=1),
                violation_error_message="La part d’un membre va de 0 à 100 %.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"


class LotParticipant(models.Model):
    """Who else works on a lot: subcontractor or inclusive employer, from one day to another."""

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="lot_participations"
    )
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "intervenant"
        constraints = [
            ends_after_start("lotparticipant"),
            models.UniqueConstraint(
                fields=["lot", "organisation"],
                name="lotparticipant_once",
                violation_error_message="Cette organisation intervient déjà sur ce lot.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, lot {self.lot_id}"


def works_on_lot(organisation_id: int, *, lot: str, on: date | models.Func = date.min) -> Q:
    """Return the condition that an organisation is a contractor of, or takes part in, the lot at this path.

    Whoever has left goes on seeing it; with `on`, it has not left by that day.
    """
    contractors = GroupMember.objects.filter(organisation_id=organisation_id, award__lot=models.OuterRef(lot))
    participants = LotParticipant.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on), organisation_id=organisation_id, lot=models.OuterRef(lot)
    )
    return Q(models.Exists(contractors)) | Q(models.Exists(participants))


def is_on_lot(organisation_id: int, lot_id: int, *, on: date = date.min) -> bool:
    """Say whether an organisation is a contractor of, or takes part in, a lot; with `on`, has not left it by that day."""
    return Lot.objects.filter(works_on_lot(organisation_id, lot="pk", on=on), pk=lot_id).exists()
