"""Requests, referrals and placements: from a company's need to somebody at work."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from beneficiaries.people.models import Dossier, EligibilityCheck, Person
from beneficiaries.placements.choices import (
    Modality,
    PlacementStatus,
    ReferralStatus,
    RequestKind,
    RequestStatus,
)
from clauses.procurement.models import Award, works_on_lot
from inclusiv.accounts.models import Organisation
from inclusiv.core import history
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import TODAY, EncryptedTextField, code_field
from inclusiv.reference.models import Commune, RomeCode


class JobRequestQuerySet(models.QuerySet["JobRequest"]):
    """Requests, by who may see them."""

    def visible_to(self, actor: Actor) -> "JobRequestQuerySet":
        """Return a company's own requests, or those of the tenders that a facilitator follows."""
        match actor.role:
            case Role.FACILITATOR:
                return self.filter(award__lot__tender__structure_id=actor.organisation_id)
            case Role.CONTRACTOR | Role.EMPLOYER:
                return self.filter(company_id=actor.organisation_id)
            case _:
                return self.none()

    def with_check(self, actor: Actor) -> "JobRequestQuerySet":
        """Add `check_status`: the state of the eligibility of whom the request led to, None unless the actor sees it."""
        led_to = Placement.objects.visible_to(actor).filter(request=models.OuterRef("pk")).order_by("-pk")
        return self.annotate(check_status=models.Subquery(led_to.values("check_of__status")[:1]))

    def unanswered(self) -> "JobRequestQuerySet":
        """Return the open searches to which nobody was proposed."""
        live = Referral.objects.filter(
            request=models.OuterRef("pk"), status__in=[ReferralStatus.PROPOSED, ReferralStatus.ACCEPTED]
        )
        return self.filter(~models.Exists(live), kind=RequestKind.SEARCH, status=RequestStatus.OPEN)


class JobRequest(models.Model):
    """« Besoin de recrutement », or the validation of somebody whom the company already has."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="job_requests")
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="job_requests")
    kind = models.CharField("nature", max_length=8, choices=RequestKind)
    post = models.CharField("poste", max_length=150)
    trade = models.ForeignKey(
        RomeCode, on_delete=models.PROTECT, null=True, blank=True, verbose_name="métier"
    )
    headcount = models.PositiveSmallIntegerField("nombre de personnes", default=1)
    weekly_hours = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2)
    starts_on = models.DateField("début souhaité")
    ends_on = models.DateField("fin prévue", null=True, blank=True)
    place = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, verbose_name="lieu de travail"
    )
    modality = models.CharField("forme d’emploi", max_length=30, choices=Modality)
    note = EncryptedTextField("précisions", blank=True)
    status = models.CharField("état", max_length=10, choices=RequestStatus, default=RequestStatus.OPEN)
    asked_at = models.DateTimeField("demandé le")
    asked_by = models.CharField("demandé par", max_length=255)
    due_on = models.DateField("réponse attendue le")
    updated_at = models.DateTimeField("modifié le")

    objects = JobRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "besoin de recrutement"
        constraints = [
            models.CheckConstraint(
                name="jobrequest_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="La fin prévue ne peut pas précéder le début.",
            ),
            models.CheckConstraint(
                name="jobrequest_asks_for_somebody",
                condition=Q(headcount__gte=1),
                violation_error_message="Un besoin porte sur au moins une personne.",
            ),
            models.CheckConstraint(
                name="jobrequest_weekly_hours_legal",
                condition=Q(weekly_hours__gt=0, weekly_hours__lte=48),
                violation_error_message="La durée hebdomadaire va jusqu’à 48 heures (L3121-20 du code du travail).",
            ),
        ]

    def __str__(self) -> str:
        return self.post


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals, by who may see them."""

    def visible_to(self, actor: Actor) -> "ReferralQuerySet":
        """Return the referrals of the requests one sees."""
        return self.filter(request__in=JobRequest.objects.visible_to(actor))


class Referral(models.Model):
    """« Mise en relation »: a person proposed to a company, with the reasons of the choice as they were."""

    request = models.ForeignKey(JobRequest, on_delete=models.PROTECT, related_name="referrals")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="referrals")
    status = models.CharField("état", max_length=25, choices=ReferralStatus, default=ReferralStatus.PROPOSED)
    reasons = models.JSONField("raisons", default=list)
    proposed_at = models.DateTimeField("proposée le")
    answered_at = models.DateTimeField("répondue le", null=True)
    answer = models.CharField("motif de la réponse", max_length=255, blank=True)
    updated_at = models.DateTimeField("modifiée le")

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "mise en relation"
        constraints = [
            models.UniqueConstraint(
                fields=["request", "dossier"],
                name="referral_once",
                violation_error_message="Cette personne a déjà été proposée pour ce besoin.",
            ),
            models.CheckConstraint(
                name="referral_answer_is_dated",
                condition=Q(status=ReferralStatus.PROPOSED) ^ Q(answered_at__isnull=False),
                violation_error_message="Une réponse porte sa date, et elle seule.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} : {self.get_status_display()}"


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Placements, by who may see them and who declares."""

    def visible_to(self, actor: Actor) -> "PlacementQuerySet":
        """Return one's own: as employer or declarant, as who hosts until it leaves the lot, as facilitator."""
        match actor.role:
            case Role.FACILITATOR:
                return self.filter(
                    Q(award__lot__tender__structure_id=actor.organisation_id)
                    | Q(dossier__structure_id=actor.organisation_id)
                )
            case Role.CONTRACTOR | Role.EMPLOYER:
                hosts = Q(user_company_id=actor.organisation_id)
                return self.filter(
                    Q(employer_id=actor.organisation_id)
                    | Q(declarant_id=actor.organisation_id)
                    | (hosts & works_on_lot(actor.organisation_id, lot="award__lot", on=TODAY))
                )
            case Role.PRESCRIBER:
                return self.filter(dossier__structure_id=actor.organisation_id)
            case _:
                return self.none()

    def at_work_between(self, first: date, last: date | None) -> "PlacementQuerySet":
        """Return those planned or done on a day from `first` to `last`, inclusive; without `last`, from then on."""
        running = self.exclude(status=PlacementStatus.CANCELLED).annotate(
            known_end=Coalesce("ended_on", "planned_end_on")
        )
        running = running.filter(Q(known_end=None) | Q(known_end__gte=first))
        return running.filter(hired_on__lte=last) if last else running

    def in_month(self, month: date, last_day: date) -> "PlacementQuerySet":
        """Return those with a working day between the two days, both inclusive; a cancelled one has none."""
        return self.exclude(status=PlacementStatus.CANCELLED).filter(
            Q(ended_on=None) | Q(ended_on__gte=month), hired_on__lte=last_day
        )


@history.tracked(exclude=["person", "dossier", "check_of", "referral", "request", "created_at", "updated_at"])
class Placement(models.Model):
    """« Mise à l’emploi »: a person at work under an award. Its code is the pseudonym that the buyer sees."""

    code = code_field()
    award = models.ForeignKey(
        Award, on_delete=models.PROTECT, related_name="placements", verbose_name="attribution"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="placements")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="placements")
    check_of = models.ForeignKey(
        EligibilityCheck, on_delete=models.PROTECT, related_name="placements", verbose_name="éligibilité"
    )
    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="placement"
    )
    request = models.ForeignKey(
        JobRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="placements"
    )
    employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="employed", verbose_name="employeur"
    )
    user_company = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="hosted",
        verbose_name="entreprise où la personne travaille",
    )
    declarant = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="declared", verbose_name="déclarant"
    )
    modality = models.CharField("forme d’emploi", max_length=30, choices=Modality)
    post = models.CharField("poste", max_length=150)
    trade = models.ForeignKey(
        RomeCode, on_delete=models.PROTECT, null=True, blank=True, verbose_name="métier"
    )
    weekly_hours = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2)
    hired_on = models.DateField("premier jour")
    planned_end_on = models.DateField("fin prévue (incluse)", null=True, blank=True)
    ended_on = models.DateField("dernier jour (inclus)", null=True, blank=True)
    status = models.CharField("état", max_length=10, choices=PlacementStatus, default=PlacementStatus.PLANNED)
    created_at = models.DateTimeField("créée le")
    updated_at = models.DateTimeField("modifiée le")

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = "mise à l’emploi"
        constraints = [
            models.CheckConstraint(
                name="placement_ends_after_start",
                condition=(Q(ended_on=None) | Q(ended_on__gte=F("hired_on")))
                & (Q(planned_end_on=None) | Q(planned_end_on__gte=F("hired_on"))),
                violation_error_message="La fin ne peut pas précéder le premier jour.",
            ),
            models.CheckConstraint(
                name="placement_end_is_dated",
                condition=~Q(status=PlacementStatus.ENDED) | Q(ended_on__isnull=False),
                violation_error_message="Une mise à l’emploi terminée porte son dernier jour.",
            ),
            models.CheckConstraint(
                name="placement_weekly_hours_legal",
                condition=Q(weekly_hours__gt=0, weekly_hours__lte=48),
                violation_error_message="La durée hebdomadaire va jusqu’à 48 heures (L3121-20 du code du travail).",
            ),
        ]
        indexes = [
            models.Index(fields=["award", "declarant"], name="placement_award_declarant"),
            models.Index(fields=["person"], name="placement_person"),
        ]

    def __str__(self) -> str:
        return f"{self.code}, {self.post}"

    @property
    def last_day(self) -> date | None:
        """The last day of work, inclusive: the one that came, else the one planned, None when nobody knows."""
        return self.ended_on or self.planned_end_on
