"""The trade and the general clauses that a CPV code stands for (DOMAIN.md 1.7, 3.2): proposals, to confirm or change."""

from collections.abc import Mapping

from clauses.procurement.choices import Ccag, TenderNature
from clauses.procurement.choices import Sector as S

PREFIXES: Mapping[str, S] = {
    "45223": S.STRUCTURAL,
    "45262": S.STRUCTURAL,
    "45110": S.DEMOLITION,
    "45111": S.DEMOLITION,
    "45112": S.EARTHWORKS_ROADS,
    "4523": S.EARTHWORKS_ROADS,
    "45223210": S.STEEL_FRAME,
    "4526": S.ROOFING,
    "45261": S.TIMBER_FRAME,
    "452612": S.ROOFING,
    "452613": S.ROOFING,
    "452614": S.ROOFING,
    "452619": S.ROOFING,
    "45443": S.FACADE,
    "45321": S.FACADE,
    "4542": S.EXTERNAL_JOINERY,
    "45421152": S.INTERNAL_JOINERY,
    "4541": S.INTERNAL_JOINERY,
    "4543": S.FLOORING,
    "4544": S.PAINTING,
    "4531": S.ELECTRICAL,
    "4533": S.HVAC_PLUMBING,
    "45313": S.LIFTS,
    "45112710": S.LANDSCAPE_WORKS,
    "773": S.LANDSCAPE_MAINTENANCE,
    "9091": S.CLEANING,
    "905": S.WASTE,
    "906": S.STREET_CLEANING,
    "5552": S.CATERING,
    "797": S.SECURITY,
    "601": S.TRANSPORT,
    "9831": S.LAUNDRY,
    "631": S.LOGISTICS,
    "98392": S.LOGISTICS,
    "72": S.IT,
    "71": S.INTELLECTUAL,
    "73": S.INTELLECTUAL,
    "793": S.INTELLECTUAL,
    "79995": S.DOCUMENTS,
    "72312": S.DOCUMENTS,
    "45000": S.BUILDING_OVERALL,
    "4521": S.BUILDING_OVERALL,
}
"""Table 3.2, the zeros that close a CPV group left out: 45310 is the group 4531. 45000, all works, is only itself.

Two rows of the table share 45261 and 45421: carpentry keeps the first but for its roofs, outside joinery the second but
for its partitions. Which of the two it is, the buyer knows: the page says that the trade is proposed.
"""

LONGEST = max(map(len, PREFIXES))


def trade_of(cpv: str) -> S | None:
    """Return the trade of the longest prefix of table 3.2 that a code on 8 digits begins with, None without one."""
    prefixes = (cpv[:length] for length in range(LONGEST, 1, -1))
    return next((PREFIXES[prefix] for prefix in prefixes if prefix in PREFIXES), None)


CCAG_PREFIXES: Mapping[str, Ccag] = {
    "712": Ccag.MOE,
    "71": Ccag.PI,
    "72": Ccag.TIC,
    "73": Ccag.PI,
    "794": Ccag.PI,
}
"""Services that have their own general clauses: architecture, engineering, computing, research, consulting."""


def ccag_of(nature: TenderNature, cpv: str) -> Ccag:
    """Return the general clauses that a purchase of a nature usually refers to."""
    if nature is TenderNature.WORKS:
        return Ccag.TRAVAUX
    if nature is TenderNature.SUPPLIES:
        return Ccag.FCS
    return next((ccag for prefix, ccag in CCAG_PREFIXES.items() if cpv.startswith(prefix)), Ccag.FCS)
