"""What is built so far, by name or rank, for the steps that follow."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from django.db import connection
from django.db.models import Model

from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.people.models import Dossier
from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award, Tender
from inclusiv.accounts.models import Organisation, User
from inclusiv.core.actors import Actor, Role
from inclusiv.demo import plan
from inclusiv.demo.make.clauses import acting_for
from inclusiv.demo.posts import DrawnLot, DrawnTender, Post
from inclusiv.demo.scenario import Size
from reporting.publication.models import Charter


def survey(*models: type[Model]) -> None:
    """Let PostgreSQL look at what is written, in these tables or in all: it has not seen them grow otherwise.

    Without it queries are planned for the tables that the transaction found.
    """
    tables = ", ".join(model._meta.db_table for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


@dataclass(slots=True)
class World:
    """What is built, by name or rank, for the steps that follow."""

    today: date
    random: Random
    size: Size
    structures: list[Organisation] = field(default_factory=list)
    teams: dict[int, list[User]] = field(default_factory=dict)
    """Who facilitates in each structure, the one who answers first, by the structure's key."""
    buyers: dict[str, Organisation] = field(default_factory=dict)
    companies: dict[str, Organisation] = field(default_factory=dict)
    structure_of: dict[str, int] = field(default_factory=dict)
    """INSEE code → rank of the structure that follows the commune."""
    tenders: list[tuple[DrawnTender, Tender]] = field(default_factory=list)
    awards: list[tuple[DrawnTender, DrawnLot, Award]] = field(default_factory=list)
    persons: list[list[plan.PlannedPerson]] = field(default_factory=list)
    """By rank of their structure."""
    dossiers: list[list[Dossier]] = field(default_factory=list)
    """Those of the persons, in the same order."""
    placements: list[tuple[Post, Placement]] = field(default_factory=list)
    validated: date = date.min
    """Last day of the months whose hours should be validated."""
    waiting: list[Sheet] = field(default_factory=list)
    """Months that came, or will, and that nobody has controlled."""
    sent: int = 0
    """Statements validated so far, and how many they were when the database last looked at their tables."""
    surveyed: int = 0
    prescriber: Organisation = field(default_factory=Organisation)
    """Where the persona who registers people works, once it is made."""
    coordination: Actor | None = None
    charter: Charter | None = None
    known: dict[tuple[int, Role], Actor] = field(default_factory=dict)
    """Who acts for an organisation in a capacity, once asked."""

    def acting(self, organisation: Organisation, role: Role) -> Actor:
        """Return who acts for an organisation."""
        key = organisation.pk, role
        if key not in self.known:
            self.known[key] = acting_for(organisation, role)
        return self.known[key]

    def facilitator(self, structure: Organisation) -> Actor:
        """Return who answers in a structure."""
        return self.acting(structure, Role.FACILITATOR)

    def coordinator(self) -> Actor:
        """Return who runs the network. Raises ValueError before it is made."""
        if self.coordination is None:
            raise ValueError("The coordination comes first.")
        return self.coordination
