"""Words of what is owed: clause types, units, publics and states."""

from collections.abc import Mapping
from enum import StrEnum

from django.db import models

from inclusiv.core.actors import Role


class Permission(StrEnum):
    """What a role may do with clauses and obligations."""

    SET_CLAUSE = "obligations.set_clause"
    PROPOSE_PLAN = "obligations.propose_plan"
    AGREE_PLAN = "obligations.agree_plan"


GRANTS = {
    Permission.SET_CLAUSE: frozenset({Role.BUYER, Role.FACILITATOR}),
    Permission.PROPOSE_PLAN: frozenset({Role.CONTRACTOR, Role.FACILITATOR}),
    Permission.AGREE_PLAN: frozenset({Role.FACILITATOR}),
}


class ClauseType(models.TextChoices):
    """Types of social clauses (DOMAIN.md 1.1); a criterion alone does not satisfy L2112-2-1 (PRACTICE.md 2)."""

    EXECUTION = "EXECUTION", "Clause sociale d’exécution"
    AWARD_CRITERION = "AWARD_CRITERION", "Critère social d’attribution"
    EXECUTION_AND_CRITERION = "EXECUTION_AND_CRITERION", "Clause d’exécution et critère"
    RESERVED_DISABILITY = "RESERVED_DISABILITY", "Marché réservé EA, ESAT"
    RESERVED_SIAE = "RESERVED_SIAE", "Marché réservé à l’insertion par l’activité économique"
    RESERVED_MIXED = "RESERVED_MIXED", "Marché réservé EA, ESAT et insertion par l’activité économique"
    RESERVED_PRISON = "RESERVED_PRISON", "Marché réservé au travail pénitentiaire"
    RESERVED_ESS = "RESERVED_ESS", "Marché réservé à l’économie sociale et solidaire"
    INSERTION_SERVICE = "INSERTION_SERVICE", "Marché de services d’insertion ou de qualification"
    TRAINING_CLAUSE = "TRAINING_CLAUSE", "Clause sociale de formation"
    SOCIAL_ACTION = "SOCIAL_ACTION", "Clause d’actions sociales"
    ADDED_BY_AMENDMENT = "ADDED_BY_AMENDMENT", "Clause ajoutée par avenant"
    OTHER_SOCIAL_CONDITION = "OTHER_SOCIAL_CONDITION", "Autre condition sociale"
    PRIVATE_COMMITMENT = "PRIVATE_COMMITMENT", "Engagement d’achat privé"


RESERVED = frozenset(
    {
        ClauseType.RESERVED_DISABILITY,
        ClauseType.RESERVED_SIAE,
        ClauseType.RESERVED_MIXED,
        ClauseType.RESERVED_PRISON,
        ClauseType.RESERVED_ESS,
    }
)
"""Types by which only some companies may answer (L2113-12 to L2113-16 CCP)."""


class Unit(models.TextChoices):
    """What an obligation counts."""

    HOURS = "HOURS", "heures"
    ACTIONS = "ACTIONS", "actions sociales"
    PLACES = "PLACES", "places de formation ou de stage"
    PARTICIPANTS = "PARTICIPANTS", "participants"


UNIT_OF_TYPE: Mapping[ClauseType, Unit] = {
    ClauseType.INSERTION_SERVICE: Unit.PARTICIPANTS,
    ClauseType.TRAINING_CLAUSE: Unit.PLACES,
    ClauseType.SOCIAL_ACTION: Unit.ACTIONS,
}
"""Types that are not about hours, with what they count (DOMAIN.md 1.1); the others take any unit."""


class Expression(models.TextChoices):
    """How a clause says what it asks for (DOMAIN.md 3.6)."""

    HOURS = "HOURS", "Un nombre d’heures"
    PER_AMOUNT = "PER_AMOUNT", "Des heures en proportion de ce qui est facturé (accord-cadre)"
    PER_WORK = "PER_WORK", "Une part des heures travaillées (renouvellement urbain)"
    ACTIONS = "ACTIONS", "Des actions sociales, chaque année"
    PLACES = "PLACES", "Des places de formation ou de stage"
    PARTICIPANTS = "PARTICIPANTS", "Un nombre de participants"


class SocialActionKind(models.TextChoices):
    """Social actions that a contractor may do instead of hours (DOMAIN.md 3.6)."""

    GROUP_SESSION = "GROUP_SESSION", "Demi-journée avec un groupe éloigné de l’emploi"
    INTERNSHIP = "INTERNSHIP", "Accueil en stage ou en immersion"
    MENTORING = "MENTORING", "Parrainage d’une personne"
    ANTI_DISCRIMINATION_TRAINING = "ANTI_DISCRIMINATION_TRAINING", "Sensibilisation d’un encadrant"
    OTHER_VALIDATED = "OTHER_VALIDATED", "Autre action, validée par la facilitation"


class Public(models.TextChoices):
    """Publics that a contract puts first (PRACTICE.md 1.3)."""

    RSA = "RSA", "Bénéficiaires du RSA"
    YOUTH = "YOUTH", "Jeunes de moins de 26 ans"
    QPV_RESIDENT = "QPV_RESIDENT", "Habitants des quartiers prioritaires"
    LONG_TERM_UNEMPLOYED = "LONG_TERM_UNEMPLOYED", "Demandeurs d’emploi de longue durée"
    SENIOR = "SENIOR", "Personnes de 50 ans et plus"


class ModalityFamily(models.TextChoices):
    """How a contractor may do the hours: the three families of article 16.1.2 of the CCAG of 2021 (20.1.2 for works)."""

    DIRECT_HIRE = "DIRECT_HIRE", "Embauche directe"
    SECONDMENT = "SECONDMENT", "Mise à disposition"
    INCLUSIVE_PARTNER = "INCLUSIVE_PARTNER", "Sous-traitance ou cotraitance à une structure inclusive"


class DueDocument(models.TextChoices):
    """What a contractor sends during the execution; a payslip is looked at, never sent nor kept (PRACTICE.md 2)."""

    MONTHLY_STATEMENT = "MONTHLY_STATEMENT", "Relevé mensuel des heures"
    HOURS_PROOF = "HOURS_PROOF", "Attestation d’heures signée, ou contrat de mise à disposition"
    ACTION_PLAN = "ACTION_PLAN", "Plan d’action insertion"
    ACTION_REPORT = "ACTION_REPORT", "Compte rendu de ce qui est réalisé"
    WORK_CONTRACT = "WORK_CONTRACT", "Contrat de travail ou déclaration préalable à l’embauche"


class ReliefCase(models.TextChoices):
    """When what was not done costs nothing: nobody to hire, or a company in difficulty (DOMAIN.md 1.6 and 6.4)."""

    NO_CANDIDATE = "NO_CANDIDATE", "Aucun candidat n’a pu être proposé"
    COMPANY_IN_DIFFICULTY = "COMPANY_IN_DIFFICULTY", "Entreprise en difficulté économique établie"
    EXECUTION_CUT = "EXECUTION_CUT", "Exécution réduite ou arrêtée par l’acheteur"


class ClauseStatus(models.TextChoices):
    """A clause is data that becomes contractual: once binding it is never changed, only superseded."""

    DRAFT = "DRAFT", "En préparation"
    BINDING = "BINDING", "Contractuelle"


class ObligationStatus(models.TextChoices):
    """Whether hours are owed; met or not is said by the follow-up (ARCHITECTURE.md 3)."""

    BINDING = "BINDING", "Due"
    SUSPENDED = "SUSPENDED", "Suspendue"
    WAIVED = "WAIVED", "Levée"
    SUPERSEDED = "SUPERSEDED", "Remplacée"


class VersionCause(models.TextChoices):
    """Why what is owed took this value."""

    NOTIFICATION = "NOTIFICATION", "Notification du marché"
    AMENDMENT = "AMENDMENT", "Avenant"
    AFFIRMATION = "AFFIRMATION", "Tranche affermie"
    INVOICES = "INVOICES", "Montants facturés"
    RENEWAL = "RENEWAL", "Reconduction"
    TRANSFER = "TRANSFER", "Changement de titulaire"
    TERMINATION = "TERMINATION", "Résiliation"


class PlanState(models.TextChoices):
    """Where the plan of hours of an award stands."""

    MISSING = "MISSING", "À proposer par l’entreprise"
    PROPOSED = "PROPOSED", "À valider par la facilitation"
    RETURNED = "RETURNED", "À revoir par l’entreprise"
    AGREED = "AGREED", "Accepté"
    OUTDATED = "OUTDATED", "À revoir : le contrat a changé"


EVENTS = {
    "tender.copied": "Marché préparé par copie du marché {reference}.",
    "clause.set": "Lot {number} : {hours} h d’insertion à réaliser, comme calculé.",
    "clause.adjusted": "Lot {number} : {hours} h d’insertion à réaliser ({computed} h calculées).",
    "clause.set_other": "Lot {number} : la clause demande {owed}.",
    "clause.removed": "Lot {number} : clause retirée.",
    "award.welcomed": "Lot {number} : message d’accueil envoyé à l’entreprise ({who}).",
    "kickoff.held": "Réunion de mise au point tenue le {held_on}.",
    "kickoff.corrected": "Compte rendu de la réunion de mise au point corrigé.",
    "plan.proposed": "Lot {number} : plan d’heures n° {version} proposé, {hours}.",
    "plan.agreed": "Lot {number} : plan d’heures n° {version} accepté, {hours}.",
    "plan.returned": "Lot {number} : plan d’heures n° {version} à revoir.",
    "obligation.changed": "Lot {number} : {hours} h d’insertion dues à compter du {effective_on} ({before} h avant).",
    "obligation.bound": "Lot {number} : {hours} h d’insertion dues à compter du {effective_on}.",
    "obligation.changed_other": "Lot {number} : {owed} à compter du {effective_on} ({before} avant).",
    "obligation.bound_other": "Lot {number} : {owed} à réaliser à compter du {effective_on}.",
}
"""What the story says of each event; what is not owed in hours has its own words."""
