"""The indicators of a year, against SQL written by hand that gives every one of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from benchmarks.entries import annual_sql
from benchmarks.ground import DEPARTMENT, Ground, Row, rows_of
from benchmarks.measures import Measure, Sides
from beneficiaries.hours.choices import HoursKind
from beneficiaries.people.choices import EducationLevel
from clauses.procurement.rules.tenders import BOUND
from inclusiv.accounts.choices import INCLUSIVE_KINDS
from inclusiv.core.periods import months_between, paris_day, statement_due_on
from inclusiv.core.quantities import ZERO
from inclusiv.parameters.selectors import in_force
from reporting.figures.choices import BUYER_GROUPS
from reporting.figures.rules import Outcomes
from reporting.figures.selectors.annual import (
    UNTOLD,
    AnnualFigures,
    Control,
    GroupFigures,
    InclusiveFigures,
    PeopleFigures,
    Perimeter,
    annual,
)


def sides(ground: Ground) -> Sides[AnnualFigures]:
    """Both give the figures of the last year that is over."""
    perimeter = Perimeter(year=ground.year, department=DEPARTMENT, cut_off=ground.at)
    return Sides(subject=lambda: annual(perimeter), reference=lambda: by_hand(perimeter))


ANNUAL = Measure(
    name="annual-figures",
    limit=6.0,
    subject="every indicator of a year",
    reference="four SQL statements written by hand",
    sides=sides,
)


@dataclass(frozen=True, slots=True)
class Read:
    """What the four statements gave; rows as `annual_sql` selects them."""

    hours: list[Row]
    people: list[Row]
    owed: list[Row]
    statements: Row

    def hours_by(self, column: int) -> dict[Any, Decimal]:
        """Return the hours of each value of a column: 0 month, 1 kind, 2 modality, 3 buyer's kind, 4 employer's."""
        return {row[column]: row[5] for row in self.hours if row[column] is not None}


def by_hand(perimeter: Perimeter) -> AnnualFigures:
    """Compute every indicator by plain SQL."""
    values = parameters(perimeter)
    read = Read(
        hours=rows_of(annual_sql.HOURS, values),
        people=rows_of(annual_sql.PEOPLE, values),
        owed=rows_of(annual_sql.OWED, values),
        statements=rows_of(annual_sql.STATEMENTS, values)[0],
    )
    placements, *persons = next(row[2:] for row in read.people if row[1])
    tenders, _, notified, buyers, contractors, *ended = next(row[2:] for row in read.owed if row[1])
    by_month = read.hours_by(0)
    modalities = read.hours_by(2)
    return AnnualFigures(
        year=perimeter.year,
        months=tuple(by_month.get(month, ZERO) for month in values["months"]),
        people=PeopleFigures(**dict(zip(PeopleFigures.__slots__, persons, strict=True))),
        placements=placements,
        tenders=tenders,
        tenders_notified=notified,
        buyers=buyers,
        contractors=contractors,
        training=read.hours_by(1).get(HoursKind.TRAINING, ZERO),
        modalities={name: hours for name, hours in modalities.items() if hours > 0},
        groups=groups(read),
        inclusive=inclusive(read),
        ended=Outcomes(**dict(zip(Outcomes.__slots__, ended, strict=True))),
        control=Control(**dict(zip(Control.__slots__, read.statements, strict=True))),
    )


def parameters(perimeter: Perimeter) -> dict[str, Any]:
    """Return what the statements need."""
    months = list(months_between(perimeter.first, perimeter.last))
    due_day = in_force(on=perimeter.last).integer("STATEMENT_DUE_DAY")
    grouped = [(kind, label) for label, kinds in BUYER_GROUPS.items() for kind in kinds]
    return {
        "department": perimeter.department,
        "first": perimeter.first,
        "last": months[-1],
        "year_end": perimeter.last,
        "cut_off": perimeter.cut_off,
        "known_on": paris_day(perimeter.cut_off),
        "bound": list(BOUND),
        "kinds": [kind for kind, _ in grouped],
        "labels": [label for _, label in grouped],
        "long_term": ["LONG_TERM_UNEMPLOYED", "VERY_LONG_TERM_UNEMPLOYED"],
        "low_education": [EducationLevel.BELOW_3, EducationLevel.LEVEL_3],
        "months": months,
        "due_days": [statement_due_on(month, due_day) for month in months],
    }


def groups(read: Read) -> tuple[GroupFigures, ...]:
    """Return the results by group of buyers, in the report's order."""
    label_of = {kind: label for label, kinds in BUYER_GROUPS.items() for kind in kinds}
    validated: dict[str, Decimal] = {}
    for kind, hours in read.hours_by(3).items():
        label = label_of.get(kind, UNTOLD)
        validated[label] = validated.get(label, ZERO) + hours
    people = {row[0] or UNTOLD: row[3] for row in read.people if not row[1]}
    owed = {row[0] or UNTOLD: (*row[2:4], row[5]) for row in read.owed if not row[1]}
    nothing = (0, ZERO, 0)
    return tuple(
        GroupFigures(
            label=label,
            tenders=owed.get(label, nothing)[0],
            owed=owed.get(label, nothing)[1],
            buyers=owed.get(label, nothing)[2],
            validated=validated.get(label, ZERO),
            people=people.get(label, 0),
        )
        for label in (*BUYER_GROUPS, UNTOLD)
        if label in owed or validated.get(label)
    )


def inclusive(read: Read) -> tuple[InclusiveFigures, ...]:
    """Return the hours of inclusive structures by kind, the largest first."""
    found = [
        InclusiveFigures(kind=row[4], hours=row[5], structures=row[6])
        for row in read.hours
        if row[4] in INCLUSIVE_KINDS and row[5] > 0
    ]
    return tuple(sorted(found, key=lambda one: (-one.hours, one.kind)))
