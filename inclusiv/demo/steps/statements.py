"""Statements that wait for somebody: to control, at several ages, some of them odd; to correct; corrected."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from beneficiaries.hours.actions import statements, validation
from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.choices import HoursKind, Received, StatementStatus
from beneficiaries.hours.models import Statement
from beneficiaries.hours.rules.declaring import Declared
from clauses.procurement.choices import TenderStatus
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import month_end, month_of
from inclusiv.core.quantities import ZERO
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.stages import BATI_SUD
from inclusiv.demo.steps.state import World

CAME = (2, 5, 8, 11)
"""How many days after the end of the month statements come, one after the other."""

ODD = 5
"""One statement in so many holds hours to look at."""

MANY, LESS = Decimal("189.00"), Decimal("14.00")
"""Hours of a month that a control looks at; hours that a correction takes away."""

RETURNED = "Le total dépasse celui de l’attestation d’heures reçue le 8 : merci de vérifier chaque ligne."


def build_statements(made: World) -> None:
    """Send the statements that nobody controls yet, return two of them, and correct two that were validated."""
    sent = send_waiting(made)
    return_some(made, sent)
    correct_some(made)


def send_waiting(made: World) -> list[Statement]:
    """Send what waits, on the days when it came: by the persona who declares, else received by e-mail or on paper."""
    sent: list[Statement] = []
    for rank, sheet in enumerate(made.waiting):
        on = month_end(sheet.month) + timedelta(days=CAME[rank % len(CAME)])
        if on <= made.today:
            sent += send(made, odd(sheet) if rank % ODD == 0 else sheet, on=on)
    return sent


def send(made: World, sheet: Sheet, *, on: date) -> list[Statement]:
    """Send one statement on a day."""
    if author := own_account(made, sheet.declarant):
        return statements.declare(sheets=[sheet], by=author, at=noon(on))
    received = Received.PAPER if on.day % 2 else Received.EMAIL
    return statements.declare(
        sheets=[sheet], by=facilitator_of(made, sheet), at=noon(on), received=received, received_on=on
    )


def own_account(made: World, declarant: Organisation) -> Actor | None:
    """Return the persona who declares for a company, None when nobody there has an account."""
    for role in (Role.CONTRACTOR, Role.EMPLOYER):
        actor = made.acting(declarant, role)
        if actor.membership_id is not None:
            return actor
    return None


def facilitator_of(made: World, sheet: Sheet) -> Actor:
    """Return who controls the hours of a sheet."""
    structure_id = sheet.award.lot.tender.structure_id
    return made.facilitator(next(one for one in made.structures if one.pk == structure_id))


def odd(sheet: Sheet) -> Sheet:
    """Return the sheet with so many hours on its first line that the control looks at it."""
    first, *others = sheet.lines
    return replace(sheet, lines=(replace(first, hours=MANY), *others))


def return_some(made: World, sent: Sequence[Statement]) -> None:
    """Send back the last statement of the persona who contracts, and one of another company."""
    own = [one for one in sent if one.declarant_id == made.companies[BATI_SUD].pk]
    others = [one for one in sent if one.declarant_id != made.companies[BATI_SUD].pk]
    for statement in (*own[-1:], *others[:1]):
        structure = statement.award.lot.tender.structure
        statements.return_for_correction(
            statement=statement, comment=RETURNED, by=made.facilitator(structure), at=noon(made.today)
        )


def correct_some(made: World) -> None:
    """Correct two validated statements: one waits for its control, the other is validated again."""
    validated = Statement.objects.filter(
        status=StatementStatus.VALIDATED,
        month=month_of(made.validated),
        award__lot__tender__status=TenderStatus.IN_PROGRESS,
    )
    chosen = validated.select_related("award__lot__tender__structure", "declarant").order_by("pk")[:2]
    for rank, statement in enumerate(chosen):
        by = made.facilitator(statement.award.lot.tender.structure)
        corrected = correct(statement, by=by, on=made.today - timedelta(days=4))
        if rank:
            validation.validate(statements=[corrected], by=by, at=noon(made.today - timedelta(days=3)))


def correct(statement: Statement, *, by: Actor, on: date) -> Statement:
    """Send a validated statement again, with fewer hours on its first line."""
    new = statements.correct(statement=statement, by=by, at=noon(on))
    sheet = sheet_of(new)
    first, *others = sheet.lines
    fewer = replace(first, hours=max(LESS, first.hours - LESS))
    return statements.declare(
        sheets=[replace(sheet, lines=(fewer, *others))],
        by=by,
        at=noon(on),
        received=Received.PHONE,
        received_on=on,
    )[0]


def sheet_of(statement: Statement) -> Sheet:
    """Return what a statement tells, as a sheet to fill again."""
    hours: dict[int, dict[str, Decimal]] = {}
    for line in statement.lines.order_by("placement", "pk"):
        hours.setdefault(line.placement_id, {})[line.kind] = line.hours
    return Sheet(
        award=statement.award,
        declarant=statement.declarant,
        month=statement.month,
        lines=tuple(
            Declared(
                placement=placement,
                hours=kinds[HoursKind.WORK],
                training=kinds.get(HoursKind.TRAINING, ZERO),
            )
            for placement, kinds in hours.items()
        ),
    )
