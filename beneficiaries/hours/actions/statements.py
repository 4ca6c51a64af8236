"""Send a month's statement, return it, open its correction (DOMAIN.md 6.2, PRACTICE.md 1.1 and 3)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction

from beneficiaries.hours.choices import (
    HoursKind,
    Permission,
    Received,
    StatementAction,
    StatementStatus,
)
from beneficiaries.hours.models import Statement, StatementLine
from beneficiaries.hours.rules.declaring import Declared, closed, refuse_lines, refuse_month, refuse_outside
from beneficiaries.hours.rules.transitions import STATEMENT
from beneficiaries.hours.selectors.duties import departures
from beneficiaries.hours.selectors.review import MonthKey, key_of
from beneficiaries.placements.models import Placement
from clauses.obligations.models import Obligation
from clauses.obligations.selectors.terms import statement_due_days
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award, Tender
from clauses.procurement.rules.tenders import BOUND
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import date_long, elide, month_name, number
from inclusiv.core.periods import month_end, paris_day, statement_due_on
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.core.transitions import move
from inclusiv.core.uploads import content_type_of
from inclusiv.records.actions import audit, files
from inclusiv.records.models import AuditEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A month as its declarant tells it: award, who declares, month, one line per person in post."""

    award: Award
    declarant: Organisation
    month: date
    lines: Sequence[Declared]

    @property
    def key(self) -> MonthKey:
        """What the sheet is about."""
        return self.award.pk, self.declarant.pk, self.month


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a company sent to the facilitator who enters its hours: the name and the bytes of a file."""

    name: str
    content: bytes


@transaction.atomic
def declare(
    *,
    sheets: Sequence[Sheet],
    by: Actor,
    at: datetime,
    received: Received = Received.ONLINE,
    received_on: date | None = None,
    document: Document | None = None,
) -> list[Statement]:
    """Send the statements of one or several months, all or none, in a fixed number of queries; return them in order.

    Creates each statement, or completes the draft or the returned one. A facilitator acts for the declarant and says
    how and when the statement was received, and may attach the `document` itself.
    Raises Refused: not_permitted, received_in_future, received_early, nothing_owed, tender_closed, month_in_future,
    before_execution, left_lot, nobody_in_post, statement_already_sent, line_unknown, line_missing, hours_negative,
    hours_impossible, zero_without_reason.
    """
    received_on = received_on or paris_day(at)
    refuse_author(sheets, received=received, by=by)
    refuse_unowed({sheet.award for sheet in sheets})
    in_post = placements_in_post(sheets)
    refuse_nobody([sheet for sheet in sheets if not in_post[sheet.key]])
    left = departures({sheet.award.pk for sheet in sheets})
    for sheet in sheets:
        refuse_month(sheet.month, received_on=received_on, today=paris_day(at))
        refuse_outside(
            sheet.month,
            starts_on=sheet.award.lot.tender.starts_on,
            left_on=left.get((sheet.award.pk, sheet.declarant.pk)),
        )
        refuse_lines(sheet.lines, in_post=in_post[sheet.key])
    statements = open_statements(sheets, at=at)
    held = placements_in_post(sheets, held=True)
    for sheet in sheets:
        refuse_lines(sheet.lines, in_post=held[sheet.key])
    write_lines(sheets, statements)
    send(statements.values(), received=received, received_on=received_on, by=by, at=at)
    if document is not None:
        attach(document, statements.values(), by=by, at=at)
    how = f"{received.label}, document joint" if document else received.label
    AuditEvent.objects.bulk_create(
        told_submission(sheet, statements[sheet.key], how=how, by=by, at=at) for sheet in sheets
    )
    sent = Statement.objects.in_bulk([statement.pk for statement in statements.values()])
    return [sent[statements[sheet.key].pk] for sheet in sheets]


def refuse_author(sheets: Sequence[Sheet], *, received: Received, by: Actor) -> None:
    """Raise Refused unless the actor declares its own hours, or is a facilitator who tells how it received them."""
    for_others = any(sheet.declarant.pk != by.organisation_id for sheet in sheets)
    if not by.may(Permission.DECLARE_FOR_OTHERS if for_others else Permission.DECLARE):
        raise Refused("not_permitted", "Vous ne pouvez déclarer que les heures de votre organisation.")
    if for_others and received == Received.ONLINE:
        raise Refused("received_how", "Indiquez comment le relevé vous est parvenu.", field="received")


def refuse_unowed(awards: Collection[Award]) -> None:
    """Raise Refused when an award has no hours to do yet: its tender is not notified."""
    owing = Obligation.objects.filter(lot__award__in=awards, lot__tender__status__in=BOUND)
    found = dict(owing.values_list("lot", "lot__tender__status"))
    if len(found) < len(set(awards)):
        raise Refused(
            "nothing_owed", "Ce lot n’a pas d’heures d’insertion à réaliser : le marché n’est pas notifié."
        )
    if TenderStatus.CLOSED in found.values():
        raise closed()


def refuse_closed(statement: Statement) -> None:
    """Raise Refused for a statement of a contract that is closed; nobody closes it until what follows is done."""
    held = Tender.objects.select_for_update(of=("self",), no_key=True).get(lots__award=statement.award_id)
    if held.status == TenderStatus.CLOSED:
        raise closed()


def refuse_nobody(sheets: Sequence[Sheet]) -> None:
    """Raise Refused for a month without anybody in post, which is nil by itself, unless something was told of it."""
    if not sheets:
        return
    told = Statement.objects.filter(
        award__in={sheet.award.pk for sheet in sheets}, declarant__in={sheet.declarant.pk for sheet in sheets}
    )
    known = set(told.values_list("award", "declarant", "month"))
    for sheet in sheets:
        if sheet.key not in known:
            raise Refused(
                "nobody_in_post",
                f"{sheet.declarant.name} n’emploie personne sur ce lot en {month_name(sheet.month)} : il n’y a rien à"
                " déclarer.",
            )


def placements_in_post(sheets: Sequence[Sheet], *, held: bool = False) -> Mapping[MonthKey, set[int]]:
    """Return the ids of the placements to declare in each sheet; `held`, they do not end until the hours are sent.

    They are held after the statements, as who validates holds them.
    """
    found: dict[MonthKey, set[int]] = defaultdict(set)
    months = {(sheet.month, month_end(sheet.month)) for sheet in sheets}
    for month, last_day in months:
        rows = Placement.objects.in_month(month, last_day).filter(
            award__in={sheet.award.pk for sheet in sheets if sheet.month == month}
        )
        if held:
            rows = rows.select_for_update(no_key=True).order_by("pk")
        for award, declarant, placement in rows.values_list("award_id", "declarant_id", "pk"):
            found[award, declarant, month].add(placement)
    return found


def open_statements(sheets: Sequence[Sheet], *, at: datetime) -> dict[MonthKey, Statement]:
    """Lock the statements to fill, creating those that do not exist. Raises Refused when one was already sent.

    Two people who send the same month meet on its unique key: the second waits, then finds it sent.
    """
    due_days = statement_due_days({sheet.award.pk for sheet in sheets})
    Statement.objects.bulk_create(
        (
            Statement(
                award=sheet.award,
                declarant=sheet.declarant,
                month=sheet.month,
                due_on=statement_due_on(sheet.month, due_days[sheet.award.pk]),
                updated_at=at,
            )
            for sheet in sheets
        ),
        ignore_conflicts=True,
    )
    keys = {sheet.key for sheet in sheets}
    versions = (
        Statement.objects.select_for_update()
        .filter(
            award__in={award for award, _, _ in keys},
            declarant__in={declarant for _, declarant, _ in keys},
            month__in={month for _, _, month in keys},
        )
        .order_by("version", "pk")
    )
    latest = {key_of(statement): statement for statement in versions if key_of(statement) in keys}
    for statement in latest.values():
        refuse_sent(statement)
    return latest


def refuse_sent(statement: Statement) -> None:
    """Raise Refused when the statement waits for its control, or is validated."""
    if statement.status in STATEMENT[StatementAction.SUBMIT].sources:
        return
    sent = f" le {date_long(paris_day(statement.submitted_at))}" if statement.submitted_at else ""
    raise Refused(
        "statement_already_sent",
        f"Le relevé {elide('de', month_name(statement.month))} a déjà été envoyé{sent} : rien n’est à refaire.",
    )


def write_lines(sheets: Sequence[Sheet], statements: Mapping[MonthKey, Statement]) -> None:
    """Replace the lines of the statements: one of work per person, one of training when there is some."""
    StatementLine.objects.filter(statement__in=statements.values()).delete()
    StatementLine.objects.bulk_create(
        StatementLine(
            statement=statements[sheet.key],
            placement_id=line.placement,
            kind=kind,
            hours=hours,
            zero_reason=(line.zero_reason or "") if not line.hours and not line.training else "",
        )
        for sheet in sheets
        for line in sheet.lines
        for kind, hours in ((HoursKind.WORK, line.hours), (HoursKind.TRAINING, line.training))
        if kind == HoursKind.WORK or hours
    )


def send(
    statements: Collection[Statement], *, received: Received, received_on: date, by: Actor, at: datetime
) -> None:
    """Move the locked statements to SUBMITTED.

    One that was returned keeps the day on which it first came, unless the month was not over: it could not be complete.
    """
    arriving = [
        statement.pk
        for statement in statements
        if statement.received_on is None or statement.received_on < month_end(statement.month)
    ]
    Statement.objects.filter(pk__in=arriving).update(received=received, received_on=received_on)
    Statement.objects.filter(pk__in=[statement.pk for statement in statements]).update(
        status=STATEMENT[StatementAction.SUBMIT].target,
        submitted_at=at,
        submitted_by=by.signature,
        reviewed_at=None,
        reviewed_by="",
        comment="",
        updated_at=at,
    )


def attach(document: Document, statements: Collection[Statement], *, by: Actor, at: datetime) -> None:
    """Keep the document that the statements were entered from, sealed: it names people."""
    stored = files.receive(
        content=document.content,
        name=document.name,
        content_type=content_type_of(document.name),
        by=by,
        at=at,
        is_sealed=True,
    )
    Statement.objects.filter(pk__in=[statement.pk for statement in statements]).update(document=stored)


def told_submission(sheet: Sheet, statement: Statement, *, how: str, by: Actor, at: datetime) -> AuditEvent:
    """Return the event of a sending; a facilitator's says for whom."""
    acting = (
        by if by.organisation_id == sheet.declarant.pk else replace(by, on_behalf_of=sheet.declarant.name)
    )
    return audit.draft(
        code="statement.submitted",
        subjects=[statement, sheet.award.lot.tender, sheet.declarant],
        by=acting,
        at=at,
        of_month=elide("de", month_name(sheet.month)),
        hours=number(sum((line.hours + line.training for line in sheet.lines), ZERO)),
        received=how,
    )


@transaction.atomic
def return_for_correction(*, statement: Statement, comment: str, by: Actor, at: datetime) -> None:
    """Send a statement back to its declarant with what to correct.

    Raises Refused: tender_closed, comment_missing, stale_state.
    """
    refuse_closed(statement)
    if not comment.strip():
        raise Refused("comment_missing", "Dites à l’entreprise ce qui est à corriger.", field="comment")
    move(
        statement,
        STATEMENT[StatementAction.RETURN],
        by=by,
        at=at,
        comment=comment.strip(),
        reviewed_at=at,
        reviewed_by=by.signature,
    )
    record(statement, code="statement.returned", by=by, at=at)


@transaction.atomic
def correct(*, statement: Statement, by: Actor, at: datetime) -> Statement:
    """Open the correction of a validated statement: a new version with the same lines (DOMAIN.md 12.7 case 25).

    What was counted stays counted until the new version is validated. Raises Refused: not_permitted, not_validated,
    correction_open, tender_closed.
    """
    refuse_stranger(statement, by=by)
    refuse_closed(statement)
    versions = Statement.objects.select_for_update().filter(
        award=statement.award_id, declarant=statement.declarant_id, month=statement.month
    )
    latest = max(versions, key=lambda version: version.version)
    if latest.status != StatementStatus.VALIDATED:
        raise Refused(
            "correction_open",
            f"Le relevé {elide('de', month_name(statement.month))} est déjà en cours : {latest.get_status_display().lower()}.",
        )
    lines = list(latest.lines.all())
    try:
        with transaction.atomic():
            new = Statement.objects.create(
                award_id=latest.award_id,
                declarant_id=latest.declarant_id,
                month=latest.month,
                version=latest.version + 1,
                due_on=latest.due_on,
                updated_at=at,
            )
    except IntegrityError as error:
        raise Refused(
            "correction_open",
            f"La correction du relevé {elide('de', month_name(statement.month))} vient d’être ouverte.",
        ) from error
    StatementLine.objects.bulk_create(
        StatementLine(
            statement=new,
            placement_id=line.placement_id,
            kind=line.kind,
            hours=line.hours,
            zero_reason=line.zero_reason,
        )
        for line in lines
    )
    record(new, code="statement.corrected", by=by, at=at)
    return new


@transaction.atomic
def abandon(*, statement: Statement, by: Actor, at: datetime) -> Statement:
    """Give up a correction that was never sent, and return the version that stands.

    The draft goes away whole: nobody else ever read it, and kept it would close the month to the next correction.
    Raises Refused: not_permitted, not_an_open_correction.
    """
    refuse_stranger(statement, by=by)
    versions = Statement.objects.select_for_update().filter(
        award=statement.award_id, declarant=statement.declarant_id, month=statement.month
    )
    found = sorted(versions, key=lambda version: version.version)
    if len(found) == 1 or found[-1].pk != statement.pk or found[-1].status != StatementStatus.DRAFT:
        raise Refused(
            "not_an_open_correction",
            "Seule une correction ouverte et pas encore envoyée peut être abandonnée.",
        )
    *_, standing, draft = found
    draft.delete()
    record(standing, code="statement.correction_abandoned", by=by, at=at)
    return standing


def refuse_stranger(statement: Statement, *, by: Actor) -> None:
    """Raise Refused unless the actor declared the statement, or is a facilitator."""
    if not by.may(Permission.DECLARE) or (
        by.role != Role.FACILITATOR and statement.declarant_id != by.organisation_id
    ):
        raise Refused("not_permitted", "Vous ne pouvez corriger que les heures de votre organisation.")


def record(statement: Statement, *, code: str, by: Actor, at: datetime) -> None:
    """Add an event to the timelines of the statement, its tender and its declarant."""
    audit.record(
        code=code,
        subjects=[statement, statement.award.lot.tender, statement.declarant],
        by=by,
        at=at,
        of_month=elide("de", month_name(statement.month)),
    )
