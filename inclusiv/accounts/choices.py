"""Words of the accounts: kinds of organisations, and what each role may administer."""

from enum import StrEnum

from django.db import models

from inclusiv.core.actors import ROLE_LABELS, Role

ROLE_CHOICES = [(role.value, label) for role, label in ROLE_LABELS.items()]


class Permission(StrEnum):
    """What a role may do with the accounts."""

    SEE_ORGANISATIONS = "accounts.see_organisations"
    SEE_TEAM = "accounts.see_team"
    INVITE = "accounts.invite"
    ANSWER_JOIN_REQUEST = "accounts.answer_join_request"
    ARRANGE_COVER = "accounts.arrange_cover"
    KEEP_CONTACTS = "accounts.keep_contacts"


EVERYONE = frozenset(Role)
GRANTS = {
    Permission.SEE_ORGANISATIONS: frozenset({Role.FACILITATOR, Role.COORDINATION}),
    Permission.SEE_TEAM: EVERYONE,
    Permission.INVITE: EVERYONE,
    Permission.ANSWER_JOIN_REQUEST: EVERYONE,
    Permission.ARRANGE_COVER: frozenset({Role.FACILITATOR}),
    Permission.KEEP_CONTACTS: EVERYONE - {Role.SIGNATORY, Role.COORDINATION},
}
"""Whom one may invite is `rules.entering`: everybody's managers their own people, the network its partners."""

EVENTS = {
    "organisation.registered": "Organisation enregistrée.",
    "organisation.renamed": "Nom corrigé : un partenaire l’avait indiqué.",
    "capacity.opened": "Rôle ouvert depuis le {starts_on} : {role}.",
    "capacity.earlier": "Rôle avancé au {starts_on} : {role}.",
    "access.invited": "Invitation envoyée : {role}.",
    "access.invited_again": "Invitation envoyée de nouveau : {role}.",
    "access.invitation_revoked": "Invitation retirée : {role}.",
    "access.opened": "Accès ouvert à {who} : {role}.",
    "access.closed": "Accès de {who} fermé : {role}.",
    "access.manager": "{who} gère désormais les accès.",
    "access.not_manager": "{who} ne gère plus les accès.",
    "access.covered": "{who} est remplacé·e du {starts_on} au {ends_on} par {substitute}.",
    "access.cover_removed": "Le remplacement de {who} est retiré.",
    "access.factor_forgotten": "Second facteur de {who} retiré par l’assistance.",
    "contacts.changed": "Contacts mis à jour : {count} à ce jour.",
    "contacts.asked": "Contacts demandés à l’entreprise par courriel.",
    "access.join_refused": "Demande d’accès refusée : {role}.",
}
"""What the story says of each event: professionals are named, people followed never are."""

CONTACTS = 8
"""How many people an organisation may name; a page with more rows than twice as many is not drawn."""

CONTACTS_MONTHS = 3
"""After so many months without a word, an organisation is asked who is to be called (quarterly)."""

LINK_ROLES = (Role.CONTRACTOR, Role.EMPLOYER, Role.BUYER, Role.PRESCRIBER, Role.FACILITATOR)
"""Roles in which an organisation answers by a link without an account, the likeliest first."""

JOINABLE_ROLES = (Role.BUYER, Role.CONTRACTOR, Role.EMPLOYER, Role.PRESCRIBER)
"""Roles that somebody may ask for without an invitation."""

SECOND_FACTOR_ROLES = frozenset({Role.FACILITATOR, Role.COORDINATION})
"""Roles that see people's files or everybody's figures: signing in demands a second factor (DOMAIN.md 9.5).

So it does of whoever manages the accesses of an organisation that holds one: they open its doors.
"""


class BuyerKind(models.TextChoices):
    """Kinds of buyers (DOMAIN.md 1.9)."""

    STATE = "STATE", "État, services déconcentrés"
    STATE_AGENCY = "STATE_AGENCY", "Établissement public de l’État"
    DEPARTMENT = "DEPARTMENT", "Département"
    REGION = "REGION", "Région"
    COMMUNE = "COMMUNE", "Commune"
    EPCI = "EPCI", "Intercommunalité"
    CCAS = "CCAS", "Centre communal d’action sociale"
    LOCAL_PUBLIC_BODY = "LOCAL_PUBLIC_BODY", "Syndicat, établissement public local"
    HOSPITAL = "HOSPITAL", "Hôpital"
    SOCIAL_LANDLORD = "SOCIAL_LANDLORD", "Bailleur social"
    SEM_SPL = "SEM_SPL", "SEM, SPL"
    DEVELOPER = "DEVELOPER", "Aménageur"
    UTILITY = "UTILITY", "Entité adjudicatrice"
    PRIVATE = "PRIVATE", "Donneur d’ordre privé"


class CompanyKind(models.TextChoices):
    """Kinds of employers (DOMAIN.md 2.1 and 5); the inclusive ones are listed in INCLUSIVE_KINDS."""

    ORDINARY = "ORDINARY", "Entreprise"
    EI = "EI", "Entreprise d’insertion"
    ACI = "ACI", "Atelier et chantier d’insertion"
    AI = "AI", "Association intermédiaire"
    ETTI = "ETTI", "Entreprise de travail temporaire d’insertion"
    EITI = "EITI", "Entreprise d’insertion par le travail indépendant"
    GEIQ = "GEIQ", "Groupement d’employeurs pour l’insertion et la qualification"
    EA = "EA", "Entreprise adaptée"
    EATT = "EATT", "Entreprise adaptée de travail temporaire"
    ESAT = "ESAT", "Établissement et service d’accompagnement par le travail"
    REGIE = "REGIE", "Régie de quartier ou de territoire"
    ETT = "ETT", "Entreprise de travail temporaire"
    TRAINING_BODY = "TRAINING_BODY", "Organisme de formation"


INCLUSIVE_KINDS = frozenset(
    {
        CompanyKind.EI,
        CompanyKind.ACI,
        CompanyKind.AI,
        CompanyKind.ETTI,
        CompanyKind.EITI,
        CompanyKind.GEIQ,
        CompanyKind.EA,
        CompanyKind.EATT,
        CompanyKind.ESAT,
        CompanyKind.REGIE,
    }
)
"""Employers whose hours are those of inclusive structures (indicator H12)."""


class ContactRole(models.TextChoices):
    """Whom to call in an organisation."""

    SITE = "SITE", "Chantier"
    MANAGEMENT = "MANAGEMENT", "Direction"
    HUMAN_RESOURCES = "HUMAN_RESOURCES", "Ressources humaines"
    PURCHASING = "PURCHASING", "Achats"
    OTHER = "OTHER", "Autre"
