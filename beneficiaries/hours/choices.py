"""Words about hours: statements, lines, controls and the ledger."""

from enum import StrEnum

from django.db import models

from inclusiv.core.actors import Role


class Permission(StrEnum):
    """What a role may do with hours."""

    DECLARE = "hours.declare"
    DECLARE_FOR_OTHERS = "hours.declare_for_others"
    VALIDATE = "hours.validate"
    SEE_STATEMENTS = "hours.see_statements"


COMPANIES = frozenset({Role.CONTRACTOR, Role.EMPLOYER})
GRANTS = {
    Permission.DECLARE: COMPANIES | {Role.FACILITATOR},
    Permission.DECLARE_FOR_OTHERS: frozenset({Role.FACILITATOR}),
    Permission.VALIDATE: frozenset({Role.FACILITATOR}),
    Permission.SEE_STATEMENTS: COMPANIES | {Role.FACILITATOR},
}


class StatementStatus(models.TextChoices):
    """A month's statement (DOMAIN.md 2.3)."""

    DRAFT = "DRAFT", "En préparation"
    SUBMITTED = "SUBMITTED", "À contrôler"
    RETURNED = "RETURNED", "À corriger"
    VALIDATED = "VALIDATED", "Validé"


class StatementAction(StrEnum):
    """What moves a statement from one state to another."""

    SUBMIT = "submit"
    RETURN = "return"
    VALIDATE = "validate"


class Received(models.TextChoices):
    """How a statement reached the facilitator who enters it for somebody (PRACTICE.md 1.1)."""

    ONLINE = "ONLINE", "en ligne"
    EMAIL = "EMAIL", "par courriel"
    PHONE = "PHONE", "par téléphone"
    PAPER = "PAPER", "sur papier"


class HoursKind(models.TextChoices):
    """Work, or training inside the work contract."""

    WORK = "WORK", "Travail"
    TRAINING = "TRAINING", "Formation"


class ZeroReason(models.TextChoices):
    """« 0 h, pourquoi » (PRACTICE.md 3)."""

    ABSENT = "ABSENT", "Absence, arrêt"
    LEAVE = "LEAVE", "Congés"
    NO_WORK = "NO_WORK", "Pas de travail sur ce chantier"
    NOT_STARTED = "NOT_STARTED", "Pas encore commencé"
    LEFT = "LEFT", "Départ"
    OTHER = "OTHER", "Autre"


class LineOutcome(models.TextChoices):
    """What became of a line at the control."""

    PENDING = "PENDING", "À contrôler"
    COUNTED = "COUNTED", "Comptée"
    REJECTED = "REJECTED", "Non comptée"


class Finding(models.TextChoices):
    """What a control sees in a line (DOMAIN.md 6.2): a rejection, or something to look at."""

    BENEFICIARY_NOT_ELIGIBLE = "BENEFICIARY_NOT_ELIGIBLE", "L’éligibilité de la personne n’est pas validée"
    ELIGIBILITY_AFTER_START = "ELIGIBILITY_AFTER_START", "L’éligibilité a été validée après le premier jour"
    OUTSIDE_EXECUTION_PERIOD = "OUTSIDE_EXECUTION_PERIOD", "Hors de la période d’exécution du marché"
    OUTSIDE_WORK_CONTRACT = "OUTSIDE_WORK_CONTRACT", "Hors des dates du contrat de travail"
    NOT_WORKED_YET = "NOT_WORKED_YET", "Envoyées avant d’avoir été travaillées"
    OUT_OF_COUNTING_WINDOW = (
        "OUT_OF_COUNTING_WINDOW",
        "La durée pendant laquelle ses heures comptent est écoulée",
    )
    MODALITY_NOT_COUNTABLE = "MODALITY_NOT_COUNTABLE", "Cette forme d’emploi ne compte pas d’heures"
    TRAINING_NOT_COUNTED = "TRAINING_NOT_COUNTED", "Ce marché ne compte pas les heures de formation"
    DUPLICATE_HOURS = "DUPLICATE_HOURS", "Les mêmes heures sont déjà comptées ailleurs"
    DAILY_MAX = "DAILY_MAX", "Plus d’heures que les jours du mois en période n’en permettent (12 h par jour)"
    SPLIT_AT_WINDOW = (
        "SPLIT_AT_WINDOW",
        "La durée de comptage finit dans le mois : heures comptées au prorata des jours",
    )
    MONTHLY_MAX = "MONTHLY_MAX", "Beaucoup d’heures dans le mois pour une personne"
    PART_TIME_EXCESS = "PART_TIME_EXCESS", "Plus d’heures que le contrat de travail n’en prévoit"
    AI_480 = "AI_480", "Proche de la limite de 480 h par une association intermédiaire"


class Origin(models.TextChoices):
    """Where an entry comes from."""

    DECLARED = "DECLARED", "Déclarée"
    TAKEN_OVER = "TAKEN_OVER", "Reprise"


RULES_VERSION = "2026-12"
"""Version of the control rules, written on each entry."""

READINGS = {
    "statement.read": "a lu un relevé d’heures",
    "statement.filling_by_link": "a ouvert la saisie d’un relevé d’heures par le lien d’un courriel",
    "statement.filling": "a ouvert la saisie d’un relevé d’heures",
    "statements.exported": "a exporté la liste des relevés",
    "statement.document": "a téléchargé le document d’un relevé d’heures",
}
"""What is said of each reading."""

EVENTS = {
    "statement.submitted": "Relevé {of_month} envoyé : {hours} h ({received}).",
    "statement.link_sent": "Lien de déclaration {of_month} envoyé.",
    "statement.returned": "Relevé {of_month} renvoyé pour correction.",
    "statement.validated": "Relevé {of_month} validé : {counted} h comptées sur {hours} h déclarées.",
    "statement.corrected": "Correction du relevé {of_month} ouverte.",
    "statement.correction_abandoned": "Correction du relevé {of_month} abandonnée avant son envoi.",
}
"""What the story says of each event."""
