"""Statements that wait for their control, looked at together: those in which it sees nothing, and the others."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from beneficiaries.hours.models import Statement, StatementLine, StatementQuerySet
from beneficiaries.hours.rules.controls import Verdict
from beneficiaries.hours.selectors.review import lines_of, review_apart
from inclusiv.core.french import hours_text, plural
from inclusiv.core.quantities import ZERO

BATCH = 200
"""How many statements are looked at, and validated, at once; the next ones wait for a second press."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A statement that waits, and what its control would say today."""

    statement: Statement
    lines: int
    hours: Decimal
    rejected: int
    warned: int

    @property
    def is_clean(self) -> bool:
        """Say whether there is nothing to look at."""
        return not self.rejected and not self.warned

    @property
    def detail(self) -> str:
        """« 2 lignes, 302 h · 1 ligne ne compte pas »."""
        told = f"{plural(self.lines, 'ligne')}, {hours_text(self.hours)}"
        return f"{told} · {attention(rejected=self.rejected, warned=self.warned) or 'rien à signaler'}"


def attention(*, rejected: int, warned: int) -> str:
    """Return « 1 ligne ne compte pas, 2 lignes sont à regarder », empty when all is right."""
    parts = [
        plural(rejected, "ligne ne compte pas", "lignes ne comptent pas") if rejected else "",
        plural(warned, "ligne est à regarder", "lignes sont à regarder") if warned else "",
    ]
    return ", ".join(filter(None, parts))


@dataclass(frozen=True)
class Waiting:
    """The statements that wait for a facilitator: read only when a page asks, the oldest first."""

    statements: StatementQuerySet

    @cached_property
    def looked(self) -> list[Looked]:
        """The first of them, with what the control sees in each."""
        waiting = self.statements.to_review().select_related("award__lot__tender", "declarant")
        return look(list(waiting.order_by("submitted_at", "pk")[:BATCH]))

    @cached_property
    def found(self) -> list[Statement]:
        """Those in which the control sees nothing."""
        return [one.statement for one in self.looked if one.is_clean]

    @property
    def others(self) -> int:
        """How many deserve a look."""
        return len(self.looked) - len(self.found)

    @property
    def label(self) -> str:
        """The button: « Valider les 41 sans anomalie »."""
        count = len(self.found)
        return "Valider celui sans anomalie" if count == 1 else f"Valider les {count} sans anomalie"

    @property
    def title(self) -> str:
        """The question."""
        return f"Valider {plural(len(self.found), 'relevé')} sans anomalie ?"


def look(statements: Collection[Statement]) -> list[Looked]:
    """Control statements that would be taken together, in their order."""
    lines = list(lines_of([statement.pk for statement in statements]))
    verdicts = review_apart(lines)
    own: dict[int, list[StatementLine]] = defaultdict(list)
    for line in lines:
        own[line.statement_id].append(line)
    return [looked(statement, own[statement.pk], verdicts) for statement in statements]


def looked(statement: Statement, lines: Collection[StatementLine], verdicts: dict[int, Verdict]) -> Looked:
    """Sum up what the control says of a statement's lines."""
    said = [verdicts[line.pk] for line in lines]
    return Looked(
        statement=statement,
        lines=len(lines),
        hours=sum((line.hours for line in lines), ZERO),
        rejected=sum(bool(verdict.rejections) for verdict in said),
        warned=sum(bool(verdict.warnings) for verdict in said),
    )
