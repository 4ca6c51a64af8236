"""Read statements for the screens: the list, and one statement with what the control says of each line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from beneficiaries.hours.choices import Finding, LineOutcome, StatementStatus
from beneficiaries.hours.models import Statement, StatementLine
from beneficiaries.hours.rules.controls import Verdict
from beneficiaries.hours.rules.reasons import reason
from beneficiaries.hours.selectors.review import facts_of, lines_of, review
from beneficiaries.hours.selectors.sheets import by_name, name_of
from inclusiv.core.fields import Fold
from inclusiv.core.quantities import ZERO
from inclusiv.parameters.selectors import in_force


class Totals(TypedDict):
    """What the list adds to a statement."""

    declared: Decimal
    counted: Decimal
    urgency: int
    waiting_since: datetime | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    StatementRow = WithAnnotations[Statement, Totals]
else:
    StatementRow = Statement


def listed(statements: QuerySet[Statement], *, returned_first: bool) -> QuerySet[StatementRow]:
    """Return the last version of each statement with its hours, in the list's own query; those to act on come first.

    What a facilitator has to do is to control; a company, to correct what was sent back (`returned_first`).
    """
    newer = Statement.objects.filter(
        award=OuterRef("award"),
        declarant=OuterRef("declarant"),
        month=OuterRef("month"),
        version__gt=OuterRef("version"),
    )
    urgency = Case(
        When(status=StatementStatus.SUBMITTED, then=Value(2 if returned_first else 1)),
        When(status=StatementStatus.VALIDATED, then=Value(3)),
        default=Value(1 if returned_first else 2),
    )
    rows = (
        statements.filter(~Exists(newer))
        .select_related("award__lot__tender", "declarant")
        .annotate(declared=summed("hours"), counted=summed("counted"))
        .annotate(
            urgency=urgency,
            waiting_since=Case(When(~Q(status=StatementStatus.VALIDATED), then=F("submitted_at"))),
        )
    )
    return cast("QuerySet[StatementRow]", rows)


def summed(column: str) -> Coalesce:
    """Return the sum of a column of the lines."""
    lines = StatementLine.objects.filter(statement=OuterRef("pk")).order_by().values("statement")
    return Coalesce(
        Subquery(lines.annotate(total=Sum(column)).values("total")),
        ZERO,
        output_field=DecimalField(max_digits=12, decimal_places=2),
    )


def matching(rows: QuerySet[StatementRow], text: str) -> QuerySet[StatementRow]:
    """Narrow to a company's name, or a tender's number or title, without regard to accents."""
    folded = Fold(Value(text))
    return rows.filter(
        Q(declarant__folded_name__contains=folded)
        | Q(award__lot__tender__folded_title__contains=folded)
        | Q(award__lot__tender__reference__icontains=text)
    )


def latest_after(statement: Statement) -> Statement | None:
    """Return the last version of a statement, None when it is this one."""
    versions = Statement.objects.filter(
        award=statement.award_id, declarant=statement.declarant_id, month=statement.month
    )
    return versions.filter(version__gt=statement.version).order_by("-version").first()


@dataclass(frozen=True, slots=True)
class ControlledLine:
    """A line as shown: the person's name, and what the control says in words."""

    line: StatementLine
    name: str
    rejections: tuple[str, ...]
    warnings: tuple[str, ...]
    counted: Decimal

    @property
    def is_clean(self) -> bool:
        """Say whether there is nothing to look at."""
        return not self.rejections and not self.warnings


@dataclass(frozen=True, slots=True)
class ControlledStatement:
    """A statement with its lines controlled: as it was decided, or as it would be today."""

    lines: tuple[ControlledLine, ...]
    declared: Decimal
    counted: Decimal
    warned: int
    rejected: int


def controlled(statement: Statement, *, for_facilitator: bool) -> ControlledStatement:
    """Return the lines of a statement in the order of the names, with the control that its reader may see.

    A validated statement says what was decided, another what would be today. A company reads decisions only, and no
    point to look at: one could tell it of a person's other employer.
    """
    lines = list(lines_of([statement.pk]).select_related("placement__person__identity", "placement__dossier"))
    is_decided = statement.status == StatementStatus.VALIDATED
    if is_decided:
        verdicts = {line.pk: decided(line) for line in lines}
    else:
        verdicts = review(lines) if for_facilitator else dict.fromkeys((line.pk for line in lines), Verdict())
    # What was decided is said without the days, which may have changed since.
    said = (
        {line.pk: labels(verdicts[line.pk].rejections) for line in lines}
        if is_decided
        else explained(lines, verdicts, month=statement.month)
    )
    shown = [
        shown_line(line, verdicts[line.pk], rejections=said[line.pk], warns=for_facilitator)
        for line in sorted(lines, key=lambda line: (by_name(line.placement), line.placement_id, line.pk))
    ]
    return ControlledStatement(
        lines=tuple(shown),
        declared=sum((line.hours for line in lines), ZERO),
        counted=sum((one.counted for one in shown), ZERO),
        warned=sum(bool(one.warnings) for one in shown),
        rejected=sum(bool(one.rejections) for one in shown),
    )


def decided(line: StatementLine) -> Verdict:
    """Return the verdict that was written on a line."""
    return Verdict(
        rejections=tuple(map(Finding, line.rejections)),
        warnings=tuple(map(Finding, line.warnings)),
        counted=line.counted if line.outcome == LineOutcome.COUNTED else ZERO,
    )


def shown_line(
    line: StatementLine, verdict: Verdict, *, rejections: tuple[str, ...], warns: bool
) -> ControlledLine:
    """Put a verdict in words."""
    return ControlledLine(
        line=line,
        name=name_of(line.placement),
        rejections=rejections,
        warnings=labels(verdict.warnings) if warns else (),
        counted=verdict.counted,
    )


def labels(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return findings in general words."""
    return tuple(str(finding.label) for finding in findings)


def explained(
    lines: Iterable[StatementLine], verdicts: Mapping[int, Verdict], *, month: date
) -> dict[int, tuple[str, ...]]:
    """Return for each line (by id) why it would not count, with its days and the ceiling of the month."""
    daily_max = in_force(on=month, codes=("DAILY_HOURS_MAX",)).decimal("DAILY_HOURS_MAX")
    return {
        line.pk: tuple(
            reason(finding, facts_of(line), daily_max=daily_max) for finding in verdicts[line.pk].rejections
        )
        for line in lines
    }
