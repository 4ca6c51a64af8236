"""Months declared and validated, those that wait or never came, and the reports of the years before."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from dateutil.relativedelta import relativedelta

from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.models import HourEntry, Statement, StatementLine
from beneficiaries.hours.rules.declaring import Declared
from beneficiaries.hours.selectors.review import MonthKey
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.periods import month_of
from inclusiv.core.quantities import ZERO
from inclusiv.demo.make import hours
from inclusiv.demo.plan import SEED, seeded
from inclusiv.demo.scenario import months_to_send
from inclusiv.demo.steps.reports import publish_report, published_years
from inclusiv.demo.steps.state import World, survey

LEFT = 16
"""Statements of the last validated months that still wait for their control."""

RECENT = 3
"""Of so many last validated months, a failing lot forgets some."""

QUARTER = 3
"""Months that a facilitator controls together, in the years before."""

LATE = {"exemplary": 0.0, "steady": 0.08, "behind": 0.25, "failing": 0.33}
"""How many months in one of a lot come after their day, by how the lot goes."""


def build_hours(made: World) -> None:
    """Send and validate the months as they came; the last two reports were published in the March after.

    What is left to send and to control is kept for the next step, in `made.waiting`.
    """
    sheets = dict(told(made, draw_sheets(made)))
    left = draw_left(made, sheets)
    made.waiting = [sheet for key, sheet in sheets.items() if key in left or sheet.month > made.validated]
    done = [sheet for key, sheet in sheets.items() if key not in left and sheet.month <= made.validated]
    late = draw_late(made, done)
    start = date.min
    for year in published_years(made.today):
        stop = date(year + 1, 3, 1)
        validate(made, [one for one in done if start <= hours.arrival(one, late=late) < stop], late=late)
        publish_report(made, year=year)
        start = stop
    validate(made, [one for one in done if start <= hours.arrival(one, late=late)], late=late)


def draw_sheets(made: World) -> dict[MonthKey, Sheet]:
    """Return a month's hours of each declarant of each award, oldest month first."""
    lines: dict[MonthKey, list[Declared]] = {}
    of_key: dict[MonthKey, tuple[Award, Organisation]] = {}
    for post, placement in made.placements:
        for month, worked in months_to_send(post, today=made.today):
            trained = post.training if post.training and month == post.training_month else ZERO
            key = placement.award_id, placement.declarant_id, month
            line = Declared(placement=placement.pk, hours=worked, training=trained)
            lines.setdefault(key, []).append(line)
            of_key[key] = placement.award, placement.declarant
    return {
        key: Sheet(award=of_key[key][0], declarant=of_key[key][1], month=key[2], lines=tuple(lines[key]))
        for key in sorted(lines, key=lambda key: (key[2], key[0], key[1]))
    }


def told(made: World, sheets: dict[MonthKey, Sheet]) -> Iterator[tuple[MonthKey, Sheet]]:
    """Yield the months that came: two out of five of the last one never did, nor half the latest of lots that fail."""
    failing = {award.pk for _, lot, award in made.awards if lot.planned.profile == "failing"}
    recent = month_of(made.validated) - relativedelta(months=RECENT)
    for key, sheet in sheets.items():
        is_last = sheet.month > made.validated
        forgets = is_last or (sheet.month > recent and sheet.award.pk in failing)
        if not forgets or made.random.random() > (0.4 if is_last else 0.5):
            yield key, sheet


def draw_left(made: World, sheets: dict[MonthKey, Sheet]) -> set[MonthKey]:
    """Draw the statements of the last two validated months that nobody has controlled yet."""
    running = {award.pk for drawn, _, award in made.awards if drawn.status is TenderStatus.IN_PROGRESS}
    since = month_of(made.validated) - relativedelta(months=1)
    able = [
        key for key, sheet in sheets.items() if since <= sheet.month <= made.validated and key[0] in running
    ]
    return set(made.random.sample(able, min(LEFT, len(able))))


def draw_late(made: World, sheets: Iterable[Sheet]) -> frozenset[MonthKey]:
    """Draw the months that came with the next one, the more the worse the lot goes; the next one is validated too.

    A draw of its own: what the other steps draw does not depend on it.
    """
    profiles = {award.pk: lot.planned.profile for _, lot, award in made.awards}
    last, random = month_of(made.validated), seeded(SEED)
    return frozenset(
        sheet.key
        for sheet in sheets
        if sheet.month < last and random.random() < LATE[profiles[sheet.award.pk]]
    )


def validate(made: World, sheets: Iterable[Sheet], *, late: hours.Late) -> None:
    """Send and validate statements, structure by structure: month by month for a year, by the quarter before."""
    recent = month_of(made.today) - relativedelta(years=1)
    for by, own in by_facilitator(made, sheets):
        old = [one for one in own if hours.arrival(one, late=late) < recent]
        new = [one for one in own if hours.arrival(one, late=late) >= recent]
        for together, some in ((QUARTER, old), (1, new)):
            for part in parts(some, months=together, late=late):
                hours.validated_in_bulk(part, by=by, together=together, late=late)
                survey_if_grown(made, len(part))


def parts(sheets: list[Sheet], *, months: int, late: hours.Late) -> Iterator[list[Sheet]]:
    """Yield the sheets by so many months, of those with which they came."""
    come = hours.by_arrival(sheets, late=late)
    known = list(come)
    for first in range(0, len(known), months):
        yield [one for month in known[first : first + months] for one in come[month]]


def survey_if_grown(made: World, more: int) -> None:
    """Look at the tables of hours each time that they have doubled."""
    made.sent += more
    if made.sent >= 2 * made.surveyed:
        made.surveyed = made.sent
        survey(Statement, StatementLine, HourEntry)


def by_facilitator(made: World, sheets: Iterable[Sheet]) -> Iterator[tuple[Actor, list[Sheet]]]:
    """Yield who answers in each structure with the sheets of its tenders."""
    ordered = sorted(sheets, key=lambda one: (one.award.lot.tender.structure_id, one.month))
    for structure_id, own in groupby(ordered, key=lambda one: one.award.lot.tender.structure_id):
        structure = next(one for one in made.structures if one.pk == structure_id)
        yield made.facilitator(structure), list(own)
