"""The mises à l'emploi among the changes of their tender: by their code, never by a name."""

from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award
from clauses.procurement.selectors.tenders import of_lots
from inclusiv.core.changes import Source, points_at
from inclusiv.core.codes import spaced

CHANGES = Source(
    model=Placement,
    of=lambda tender: points_at("award", Award, of_lots(tender)),
    name=lambda named: f"Mise à l’emploi {spaced(named('code'))}",
)
