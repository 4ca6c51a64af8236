"""Words about putting people to work: requests, referrals, placements, modalities."""

from enum import StrEnum

from django.db import models

from clauses.obligations.choices import ModalityFamily
from inclusiv.core.actors import Role


class Permission(StrEnum):
    """What a role may do with requests and placements."""

    ASK = "placements.ask"
    ANSWER_REQUEST = "placements.answer_request"
    DECIDE_REFERRAL = "placements.decide_referral"
    SEE_PLACEMENTS = "placements.see"
    CHANGE_PLACEMENT = "placements.change"


COMPANIES = frozenset({Role.CONTRACTOR, Role.EMPLOYER})
GRANTS = {
    Permission.ASK: COMPANIES | {Role.FACILITATOR},
    Permission.ANSWER_REQUEST: frozenset({Role.FACILITATOR}),
    Permission.DECIDE_REFERRAL: COMPANIES | {Role.FACILITATOR},
    Permission.SEE_PLACEMENTS: COMPANIES | {Role.FACILITATOR},
    Permission.CHANGE_PLACEMENT: COMPANIES | {Role.FACILITATOR},
}


class Modality(models.TextChoices):
    """How the hours are done (DOMAIN.md 5)."""

    DIRECT_HIRE_CDI = "DIRECT_HIRE_CDI", "Embauche directe en CDI"
    DIRECT_HIRE_CDD = "DIRECT_HIRE_CDD", "Embauche directe en CDD"
    APPRENTICESHIP = "APPRENTICESHIP", "Contrat d’apprentissage"
    PROFESSIONAL_TRAINING = "PROFESSIONAL_TRAINING", "Contrat de professionnalisation"
    SECONDMENT_AI = "SECONDMENT_AI", "Mise à disposition par une association intermédiaire"
    SECONDMENT_ETTI = "SECONDMENT_ETTI", "Mise à disposition par une ETTI"
    SECONDMENT_EATT = "SECONDMENT_EATT", "Mise à disposition par une EATT"
    SECONDMENT_GEIQ = "SECONDMENT_GEIQ", "Mise à disposition par un GEIQ"
    SECONDMENT_ETT = "SECONDMENT_ETT", "Intérim"
    SUBCONTRACT_EI = "SUBCONTRACT_EI", "Sous-traitance à une entreprise d’insertion"
    SUBCONTRACT_ACI = "SUBCONTRACT_ACI", "Sous-traitance à un chantier d’insertion"
    SUBCONTRACT_REGIE = "SUBCONTRACT_REGIE", "Sous-traitance à une régie de quartier"
    SUBCONTRACT_EA = "SUBCONTRACT_EA", "Sous-traitance à une entreprise adaptée"
    SUBCONTRACT_ESAT = "SUBCONTRACT_ESAT", "Sous-traitance à un ESAT"
    PMSMP = "PMSMP", "Stage, immersion (PMSMP)"


NOT_COUNTABLE = frozenset({Modality.PMSMP})
"""Modalities whose hours are never hours of work under the clause."""

FAMILIES: dict[str, str] = {
    Modality.DIRECT_HIRE_CDI: "Embauche directe",
    Modality.DIRECT_HIRE_CDD: "Embauche directe",
    Modality.APPRENTICESHIP: "Alternance",
    Modality.PROFESSIONAL_TRAINING: "Alternance",
    Modality.SECONDMENT_AI: "Mise à disposition",
    Modality.SECONDMENT_ETTI: "Mise à disposition",
    Modality.SECONDMENT_EATT: "Mise à disposition",
    Modality.SECONDMENT_GEIQ: "Mise à disposition",
    Modality.SECONDMENT_ETT: "Mise à disposition",
    Modality.SUBCONTRACT_EI: "Sous-traitance d’insertion",
    Modality.SUBCONTRACT_ACI: "Sous-traitance d’insertion",
    Modality.SUBCONTRACT_REGIE: "Sous-traitance d’insertion",
    Modality.SUBCONTRACT_EA: "Sous-traitance d’insertion",
    Modality.SUBCONTRACT_ESAT: "Sous-traitance d’insertion",
    Modality.PMSMP: "Stage, immersion",
}
"""The family under which a modality is printed."""


CLAUSE_FAMILIES: dict[str, ModalityFamily] = {
    Modality.DIRECT_HIRE_CDI: ModalityFamily.DIRECT_HIRE,
    Modality.DIRECT_HIRE_CDD: ModalityFamily.DIRECT_HIRE,
    Modality.APPRENTICESHIP: ModalityFamily.DIRECT_HIRE,
    Modality.PROFESSIONAL_TRAINING: ModalityFamily.DIRECT_HIRE,
    Modality.SECONDMENT_AI: ModalityFamily.SECONDMENT,
    Modality.SECONDMENT_ETTI: ModalityFamily.SECONDMENT,
    Modality.SECONDMENT_EATT: ModalityFamily.SECONDMENT,
    Modality.SECONDMENT_GEIQ: ModalityFamily.SECONDMENT,
    Modality.SECONDMENT_ETT: ModalityFamily.SECONDMENT,
    Modality.SUBCONTRACT_EI: ModalityFamily.INCLUSIVE_PARTNER,
    Modality.SUBCONTRACT_ACI: ModalityFamily.INCLUSIVE_PARTNER,
    Modality.SUBCONTRACT_REGIE: ModalityFamily.INCLUSIVE_PARTNER,
    Modality.SUBCONTRACT_EA: ModalityFamily.INCLUSIVE_PARTNER,
    Modality.SUBCONTRACT_ESAT: ModalityFamily.INCLUSIVE_PARTNER,
}
"""The family of article 16.1.2 of the CCAG by which a clause lets, or does not let, a modality count."""


class RequestKind(models.TextChoices):
    """A company looks for somebody, or already has somebody (PRACTICE.md 1.2)."""

    SEARCH = "SEARCH", "Besoin de recrutement"
    NAMED = "NAMED", "Personne à faire valider"


class RequestStatus(models.TextChoices):
    """A request's life."""

    OPEN = "OPEN", "Ouvert"
    FILLED = "FILLED", "Pourvu"
    CANCELLED = "CANCELLED", "Annulé"


class ReferralStatus(models.TextChoices):
    """A mise en relation's life."""

    PROPOSED = "PROPOSED", "Proposée"
    ACCEPTED = "ACCEPTED", "Retenue"
    DECLINED_BY_EMPLOYER = "DECLINED_BY_EMPLOYER", "Non retenue par l’entreprise"
    DECLINED_BY_PERSON = "DECLINED_BY_PERSON", "Refusée par la personne"


class Decline(models.TextChoices):
    """Why a candidate was not taken, in words that may be told to the person."""

    SKILLS = "SKILLS", "Compétences différentes de celles du poste"
    DATES = "DATES", "Dates ou horaires incompatibles"
    DISTANCE = "DISTANCE", "Trajet trop long"
    NO_SHOW = "NO_SHOW", "Absence au rendez-vous"
    FILLED = "FILLED", "Poste pourvu entre-temps"
    CANCELLED = "CANCELLED", "Besoin annulé par l’entreprise"
    OTHER = "OTHER", "Autre raison"


class Trouble(models.TextChoices):
    """« Signaler un départ ou un problème » (PRACTICE.md 3)."""

    DEPARTURE = "DEPARTURE", "La personne part ou est partie"
    ABSENCE = "ABSENCE", "La personne est absente"
    DIFFICULTY = "DIFFICULTY", "Une difficulté au travail"


class RequestAction(StrEnum):
    """What moves a request from one state to another."""

    FILL = "fill"
    CANCEL = "cancel"


class ReferralAction(StrEnum):
    """What moves a mise en relation from one state to another."""

    ACCEPT = "accept"
    DECLINE = "decline"
    RENOUNCE = "renounce"


class PlacementAction(StrEnum):
    """What moves a mise à l'emploi from one state to another besides its dates."""

    CANCEL = "cancel"


class PlacementStatus(models.TextChoices):
    """A mise à l’emploi's life. Whether its hours count is decided at each control, from its eligibility."""

    PLANNED = "PLANNED", "Prévue"
    ACTIVE = "ACTIVE", "En poste"
    ENDED = "ENDED", "Terminée"
    CANCELLED = "CANCELLED", "Annulée"


READINGS = {
    "placements.read": "a lu les mises à l’emploi d’un marché ou d’un besoin",
    "placement.read": "a ouvert la mise à l’emploi",
    "referrals.read": "a lu les candidatures d’un besoin",
    "referral.read": "a ouvert la candidature",
}
"""What is said of each reading."""

EVENTS = {
    "request.opened": "Besoin de recrutement : {headcount} × {post}, à partir du {starts_on}.",
    "request.named": "Validation demandée pour une personne : {post}, à partir du {starts_on}.",
    "request.filled": "Besoin de recrutement pourvu.",
    "request.cancelled": "Besoin de recrutement annulé.",
    "referral.proposed": "Candidature proposée.",
    "referral.accepted": "Candidature retenue.",
    "referral.declined": "Candidature non retenue : {reason}.",
    "referral.renounced": "La personne a renoncé.",
    "placement.started": "Mise à l’emploi le {hired_on} : {post}.",
    "placement.ended": "Fin de la mise à l’emploi le {ended_on}.",
    "placement.cancelled": "Mise à l’emploi annulée.",
    "placement.trouble": "Signalé : {trouble}.",
}
"""What the story says of each event."""

EVENT_READERS = dict.fromkeys(
    ("placement.trouble", "referral.declined", "referral.renounced"),
    COMPANIES | {Role.FACILITATOR, Role.PRESCRIBER},
)
"""How somebody fares is told to those who accompany or employ them, not to who reads pseudonyms."""
