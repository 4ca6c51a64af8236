"""Words of the DECP (arrêté of 22 December 2022, schema 2.0.3; DOMAIN.md 1.8) and of what a reading finds.

The label of a DECP word is the exact text of the schema in force.
"""

from enum import StrEnum

from django.db import models

from inclusiv.core.actors import Role


class Words(models.TextChoices):
    """A closed list of words."""


class Nature(Words):
    """What kind of contract it is; the last two of the first block are words of the format of 2017 only."""

    CONTRACT = "CONTRACT", "Marché"
    PARTNERSHIP = "PARTNERSHIP", "Marché de partenariat"
    DEFENCE = "DEFENCE", "Marché de défense ou de sécurité"
    FRAMEWORK = "FRAMEWORK", "Accord-cadre"
    SUBSEQUENT = "SUBSEQUENT", "Marché subséquent"

    WORKS_CONCESSION = "WORKS_CONCESSION", "Concession de travaux"
    SERVICE_CONCESSION = "SERVICE_CONCESSION", "Concession de service"
    PUBLIC_SERVICE_CONCESSION = "PUBLIC_SERVICE_CONCESSION", "Concession de service public"
    PUBLIC_SERVICE_DELEGATION = "PUBLIC_SERVICE_DELEGATION", "Délégation de service public"


class Procedure(Words):
    """How the contract was awarded; the last four are those of concessions."""

    ADAPTED = "ADAPTED", "Procédure adaptée"
    OPEN = "OPEN", "Appel d'offres ouvert"
    RESTRICTED = "RESTRICTED", "Appel d'offres restreint"
    NEGOTIATED = "NEGOTIATED", "Procédure avec négociation"
    WITHOUT_COMPETITION = (
        "WITHOUT_COMPETITION",
        "Marché passé sans publicité ni mise en concurrence préalable",
    )
    DIALOGUE = "DIALOGUE", "Dialogue compétitif"

    NEGOTIATED_OPEN = "NEGOTIATED_OPEN", "Procédure négociée ouverte"
    NOT_NEGOTIATED_OPEN = "NOT_NEGOTIATED_OPEN", "Procédure non négociée ouverte"
    NEGOTIATED_RESTRICTED = "NEGOTIATED_RESTRICTED", "Procédure négociée restreinte"
    NOT_NEGOTIATED_RESTRICTED = "NOT_NEGOTIATED_RESTRICTED", "Procédure non négociée restreinte"


class PlaceKind(Words):
    """What the code of the place of execution is a code of."""

    POSTAL_CODE = "POSTAL_CODE", "Code postal"
    COMMUNE = "COMMUNE", "Code commune"
    DISTRICT = "DISTRICT", "Code arrondissement"
    CANTON = "CANTON", "Code canton"
    DEPARTEMENT = "DEPARTEMENT", "Code département"
    REGION = "REGION", "Code région"
    COUNTRY = "COUNTRY", "Code pays"


class PriceForm(Words):
    """Unit prices, a lump sum, or both."""

    UNIT = "UNIT", "Unitaire"
    LUMP_SUM = "LUMP_SUM", "Forfaitaire"
    MIXED = "MIXED", "Mixte"


class PriceType(Words):
    """Whether prices may move; the format of 2017 gave it under `formePrix`."""

    FIRM = "FIRM", "Définitif ferme"
    UPDATABLE = "UPDATABLE", "Définitif actualisable"
    REVISABLE = "REVISABLE", "Définitif révisable"
    PROVISIONAL = "PROVISIONAL", "Provisoire"


class SocialConsideration(Words):
    """The four values of `considerationsSociales`; « Concession réservée » is RESERVED for a concession."""

    CLAUSE = "CLAUSE", "Clause sociale"
    CRITERION = "CRITERION", "Critère social"
    RESERVED = "RESERVED", "Marché réservé"
    NONE = "NONE", "Pas de considération sociale"


class Technique(Words):
    """Purchasing techniques."""

    FRAMEWORK = "FRAMEWORK", "Accord-cadre"
    CONTEST = "CONTEST", "Concours"
    QUALIFICATION = "QUALIFICATION", "Système de qualification"
    DYNAMIC = "DYNAMIC", "Système d'acquisition dynamique"
    CATALOGUE = "CATALOGUE", "Catalogue électronique"
    AUCTION = "AUCTION", "Enchère électronique"
    NONE = "NONE", "Sans objet"


class ExecutionMode(Words):
    """How the contract is executed."""

    TRANCHES = "TRANCHES", "Tranches"
    ORDERS = "ORDERS", "Bons de commande"
    SUBSEQUENT = "SUBSEQUENT", "Marchés subséquents"
    NONE = "NONE", "Sans objet"


class IdentifierKind(Words):
    """What identifies an economic operator."""

    SIRET = "SIRET", "SIRET"
    VAT = "VAT", "TVA"
    TAHITI = "TAHITI", "TAHITI"
    RIDET = "RIDET", "RIDET"
    FRWF = "FRWF", "FRWF"
    IREP = "IREP", "IREP"
    OUTSIDE_EU = "OUTSIDE_EU", "HORS-UE"


class Verdict(Words):
    """What the check of an identifier says (DOMAIN.md 10, lines 1 to 3)."""

    VALID = "VALID", "valide"
    SIREN = "SIREN", "SIREN seul"
    WRONG_KEY = "WRONG_KEY", "clé fausse"
    MALFORMED = "MALFORMED", "forme inattendue"
    UNCHECKED = "UNCHECKED", "non vérifiable"


class Level(Words):
    """A refused record is not imported; one with warnings is."""

    WARNING = "WARNING", "à vérifier"
    REFUSAL = "REFUSAL", "refusé"


class FileFault(Words):
    """Why a whole file cannot be read."""

    EMPTY = "EMPTY", "fichier vide"
    NOT_JSON = "NOT_JSON", "pas un fichier JSON"
    XML = "XML", "fichier XML"
    ARCHIVE = "ARCHIVE", "archive à décompresser"
    DAMAGED = "DAMAGED", "fichier compressé abîmé"
    TRUNCATED = "TRUNCATED", "fichier tronqué"
    NO_CONTRACTS = "NO_CONTRACTS", "JSON sans marchés"
    TOO_DEEP = "TOO_DEEP", "imbrication trop profonde"
    TOO_LARGE = "TOO_LARGE", "fichier trop gros"
    RECORD_TOO_LARGE = "RECORD_TOO_LARGE", "enregistrement trop gros"


class Remark(Words):
    """What a notice is about; the label is the heading under which a report groups it."""

    NOT_AN_OBJECT = "NOT_AN_OBJECT", "enregistrement illisible"
    NO_ID = "NO_ID", "identifiant de marché absent"
    ID_TOO_LONG = "ID_TOO_LONG", "identifiant de marché démesuré"
    NO_BUYER = "NO_BUYER", "acheteur absent"
    BUYER_UNUSABLE = "BUYER_UNUSABLE", "acheteur non identifiable"

    ENCODING = "ENCODING", "fichier qui n’est pas en UTF-8"
    ID_OVER_LIMIT = "ID_OVER_LIMIT", "identifiant de plus de 16 caractères"
    IDENTIFIER_KEY = "IDENTIFIER_KEY", "clé d’identifiant fausse"
    IDENTIFIER_SHAPE = "IDENTIFIER_SHAPE", "identifiant de forme inattendue"
    IDENTIFIER_REPAIRED = "IDENTIFIER_REPAIRED", "identifiant réparé"
    SIREN_ONLY = "SIREN_ONLY", "SIREN au lieu d’un SIRET"
    TEXT_BROKEN = "TEXT_BROKEN", "caractères perdus"
    TEXT_CLEANED = "TEXT_CLEANED", "balises ou codes HTML retirés"
    TEXT_CUT = "TEXT_CUT", "texte trop long"
    MISSING = "MISSING", "information absente"
    UNREADABLE = "UNREADABLE", "valeur illisible"
    UNKNOWN_WORD = "UNKNOWN_WORD", "valeur hors de la liste"
    NUMBER_AS_TEXT = "NUMBER_AS_TEXT", "nombre écrit comme un texte"
    AMOUNT_PLACEHOLDER = "AMOUNT_PLACEHOLDER", "montant fictif"
    AMOUNT_UNLIKELY = "AMOUNT_UNLIKELY", "montant peu vraisemblable"
    AMOUNT_IMPOSSIBLE = "AMOUNT_IMPOSSIBLE", "montant impossible"
    DURATION_UNKNOWN = "DURATION_UNKNOWN", "durée non communiquée"
    DURATION_ROUNDED = "DURATION_ROUNDED", "durée arrondie au mois"
    DURATION_UNLIKELY = "DURATION_UNLIKELY", "durée peu vraisemblable"
    DURATION_IMPOSSIBLE = "DURATION_IMPOSSIBLE", "durée impossible"
    DATE_ZONE = "DATE_ZONE", "date suivie d’un fuseau horaire"
    DATE_REPAIRED = "DATE_REPAIRED", "date écrite autrement"
    DATE_IMPLAUSIBLE = "DATE_IMPLAUSIBLE", "date invraisemblable"
    DATE_ORDER = "DATE_ORDER", "publication avant la notification"
    CPV_REPAIRED = "CPV_REPAIRED", "code CPV réparé"
    CPV_KEY = "CPV_KEY", "clé de code CPV douteuse"
    CPV_UNKNOWN = "CPV_UNKNOWN", "code CPV inconnu"
    PLACE_REPAIRED = "PLACE_REPAIRED", "lieu réparé"
    PLACE_CODE = "PLACE_CODE", "code de lieu inattendu"
    CONTRADICTION = "CONTRADICTION", "considérations sociales contradictoires"
    REPEATED = "REPEATED", "enregistrement répété"
    CONTRACTORS_UNITED = "CONTRACTORS_UNITED", "titulaires réunis"
    REPLACED = "REPLACED", "publication remplacée"
    AMOUNT_DISPUTED = "AMOUNT_DISPUTED", "montants différents selon la source"
    SEVERAL_LOTS = "SEVERAL_LOTS", "plusieurs lots sous un même numéro"


class Outcome(Words):
    """What becomes of an element of a file; the first four come of comparing it with what is already known."""

    CREATED = "CREATED", "créé"
    UPDATED = "UPDATED", "mis à jour"
    UNCHANGED = "UNCHANGED", "inchangé"
    KEPT = "KEPT", "plus ancien ou suivi ailleurs, non repris"
    MERGED = "MERGED", "réuni à un autre"
    REFUSED = "REFUSED", "refusé"


class SpottedStatus(Words):
    """What somebody decided about a spotted contract (PRACTICE.md 2)."""

    NEW = "NEW", "À traiter"
    FOLLOWED = "FOLLOWED", "Suivi"
    ATTACHED = "ATTACHED", "Rattaché"
    DISMISSED = "DISMISSED", "Écarté"


class Answer(StrEnum):
    """What moves a spotted contract from one state to another."""

    FOLLOW = "follow"
    ATTACH = "attach"
    DISMISS = "dismiss"
    RESTORE = "restore"


class Permission(StrEnum):
    """What a role may do with spotted contracts."""

    SEE_SPOTTED = "decp.see_spotted"
    READ_FILE = "decp.read_file"
    ANSWER_SPOTTED = "decp.answer_spotted"


READERS = frozenset({Role.BUYER, Role.FACILITATOR, Role.COORDINATION})
GRANTS = {
    Permission.SEE_SPOTTED: READERS,
    Permission.READ_FILE: READERS,
    Permission.ANSWER_SPOTTED: frozenset({Role.BUYER, Role.FACILITATOR}),
}

EVENTS = {
    "decp.asked": "Lecture du fichier demandée.",
    "decp.read": "Fichier lu : créés {created}, mis à jour {updated}, inchangés {unchanged}, refusés {refused}.",
    "spotted.followed": "Marché repéré {number} : suivi ici.",
    "spotted.attached": "Marché repéré {number} : rattaché.",
    "spotted.dismissed": "Marché repéré {number} : écarté.",
    "spotted.restored": "Marché repéré {number} : remis à traiter.",
}
"""What the story says of each event; the fields come from the event's data."""


ID_LIMIT = 16
"""Characters of a contract's number in the schema."""
ID_CAPACITY = 64
"""Characters of a contract's number that we can hold; beyond, it is no number."""
OBJECT_LIMIT = 1000
"""Characters of an object (`objet`) in the schema."""
NAME_LIMIT = 255
"""Characters of a name, a place or another short text that we hold."""
