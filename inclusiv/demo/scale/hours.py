"""Rows of what is done: the month's statements of each declarant, and the ledger with its real hashes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from beneficiaries.hours.choices import (
    RULES_VERSION,
    HoursKind,
    LineOutcome,
    Origin,
    Received,
    StatementStatus,
)
from beneficiaries.hours.models import HourEntry, Statement, StatementLine
from beneficiaries.hours.rules import chain
from inclusiv.core.french import number
from inclusiv.core.periods import month_of
from inclusiv.core.quantities import ZERO
from inclusiv.demo.posts import DrawnLot, Post
from inclusiv.demo.scale.people import Worker
from inclusiv.demo.scale.placements import write_placement
from inclusiv.demo.scale.scene import Month, Scene

SENT_SHARE = 4, 7
"""Of the statements of the last month, so many (first) out of so many (second) are already sent."""


@dataclass(frozen=True, slots=True)
class Line:
    """Hours of one kind in one month of a post."""

    post: Post
    placement: int
    kind: HoursKind
    hours: Decimal


def write_hours(
    scene: Scene, tender: int, lot: DrawnLot, *, award: int, obligation: int, workers: Sequence[Worker]
) -> chain.Head:
    """Write who works on a lot, month by month; return the head of its ledger."""
    written = [(post, write_placement(scene, post, workers[post.person], award=award)) for post in lot.posts]
    head = chain.Head()
    for (first, employer), lines in sorted(by_statement(written).items()):
        month = scene.month(first)
        statement = write_statement(scene, tender, award, employer, month, lines, is_validated=True)
        for line in lines:
            key = write_line(scene, statement, line, is_validated=True)
            head = write_entry(scene, award, obligation, month, line, key, after=head)
    write_waiting(scene, tender, award, written)
    return head


def by_statement(written: Iterable[tuple[Post, int]]) -> dict[tuple[date, str], list[Line]]:
    """Group the hours by month and declarant."""
    found: dict[tuple[date, str], list[Line]] = defaultdict(list)
    for post, placement in written:
        for month, hours in post.hours.items():
            found[month, post.employer].append(Line(post, placement, HoursKind.WORK, hours))
        if post.training:
            line = Line(post, placement, HoursKind.TRAINING, post.training)
            found[post.training_month, post.employer].append(line)
    return found


def write_waiting(scene: Scene, tender: int, award: int, written: Iterable[tuple[Post, int]]) -> None:
    """Write the statements of the last month that came and that nobody has controlled yet."""
    month = scene.month(month_of(scene.today) - relativedelta(months=1))
    if month.sent_on > scene.today:
        return
    own: dict[str, list[Line]] = defaultdict(list)
    for post, placement in written:
        if post.ended_on is None:
            hours = post.hours[max(post.hours)]
            own[post.employer].append(Line(post, placement, HoursKind.WORK, hours))
    for employer, lines in sorted(own.items()):
        if scene.tables[Statement].next % SENT_SHARE[1] < SENT_SHARE[0]:
            statement = write_statement(scene, tender, award, employer, month, lines, is_validated=False)
            for line in lines:
                write_line(scene, statement, line, is_validated=False)


def write_statement(
    scene: Scene,
    tender: int,
    award: int,
    employer: str,
    month: Month,
    lines: Sequence[Line],
    *,
    is_validated: bool,
) -> int:
    """Write a declarant's month, received by e-mail, and return its id."""
    declarant, by = scene.structure.companies[employer], scene.structure.facilitator
    signature = f"{by.name}, {by.organisation}"
    at = month.reviewed_at if is_validated else month.sent_at
    statement = scene.tables[Statement].add(
        award_id=award,
        declarant_id=declarant.pk,
        month=month.first,
        status=StatementStatus.VALIDATED if is_validated else StatementStatus.SUBMITTED,
        due_on=month.due_on,
        received=Received.EMAIL,
        received_on=month.sent_on,
        submitted_at=month.sent_at,
        submitted_by=signature,
        reviewed_at=month.reviewed_at if is_validated else None,
        reviewed_by=signature if is_validated else "",
        updated_at=at,
    )
    hours = number(sum((line.hours for line in lines), ZERO))
    told = {"counted": hours} if is_validated else {"received": Received.EMAIL.label}
    scene.tell(
        "statement.validated" if is_validated else "statement.submitted",
        [f"statement:{statement}", f"tender:{tender}", f"organisation:{declarant.pk}"],
        at=at,
        by=scene.structure.organisation,
        of_month=month.name,
        hours=hours,
        **told,
    )
    return statement


def write_line(scene: Scene, statement: int, line: Line, *, is_validated: bool) -> int:
    """Write somebody's hours in a statement, and return its id."""
    return scene.tables[StatementLine].add(
        statement_id=statement,
        placement_id=line.placement,
        kind=line.kind,
        hours=line.hours,
        outcome=LineOutcome.COUNTED if is_validated else LineOutcome.PENDING,
        counted=line.hours if is_validated else ZERO,
    )


def write_entry(
    scene: Scene, award: int, obligation: int, month: Month, line: Line, key: int, *, after: chain.Head
) -> chain.Head:
    """Write the ledger entry of a line after the last one of its award; return the new head."""
    entry = chain.Entry(
        award=award,
        line=key,
        placement=line.placement,
        obligation=obligation,
        month=month.first,
        worked_from=max(month.first, line.post.hired_on),
        worked_to=min(month.last, line.post.ended_on or month.last),
        kind=line.kind,
        worked=line.hours,
        counted=line.hours,
        origin=Origin.DECLARED,
        rules_version=RULES_VERSION,
        recorded_at=month.reviewed_at,
        recorded_by=scene.structure.facilitator.membership_id,
    )
    head = chain.follow(entry, after=after)
    scene.tables[HourEntry].add(
        award_id=entry.award,
        seq=head.seq,
        prev_hash=after.hash or None,
        hash=head.hash,
        line_id=entry.line,
        placement_id=entry.placement,
        obligation_id=entry.obligation,
        month=entry.month,
        worked_from=entry.worked_from,
        worked_to=entry.worked_to,
        kind=entry.kind,
        worked=entry.worked,
        counted=entry.counted,
        origin=entry.origin,
        rules_version=entry.rules_version,
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
    )
    return head
