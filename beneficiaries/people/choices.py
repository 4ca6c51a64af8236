"""Words about people: criteria, evidence, states of an eligibility check, reasons of a refusal."""

from enum import StrEnum

from django.db import models

from inclusiv.core.actors import Role


class Permission(StrEnum):
    """What a role may do with people."""

    SEE_PEOPLE = "people.see"
    EDIT_PEOPLE = "people.edit"
    DECIDE_ELIGIBILITY = "people.decide_eligibility"
    SEE_READINGS = "people.see_readings"


GRANTS = {
    Permission.SEE_PEOPLE: frozenset({Role.FACILITATOR, Role.PRESCRIBER}),
    Permission.EDIT_PEOPLE: frozenset({Role.FACILITATOR, Role.PRESCRIBER}),
    Permission.DECIDE_ELIGIBILITY: frozenset({Role.FACILITATOR}),
    Permission.SEE_READINGS: frozenset({Role.FACILITATOR}),
}


class Sex(models.TextChoices):
    """As told, or not told (DOMAIN.md 10)."""

    F = "F", "Femme"
    M = "M", "Homme"
    X = "X", "Non renseigné"


class Criterion(models.TextChoices):
    """Why a person is eligible (DOMAIN.md 4.2). Justice is not stored: it is a motivated proposal (4.6)."""

    RSA = "RSA", "Bénéficiaire du RSA"
    LONG_TERM_UNEMPLOYED = "LONG_TERM_UNEMPLOYED", "Demandeur d’emploi de longue durée"
    VERY_LONG_TERM_UNEMPLOYED = "VERY_LONG_TERM_UNEMPLOYED", "Demandeur d’emploi de très longue durée"
    ASS = "ASS", "Allocation de solidarité spécifique"
    AAH = "AAH", "Allocation aux adultes handicapés"
    DISABLED_WORKER = "DISABLED_WORKER", "Bénéficiaire de l’obligation d’emploi"
    INSERTION_ALLOWANCE = "INSERTION_ALLOWANCE", "Allocation d’insertion"
    WIDOW_ALLOWANCE = "WIDOW_ALLOWANCE", "Allocation veuvage"
    DISABILITY_PENSION = "DISABILITY_PENSION", "Pension d’invalidité"
    YOUTH_UNQUALIFIED = "YOUTH_UNQUALIFIED", "Jeune de moins de 26 ans sans qualification"
    YOUTH_GRADUATE_INACTIVE = "YOUTH_GRADUATE_INACTIVE", "Jeune de moins de 26 ans diplômé, sans activité"
    SENIOR = "SENIOR", "Demandeur d’emploi de 50 ans et plus"
    YOUTH_PROGRAMME = "YOUTH_PROGRAMME", "Jeune en suivi renforcé (PACEA, CEJ…)"
    QPV_RESIDENT = "QPV_RESIDENT", "Habitant d’un quartier prioritaire, éloigné de l’emploi"
    INTERNATIONAL_PROTECTION = "INTERNATIONAL_PROTECTION", "Réfugié ou protection subsidiaire"
    MOTIVATED_PROPOSAL = "MOTIVATED_PROPOSAL", "Proposition motivée d’un prescripteur"
    PLIE_PARTICIPANT = "PLIE_PARTICIPANT", "Participant du PLIE"
    IAE_EI = "IAE_EI", "Salarié en parcours d’une entreprise d’insertion"
    IAE_ACI = "IAE_ACI", "Salarié en parcours d’un chantier d’insertion"
    IAE_AI = "IAE_AI", "Mis à disposition par une association intermédiaire"
    IAE_ETTI = "IAE_ETTI", "Mis à disposition par une ETTI"
    ADAPTED_EA = "ADAPTED_EA", "Salarié d’une entreprise adaptée"
    GEIQ = "GEIQ", "Parcours en GEIQ"
    REGIE = "REGIE", "Salarié d’une régie de quartier"
    EPIDE = "EPIDE", "Volontaire EPIDE"
    E2C = "E2C", "Stagiaire École de la 2e chance"


SENSITIVE_CRITERIA = frozenset(
    {
        Criterion.AAH,
        Criterion.DISABLED_WORKER,
        Criterion.DISABILITY_PENSION,
        Criterion.ADAPTED_EA,
        Criterion.INTERNATIONAL_PROTECTION,
    }
)
"""Health and protection: visible only to facilitators of the territory (DOMAIN.md 4.6)."""


class EvidenceKind(models.TextChoices):
    """Documents that prove a criterion (DOMAIN.md 4.3); how old they may be is a parameter."""

    CAF_RSA = "CAF_RSA", "Attestation RSA (CAF ou MSA)"
    FT_SITUATION = "FT_SITUATION", "Avis de situation France Travail"
    ASS_ATT = "ASS_ATT", "Attestation ASS"
    ALLOWANCE_ATT = "ALLOWANCE_ATT", "Attestation d’allocation (insertion, veuvage)"
    AAH_ATT = "AAH_ATT", "Attestation AAH"
    RQTH_DECISION = "RQTH_DECISION", "Décision MDPH, carte ou titre"
    ID = "ID", "Pièce d’identité"
    DIPLOMA_OR_STATEMENT = "DIPLOMA_OR_STATEMENT", "Diplôme ou attestation sur l’honneur"
    ML_ATT = "ML_ATT", "Attestation de la mission locale"
    SCHOOL_EXIT = "SCHOOL_EXIT", "Certificat de fin d’études"
    ADDRESS = "ADDRESS", "Justificatif de domicile et recherche du quartier"
    RESIDENCE_PERMIT = "RESIDENCE_PERMIT", "Titre de séjour"
    PASS_IAE = "PASS_IAE", "PASS IAE"
    STRUCTURE_ATT = "STRUCTURE_ATT", "Attestation de la structure"
    MOTIVATED_NOTE = "MOTIVATED_NOTE", "Fiche de prescription motivée"
    PLIE_ATT = "PLIE_ATT", "Attestation d’accompagnement PLIE"


class CheckStatus(models.TextChoices):
    """An eligibility check's life."""

    DRAFT = "DRAFT", "En préparation"
    SUBMITTED = "SUBMITTED", "À valider"
    VALIDATED = "VALIDATED", "Éligible"
    REFUSED = "REFUSED", "Non éligible"
    WITHDRAWN = "WITHDRAWN", "Retirée"


class CheckAction(StrEnum):
    """What moves an eligibility check from one state to another."""

    VALIDATE = "validate"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class Refusal(models.TextChoices):
    """Why a person is not eligible, in words for those who asked (DOMAIN.md 4.7)."""

    NO_CRITERION = "NO_CRITERION", "Aucun critère n’est rempli à la date du premier jour de travail"
    EVIDENCE_MISSING = "EVIDENCE_MISSING", "Le justificatif manque"
    EVIDENCE_TOO_OLD = "EVIDENCE_TOO_OLD", "Le justificatif est trop ancien"
    EVIDENCE_UNREADABLE = "EVIDENCE_UNREADABLE", "Le justificatif est illisible"
    STATUS_AFTER_START = "STATUS_AFTER_START", "La situation commence après le premier jour de travail"
    ALREADY_EMPLOYEE = "ALREADY_EMPLOYEE", "La personne était déjà salariée de l’entreprise"
    NO_WORK_PERMIT = "NO_WORK_PERMIT", "La personne n’a pas d’autorisation de travail"
    UNDER_AGE = "UNDER_AGE", "La personne a moins de 16 ans"
    DUPLICATE = "DUPLICATE", "La personne est déjà suivie sous une autre fiche"
    OUT_OF_WINDOW = "OUT_OF_WINDOW", "La durée pendant laquelle ses heures comptent est écoulée"


class EducationLevel(models.TextChoices):
    """Highest diploma (DOMAIN.md 8.3)."""

    BELOW_3 = "BELOW_3", "Sans diplôme (infra 3)"
    LEVEL_3 = "LEVEL_3", "CAP, BEP (niveau 3)"
    LEVEL_4 = "LEVEL_4", "Baccalauréat (niveau 4)"
    LEVEL_5 = "LEVEL_5", "Bac + 2 (niveau 5)"
    LEVEL_6 = "LEVEL_6", "Bac + 3 ou 4 (niveau 6)"
    LEVEL_7 = "LEVEL_7", "Bac + 5 et plus (niveaux 7 et 8)"


class Mobility(models.TextChoices):
    """How a person travels to work; a distance without it says nothing (PRACTICE.md 1.14)."""

    UNKNOWN = "UNKNOWN", "À vérifier"
    CAR = "CAR", "Permis et véhicule"
    PUBLIC_TRANSPORT = "PUBLIC_TRANSPORT", "Transports en commun"
    BICYCLE = "BICYCLE", "Vélo, trottinette"


EVENTS = {
    "person.registered": "Personne enregistrée.",
    "person.changed": "Fiche modifiée.",
    "eligibility.submitted": "Éligibilité à valider pour un premier jour le {reference_date}.",
    "eligibility.completed": "Justificatifs complétés.",
    "eligibility.validated": "Éligibilité validée au {reference_date}.",
    "eligibility.refused": "Éligibilité refusée : {reasons}.",
    "eligibility.withdrawn": "Demande d’éligibilité retirée.",
}
"""What the story says of each event; it never says a criterion, which may be about health."""

READINGS = {
    "person.read": "a ouvert la fiche",
    "person.changing": "a ouvert la fiche pour la modifier",
    "person.readings_read": "a consulté la liste des lectures",
    "person.readings_exported": "a exporté la liste des lectures",
    "people.listed": "a vu le nom dans la liste des personnes",
    "people.exported": "a exporté la liste des personnes",
    "people.found": "a trouvé le nom par la recherche",
    "people.compared": "a vu le nom en vérifiant un doublon",
    "eligibility.read": "a ouvert l’éligibilité",
}
"""What is said of each reading."""
