"""People far from employment: a code that says nothing, an identity that can go, a dossier that opens doors."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Concat

from beneficiaries.people.choices import (
    CheckStatus,
    Criterion,
    EducationLevel,
    EvidenceKind,
    Mobility,
    Refusal,
    Sex,
)
from beneficiaries.people.rules.facts import Proof
from inclusiv.accounts.models import Organisation, ends_after_start, running_on
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import EncryptedTextField, Fold, code_field
from inclusiv.reference.models import Commune, RomeCode


class PersonQuerySet(models.QuerySet["Person"]):
    """People, by who follows them."""

    def visible_to(self, actor: Actor) -> "PersonQuerySet":
        """Return the people whose dossier the actor's structure holds; nobody else reads an identity (DOMAIN.md 9.4)."""
        if actor.role not in {Role.FACILITATOR, Role.PRESCRIBER}:
            return self.none()
        return self.filter(
            models.Exists(
                Dossier.objects.filter(person=models.OuterRef("pk"), structure_id=actor.organisation_id)
            )
        )


class Person(models.Model):
    """Somebody followed: only a code and what statistics need. A merge is a pointer, nothing is rewritten."""

    code = code_field()
    sex = models.CharField("sexe", max_length=1, choices=Sex, default=Sex.X)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    created_at = models.DateTimeField("créée le")

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "personne"
        constraints = [
            models.CheckConstraint(
                name="person_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("id")),
                violation_error_message="Une fiche ne se fusionne pas avec elle-même.",
            )
        ]

    def __str__(self) -> str:
        return self.code


class PersonIdentityQuerySet(models.QuerySet["PersonIdentity"]):
    """Identities: their own door."""

    def visible_to(self, actor: Actor) -> "PersonIdentityQuerySet":
        """Return the identities of the people whose dossier the actor's structure holds."""
        return self.filter(person__in=Person.objects.visible_to(actor))


class PersonIdentity(models.Model):
    """Who the person is: deletable, searchable by a folded name; contact details lie encrypted."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="identity")
    first_name = models.CharField("prénom", max_length=100)
    last_name = models.CharField("nom", max_length=100)
    folded_name = models.GeneratedField(
        expression=Fold(Concat("last_name", models.Value(" "), "first_name")),
        output_field=models.TextField(),
        db_persist=True,
    )
    birth_date = models.DateField("date de naissance")
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, verbose_name="commune"
    )
    phone = EncryptedTextField("téléphone", blank=True)
    email = EncryptedTextField("adresse e-mail", blank=True)

    objects = PersonIdentityQuerySet.as_manager()

    class Meta:
        verbose_name = "identité"
        indexes = [
            GinIndex(OpClass("folded_name", name="gin_trgm_ops"), name="personidentity_folded_name"),
            models.Index(fields=["birth_date"], name="personidentity_birth_date"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class DossierQuerySet(models.QuerySet["Dossier"]):
    """Dossiers, by who holds them."""

    def visible_to(self, actor: Actor) -> "DossierQuerySet":
        """Return the dossiers of the actor's structure."""
        if actor.role not in {Role.FACILITATOR, Role.PRESCRIBER}:
            return self.none()
        return self.filter(structure_id=actor.organisation_id)

    def open_on(self, day: date) -> "DossierQuerySet":
        """Return those that run on the day."""
        return self.filter(running_on(day))


class Dossier(models.Model):
    """The following of a person by a structure: it carries visibility, and what the person looks for."""

    code = code_field()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dossiers")
    structure = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="dossiers")
    department = models.CharField("département", max_length=3)
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    trades = models.ManyToManyField(RomeCode, verbose_name="métiers recherchés", blank=True)
    available_on = models.DateField("disponible à partir du", null=True, blank=True)
    mobility = models.CharField("déplacements", max_length=20, choices=Mobility, default=Mobility.UNKNOWN)
    education = models.CharField("diplôme", max_length=10, choices=EducationLevel, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier"
        constraints = [
            ends_after_start("dossier"),
            models.UniqueConstraint(
                fields=["person", "structure"],
                condition=Q(ends_on=None),
                name="dossier_one_open_per_structure",
                violation_error_message="Cette structure suit déjà cette personne.",
            ),
        ]
        indexes = [models.Index(fields=["structure", "ends_on"], name="dossier_structure_ends_on")]

    def __str__(self) -> str:
        return self.code


class EligibilityCheckQuerySet(models.QuerySet["EligibilityCheck"]):
    """Eligibility checks, by who may see them and what waits."""

    def visible_to(self, actor: Actor) -> "EligibilityCheckQuerySet":
        """Return the checks of the dossiers one holds, and those that prescribers ask of one's structure."""
        own = Q(dossier__in=Dossier.objects.visible_to(actor))
        asked = Q(asked_structure=actor.organisation_id) & ~Q(status=CheckStatus.WITHDRAWN)
        return self.filter(own | asked if actor.role is Role.FACILITATOR else own)

    def awaiting_decision(self) -> "EligibilityCheckQuerySet":
        """Return those that a facilitator must decide."""
        return self.filter(status=CheckStatus.SUBMITTED)


class EligibilityCheck(models.Model):
    """Is this person eligible on the first day of work? One reference date, one verdict (DOMAIN.md 4.1)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="checks")
    asked_structure = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, verbose_name="demandée à"
    )
    """Who decides for a prescriber: the facilitators of where the person lived on the day of the question, for good."""
    reference_date = models.DateField("premier jour de travail")
    status = models.CharField("état", max_length=10, choices=CheckStatus, default=CheckStatus.SUBMITTED)
    submitted_at = models.DateTimeField("demandée le")
    due_on = models.DateField("réponse attendue le")
    decided_at = models.DateTimeField("décidée le", null=True)
    decided_by = models.CharField("décidée par", max_length=150, blank=True)
    refusals = ArrayField(
        models.CharField(max_length=25, choices=Refusal),
        verbose_name="motifs de refus",
        default=list,
        blank=True,
    )
    reason = EncryptedTextField("explication", blank=True)
    version = models.PositiveIntegerField("version", default=1)
    updated_at = models.DateTimeField("modifiée le")

    objects = EligibilityCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "éligibilité"
        constraints = [
            models.CheckConstraint(
                name="eligibilitycheck_decision_is_stamped",
                condition=Q(status__in=[CheckStatus.VALIDATED, CheckStatus.REFUSED])
                ^ (Q(decided_at=None) & Q(decided_by="")),
                violation_error_message="Une décision porte sa date et son auteur, et elle seule.",
            ),
            models.CheckConstraint(
                name="eligibilitycheck_refusal_says_why",
                condition=Q(status=CheckStatus.REFUSED) ^ Q(refusals=[]),
                violation_error_message="Un refus dit pourquoi, et lui seul.",
            ),
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="eligibilitycheck_status_due_on")]

    def __str__(self) -> str:
        return f"{self.get_status_display()} au {self.reference_date}"


class Evidence(models.Model):
    """A document seen: its kind and dates. The file itself is not kept (DOMAIN.md 4.3)."""

    check_of = models.ForeignKey(EligibilityCheck, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField("document", max_length=25, choices=EvidenceKind)
    criterion = models.CharField("critère prouvé", max_length=30, choices=Criterion)
    issued_on = models.DateField("daté du", null=True, blank=True)
    valid_until = models.DateField("valable jusqu’au", null=True, blank=True)
    since = models.DateField("situation depuis le", null=True, blank=True)
    """Registered since (job seeker), left school on, programme ended on: what the criterion's test reads."""
    worked_months = models.PositiveSmallIntegerField(
        "mois travaillés sur les douze derniers", null=True, blank=True
    )

    class Meta:
        verbose_name = "justificatif"
        constraints = [
            models.CheckConstraint(
                name="evidence_valid_after_issue",
                condition=Q(valid_until=None) | Q(issued_on=None) | Q(valid_until__gte=models.F("issued_on")),
                violation_error_message="Un justificatif n’expire pas avant d’être délivré.",
            ),
            models.CheckConstraint(
                name="evidence_worked_months_of_a_year",
                condition=Q(worked_months=None) | Q(worked_months__lte=12),
                violation_error_message="Une année compte douze mois.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def proof(self) -> Proof:
        """Return what the rules read of it."""
        return Proof(
            criterion=Criterion(self.criterion),
            kind=EvidenceKind(self.kind),
            issued_on=self.issued_on,
            valid_until=self.valid_until,
            since=self.since,
            worked_months=self.worked_months,
        )


class EligibilityFacts(models.Model):
    """What was true on the reference date, frozen at validation: it names nobody and outlives the identity."""

    check_of = models.OneToOneField(
        EligibilityCheck, on_delete=models.PROTECT, primary_key=True, related_name="facts"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="facts")
    reference_date = models.DateField("premier jour de travail")
    criteria = ArrayField(models.CharField(max_length=30, choices=Criterion), verbose_name="critères")
    primary = models.CharField("critère principal", max_length=30, choices=Criterion)
    sex = models.CharField("sexe", max_length=1, choices=Sex)
    age = models.PositiveSmallIntegerField("âge")
    education = models.CharField("diplôme", max_length=10, choices=EducationLevel, blank=True)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True)
    status_proven_on = models.DateField("situation prouvée au", null=True)
    """Day on which the proof shows the status: a late validation is accepted when it is not after day 1."""

    class Meta:
        verbose_name = "faits d’éligibilité"
        constraints = [
            models.CheckConstraint(
                name="eligibilityfacts_has_a_criterion",
                condition=~Q(criteria=[]),
                violation_error_message="Une éligibilité repose sur au moins un critère.",
            )
        ]
        indexes = [GinIndex(fields=["criteria"], name="eligibilityfacts_criteria")]

    def __str__(self) -> str:
        return f"{self.primary} au {self.reference_date}"
