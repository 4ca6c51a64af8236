"""What the parameters say of eligibility, and what the rules answer."""

from collections.abc import Sequence
from datetime import date

from beneficiaries.people.models import EligibilityCheck
from beneficiaries.people.rules import eligibility
from beneficiaries.people.rules.facts import Case, Limits, Proof, Verdict
from inclusiv.parameters.selectors import in_force

LIMITS = (
    "MIN_AGE",
    "YOUTH_MAX_AGE",
    "SENIOR_MIN_AGE",
    "YOUTH_INACTIVE_MONTHS",
    "YOUTH_PROGRAMME_MONTHS",
    "DELD_MIN_MONTHS",
    "DETLD_MIN_MONTHS",
    "DELD_MAX_WORKED_MONTHS",
    "PASS_IAE_DAYS",
)
MAX_AGE = "EVIDENCE_MAX_AGE"


def limits_on(day: date) -> Limits:
    """Return the limits in force on a first day of work, in one query."""
    values = in_force(on=day, codes=LIMITS, tables=(MAX_AGE,))
    return Limits(
        min_age=values.integer("MIN_AGE"),
        youth_max_age=values.integer("YOUTH_MAX_AGE"),
        senior_min_age=values.integer("SENIOR_MIN_AGE"),
        youth_inactive_months=values.integer("YOUTH_INACTIVE_MONTHS"),
        youth_programme_months=values.integer("YOUTH_PROGRAMME_MONTHS"),
        deld_min_months=values.integer("DELD_MIN_MONTHS"),
        detld_min_months=values.integer("DETLD_MIN_MONTHS"),
        deld_max_worked_months=values.integer("DELD_MAX_WORKED_MONTHS"),
        pass_iae_days=values.integer("PASS_IAE_DAYS"),
        evidence_max_age={kind: int(months) for kind, months in values.table(MAX_AGE).items()},
    )


def verdict_of(
    check: EligibilityCheck, *, decided_on: date, proofs: Sequence[Proof] | None = None
) -> Verdict:
    """Judge a check on its documents, or on those given; its dossier comes with the person's identity."""
    dossier = check.dossier
    case = Case(
        birth_date=dossier.person.identity.birth_date,
        education=dossier.education,
        reference_date=check.reference_date,
        decided_on=decided_on,
        limits=limits_on(check.reference_date),
    )
    seen = [one.proof() for one in check.evidence.order_by("pk")] if proofs is None else proofs
    return eligibility.judge(case, seen)
