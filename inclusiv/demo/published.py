"""Contracts that the buyers of the demonstration would have published as essential data: invented, like them."""

from dataclasses import dataclass

from inclusiv.demo.stages import BATI_SUD, VALMONT


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A contract published: who bought what, from whom, and how many days before the reading it was notified."""

    buyer: str
    number: str
    title: str
    cpv: str
    amount: int
    months: int
    contractors: tuple[str, ...]
    notified_ago: int
    social: str = "Clause sociale"


CONTRACTS = (
    Publication(
        buyer="Agglomération des Trois Vallées",
        number="TV014",
        title="Renouvellement des réseaux d’eau potable, secteur Nord",
        cpv="45231300-8",
        amount=1_240_000,
        months=18,
        contractors=("VRD Juine",),
        notified_ago=34,
    ),
    Publication(
        buyer="Agglomération des Trois Vallées",
        number="TV019",
        title="Collecte des encombrants et tri sur site",
        cpv="90511000-2",
        amount=486_000,
        months=24,
        contractors=("Collecte et Tri Essonne",),
        notified_ago=51,
    ),
    Publication(
        buyer="Département (direction des bâtiments)",
        number="DB203",
        title="Remplacement des menuiseries du collège Olympe-de-Gouges",
        cpv="45421000-4",
        amount=712_500,
        months=9,
        contractors=("Menuiseries du Val",),
        notified_ago=22,
    ),
    Publication(
        buyer="Département (direction des bâtiments)",
        number="DB207",
        title="Entretien des abords des collèges, lot Sud",
        cpv="77310000-6",
        amount=365_000,
        months=36,
        contractors=("Verts Horizons",),
        notified_ago=40,
    ),
    Publication(
        buyer="Habitat Solidaire Essonne",
        number="HS031",
        title="Réfection des parties communes, résidence des Érables",
        cpv="45442100-8",
        amount=298_000,
        months=8,
        contractors=("Peinture Moderne 91",),
        notified_ago=18,
    ),
    Publication(
        buyer="Centre hospitalier des Trois Vallées",
        number="CH008",
        title="Fourniture de linge à usage unique",
        cpv="33199000-1",
        amount=154_000,
        months=12,
        contractors=("Net’Essor",),
        notified_ago=29,
        social="Pas de considération sociale",
    ),
    Publication(
        buyer="Université du Plateau",
        number="UP112",
        title="Gardiennage des bâtiments du campus",
        cpv="79713000-5",
        amount=540_000,
        months=24,
        contractors=("Sécuris Île-de-France",),
        notified_ago=15,
    ),
    Publication(
        buyer="Commune de Clairval",
        number="CL044",
        title="Restauration scolaire des écoles du Moulin",
        cpv="55524000-9",
        amount=615_000,
        months=24,
        contractors=("Traiteur des Étangs",),
        notified_ago=45,
    ),
    Publication(
        buyer=VALMONT,
        number="VO051",
        title="Rénovation thermique de l’école de la Fontaine",
        cpv="45321000-3",
        amount=880_000,
        months=11,
        contractors=(BATI_SUD,),
        notified_ago=20,
    ),
    Publication(
        buyer=VALMONT,
        number="VO052",
        title="Réfection de la toiture de la salle des fêtes",
        cpv="45261210-9",
        amount=214_000,
        months=6,
        contractors=("Toitures Essonniennes",),
        notified_ago=26,
    ),
    Publication(
        buyer=VALMONT,
        number="VO053",
        title="Maintenance des ascenseurs communaux",
        cpv="50750000-7",
        amount=48_000,
        months=36,
        contractors=("Électra Services",),
        notified_ago=60,
        social="Pas de considération sociale",
    ),
)
"""The file of the département."""

LATER = (
    Publication(
        buyer=VALMONT,
        number="VO054",
        title="Nettoyage de la voirie du centre",
        cpv="90610000-6",
        amount=327_000,
        months=24,
        contractors=("Propreté du Plateau",),
        notified_ago=9,
    ),
    Publication(
        buyer=VALMONT,
        number="VO055",
        title="Transport des élèves vers la piscine",
        cpv="60130000-8",
        amount=92_000,
        months=24,
        contractors=("Déménagements Roussel",),
        notified_ago=12,
        social="Critère social",
    ),
)
"""What the buyer's own profile tells besides, some days later."""

UNUSABLE = (
    {"acheteur": {"id": "inconnu"}, "objet": "Travaux divers", "montant": 1},
    {"id": "2026M7", "objet": "Marché sans acheteur", "montant": 75_000},
)
"""Elements that a reading refuses: nothing says which contract they are."""

FOLLOWED = frozenset(
    {
        "Réfection de la toiture de la salle des fêtes",
        "Renouvellement des réseaux d’eau potable, secteur Nord",
    }
)
DISMISSED = frozenset({"Maintenance des ascenseurs communaux", "Fourniture de linge à usage unique"})
