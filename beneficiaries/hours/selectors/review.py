"""Control statements: gather what the rules need in a few queries, whatever the number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from django.db.models import QuerySet

from beneficiaries.hours.choices import HoursKind
from beneficiaries.hours.models import HourEntry, Statement, StatementLine
from beneficiaries.hours.rules.controls import Eligibility, Limits, LineFacts, Verdict, control
from beneficiaries.hours.rules.history import Counted, History
from beneficiaries.hours.rules.window import Days, WindowRules, window_told_late
from beneficiaries.people.choices import CheckStatus
from beneficiaries.people.models import EligibilityCheck
from beneficiaries.people.selectors.duplicates import files_by_person
from beneficiaries.placements.choices import CLAUSE_FAMILIES, Modality, PlacementStatus
from beneficiaries.placements.models import Placement
from inclusiv.core.periods import paris_day
from inclusiv.parameters.selectors import Parameters, in_force

MonthKey = tuple[int, int, date]
"""What a statement is about, whatever its version: award, declarant, month."""

CODES = (
    "MONTHLY_HOURS_WARNING",
    "MONTHLY_HOURS_MAX",
    "DAILY_HOURS_MAX",
    "PART_TIME_EXCESS_RATE",
    "AI_WARNING_HOURS",
    "RESET_GAP_MONTHS",
)
"""Parameters that the controls read, besides the table COUNT_MONTHS."""


def key_of(statement: Statement) -> MonthKey:
    """Return what the statement is about."""
    return statement.award_id, statement.declarant_id, statement.month


def lines_of(statements: Collection[int]) -> QuerySet[StatementLine]:
    """Return the lines of the statements, with all that their control reads, in the order of the controls."""
    return (
        StatementLine.objects.filter(statement__in=statements)
        .select_related(
            "statement__award__lot__tender",
            "statement__award__lot__clause",
            "placement__check_of__facts",
        )
        .order_by("statement__month", "statement", "placement", "-kind", "pk")
    )


def review(lines: Iterable[StatementLine]) -> dict[int, Verdict]:
    """Return the verdict of each line (see `lines_of`), line id → verdict.

    Lines are controlled in order, each one knowing those before it: the second of two same lines is the duplicate.
    What an earlier version of the same statement counted is left aside, since the new one replaces it.
    """
    lines = list(lines)
    histories = histories_of(
        {line.placement.person_id for line in lines}, without={key_of(line.statement) for line in lines}
    )
    parameters = {
        month: in_force(on=month, codes=CODES, tables=("COUNT_MONTHS",))
        for month in {line.statement.month for line in lines}
    }
    return {
        line.pk: judge(
            line, history=histories[line.placement.person_id], parameters=parameters[line.statement.month]
        )
        for line in lines
    }


def review_apart(lines: Iterable[StatementLine]) -> dict[int, Verdict]:
    """Return the verdicts of lines whose statements are only taken when there is nothing to look at in them.

    Where one is left, what an earlier version of it counts goes on counting: the others are judged again beside it.
    """
    lines = list(lines)
    verdicts: dict[int, Verdict] = {}
    while lines:
        found = review(lines)
        verdicts |= found
        doubtful = {line.statement_id for line in lines if not found[line.pk].is_clean}
        if not doubtful:
            break
        lines = [line for line in lines if line.statement_id not in doubtful]
    return verdicts


def judge(line: StatementLine, *, history: History, parameters: Parameters) -> Verdict:
    """Control one line and add what it counts to the person's history."""
    facts = facts_of(line)
    window = window_told_late(
        facts.days.first if facts.days else facts.month,
        modality=facts.modality,
        counted=[(counted.days, counted.modality) for counted in history.counted],
        checks=history.checks,
        rules=window_rules(parameters),
    )
    asked = Counted(
        placement=facts.placement,
        employer=facts.employer,
        company=facts.company,
        modality=facts.modality,
        month=facts.month,
        kind=facts.kind,
        hours=facts.hours,
        days=facts.days or window,
    )
    verdict = control(facts, past=history.past(asked, window=window), limits=limits_of(parameters))
    if verdict.counted:
        history.counted.append(asked)
    return verdict


def facts_of(line: StatementLine) -> LineFacts:
    """Return what the rules read of a line."""
    placement, lot = line.placement, line.statement.award.lot
    check = placement.check_of
    facts = getattr(check, "facts", None)
    clause = lot.clause
    return LineFacts(
        month=line.statement.month,
        kind=HoursKind(line.kind),
        hours=line.hours,
        placement=placement.pk,
        employer=placement.employer_id,
        company=placement.user_company_id,
        modality=Modality(placement.modality),
        weekly_hours=placement.weekly_hours,
        contract=contract_of(placement),
        execution=execution_of(line.statement),
        told_on=told_on(line.statement),
        eligibility=Eligibility(
            validated=check.status == CheckStatus.VALIDATED,
            decided_on=paris_day(check.decided_at) if check.decided_at else None,
            reference_date=check.reference_date,
            proven_on=facts.status_proven_on if facts else None,
        ),
        strict=clause.strict_prior_validation,
        counts_training=clause.count_training,
        is_allowed=CLAUSE_FAMILIES.get(placement.modality) in clause.modalities,
    )


def contract_of(placement: Placement) -> Days | None:
    """Return the days of a work contract; none for a mise à l'emploi that was given up."""
    if placement.status == PlacementStatus.CANCELLED:
        return None
    return Days(placement.hired_on, placement.ended_on)


def execution_of(statement: Statement) -> Days:
    """Return the execution of the tender; raises ValueError when it has no dates, which a notified one always has."""
    tender = statement.award.lot.tender
    if tender.starts_on is None:
        raise ValueError(f"The tender {tender.pk} has no execution dates.")
    return Days(tender.starts_on, tender.ends_on)


def told_on(statement: Statement) -> date | None:
    """Return the day on which a statement was sent, the last time that it was."""
    return paris_day(statement.submitted_at) if statement.submitted_at else None


def limits_of(parameters: Parameters) -> Limits:
    """Return the limits of the controls."""
    return Limits(
        monthly_warning=parameters.decimal("MONTHLY_HOURS_WARNING"),
        monthly_max=parameters.decimal("MONTHLY_HOURS_MAX"),
        daily_max=parameters.decimal("DAILY_HOURS_MAX"),
        part_time_rate=parameters.decimal("PART_TIME_EXCESS_RATE"),
        ai_warning=parameters.decimal("AI_WARNING_HOURS"),
    )


def window_rules(parameters: Parameters) -> WindowRules:
    """Return how long the hours of a person count."""
    return WindowRules(
        months={line: int(value) for line, value in parameters.table("COUNT_MONTHS").items()},
        reset_gap_months=parameters.integer("RESET_GAP_MONTHS"),
    )


def histories_of(files: Collection[int], *, without: Collection[MonthKey]) -> Mapping[int, History]:
    """Return what the ledger counts for the person of each file, and their checks; `without` some statements.

    Files of one person lead to one history. Takes five queries.
    """
    histories: dict[int, History] = defaultdict(History)
    whose = files_by_person(files)
    for file, key, counted in counted_hours(whose):
        if key not in without:
            histories[whose[file]].counted.append(counted)
    checks = EligibilityCheck.objects.filter(dossier__person__in=whose, status=CheckStatus.VALIDATED)
    for file, reference_date in checks.values_list("dossier__person", "reference_date"):
        histories[whose[file]].checks.append(reference_date)
    return {file: histories[whose[file]] for file in files}


def counted_hours(files: Collection[int]) -> Iterator[tuple[int, MonthKey, Counted]]:
    """Yield (person's file, statement's key, hours) for each entry of the files that no other reverses."""
    entries = HourEntry.objects.filter(
        placement__person__in=files, reverses=None, reversed_by=None, counted__gt=0
    ).values_list(
        "placement__person",
        "award",
        "line__statement__declarant",
        "placement",
        "placement__employer",
        "placement__user_company",
        "placement__modality",
        "month",
        "kind",
        "worked",
        "worked_from",
        "worked_to",
    )
    for (
        file, award, declarant, placement, employer, company, modality, month, kind, hours, first, last
    ) in entries:  # fmt: skip
        yield (
            file,
            (award, declarant, month),
            Counted(
                placement=placement,
                employer=employer,
                company=company,
                modality=Modality(modality),
                month=month,
                kind=HoursKind(kind),
                hours=hours,
                days=Days(first, last),
            ),
        )
