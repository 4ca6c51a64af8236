"""Hours in the way of an end: nothing ends before what was worked, for it would count for nothing (DOMAIN.md 6.2)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum

from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.models import HourEntry, Statement, StatementLine
from beneficiaries.hours.rules.controls import Limits, contractual_hours
from beneficiaries.hours.rules.window import Days, common_days
from beneficiaries.hours.selectors.duties import Expected, expected_statements
from beneficiaries.hours.selectors.review import CODES, limits_of
from beneficiaries.placements.choices import NOT_COUNTABLE, PlacementStatus
from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.french import date_short, elide, hours_text, month_name, plural
from inclusiv.core.periods import month_end, month_of
from inclusiv.core.providers import Ending
from inclusiv.parameters.selectors import in_force

TOLD = (StatementStatus.SUBMITTED, StatementStatus.RETURNED, StatementStatus.VALIDATED)
"""States of a statement that came, whatever the control said of it."""

WAITS = (StatementStatus.SUBMITTED, StatementStatus.RETURNED)


def hours_in_the_way(placement: int, last_on: date, *, by_facilitation: bool) -> str:
    """Say which hours of a mise à l'emploi speak against a last day of work, inclusive; "" for none.

    Hours that count were controlled with the days that the contract had then: to shorten it afterwards would keep them
    without the days. The facilitation, which controls, may still tell a day that they fit in, overtime included.
    """
    waiting = StatementLine.objects.filter(placement=placement, statement__status__in=WAITS, hours__gt=0)
    last_waiting: date | None = waiting.aggregate(month=Max("statement__month"))["month"]
    if last_waiting and last_on < last_waiting:
        return come_after(last_waiting, last_on)
    counted = (
        HourEntry.objects.filter(placement=placement, reverses=None, reversed_by=None, counted__gt=0)
        .filter(worked_to__gt=last_on)
        .values("month", "placement__weekly_hours")
        .annotate(hours=Sum("worked"), first=Min("worked_from"))
        .order_by("-month")
    )
    for entry in counted:
        month, hours = entry["month"], entry["hours"]
        if last_on < month:
            return come_after(month, last_on)
        days, limits = common_days(Days(entry["first"]), Days(month, last_on)), limits_on(month)
        most = limits.daily_max * (len(days) if days else 0)
        if not by_facilitation:
            contractual = contractual_hours(entry["placement__weekly_hours"], month=month, days=days)
            most = min(most, contractual * limits.part_time_rate)
        if hours > most:
            return (
                f"{hours_text(hours)} comptent {elide('de', month_name(month))}, plus que les jours jusqu’au"
                f" {date_short(last_on)} n’en permettent : faites d’abord corriger ce relevé."
            )
    return ""


def come_after(month: date, last_on: date) -> str:
    """Say that a month of hours comes after the last day."""
    return (
        f"Des heures {elide('de', month_name(month))} sont déclarées, après le {date_short(last_on)} : faites d’abord"
        " corriger ce relevé."
    )


def limits_on(month: date) -> Limits:
    """Return the limits of a month's control."""
    return limits_of(in_force(on=month, codes=CODES))


def worked_after(ending: Ending) -> str:
    """Say which hours a tender, or a company's part in a lot, would end before: told, or awaited of who was in post.

    A company that leaves a lot keeps its last month whole; a tender that ends keeps the days until then.
    """
    awards = Award.objects.filter(lot__tender=ending.tender)
    if ending.lot:
        awards = awards.filter(lot=ending.lot)
    told = StatementLine.objects.filter(
        ~Exists(corrected()), statement__award__in=awards, statement__status__in=TOLD, hours__gt=0
    ).select_related("statement__declarant")
    if ending.company:
        told = told.filter(statement__declarant=ending.company)
    beyond = told.filter(statement__month__gt=ending.last_on).order_by("statement__month", "pk").first()
    if beyond is None and not ending.lot:
        beyond = squeezed(told, last_on=ending.last_on)
    if beyond is not None:
        return (
            f"{beyond.statement.declarant} a déclaré des heures {elide('de', month_name(beyond.statement.month))} que les"
            f" jours jusqu’au {date_short(ending.last_on)} ne peuvent pas contenir : rien ne finit avant elles. Faites"
            " d’abord corriger ce relevé, ou indiquez un autre jour."
        )
    owed = min(owed_after(ending, awards), key=lambda one: (one.month, one.declarant), default=None)
    if owed is None:
        return ""
    return (
        f"{Organisation.objects.get(pk=owed.declarant)} avait {plural(owed.people, 'personne')} en poste en"
        f" {month_name(owed.month)}, et doit encore déclarer ses heures : attendez-les, ou faites noter le dernier jour de"
        " ces personnes."
    )


def corrected() -> QuerySet[Statement]:
    """Return the validated statements that took the place of a line's own."""
    return Statement.objects.filter(
        award=OuterRef("statement__award"),
        declarant=OuterRef("statement__declarant"),
        month=OuterRef("statement__month"),
        version__gt=OuterRef("statement__version"),
        status=StatementStatus.VALIDATED,
    )


def squeezed(told: QuerySet[StatementLine], *, last_on: date) -> StatementLine | None:
    """Return a line of the month of the last day whose person's hours, work and training, do not fit in the days until then."""
    month = month_of(last_on)
    daily_max = limits_on(month).daily_max
    lines = told.filter(statement__month=month).annotate(
        begins_on=F("placement__hired_on"), starts_on=F("statement__award__lot__tender__starts_on")
    )
    told_hours: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for line in lines.order_by("pk"):
        days = common_days(Days(max(line.begins_on, line.starts_on, month)), Days(month, last_on))
        told_hours[line.statement_id, line.placement_id] += line.hours
        if told_hours[line.statement_id, line.placement_id] > daily_max * (len(days) if days else 0):
            return line
    return None


def owed_after(ending: Ending, awards: QuerySet[Award]) -> Iterator[Expected]:
    """Yield the months, over or running, that somebody has still to tell of days after the end."""
    expected = expected_statements(
        awards, on=ending.today, declarant=ending.company, running=True, even_unowed=True
    )
    for one in expected:
        if not (one.awaits_declarant or one.is_partial(on=ending.today)):
            continue
        if one.month > ending.last_on or (
            not ending.lot
            and ending.last_on < min(month_end(one.month), ending.today)
            and stayed(one, ending)
        ):
            yield one


def stayed(expected: Expected, ending: Ending) -> bool:
    """Say whether somebody of a company was still in post after the last day."""
    in_post = Placement.objects.filter(
        award=expected.award, declarant=expected.declarant, hired_on__lte=ending.today
    ).exclude(Q(status=PlacementStatus.CANCELLED) | Q(modality__in=NOT_COUNTABLE))
    return in_post.filter(Q(ended_on=None) | Q(ended_on__gt=ending.last_on)).exists()
