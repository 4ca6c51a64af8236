"""A company's own lots: what remains, what to declare, who is at work (PRACTICE.md 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.models import HourEntry, StatementLine
from beneficiaries.hours.rules.window import Days, counting_window
from beneficiaries.hours.selectors.duties import Expected, awaited_statements
from beneficiaries.hours.selectors.review import histories_of, window_rules
from beneficiaries.people.choices import CheckStatus
from beneficiaries.placements.choices import Modality, PlacementStatus
from beneficiaries.placements.models import Placement
from beneficiaries.placements.selectors.staffing import staffed
from clauses.procurement.models import Award, Lot
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor
from inclusiv.parameters.selectors import in_force
from reporting.followup.selectors.hours import CompanyHours, companies_of, placements_of
from reporting.followup.selectors.standings import LotRow, Today, with_standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody at work or expected, as those who employ them see them.

    `employer` and `declarant` are empty when they are the reader's own company. `counted_until` None is no limit; it
    says something once the eligibility, `check`, is validated.
    """

    placement: int
    person: int
    name: str
    post: str
    employer: str
    declarant: str
    starts_on: date
    planned_end_on: date | None
    check: CheckStatus
    counted_until: date | None
    month: date | None
    hours: Decimal
    to_check: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLot:
    """A lot as one of its companies reads it; `share` is its part when others hold the lot too."""

    row: LotRow
    due: Expected | None
    is_staffed: bool
    workers: list[Worker]
    share: CompanyHours | None


def own_lots(actor: Actor, *, day: Today) -> QuerySet[LotRow]:
    """Return the lots where the actor's company is at work on the day, with where they stand."""
    awards = Award.objects.visible_to(actor).at_work(actor, on=day.on)
    lots = Lot.objects.filter(award__in=awards).select_related("tender__place")
    return with_standing(lots, actor=actor, day=day)


def statements_due(
    awards: QuerySet[Award], *, actor: Actor, on: date, running: bool = False
) -> dict[int, Expected]:
    """Return for each award (by id) the oldest month that the actor's company has yet to declare or to correct.

    With `running`, the month of the day too, as soon as the company has somebody to declare in it.
    """
    waiting = awaited_statements(awards, on=on, declarant=actor.organisation_id, running=running)
    return {due.award: due for due in reversed(waiting)}


def own_lot(row: LotRow, *, actor: Actor, day: Today) -> OwnLot:
    """Return all that the page of one lot tells to the actor's company."""
    award = row.award
    due = statements_due(Award.objects.filter(pk=award.pk), actor=actor, on=day.on, running=True)
    return OwnLot(
        row=row,
        due=due.get(award.pk),
        is_staffed=bool(staffed(Award.objects.filter(pk=award.pk), since=day.on)),
        workers=workers(award, actor=actor, on=day.on),
        share=share_of(row, actor=actor),
    )


def share_of(row: LotRow, *, actor: Actor) -> CompanyHours | None:
    """Return the company's part of a group's hours, None when it is alone or not a contractor of the lot."""
    members = list(row.award.members.select_related("organisation"))
    own = next((member for member in members if member.organisation_id == actor.organisation_id), None)
    if own is None or len(members) == 1:
        return None
    placements = placements_of(Award.objects.filter(pk=row.award.pk)).get(row.award.pk, [])
    told = companies_of(row, members, placements)
    return next(company for company in told if company.organisation == own.organisation_id)


def workers(award: Award, *, actor: Actor, on: date) -> list[Worker]:
    """Return who is or will be in post for the actor's company under an award, in the same queries for one or many.

    Those at work first, by name; somebody whose planned end has passed stays until the company says the last day.
    """
    placements = list(
        Placement.objects.visible_to(actor)
        .filter(Q(ended_on=None) | Q(ended_on__gte=on), award=award)
        .exclude(status=PlacementStatus.CANCELLED)
        .select_related("person__identity", "employer", "declarant", "check_of")
    )
    months = last_months(placements)
    until = counted_until(placements, on=on)
    found = [
        Worker(
            placement=placement.pk,
            person=placement.person_id,
            name=name_of(placement),
            post=placement.post,
            employer=other_than(actor, placement.employer),
            declarant=other_than(actor, placement.declarant),
            starts_on=placement.hired_on,
            planned_end_on=placement.planned_end_on if placement.ended_on is None else None,
            check=CheckStatus(placement.check_of.status),
            counted_until=until[placement.pk],
            month=month,
            hours=hours,
            to_check=to_check,
        )
        for placement in placements
        for month, hours, to_check in [months.get(placement.pk, NOTHING)]
    ]
    return sorted(found, key=lambda worker: (worker.starts_on > on, worker.name))


def other_than(actor: Actor, company: Organisation) -> str:
    """Return the name of a company, empty when it is the actor's own."""
    return "" if company.pk == actor.organisation_id else company.name


def name_of(placement: Placement) -> str:
    """Return the person's name, or the code of the placement once the identity is gone."""
    identity = getattr(placement.person, "identity", None)
    return str(identity) if identity else placement.code


LastMonth = tuple[date | None, Decimal, bool]
"""The last month told, its hours, and whether they are still to check."""

NOTHING: LastMonth = (None, Decimal(0), False)


def last_months(placements: Iterable[Placement]) -> Mapping[int, LastMonth]:
    """Return the last month of each placement (by id): hours of the ledger, or sent and still to check."""
    entries = HourEntry.objects.filter(placement__in=placements).values_list("placement", "month")
    sent = StatementLine.objects.filter(
        placement__in=placements, statement__status=StatementStatus.SUBMITTED
    ).values_list("placement", "statement__month")
    told = [(*row, False) for row in entries.order_by().annotate(total=Sum("counted"))]
    told += [(*row, True) for row in sent.order_by().annotate(total=Sum("hours"))]
    return {placement: (month, hours, to_check) for placement, month, hours, to_check in sorted(told)}


def counted_until(placements: Iterable[Placement], *, on: date) -> Mapping[int, date | None]:
    """Return the last day on which the hours of each placement (by id) count, as its control would say.

    Before any hours are counted, the first day of work opens the window: the day of reading never moves it.
    """
    rules = window_rules(in_force(on=on))
    histories = histories_of({placement.person_id for placement in placements}, without=())
    until: dict[int, date | None] = {}
    for placement in placements:
        history = histories[placement.person_id]
        started = any(counted.placement == placement.pk for counted in history.counted)
        opening = [] if started else [Days(placement.hired_on, placement.hired_on)]
        window = counting_window(
            max(on, placement.hired_on),
            modality=Modality(placement.modality),
            counted=[*(counted.days for counted in history.counted), *opening],
            checks=history.checks,
            rules=rules,
        )
        until[placement.pk] = window.last
    return until
