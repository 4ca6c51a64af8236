"""What L2112-2-1 says of each tender, and what waits to be justified (DOMAIN.md 1.2; PRACTICE.md 2)."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from clauses.obligations.choices import ClauseType
from clauses.obligations.rules.duty import DutyLimits, Facts, Verdict, judge, threshold_code
from clauses.obligations.rules.sizing import whole_months
from clauses.procurement.choices import NoClauseReason, TenderForm, TenderNature, TenderStatus
from clauses.procurement.models import Lot, Tender
from clauses.procurement.rules.tenders import OPEN
from clauses.procurement.selectors.awaited import group
from inclusiv.core.actors import Role
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import Todo, TodoGroup
from inclusiv.core.queues import Queue
from inclusiv.parameters.selectors import Parameters, in_force

CODES = ("SOCIAL_OBLIGATION_FROM", "DUTY_RESERVED_COUNTS", "DUTY_EVERY_LOT", "DUTY_JUSTIFY_DAYS")
TABLES = ("EU_THRESHOLD",)


def with_facts(tenders: QuerySet[Tender]) -> QuerySet[Tender]:
    """Bring what the duty is judged from, in two more queries whatever the number of tenders."""
    lots = Lot.objects.select_related("clause").order_by("number")
    return tenders.select_related("buyer", "no_clause_decision").prefetch_related(Prefetch("lots", lots))


def facts_of(tender: Tender) -> Facts:
    """Return the facts of a tender loaded by `with_facts`."""
    decision = getattr(tender, "no_clause_decision", None)
    return Facts(
        buyer_kind=tender.buyer.buyer_kind,
        form=TenderForm(tender.form),
        nature=TenderNature(tender.nature),
        is_defence=tender.is_defence,
        amount=tender.estimated_amount,
        launched_on=tender.consultation_launched_on,
        registered_on=paris_day(tender.created_at),
        lots={lot.number: type_of(lot) for lot in tender.lots.all()},
        reason=NoClauseReason(decision.reason) if decision else None,
        months=whole_months(tender.starts_on, tender.ends_on),
    )


def type_of(lot: Lot) -> ClauseType | None:
    """Return the type of a lot's clause, None without one."""
    clause = getattr(lot, "clause", None)
    return ClauseType(clause.clause_type) if clause else None


def verdicts(tenders: Iterable[Tender], *, today: date) -> list[tuple[Tender, Verdict]]:
    """Judge tenders loaded by `with_facts`; the parameters of a day are read once."""
    parameters = lru_cache(lambda day: in_force(on=day, codes=CODES, tables=TABLES))
    judged = []
    for tender in tenders:
        facts = facts_of(tender)
        limits = limits_of(facts, parameters(facts.launched_on or today))
        judged.append((tender, judge(facts, limits, today=today)))
    return judged


def limits_of(facts: Facts, values: Parameters) -> DutyLimits:
    """Return the limits in force for the facts."""
    code = threshold_code(facts.buyer_kind, form=facts.form, nature=facts.nature)
    return DutyLimits(
        since=values.day("SOCIAL_OBLIGATION_FROM"),
        threshold=values.decimal(code) if code in values.values else None,
        reserved_counts=values.flag("DUTY_RESERVED_COUNTS"),
        every_lot=values.flag("DUTY_EVERY_LOT"),
        delay_days=values.integer("DUTY_JUSTIFY_DAYS"),
    )


def reaches_threshold(tender: Tender, *, on: date) -> bool:
    """Say whether a tender's estimate reaches its European threshold of a day; not while nothing is estimated."""
    if tender.estimated_amount is None:
        return False
    code = threshold_code(
        tender.buyer.buyer_kind, form=TenderForm(tender.form), nature=TenderNature(tender.nature)
    )
    known = in_force(on=on, codes=(code,))
    return code in known.values and tender.estimated_amount >= known.decimal(code)


def verdict_of(tender: Tender, *, today: date) -> Verdict:
    """Judge one visible tender."""
    loaded = with_facts(Tender.objects.filter(pk=tender.pk)).get()
    return verdicts([loaded], today=today)[0][1]


def carries_condition(tender: Tender) -> bool:
    """Say whether a lot carries a condition of execution: a criterion alone is none."""
    return tender.lots.exclude(clause=None).exclude(clause__clause_type=ClauseType.AWARD_CRITERION).exists()


def is_studied(tender: Tender, verdict: Verdict, *, today: date) -> bool:
    """Say whether the clause is still being prepared, in time: its hours are already asked for elsewhere."""
    early = tender.status in {TenderStatus.PLANNED, TenderStatus.SIZING}
    return early and verdict.due_on is not None and verdict.due_on > today


def to_justify(queue: Queue) -> TodoGroup | None:
    """Provide « à justifier » to the buyer, and to its facilitator (PRACTICE.md 2: to nobody else)."""
    if queue.actor.role not in {Role.BUYER, Role.FACILITATOR}:
        return None
    since = in_force(on=queue.on, codes=("SOCIAL_OBLIGATION_FROM",)).day("SOCIAL_OBLIGATION_FROM")
    held = Tender.objects.visible_to(queue.actor).filter(queue.holds("facilitator"), status__in=OPEN)
    tested = held.exclude(consultation_launched_on__lt=since).order_by("created_at", "pk")
    todos = tuple(
        Todo(
            what="Justifier l’absence de clause sociale",
            detail="ou prévoir une clause",
            who="" if queue.actor.role is Role.BUYER else tender.buyer.name,
            phone="" if queue.actor.role is Role.BUYER else tender.buyer.phone,
            tender=tender.title,
            tender_detail=tender.reference,
            since=paris_day(tender.created_at),
            due=verdict.due_on,
            url=reverse("obligations:without-clause", args=[tender.pk]),
            button="Justifier",
        )
        for tender, verdict in verdicts(with_facts(tested), today=queue.on)
        if verdict.is_open and not is_studied(tender, verdict, today=queue.on)
    )
    if not todos:
        return None
    return group(todos, today=queue.on, rank=8, label="clause à justifier")
