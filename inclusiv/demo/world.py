"""The people, companies and buyers of the demonstration: all invented, in the real communes of Essonne.

SIREN are taken in an unassigned range; telephone numbers in the ranges that ARCEP keeps for fiction.
"""

from dataclasses import dataclass

from clauses.procurement.choices import Sector
from inclusiv.accounts.choices import BuyerKind, CompanyKind


@dataclass(frozen=True, slots=True)
class StructureSeed:
    """A facilitator structure, its intercommunal bodies (SIREN) and the person who answers."""

    name: str
    territory: str
    epci: tuple[str, ...]
    commune: str
    first_name: str
    last_name: str


STRUCTURES = (
    StructureSeed("PLIE Nord-Essonne Emploi", "Nord", ("200058014", "200058477"), "91589", "Nadia", "Kaci"),
    StructureSeed(
        "Maison de l’emploi du Plateau",
        "Ouest",
        ("200056232", "249100074", "247800584"),
        "91377",
        "Étienne",
        "Marchal",
    ),
    StructureSeed("PLIE Centre-Seine", "Centre", ("200059228", "249100546"), "91228", "Fatou", "Sarr"),
    StructureSeed("Clauses Cœur 91", "Cœur d’Essonne", ("200057859",), "91549", "Hélène", "Brun"),
    StructureSeed(
        "Département, mission clauses sociales",
        "Sud",
        ("200017846", "249100553", "249100157", "249100595", "247700644"),
        "91223",
        "Julien",
        "Faure",
    ),
)


@dataclass(frozen=True, slots=True)
class BuyerSeed:
    """A buyer, where it is, and how many tenders it has had (a weight)."""

    name: str
    kind: BuyerKind
    commune: str
    weight: int


BUYERS = (
    BuyerSeed("Commune de Valmont-sur-Orge", BuyerKind.COMMUNE, "91589", 14),
    BuyerSeed("Commune de Clairval", BuyerKind.COMMUNE, "91377", 9),
    BuyerSeed("Commune de Saint-Aubin-la-Forêt", BuyerKind.COMMUNE, "91201", 8),
    BuyerSeed("Commune de Bellefontaine", BuyerKind.COMMUNE, "91223", 6),
    BuyerSeed("Agglomération des Trois Vallées", BuyerKind.EPCI, "91228", 13),
    BuyerSeed("Communauté Orge et Yvette", BuyerKind.EPCI, "91471", 9),
    BuyerSeed("Département (direction des bâtiments)", BuyerKind.DEPARTMENT, "91228", 16),
    BuyerSeed("Services de l’État (immobilier)", BuyerKind.STATE, "91228", 7),
    BuyerSeed("Université du Plateau", BuyerKind.STATE_AGENCY, "91272", 6),
    BuyerSeed("Centre hospitalier des Trois Vallées", BuyerKind.HOSPITAL, "91174", 5),
    BuyerSeed("Habitat Solidaire Essonne", BuyerKind.SOCIAL_LANDLORD, "91286", 12),
    BuyerSeed("Logis du Val d’Orge", BuyerKind.SOCIAL_LANDLORD, "91549", 7),
    BuyerSeed("Aménagement du Plateau", BuyerKind.DEVELOPER, "91534", 5),
    BuyerSeed("Foncière Méridia", BuyerKind.PRIVATE, "91657", 3),
)


BUYING = (
    ("Hugo", "Lemaire"),
    ("Sabrina", "Cherif"),
    ("Olivier", "Texier"),
    ("Maud", "Pinson"),
    ("Delphine", "Carpentier"),
    ("Amadou", "Fofana"),
    ("Isabelle", "Vasseur"),
    ("Fabrice", "Noël"),
    ("Laure", "Besnard"),
    ("Reda", "Slimani"),
    ("Élise", "Vidal"),
    ("Bruno", "Tessier"),
    ("Charlotte", "Hamon"),
    ("Vincent", "Delorme"),
)
"""Who buys for each of them."""


@dataclass(frozen=True, slots=True)
class CompanySeed:
    """A contractor or an inclusive employer; `sectors` are the lots it wins."""

    name: str
    kind: CompanyKind
    commune: str
    sectors: tuple[Sector, ...] = ()


S = Sector
K = CompanyKind
CONTRACTORS = (
    CompanySeed("Bâti-Sud", K.ORDINARY, "91223", (S.STRUCTURAL, S.BUILDING_OVERALL)),
    CompanySeed("Maçonnerie Lefort", K.ORDINARY, "91692", (S.STRUCTURAL,)),
    CompanySeed(
        "Constructions Hurepoix", K.ORDINARY, "91200", (S.STRUCTURAL, S.BUILDING_OVERALL, S.DEMOLITION)
    ),
    CompanySeed("Groupe Arpajonnais du Bâtiment", K.ORDINARY, "91021", (S.BUILDING_OVERALL, S.STRUCTURAL)),
    CompanySeed("Démolition Francilienne", K.ORDINARY, "91161", (S.DEMOLITION,)),
    CompanySeed("Routes et Réseaux 91", K.ORDINARY, "91235", (S.EARTHWORKS_ROADS,)),
    CompanySeed("Terrassements Brard", K.ORDINARY, "91340", (S.EARTHWORKS_ROADS, S.LANDSCAPE_WORKS)),
    CompanySeed("VRD Juine", K.ORDINARY, "91223", (S.EARTHWORKS_ROADS,)),
    CompanySeed("Charpentes de la Bièvre", K.ORDINARY, "91064", (S.TIMBER_FRAME, S.ROOFING)),
    CompanySeed("Toitures Essonniennes", K.ORDINARY, "91174", (S.ROOFING,)),
    CompanySeed("Façades d’Île-de-France", K.ORDINARY, "91345", (S.FACADE,)),
    CompanySeed("Menuiseries du Val", K.ORDINARY, "91589", (S.EXTERNAL_JOINERY, S.INTERNAL_JOINERY)),
    CompanySeed("Cloisons Services", K.ORDINARY, "91421", (S.INTERNAL_JOINERY,)),
    CompanySeed("Sols et Carrelages Martin", K.ORDINARY, "91027", (S.FLOORING,)),
    CompanySeed("Couleurs du Val", K.ORDINARY, "91201", (S.PAINTING,)),
    CompanySeed("Peinture Moderne 91", K.ORDINARY, "91477", (S.PAINTING,)),
    CompanySeed("Électra Services", K.ORDINARY, "91228", (S.ELECTRICAL,)),
    CompanySeed("Lumen Électricité", K.ORDINARY, "91272", (S.ELECTRICAL,)),
    CompanySeed("Génie Climatique du Sud", K.ORDINARY, "91174", (S.HVAC_PLUMBING,)),
    CompanySeed("Thermi-Plomb", K.ORDINARY, "91114", (S.HVAC_PLUMBING,)),
    CompanySeed("Paysages du Val", K.ORDINARY, "91103", (S.LANDSCAPE_WORKS, S.LANDSCAPE_MAINTENANCE)),
    CompanySeed("Verts Horizons", K.ORDINARY, "91312", (S.LANDSCAPE_MAINTENANCE,)),
    CompanySeed("Net’Essor", K.ORDINARY, "91228", (S.CLEANING,)),
    CompanySeed("Propreté du Plateau", K.ORDINARY, "91471", (S.CLEANING, S.STREET_CLEANING)),
    CompanySeed("Sécuris Île-de-France", K.ORDINARY, "91326", (S.SECURITY,)),
    CompanySeed("Traiteur des Étangs", K.ORDINARY, "91657", (S.CATERING,)),
    CompanySeed("Collecte et Tri Essonne", K.ORDINARY, "91204", (S.WASTE,)),
    CompanySeed("Déménagements Roussel", K.ORDINARY, "91434", (S.LOGISTICS,)),
)
EMPLOYERS = (
    CompanySeed("Tremplin 91 Intérim", K.ETTI, "91228"),
    CompanySeed("Passerelle Emploi", K.ETTI, "91377"),
    CompanySeed("Intérim Insertion Sud", K.ETTI, "91223"),
    CompanySeed("Coup de main Services", K.AI, "91589"),
    CompanySeed("Association Voisinage", K.AI, "91692"),
    CompanySeed("Chantier École de la Juine", K.ACI, "91223"),
    CompanySeed("Les Jardins de l’Yvette", K.ACI, "91272"),
    CompanySeed("Renouer Bâtiment", K.EI, "91286"),
    CompanySeed("Éco-Propre Insertion", K.EI, "91174"),
    CompanySeed("GEIQ BTP Francilien", K.GEIQ, "91228"),
    CompanySeed("Régie de quartier des Pyramides Bleues", K.REGIE, "91228"),
    CompanySeed("Ateliers Adaptés du Hurepoix", K.EA, "91200"),
)

TOWN_WORKS = (
    "Réhabilitation du groupe scolaire {}",
    "Extension de l’école {}",
    "Construction du gymnase {}",
    "Réaménagement de l’avenue {}",
    "Construction d’une crèche, quartier {}",
    "Rénovation de la médiathèque {}",
    "Réfection des voiries, secteur {}",
    "Création d’un parc, site {}",
    "Rénovation du centre technique {}",
)
SITE_WORKS = (
    "Rénovation énergétique du bâtiment {}",
    "Extension du bâtiment {}",
    "Restructuration des locaux, site {}",
)
WORKS = {
    BuyerKind.COMMUNE: TOWN_WORKS,
    BuyerKind.EPCI: TOWN_WORKS,
    BuyerKind.DEPARTMENT: (
        "Restructuration du collège {}",
        "Rénovation énergétique du collège {}",
        "Construction de la demi-pension du collège {}",
        "Rénovation de la maison des solidarités {}",
    ),
    BuyerKind.SOCIAL_LANDLORD: (
        "Rénovation énergétique de la résidence {}",
        "Réhabilitation de 84 logements, résidence {}",
        "Réfection des halls et des cages d’escalier, résidence {}",
        "Construction de 46 logements, quartier {}",
    ),
    BuyerKind.DEVELOPER: (
        "Viabilisation du quartier {}",
        "Aménagement de la place {}",
        "Création d’un parc, site {}",
    ),
}
"""What each kind of buyer has built; the others, `SITE_WORKS`."""

TOWN_SERVICES = (
    "Entretien des espaces verts, secteur {}",
    "Nettoyage des écoles, secteur {}",
    "Collecte et tri, secteur {}",
    "Gardiennage du site {}",
    "Restauration de la résidence {}",
    "Propreté urbaine, secteur {}",
    "Déménagement des services, site {}",
)
SITE_SERVICES = (
    "Entretien des espaces verts, site {}",
    "Nettoyage des bâtiments, site {}",
    "Gardiennage du site {}",
    "Restauration collective, site {}",
    "Déménagement des services, site {}",
)
SERVICES = {BuyerKind.COMMUNE: TOWN_SERVICES, BuyerKind.EPCI: TOWN_SERVICES}
"""What each kind of buyer has done for it; the others, `SITE_SERVICES`."""

PLACES = (
    "Jean-Moulin",
    "des Tilleuls",
    "Louise-Michel",
    "du Moulin",
    "des Coquelicots",
    "Pablo-Neruda",
    "de la Prairie",
    "Joséphine-Baker",
    "des Marronniers",
    "Victor-Schœlcher",
    "de l’Orme",
    "Simone-Veil",
    "du Vieux-Pont",
    "des Acacias",
    "Olympe-de-Gouges",
    "de la Fontaine",
    "Aimé-Césaire",
    "du Belvédère",
    "Rosa-Parks",
    "des Érables",
)
WORKS_SECTORS = (
    S.STRUCTURAL,
    S.EARTHWORKS_ROADS,
    S.PAINTING,
    S.ELECTRICAL,
    S.HVAC_PLUMBING,
    S.INTERNAL_JOINERY,
    S.FLOORING,
    S.ROOFING,
    S.FACADE,
    S.DEMOLITION,
    S.LANDSCAPE_WORKS,
    S.EXTERNAL_JOINERY,
)
OUTDOOR = ("Réaménagement", "Réfection des voiries", "Création d’un parc", "Viabilisation", "Aménagement")
"""How the titles of works begin that are neither in a building nor on one."""

OUTDOOR_SECTORS = (S.EARTHWORKS_ROADS, S.LANDSCAPE_WORKS, S.DEMOLITION, S.STRUCTURAL)
SERVICE_SECTORS = {
    "Entretien": S.LANDSCAPE_MAINTENANCE,
    "Nettoyage": S.CLEANING,
    "Collecte": S.WASTE,
    "Gardiennage": S.SECURITY,
    "Restauration": S.CATERING,
    "Propreté": S.STREET_CLEANING,
    "Déménagement": S.LOGISTICS,
}
POSTS = {
    S.STRUCTURAL: ("Aide-maçon", "F1703"),
    S.DEMOLITION: ("Manœuvre", "F1704"),
    S.EARTHWORKS_ROADS: ("Manœuvre VRD", "F1702"),
    S.TIMBER_FRAME: ("Aide-charpentier", "F1607"),
    S.ROOFING: ("Aide-couvreur", "F1610"),
    S.FACADE: ("Aide-façadier", "F1613"),
    S.EXTERNAL_JOINERY: ("Aide-poseur", "F1607"),
    S.INTERNAL_JOINERY: ("Aide-plaquiste", "F1604"),
    S.FLOORING: ("Aide-carreleur", "F1608"),
    S.PAINTING: ("Aide-peintre", "F1606"),
    S.ELECTRICAL: ("Aide-électricien", "F1602"),
    S.HVAC_PLUMBING: ("Aide-plombier", "F1603"),
    S.LANDSCAPE_WORKS: ("Ouvrier paysagiste", "A1203"),
    S.LANDSCAPE_MAINTENANCE: ("Jardinier", "A1203"),
    S.CLEANING: ("Agent de propreté", "K2204"),
    S.WASTE: ("Agent de tri", "K2304"),
    S.STREET_CLEANING: ("Agent de propreté urbaine", "K2303"),
    S.CATERING: ("Agent de restauration", "G1603"),
    S.SECURITY: ("Agent de sécurité", "K2503"),
    S.LOGISTICS: ("Manutentionnaire", "N1103"),
    S.BUILDING_OVERALL: ("Manœuvre", "F1704"),
}
FIRST_NAMES_F = (
    "Amina",
    "Sandrine",
    "Fatoumata",
    "Léa",
    "Maria",
    "Khadija",
    "Céline",
    "Aïssatou",
    "Nathalie",
    "Oumou",
    "Inès",
    "Sylvie",
    "Mariam",
    "Chloé",
    "Rachida",
    "Véronique",
    "Ana",
    "Nour",
    "Émilie",
    "Hawa",
    "Patricia",
    "Yasmine",
    "Lucie",
    "Djeneba",
)
FIRST_NAMES_M = (
    "Karim",
    "Sofiane",
    "Thomas",
    "Mamadou",
    "José",
    "Bilal",
    "Kevin",
    "Ibrahima",
    "Laurent",
    "Youssef",
    "Maxime",
    "Adama",
    "Hamza",
    "Stéphane",
    "Moussa",
    "Alexandre",
    "Rachid",
    "Dylan",
    "Cheikh",
    "Philippe",
    "Samir",
    "Nicolas",
    "Boubacar",
    "Enzo",
)
LAST_NAMES = (
    "Diallo",
    "Martin",
    "Benali",
    "Fernandes",
    "Traoré",
    "Lefèvre",
    "Haddad",
    "Moreau",
    "Camara",
    "Da Silva",
    "Petit",
    "Cissé",
    "Bouzid",
    "Robert",
    "Konaté",
    "Garcia",
    "Lambert",
    "Sylla",
    "Mansouri",
    "Girard",
    "Ndiaye",
    "Roux",
    "Belkacem",
    "Fournier",
    "Keïta",
    "Blanchard",
    "Ouattara",
    "Meunier",
    "Saïdi",
    "Perrin",
    "Touré",
    "Gauthier",
    "Amrani",
    "Chevalier",
    "Barry",
    "Renard",
    "Lopes",
    "Guérin",
    "Sow",
    "Masson",
)

EUROS_AN_HOUR = {
    S.STRUCTURAL: 952,
    S.DEMOLITION: 1500,
    S.EARTHWORKS_ROADS: 2000,
    S.ROOFING: 1500,
    S.FACADE: 1333,
    S.EXTERNAL_JOINERY: 2000,
    S.INTERNAL_JOINERY: 1333,
    S.FLOORING: 1333,
    S.PAINTING: 536,
    S.ELECTRICAL: 1500,
    S.HVAC_PLUMBING: 1714,
    S.LANDSCAPE_WORKS: 1300,
    S.LANDSCAPE_MAINTENANCE: 371,
    S.CLEANING: 259,
    S.WASTE: 1200,
    S.STREET_CLEANING: 923,
    S.CATERING: 1333,
    S.SECURITY: 706,
    S.LOGISTICS: 500,
}
"""Euros of a lot for one hour of insertion, by the seed shares and efforts (DOMAIN.md 3.2)."""
