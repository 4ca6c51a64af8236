"""Validate statements: controls, ledger and states in one transaction, for one statement or a thousand lines."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q

from beneficiaries.hours.actions import ledger
from beneficiaries.hours.choices import RULES_VERSION, LineOutcome, Origin, Permission, StatementAction
from beneficiaries.hours.models import HourEntry, Statement, StatementLine
from beneficiaries.hours.rules import chain
from beneficiaries.hours.rules.controls import Verdict
from beneficiaries.hours.rules.declaring import closed
from beneficiaries.hours.rules.transitions import STATEMENT
from beneficiaries.hours.selectors.review import key_of, lines_of, review, review_apart
from beneficiaries.people.selectors.duplicates import files_by_person
from clauses.obligations.selectors.owed import accounts
from clauses.procurement.choices import TenderStatus
from inclusiv.core.actors import Actor
from inclusiv.core.french import elide, month_name, number
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit
from inclusiv.records.models import AuditEvent

VALIDATE = STATEMENT[StatementAction.VALIDATE]


@transaction.atomic
def validate(
    *, statements: Collection[Statement], said: str | None = None, by: Actor, at: datetime
) -> list[Statement]:
    """Validate the statements, all or none, and return them: lines that count go to the ledger, others say why not.

    `said` are the hours that the button said would count: others are read first. The hours of an earlier version are
    reversed, then written again. Raises Refused: not_permitted, tender_closed,
    stale_state when one changed state, or was sent again, since it was read.
    """
    locked, lines = lock(statements, by=by)
    if {statement.pk for statement in locked} != {statement.pk for statement in statements}:
        raise stale()
    verdicts = review(lines)
    if said not in {None, str(sum((verdict.counted for verdict in verdicts.values()), ZERO))}:
        raise stale()
    return settle(locked, lines, verdicts, by=by, at=at)


@transaction.atomic
def validate_clean(*, statements: Collection[Statement], by: Actor, at: datetime) -> list[Statement]:
    """Validate those of the statements in which the control sees nothing, and return them. Raises not_permitted."""
    locked, lines = lock(statements, by=by)
    verdicts = review_apart(lines)
    doubtful = {line.statement_id for line in lines if not verdicts[line.pk].is_clean}
    clean = [statement for statement in locked if statement.pk not in doubtful]
    return settle(
        clean, [line for line in lines if line.statement_id not in doubtful], verdicts, by=by, at=at
    )


def lock(statements: Collection[Statement], *, by: Actor) -> tuple[list[Statement], list[StatementLine]]:
    """Lock the persons, the awards, then the statements that still wait as they were read; return them with their lines.

    From there on nobody else counts hours for these persons, moves these statements, nor gives up the work itself.
    """
    if not by.may(Permission.VALIDATE):
        raise Refused("not_permitted", "Votre rôle ne permet pas de valider des heures.")
    ids = [statement.pk for statement in statements]
    persons = persons_of(StatementLine.objects.filter(statement__in=ids).select_related("placement"))
    ledger.lock(person_ids=persons, award_ids={statement.award_id for statement in statements})
    waiting = (
        Statement.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, status__in=VALIDATE.sources)
        .select_related("award__lot__tender", "declarant")
        .order_by("pk")
    )
    read = {statement.stamp for statement in statements}
    locked = [statement for statement in waiting if statement.stamp in read]
    if any(statement.award.lot.tender.status == TenderStatus.CLOSED for statement in locked):
        raise closed()
    held = lines_of([statement.pk for statement in locked]).select_for_update(of=("placement",), no_key=True)
    lines = list(held)
    if not persons_of(lines) <= persons:
        raise stale()
    return locked, lines


def persons_of(lines: Iterable[StatementLine]) -> set[int]:
    """Return the persons whose hours these are."""
    return set(files_by_person({line.placement.person_id for line in lines}).values())


def stale() -> Refused:
    """Return the refusal of who comes second."""
    return Refused(
        "stale_state", "Ce relevé a changé d’état entre-temps : rechargez la page pour voir où il en est."
    )


def settle(
    statements: Sequence[Statement],
    lines: Sequence[StatementLine],
    verdicts: Mapping[int, Verdict],
    *,
    by: Actor,
    at: datetime,
) -> list[Statement]:
    """Write the verdicts, the entries, the states and the story of locked statements."""
    write_outcomes(lines, verdicts)
    ledger.append(
        entries=[
            *reversals(statements, by=by, at=at),
            *entries_of(lines, verdicts, by=by, at=at),
        ],
        person_ids=persons_of(lines),
    )
    validated = Statement.objects.filter(pk__in=[statement.pk for statement in statements])
    validated.update(status=VALIDATE.target, reviewed_at=at, reviewed_by=by.signature, updated_at=at)
    AuditEvent.objects.bulk_create(told(statements, lines, verdicts, by=by, at=at))
    return list(validated.order_by("pk"))


def write_outcomes(lines: Sequence[StatementLine], verdicts: Mapping[int, Verdict]) -> None:
    """Keep on each line what the control said: one UPDATE for each different verdict, not for each line."""
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = defaultdict(list)
    for line in lines:
        verdict = verdicts[line.pk]
        alike[verdict.rejections, verdict.warnings].append(line.pk)
    for (rejections, warnings), ids in alike.items():
        StatementLine.objects.filter(pk__in=ids).update(
            outcome=LineOutcome.REJECTED if rejections else LineOutcome.COUNTED,
            rejections=list(rejections),
            warnings=list(warnings),
            counted=ZERO if rejections else F("hours"),
        )
    split = [line for line in lines if verdicts[line.pk].counted not in {ZERO, line.hours}]
    for line in split:
        StatementLine.objects.filter(pk=line.pk).update(counted=verdicts[line.pk].counted)


def entries_of(
    lines: Sequence[StatementLine], verdicts: Mapping[int, Verdict], *, by: Actor, at: datetime
) -> Iterator[chain.Entry]:
    """Yield the entries of the lines that count."""
    found = accounts({line.statement.award_id for line in lines})
    for line in lines:
        verdict = verdicts[line.pk]
        if not verdict.counted or verdict.days is None or verdict.days.last is None:
            continue
        yield chain.Entry(
            award=line.statement.award_id,
            line=line.pk,
            placement=line.placement_id,
            obligation=found[line.statement.award_id].of(verdict.days.first),
            month=line.statement.month,
            worked_from=verdict.days.first,
            worked_to=verdict.days.last,
            kind=line.kind,
            worked=line.hours,
            counted=verdict.counted,
            origin=Origin.DECLARED,
            rules_version=RULES_VERSION,
            recorded_at=at,
            recorded_by=by.membership_id,
        )


def reversals(statements: Sequence[Statement], *, by: Actor, at: datetime) -> Iterator[chain.Entry]:
    """Yield the opposite of each entry that an earlier version of the statements left in the ledger."""
    corrected = [statement for statement in statements if statement.version > 1]
    if not corrected:
        return
    earlier = Q()
    for award, declarant, month in map(key_of, corrected):
        earlier |= Q(
            line__statement__award=award, line__statement__declarant=declarant, line__statement__month=month
        )
    for entry in HourEntry.objects.filter(earlier, reverses=None, reversed_by=None).order_by("award", "seq"):
        yield chain.Entry(
            award=entry.award_id,
            line=entry.line_id,
            placement=entry.placement_id,
            obligation=entry.obligation_id,
            month=entry.month,
            worked_from=entry.worked_from,
            worked_to=entry.worked_to,
            kind=entry.kind,
            worked=-entry.worked,
            counted=-entry.counted,
            reverses=entry.pk,
            origin=entry.origin,
            rules_version=RULES_VERSION,
            recorded_at=at,
            recorded_by=by.membership_id,
        )


def told(
    statements: Sequence[Statement],
    lines: Sequence[StatementLine],
    verdicts: Mapping[int, Verdict],
    *,
    by: Actor,
    at: datetime,
) -> Iterator[AuditEvent]:
    """Yield the event of each statement, with the hours declared and the hours that count."""
    declared: dict[int, Decimal] = defaultdict(lambda: ZERO)
    counted: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        declared[line.statement_id] += line.hours
        counted[line.statement_id] += verdicts[line.pk].counted
    for statement in statements:
        yield audit.draft(
            code="statement.validated",
            subjects=[statement, statement.award.lot.tender, statement.declarant],
            by=by,
            at=at,
            of_month=elide("de", month_name(statement.month)),
            hours=number(declared[statement.pk]),
            counted=number(counted[statement.pk]),
        )
