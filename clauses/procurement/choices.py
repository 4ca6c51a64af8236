"""Words of procurement: kinds, states and permissions of tenders, lots and awards."""

from enum import StrEnum

from django.db import models

from inclusiv.core.actors import Role


class Permission(StrEnum):
    """What a role may do with tenders."""

    SEE_TENDERS = "procurement.see_tenders"
    REGISTER_TENDER = "procurement.register_tender"
    AWARD_LOT = "procurement.award_lot"
    NOTIFY_TENDER = "procurement.notify_tender"
    RUN_TENDER = "procurement.run_tender"
    SEE_OWN_LOTS = "procurement.see_own_lots"
    HAND_OVER = "procurement.hand_over"
    CHANGE_CONTRACT = "procurement.change_contract"
    ASK_ADVICE = "procurement.ask_advice"
    GIVE_ADVICE = "procurement.give_advice"
    ASK_BUYER = "procurement.ask_buyer"
    DECLARE_SUBCONTRACT = "procurement.declare_subcontract"
    DECIDE_SUBCONTRACT = "procurement.decide_subcontract"
    DESCRIBE_SUPPLIER = "procurement.describe_supplier"


OWNERS = frozenset({Role.BUYER, Role.FACILITATOR})
GRANTS = {
    Permission.SEE_TENDERS: OWNERS | {Role.COORDINATION},
    Permission.REGISTER_TENDER: OWNERS,
    Permission.AWARD_LOT: OWNERS,
    Permission.NOTIFY_TENDER: OWNERS,
    Permission.RUN_TENDER: OWNERS,
    Permission.SEE_OWN_LOTS: frozenset({Role.CONTRACTOR, Role.EMPLOYER}),
    Permission.HAND_OVER: frozenset({Role.FACILITATOR}),
    Permission.CHANGE_CONTRACT: OWNERS,
    Permission.ASK_ADVICE: OWNERS,
    Permission.GIVE_ADVICE: frozenset({Role.FACILITATOR}),
    Permission.ASK_BUYER: frozenset({Role.FACILITATOR}),
    Permission.DECLARE_SUBCONTRACT: frozenset({Role.CONTRACTOR, Role.FACILITATOR}),
    Permission.DECIDE_SUBCONTRACT: OWNERS,
    Permission.DESCRIBE_SUPPLIER: frozenset({Role.FACILITATOR, Role.COORDINATION}),
}


class TenderForm(models.TextChoices):
    """What kind of contract it is (DOMAIN.md 2.1)."""

    CONTRACT = "CONTRACT", "Marché"
    FRAMEWORK = "FRAMEWORK", "Accord-cadre"
    PARTNERSHIP = "PARTNERSHIP", "Marché de partenariat"
    CONCESSION = "CONCESSION", "Concession"
    PRIVATE = "PRIVATE", "Achat privé"


class TenderNature(models.TextChoices):
    """What is bought."""

    WORKS = "WORKS", "Travaux"
    SERVICES = "SERVICES", "Services"
    SUPPLIES = "SUPPLIES", "Fournitures"


class InsertionPolicy(models.TextChoices):
    """For whom the hours of a contract are (DOMAIN.md 1.5 and 2.1); one without a clause says why instead."""

    STANDARD = "STANDARD", "Tous les publics éligibles"
    ANRU = "ANRU", "Renouvellement urbain (ANRU) : habitants des quartiers prioritaires"


class Ccag(models.TextChoices):
    """The general administrative clauses of 2021 that a contract refers to (DOMAIN.md 1.7, 1.8)."""

    TRAVAUX = "TRAVAUX", "Travaux"
    FCS = "FCS", "Fournitures courantes et services"
    PI = "PI", "Prestations intellectuelles"
    TIC = "TIC", "Techniques de l’information et de la communication"
    MOE = "MOE", "Maîtrise d’œuvre"
    MI = "MI", "Marchés industriels"
    NONE = "NONE", "Aucun CCAG"


class TenderStatus(models.TextChoices):
    """A tender's life (DOMAIN.md 2.2)."""

    PLANNED = "PLANNED", "Programmation"
    SIZING = "SIZING", "Étude et calcul des heures"
    DRAFTED = "DRAFTED", "Clause rédigée"
    PUBLISHED = "PUBLISHED", "Consultation publiée"
    EVALUATION = "EVALUATION", "Analyse des offres"
    AWARDED = "AWARDED", "Attribué"
    NOTIFIED = "NOTIFIED", "Notifié"
    IN_PROGRESS = "IN_PROGRESS", "En exécution"
    SUSPENDED = "SUSPENDED", "Suspendu"
    COMPLETED = "COMPLETED", "Prestations achevées"
    CLOSED = "CLOSED", "Bilan clos"
    NO_AWARD = "NO_AWARD", "Sans suite"
    TERMINATED = "TERMINATED", "Résilié"


class TenderAction(StrEnum):
    """What moves a tender from one state to another."""

    SIZE = "size"
    DRAFT = "draft"
    PUBLISH = "publish"
    EVALUATE = "evaluate"
    AWARD = "award"
    REOPEN = "reopen"
    NOTIFY = "notify"
    START = "start"
    SUSPEND = "suspend"
    RESUME = "resume"
    COMPLETE = "complete"
    CLOSE = "close"
    ABANDON = "abandon"
    TERMINATE = "terminate"
    REPLAN = "replan"
    REWRITE = "rewrite"
    UNPUBLISH = "unpublish"
    WAIT_OFFERS = "wait_offers"


class RegisteringStep(models.TextChoices):
    """The steps of « Enregistrer un marché », from what is bought to the texts to print."""

    PURCHASE = "PURCHASE", "L’achat"
    SCHEDULE = "SCHEDULE", "Le calendrier"
    LOTS = "LOTS", "Les lots"
    HOURS = "HOURS", "Les heures"
    TEXTS = "TEXTS", "Les textes"


class OperationStatus(models.TextChoices):
    """An operation’s life (DOMAIN.md 2.3)."""

    DRAFT = "DRAFT", "En préparation"
    ACTIVE = "ACTIVE", "En cours"
    COMPLETED = "COMPLETED", "Achevée"
    ARCHIVED = "ARCHIVED", "Archivée"


class OperationAction(StrEnum):
    """What moves an operation from one state to another."""

    ACTIVATE = "lancer"
    COMPLETE = "achever"
    ARCHIVE = "archiver"


class LineOutcome(models.TextChoices):
    """What becomes of a line of a yearly purchase plan."""

    NEW = "NEW", "à créer"
    CREATED = "CREATED", "créé"
    KNOWN = "KNOWN", "déjà connu"
    REFUSED = "REFUSED", "refusé"


class Sector(models.TextChoices):
    """Trades of a lot, with their seed shares and efforts in the parameters (DOMAIN.md 3.2)."""

    STRUCTURAL = "STRUCTURAL", "Gros œuvre, maçonnerie"
    DEMOLITION = "DEMOLITION", "Démolition, curage, désamiantage"
    EARTHWORKS_ROADS = "EARTHWORKS_ROADS", "VRD, terrassement, réseaux"
    STEEL_FRAME = "STEEL_FRAME", "Charpente métallique"
    TIMBER_FRAME = "TIMBER_FRAME", "Charpente bois, ossature"
    ROOFING = "ROOFING", "Couverture, étanchéité"
    FACADE = "FACADE", "Façades, isolation extérieure, ravalement"
    EXTERNAL_JOINERY = "EXTERNAL_JOINERY", "Menuiseries extérieures, serrurerie"
    INTERNAL_JOINERY = "INTERNAL_JOINERY", "Menuiseries intérieures, cloisons, plâtrerie"
    FLOORING = "FLOORING", "Carrelage, sols souples"
    PAINTING = "PAINTING", "Peinture, revêtements muraux"
    ELECTRICAL = "ELECTRICAL", "Électricité"
    HVAC_PLUMBING = "HVAC_PLUMBING", "Chauffage, ventilation, plomberie"
    LIFTS = "LIFTS", "Ascenseurs"
    LANDSCAPE_WORKS = "LANDSCAPE_WORKS", "Espaces verts, création"
    LANDSCAPE_MAINTENANCE = "LANDSCAPE_MAINTENANCE", "Espaces verts, entretien"
    CLEANING = "CLEANING", "Nettoyage de locaux"
    WASTE = "WASTE", "Collecte et tri des déchets"
    STREET_CLEANING = "STREET_CLEANING", "Nettoiement urbain"
    CATERING = "CATERING", "Restauration collective, traiteur"
    SECURITY = "SECURITY", "Gardiennage, sécurité"
    TRANSPORT = "TRANSPORT", "Transport de personnes, scolaire"
    LAUNDRY = "LAUNDRY", "Blanchisserie, linge"
    LOGISTICS = "LOGISTICS", "Manutention, déménagement, logistique"
    IT = "IT", "Informatique, développement"
    INTELLECTUAL = "INTELLECTUAL", "Prestations intellectuelles, maîtrise d’œuvre, études"
    DOCUMENTS = "DOCUMENTS", "Archivage, numérisation, saisie"
    BUILDING_OVERALL = "BUILDING_OVERALL", "Tous corps d’état"


class AdviceStatus(models.TextChoices):
    """A request for advice, from the question to the buyer's decision (PRACTICE.md 1.7)."""

    ASKED = "ASKED", "Avis demandé"
    PROPOSED = "PROPOSED", "Proposition reçue"
    ACCEPTED = "ACCEPTED", "Proposition acceptée"
    ADJUSTED = "ADJUSTED", "Proposition ajustée"
    DECLINED = "DECLINED", "Proposition écartée"
    WITHDRAWN = "WITHDRAWN", "Demande retirée"


class AdviceAction(StrEnum):
    """What moves a request for advice."""

    PROPOSE = "propose"
    ACCEPT = "accept"
    ADJUST = "adjust"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


class Opinion(models.TextChoices):
    """What the facilitator thinks of placing a clause (DOMAIN.md 3.5)."""

    ADVISED = "ADVISED", "Clause conseillée"
    POSSIBLE = "POSSIBLE", "Clause possible"
    NOT_ADVISED = "NOT_ADVISED", "Clause déconseillée"


class NoClauseReason(models.TextChoices):
    """Why a contract carries no clause: the four cases of L2112-2-1, then those of practice (DOMAIN.md 1.2 and 2.2)."""

    IMMEDIATE_SOLUTION = (
        "IMMEDIATE_SOLUTION",
        "le besoin est satisfait par une solution immédiatement disponible",
    )
    NO_SUFFICIENT_LINK = "NO_SUFFICIENT_LINK", "pas de lien suffisant avec l’objet du marché"
    RESTRICTS_COMPETITION_OR_DIFFICULT = (
        "RESTRICTS_COMPETITION_OR_DIFFICULT",
        "concurrence restreinte, ou exécution techniquement ou économiquement difficile",
    )
    WORKS_UNDER_3_MONTHS = "WORKS_UNDER_3_MONTHS", "travaux d’une durée inférieure à trois mois"
    LOW_LABOUR = "LOW_LABOUR", "trop peu de main-d’œuvre"
    TOO_SHORT = "TOO_SHORT", "exécution trop courte"
    TOO_SMALL = "TOO_SMALL", "montant trop faible"
    NO_LOCAL_SUPPLY = "NO_LOCAL_SUPPLY", "pas d’offre d’insertion à proximité"
    SECURITY_CLEARANCE = "SECURITY_CLEARANCE", "habilitation exigée"
    BUYER_REFUSAL = "BUYER_REFUSAL", "choix de l’acheteur"
    TOO_LATE = "TOO_LATE", "consultation déjà prête"
    OTHER = "OTHER", "autre raison"


class AmendmentKind(models.TextChoices):
    """What an amendment changes first (DOMAIN.md 2.1)."""

    AMOUNT = "AMOUNT", "Montant"
    DURATION = "DURATION", "Durée"
    SCOPE = "SCOPE", "Prestations"
    CLAUSE_ADDED = "CLAUSE_ADDED", "Clause sociale ajoutée"
    CLAUSE_CHANGED = "CLAUSE_CHANGED", "Clause sociale modifiée"
    TRANSFER = "TRANSFER", "Changement de titulaire"


class AmendmentArticle(models.TextChoices):
    """On what article of the CCP an amendment rests (R2194-1 to R2194-8)."""

    REVIEW_CLAUSE = "R2194-1", "R2194-1, clause de réexamen"
    ADDITIONAL = "R2194-2", "R2194-2, prestations supplémentaires nécessaires"
    UNFORESEEN = "R2194-5", "R2194-5, circonstances imprévues"
    NEW_CONTRACTOR = "R2194-6", "R2194-6, nouveau titulaire"
    NOT_SUBSTANTIAL = "R2194-7", "R2194-7, modification non substantielle"
    LOW_VALUE = "R2194-8", "R2194-8, faible montant"


class GroupType(models.TextChoices):
    """How contractors answer together (R2142-19 ff. CCP)."""

    NONE = "NONE", "Entreprise seule"
    JOINT = "JOINT", "Groupement conjoint"
    SEVERAL = "SEVERAL", "Groupement solidaire"


class GroupRole(models.TextChoices):
    """A member's place in its group; an entreprise alone is its own lead."""

    LEAD = "LEAD", "Mandataire"
    MEMBER = "MEMBER", "Cotraitant"


class SubcontractKind(models.TextChoices):
    """Whether a subcontractor is an inclusive structure, whose work counts as hours of its own kind."""

    ORDINARY = "ORDINARY", "Entreprise"
    INCLUSIVE = "INCLUSIVE", "Structure inclusive"


class SubcontractStatus(models.TextChoices):
    """A declared subcontractor, until the buyer's decision."""

    DECLARED = "DECLARED", "À accepter par l’acheteur"
    ACCEPTED = "ACCEPTED", "Accepté"
    REFUSED = "REFUSED", "Refusé"


EVENTS = {
    "tender.registered": "Marché enregistré.",
    "operation.opened": "Opération « {operation} » ouverte.",
    "operation.changed": "Opération « {operation} » modifiée.",
    "operation.moved": "Opération « {operation} » : {label}.",
    "operation.joined": "Marché rattaché à l’opération « {operation} ».",
    "operation.left": "Marché détaché de l’opération « {operation} ».",
    "group.joined": "{organisation} entre dans le groupement de commandes.",
    "group.left": "{organisation} quitte le groupement de commandes.",
    "delegate.named": "{organisation} agit à la place de l’acheteur {period}.",
    "delegate.ended": "{organisation} n’agit plus à la place de l’acheteur après le {ends_on}.",
    "plan.imported": "Plan d’achats {year} importé : {created}.",
    "tender.changed": "Identification du marché modifiée.",
    "tender.moved": "{label}.",
    "tender.ccag_chosen": "CCAG du marché : {ccag}.",
    "tender.handed_over": "Suivi confié à {who}.",
    "lot.added": "Lot {number} ajouté.",
    "lot.changed": "Lot {number} modifié.",
    "lot.removed": "Lot {number} retiré.",
    "advice.asked": "Avis demandé à la facilitation, réponse attendue le {due_on}.",
    "advice.proposed": "Proposition de la facilitation : {opinion}.",
    "advice.decided": "{decision}.",
    "supplier.described": "Métiers de la structure mis à jour : {count} à ce jour.",
    "tender.without_clause": "Décision de ne pas prévoir de clause : {reason}.",
    "tender.clause_wanted": "Décision de ne pas prévoir de clause retirée.",
    "award.asked": "Titulaire demandé à l’acheteur par courriel ({who}), demande n° {times}.",
    "award.later": "Pas encore attribué ou notifié : l’acheteur demande à être rappelé le {later_on}.",
    "lot.awarded": "Lot {number} attribué.",
    "award.withdrawn": "Lot {number} : titulaire retiré.",
    "tender.notified": "Marché notifié le {notified_on}.",
    "tranche.added": "Lot {number} : tranche optionnelle {tranche} décrite.",
    "tranche.removed": "Lot {number} : tranche optionnelle {tranche} retirée.",
    "tranche.affirmed": "Lot {number} : tranche optionnelle {tranche} affermie le {affirmed_on}.",
    "amendment.recorded": "Avenant n° {amendment}, notifié le {notified_on} : {kind}.",
    "renewal.recorded": "Reconduction n° {renewal}, du {starts_on} au {ends_on}.",
    "invoices.recorded": "Lot {number} : {amount} HT facturés depuis le début, au {quarter}.",
    "suspension.opened": "Exécution suspendue le {starts_on}.",
    "suspension.closed": "Exécution reprise le {resumed_on}.",
    "tender.terminated": "Marché résilié, fin d’exécution le {last_on}.",
    "subcontract.declared": "Lot {number} : {organisation} déclaré sous-traitant de rang {rank}.",
    "subcontract.accepted": "Lot {number} : sous-traitant {organisation} (rang {rank}) accepté.",
    "subcontract.refused": "Lot {number} : sous-traitant {organisation} (rang {rank}) refusé.",
    "lot.joined": "Lot {number} : {organisation} y intervient depuis le {starts_on}.",
    "lot.came_back": "Lot {number} : {organisation} y intervient de nouveau, à partir du {starts_on}.",
    "lot.joined_earlier": "Lot {number} : {organisation} y intervient dès le {starts_on}.",
}
"""What the story says of each event; the fields come from the event's data."""
