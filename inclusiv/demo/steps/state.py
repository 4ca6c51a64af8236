"""What is built so far, by name or rank, for the steps that follow."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from beneficiaries.people.models import Dossier
from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award, Tender
from inclusiv.accounts.models import Organisation, User
from inclusiv.core.actors import Actor
from inclusiv.demo import plan
from reporting.publication.models import Charter


@dataclass(slots=True)
class World:
    """What is built, by name or rank, for the steps that follow."""

    today: date
    random: Random
    structures: list[Organisation] = field(default_factory=list)
    facilitators: dict[int, User] = field(default_factory=dict)
    """Who answers in each structure, by the structure's key."""
    buyers: dict[str, Organisation] = field(default_factory=dict)
    companies: dict[str, Organisation] = field(default_factory=dict)
    structure_of: dict[str, int] = field(default_factory=dict)
    """INSEE code → rank of the structure that follows the commune."""
    tenders: list[tuple[plan.PlannedTender, Tender]] = field(default_factory=list)
    awards: list[tuple[plan.PlannedTender, plan.PlannedLot, Award]] = field(default_factory=list)
    persons: list[plan.PlannedPerson] = field(default_factory=list)
    dossiers: list[Dossier] = field(default_factory=list)
    placements: list[tuple[plan.PlannedPlacement, Placement]] = field(default_factory=list)
    coordination: Actor | None = None
    charter: Charter | None = None
