"""Where the tenders of the demonstration are on its day: some told one by one, the others drawn state by state."""

from dataclasses import dataclass

from clauses.procurement.choices import Sector, TenderNature
from clauses.procurement.choices import TenderStatus as S

VALMONT = "Commune de Valmont-sur-Orge"
"""The buyer of the persona who buys."""

BATI_SUD = "Bâti-Sud"
"""The company of the persona who contracts."""

TREMPLIN = "Tremplin 91 Intérim"
"""The agency of the persona who employs."""

PRESCRIBER = "Mission locale des Coteaux"
"""Where the persona who registers people works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """So many tenders in a state, whose execution begins `first` to `last` days after the demonstration's day."""

    status: S
    count: int
    first: int
    last: int


STAGES = (
    Stage(status=S.PLANNED, count=3, first=150, last=200),
    Stage(status=S.SIZING, count=3, first=120, last=160),
    Stage(status=S.DRAFTED, count=2, first=102, last=120),
    Stage(status=S.PUBLISHED, count=4, first=64, last=98),
    Stage(status=S.EVALUATION, count=2, first=32, last=56),
    Stage(status=S.AWARDED, count=2, first=16, last=27),
    Stage(status=S.NOTIFIED, count=2, first=2, last=13),
    Stage(status=S.SUSPENDED, count=2, first=-260, last=-190),
    Stage(status=S.TERMINATED, count=4, first=-700, last=-330),
    Stage(status=S.NO_AWARD, count=4, first=-600, last=20),
)
"""States that the day alone would not give; an execution that has begun follows its dates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLot:
    """A lot told: its trade, its contractors and how it goes (`plan.PROFILES`)."""

    sector: Sector
    contractors: tuple[str, ...]
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A tender told: `starts` in days from the demonstration's day; `delay`, by how much its consultation came early."""

    buyer: str
    title: str
    nature: TenderNature
    status: S
    starts: int
    months: int
    lots: tuple[ToldLot, ...]
    delay: int = 0


def lot(sector: Sector, profile: str, *contractors: str) -> ToldLot:
    """Return a lot told in one line."""
    return ToldLot(sector=sector, contractors=contractors, profile=profile)


WORKS, SERVICES = TenderNature.WORKS, TenderNature.SERVICES
TOLD = (
    Told(
        buyer=VALMONT,
        title="Réhabilitation du groupe scolaire Jean-Moulin",
        nature=WORKS,
        status=S.IN_PROGRESS,
        starts=-230,
        months=14,
        lots=(
            lot(Sector.STRUCTURAL, "exemplary", BATI_SUD),
            lot(Sector.PAINTING, "behind", "Couleurs du Val"),
            lot(Sector.ELECTRICAL, "failing", "Électra Services"),
        ),
    ),
    Told(
        buyer=VALMONT,
        title="Construction du gymnase Rosa-Parks",
        nature=WORKS,
        status=S.IN_PROGRESS,
        starts=-330,
        months=18,
        lots=(
            lot(Sector.STRUCTURAL, "behind", BATI_SUD, "Maçonnerie Lefort"),
            lot(Sector.ROOFING, "steady", "Toitures Essonniennes"),
        ),
    ),
    Told(
        buyer="Commune de Clairval",
        title="Construction d’une crèche, quartier du Moulin",
        nature=WORKS,
        status=S.IN_PROGRESS,
        starts=-280,
        months=13,
        lots=(lot(Sector.STRUCTURAL, "failing", BATI_SUD),),
    ),
    Told(
        buyer="Commune de Bellefontaine",
        title="Rénovation de la halle du marché",
        nature=WORKS,
        status=S.IN_PROGRESS,
        starts=-380,
        months=18,
        lots=(
            lot(Sector.STRUCTURAL, "steady", "Maçonnerie Lefort"),
            lot(Sector.PAINTING, "exemplary", "Couleurs du Val"),
        ),
    ),
    Told(
        buyer="Logis du Val d’Orge",
        title="Réhabilitation de 62 logements, résidence des Peupliers",
        nature=WORKS,
        status=S.IN_PROGRESS,
        starts=-350,
        months=17,
        lots=(
            lot(Sector.INTERNAL_JOINERY, "behind", "Cloisons Services"),
            lot(Sector.HVAC_PLUMBING, "steady", "Thermi-Plomb"),
        ),
    ),
    Told(
        buyer=VALMONT,
        title="Nettoyage des écoles et des gymnases",
        nature=SERVICES,
        status=S.IN_PROGRESS,
        starts=-200,
        months=24,
        lots=(lot(Sector.CLEANING, "steady", "Net’Essor"),),
    ),
    Told(
        buyer=VALMONT,
        title="Extension de l’école Louise-Michel",
        nature=WORKS,
        status=S.CLOSED,
        starts=-600,
        months=14,
        lots=(lot(Sector.STRUCTURAL, "exemplary", BATI_SUD),),
    ),
    Told(
        buyer=VALMONT,
        title="Rénovation de la médiathèque Simone-Veil",
        nature=WORKS,
        status=S.COMPLETED,
        starts=-430,
        months=12,
        lots=(
            lot(Sector.PAINTING, "behind", "Peinture Moderne 91"),
            lot(Sector.FLOORING, "exemplary", "Sols et Carrelages Martin"),
        ),
    ),
    Told(
        buyer=VALMONT,
        title="Réaménagement de la place du Vieux-Pont",
        nature=WORKS,
        status=S.SIZING,
        starts=140,
        months=10,
        lots=(
            lot(Sector.EARTHWORKS_ROADS, "steady", "Routes et Réseaux 91"),
            lot(Sector.LANDSCAPE_WORKS, "steady", "Paysages du Val"),
        ),
    ),
    Told(
        buyer=VALMONT,
        title="Rénovation du centre technique municipal",
        nature=WORKS,
        status=S.EVALUATION,
        starts=45,
        months=12,
        delay=45,
        lots=(
            lot(Sector.STRUCTURAL, "steady", "Constructions Hurepoix"),
            lot(Sector.ROOFING, "steady", "Charpentes de la Bièvre"),
        ),
    ),
    Told(
        buyer=VALMONT,
        title="Entretien des espaces verts, secteur de la Prairie",
        nature=SERVICES,
        status=S.AWARDED,
        starts=21,
        months=24,
        lots=(lot(Sector.LANDSCAPE_MAINTENANCE, "steady", "Verts Horizons"),),
    ),
    Told(
        buyer=VALMONT,
        title="Création d’un parc, site des Étangs",
        nature=WORKS,
        status=S.PLANNED,
        starts=185,
        months=9,
        lots=(lot(Sector.LANDSCAPE_WORKS, "steady", "Paysages du Val"),),
    ),
)
"""What the personas open first: all that a buyer may meet, the lots of a contractor that go well or not.

The smallest structures have something that runs.
"""
