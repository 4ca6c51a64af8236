"""Fill a database, batch after batch, in one transaction."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from beneficiaries.hours.models import HourEntry, Statement, StatementLine
from beneficiaries.people.models import (
    Dossier,
    EligibilityCheck,
    EligibilityFacts,
    Evidence,
    Person,
    PersonIdentity,
)
from beneficiaries.placements.models import Placement
from clauses.obligations.models import Obligation, ObligationVersion, Sizing, SocialClause
from clauses.procurement.models import Award, GroupMember, Lot, LotParticipant, Tender
from inclusiv.demo import plan
from inclusiv.demo.hiring import NobodyFreeError, hire
from inclusiv.demo.scale.copying import Tables
from inclusiv.demo.scale.drawing import draw
from inclusiv.demo.scale.ground import make_structures, read_values
from inclusiv.demo.scale.people import write_person
from inclusiv.demo.scale.scene import Scene
from inclusiv.demo.scale.sizes import Sizes, SizesRefused
from inclusiv.demo.scale.tenders import write_tender
from inclusiv.records.models import AuditEvent

FILLED = (
    Person,
    PersonIdentity,
    Dossier,
    Dossier.trades.through,
    Tender,
    Lot,
    Sizing,
    SocialClause,
    Award,
    GroupMember,
    LotParticipant,
    Obligation,
    ObligationVersion,
    EligibilityCheck,
    Evidence,
    EligibilityFacts,
    Placement,
    Statement,
    StatementLine,
    HourEntry,
    AuditEvent,
)
"""What is written."""


@transaction.atomic
def build(*, sizes: Sizes, seed: int, today: date, tell: Callable[[int], None]) -> None:
    """Add so many tenders, persons and ledger entries as of a day, the same for the same seed and day.

    `tell` is told how many entries are written, batch after batch. Raises SizesRefused; nothing is left then.
    """
    sizes.check()
    random = plan.seeded(seed)
    values = read_values(today)
    structures = make_structures(sizes.departments)
    written = 0
    with Tables(FILLED) as tables:
        for batch in sizes.batches(structures=len(structures)):
            structure = structures[batch.structure]
            drawn = draw(random, batch, today=today, numbers=structure.numbers)
            posts = [post for tender in drawn.tenders for lot in tender.lots for post in lot.posts]
            try:
                hire(posts, persons=batch.persons, windows=values.windows)
            except NobodyFreeError as error:
                raise SizesRefused(str(error)) from error
            scene = Scene(tables=tables, structure=structure, values=values, today=today)
            workers = [write_person(scene, person) for person in drawn.persons]
            for tender in drawn.tenders:
                write_tender(scene, tender, workers)
            tables.write()
            written += batch.entries
            tell(written)
