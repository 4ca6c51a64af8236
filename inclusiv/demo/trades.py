"""In which trades each inclusive structure of the demonstration works."""

from collections.abc import Mapping

from clauses.procurement.choices import Sector as S

BUILDING = (
    S.STRUCTURAL,
    S.EARTHWORKS_ROADS,
    S.PAINTING,
    S.ELECTRICAL,
    S.HVAC_PLUMBING,
    S.FLOORING,
    S.ROOFING,
)
TRADES: Mapping[str, tuple[S, ...]] = {
    "Tremplin 91 Intérim": BUILDING,
    "Passerelle Emploi": (*BUILDING, S.CLEANING, S.LOGISTICS),
    "Intérim Insertion Sud": BUILDING,
    "Coup de main Services": (S.CLEANING, S.LANDSCAPE_MAINTENANCE, S.CATERING),
    "Association Voisinage": (S.CLEANING, S.LAUNDRY),
    "Chantier École de la Juine": (S.STRUCTURAL, S.PAINTING, S.INTERNAL_JOINERY),
    "Les Jardins de l’Yvette": (S.LANDSCAPE_WORKS, S.LANDSCAPE_MAINTENANCE),
    "Renouer Bâtiment": (S.STRUCTURAL, S.PAINTING, S.FLOORING, S.INTERNAL_JOINERY),
    "Éco-Propre Insertion": (S.CLEANING, S.STREET_CLEANING, S.WASTE),
    "GEIQ BTP Francilien": BUILDING,
    "Régie de quartier des Pyramides Bleues": (S.CLEANING, S.LANDSCAPE_MAINTENANCE),
    "Ateliers Adaptés du Hurepoix": (S.LANDSCAPE_MAINTENANCE, S.LAUNDRY, S.DOCUMENTS),
}
"""By the name of the structure in `world.EMPLOYERS`."""
