"""What a criterion asks of the situation that its document shows, on the first day of work (DOMAIN.md 4.2)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from beneficiaries.people.choices import Criterion, EducationLevel, Refusal
from beneficiaries.people.rules.facts import Case, Problem, Proof
from inclusiv.core.french import date_short
from inclusiv.core.periods import months_before


def not_started(case: Case, proof: Proof) -> Problem | None:
    """Refuse a situation that begins after the first day, or that a later document does not show on that day."""
    if proof.criterion is Criterion.YOUTH_PROGRAMME and proof.since:
        return None  # the day on which a programme ended: its own test reads it
    begins = proof.since or proof.issued_on
    if begins is None or begins <= case.reference_date:
        return None
    return Problem(
        Refusal.STATUS_AFTER_START,
        f"{proof.criterion.label} : le document montre la situation à partir du {date_short(begins)}, après le premier"
        f" jour de travail ({date_short(case.reference_date)}).",
    )


def not_fulfilled(case: Case, proof: Proof) -> Problem | None:
    """Apply the criterion's own test, when it has one beyond its document."""
    test = TESTS.get(proof.criterion)
    return test(case, proof) if test else None


def long_term(case: Case, proof: Proof) -> Problem | None:
    """Registered for more than 12 months and fewer than 6 months worked in the last 12 (CCAG 2021, art. 16.1.1.2)."""
    limit = case.limits.deld_min_months
    return registered(
        case,
        proof,
        until=months_before(case.reference_date, limit) - timedelta(days=1),
        wanted=f"plus de {limit}",
    )


def very_long_term(case: Case, proof: Proof) -> Problem | None:
    """Registered for 24 months or more: a sub-class of the long-term unemployed (DOMAIN.md 4.2)."""
    limit = case.limits.detld_min_months
    return registered(
        case, proof, until=months_before(case.reference_date, limit), wanted=f"au moins {limit}"
    )


def registered(case: Case, proof: Proof, *, until: date, wanted: str) -> Problem | None:
    """Refuse a registration after `until`, or too much work: registration alone is not seniority (loi 2023-1196)."""
    if proof.since is None or proof.worked_months is None:
        return Problem(
            Refusal.EVIDENCE_MISSING,
            f"{proof.kind.label} : la date d’inscription et les mois travaillés depuis un an sont à relever.",
        )
    if proof.since > until:
        return Problem(
            Refusal.NO_CRITERION,
            f"Inscription depuis le {date_short(proof.since)} : il faut {wanted} mois au"
            f" {date_short(case.reference_date)}.",
        )
    if proof.worked_months >= case.limits.deld_max_worked_months:
        return Problem(
            Refusal.NO_CRITERION,
            f"{proof.worked_months} mois travaillés sur les douze derniers : il en faut moins de"
            f" {case.limits.deld_max_worked_months}.",
        )
    return None


def unqualified_youth(case: Case, proof: Proof) -> Problem | None:
    """Under 26, no diploma, out of school for six months or more."""
    if case.education not in {"", EducationLevel.BELOW_3}:
        return Problem(
            Refusal.NO_CRITERION,
            "Un diplôme de niveau CAP ou plus est noté : ce critère vaut sans qualification.",
        )
    return young(case) or out_of_school(case, proof)


def graduate_youth(case: Case, proof: Proof) -> Problem | None:
    """Under 26, graduated, inactive for six months or more."""
    if case.education == EducationLevel.BELOW_3:
        return Problem(Refusal.NO_CRITERION, "Aucun diplôme n’est noté : ce critère vaut pour les diplômés.")
    return young(case) or out_of_school(case, proof)


def programme_youth(case: Case, proof: Proof) -> Problem | None:
    """Under 26, in a programme on the day, or out of it since less than twelve months: `since` is its last day."""
    earliest = months_before(case.reference_date, case.limits.youth_programme_months)
    if proof.since and proof.since <= earliest:
        return Problem(
            Refusal.NO_CRITERION,
            f"Suivi terminé le {date_short(proof.since)} : il doit être en cours, ou fini depuis moins de"
            f" {case.limits.youth_programme_months} mois.",
        )
    return young(case)


def young(case: Case) -> Problem | None:
    """Refuse from the 26th birthday on (DOMAIN.md 12.7 case 1)."""
    if case.age < case.limits.youth_max_age:
        return None
    return Problem(
        Refusal.NO_CRITERION,
        f"{case.age} ans le {date_short(case.reference_date)} : ce critère vaut avant"
        f" {case.limits.youth_max_age} ans.",
    )


def out_of_school(case: Case, proof: Proof) -> Problem | None:
    """Refuse less than six months out of school or of activity."""
    if proof.since is None:
        return Problem(
            Refusal.EVIDENCE_MISSING,
            f"{proof.kind.label} : la date de sortie d’études ou d’inactivité manque.",
        )
    months = case.limits.youth_inactive_months
    if proof.since <= months_before(case.reference_date, months):
        return None
    return Problem(
        Refusal.NO_CRITERION,
        f"Sortie d’études ou inactivité depuis le {date_short(proof.since)} : il faut {months} mois au"
        f" {date_short(case.reference_date)}.",
    )


def senior(case: Case, _proof: Proof) -> Problem | None:
    """Refuse before the 50th birthday, which counts (DOMAIN.md 12.7 case 2)."""
    if case.age >= case.limits.senior_min_age:
        return None
    return Problem(
        Refusal.NO_CRITERION,
        f"{case.age} ans le {date_short(case.reference_date)} : ce critère vaut à partir de"
        f" {case.limits.senior_min_age} ans.",
    )


TESTS: Mapping[Criterion, Callable[[Case, Proof], Problem | None]] = {
    Criterion.LONG_TERM_UNEMPLOYED: long_term,
    Criterion.VERY_LONG_TERM_UNEMPLOYED: very_long_term,
    Criterion.YOUTH_UNQUALIFIED: unqualified_youth,
    Criterion.YOUTH_GRADUATE_INACTIVE: graduate_youth,
    Criterion.YOUTH_PROGRAMME: programme_youth,
    Criterion.SENIOR: senior,
}
"""What a criterion asks beyond a document that is recent, valid and shows the situation on the first day."""
