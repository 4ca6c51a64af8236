"""Which documents prove which criterion, how old they may be and until when they run (DOMAIN.md 4.2, 4.3)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from beneficiaries.people.choices import Criterion, Refusal
from beneficiaries.people.choices import EvidenceKind as K
from beneficiaries.people.rules.facts import Case, Problem, Proof, described
from inclusiv.core.french import date_short
from inclusiv.core.periods import months_before
from inclusiv.core.refusals import Refused

JOB_SEEKER = frozenset({K.FT_SITUATION, K.ML_ATT})
YOUTH = frozenset({K.ML_ATT, K.SCHOOL_EXIT, K.DIPLOMA_OR_STATEMENT})
PASS = (frozenset({K.PASS_IAE}),)
STRUCTURE = (frozenset({K.STRUCTURE_ATT}),)

NEEDS: Mapping[Criterion, tuple[frozenset[K], ...]] = {
    Criterion.RSA: (frozenset({K.CAF_RSA}),),
    Criterion.LONG_TERM_UNEMPLOYED: (frozenset({K.FT_SITUATION}),),
    Criterion.VERY_LONG_TERM_UNEMPLOYED: (frozenset({K.FT_SITUATION}),),
    Criterion.ASS: (frozenset({K.ASS_ATT}),),
    Criterion.AAH: (frozenset({K.AAH_ATT}),),
    Criterion.DISABLED_WORKER: (frozenset({K.RQTH_DECISION}),),
    Criterion.INSERTION_ALLOWANCE: (frozenset({K.ALLOWANCE_ATT}),),
    Criterion.WIDOW_ALLOWANCE: (frozenset({K.ALLOWANCE_ATT}),),
    Criterion.DISABILITY_PENSION: (frozenset({K.RQTH_DECISION}),),
    Criterion.YOUTH_UNQUALIFIED: (YOUTH,),
    Criterion.YOUTH_GRADUATE_INACTIVE: (frozenset({K.ML_ATT, K.SCHOOL_EXIT}),),
    Criterion.SENIOR: (frozenset({K.FT_SITUATION, K.ASS_ATT}),),
    Criterion.YOUTH_PROGRAMME: (frozenset({K.ML_ATT, K.STRUCTURE_ATT}),),
    Criterion.QPV_RESIDENT: (frozenset({K.ADDRESS}), JOB_SEEKER),
    Criterion.INTERNATIONAL_PROTECTION: (frozenset({K.RESIDENCE_PERMIT}),),
    Criterion.MOTIVATED_PROPOSAL: (frozenset({K.MOTIVATED_NOTE}),),
    Criterion.PLIE_PARTICIPANT: (frozenset({K.PLIE_ATT}),),
    Criterion.IAE_EI: PASS,
    Criterion.IAE_ACI: PASS,
    Criterion.IAE_AI: PASS,
    Criterion.IAE_ETTI: PASS,
    Criterion.ADAPTED_EA: STRUCTURE,
    Criterion.GEIQ: STRUCTURE,
    Criterion.REGIE: STRUCTURE,
    Criterion.EPIDE: STRUCTURE,
    Criterion.E2C: STRUCTURE,
}
"""Documents that prove each criterion: one of each set, the first set carrying the situation (DOMAIN.md 4.3).

A PLIE's attestation is itself the motivated proposal (PRACTICE.md 2). A piece of identity proves an age, which the
birth date already tells: it is noted and proves no criterion by itself.
"""

LISTED, STRUCTURED, PROPOSED = (
    "CCAG 2021, art. 16.1.1.2",
    "CCAG 2021, art. 16.1.1.1",
    "CCAG 2021, art. 16.1.1.2, proposition motivée",
)
SOURCES: Mapping[Criterion, str] = {
    **dict.fromkeys(Criterion, LISTED),
    **{criterion: STRUCTURED for criterion, needs in NEEDS.items() if needs in {PASS, STRUCTURE}},
    **dict.fromkeys((Criterion.MOTIVATED_PROPOSAL, Criterion.PLIE_PARTICIPANT), PROPOSED),
    Criterion.DISABLED_WORKER: f"{LISTED} ; L5212-13 du code du travail",
}
"""The text that each criterion comes from (DOMAIN.md 4.2, column CCAG)."""

ENDS_REQUIRED = frozenset({K.RESIDENCE_PERMIT})
"""Documents that mean nothing without their last day."""


def missing(kinds: Iterable[K]) -> Problem:
    """Say which documents would do."""
    wanted = " ou ".join(f"« {kind.label} »" for kind in K if kind in set(kinds))
    return Problem(Refusal.EVIDENCE_MISSING, f"Document à fournir : {wanted}.")


def too_old(case: Case, proof: Proof) -> Problem | None:
    """Refuse a document without a date, dated after the decision, or older than its kind allows (DOMAIN.md 4.3)."""
    months = case.limits.evidence_max_age.get(proof.kind)
    if proof.issued_on is None:
        if months is None and proof.valid_until:
            return None
        return Problem(Refusal.EVIDENCE_MISSING, f"{proof.kind.label} : la date du document manque.")
    if proof.issued_on > case.decided_on:
        return Problem(Refusal.EVIDENCE_MISSING, f"{described(proof)} : cette date n’est pas encore arrivée.")
    oldest = months_before(case.reference_date, months) if months is not None else proof.issued_on
    if proof.issued_on >= oldest:
        return None
    return Problem(
        Refusal.EVIDENCE_TOO_OLD,
        f"{described(proof)} : il faut un document du {date_short(oldest)} ou plus récent.",
    )


def expired(case: Case, proof: Proof) -> Problem | None:
    """Refuse a document that no longer runs on the first day of work."""
    last = last_day(case, proof)
    if last is None:
        if proof.kind in ENDS_REQUIRED:
            return Problem(
                Refusal.EVIDENCE_MISSING, f"{proof.kind.label} : la date de fin de validité manque."
            )
        return None
    if last >= case.reference_date:
        return None
    return Problem(
        Refusal.EVIDENCE_TOO_OLD,
        f"{proof.kind.label} : n’est plus valable depuis le {date_short(last + timedelta(days=1))}.",
    )


def last_day(case: Case, proof: Proof) -> date | None:
    """Return the last day of a document, inclusive; a PASS IAE runs two years from its issue (DOMAIN.md 4.4)."""
    if proof.valid_until is None and proof.kind is K.PASS_IAE and proof.issued_on:
        return proof.issued_on + timedelta(days=case.limits.pass_iae_days - 1)
    return proof.valid_until


def check_validity(issued_on: date | None, valid_until: date | None) -> None:
    """Refuse a document that expires before its issue."""
    if issued_on and valid_until and valid_until < issued_on:
        raise Refused(
            "evidence_dates",
            f"Ce document ne peut pas expirer ({date_short(valid_until)}) avant d’être délivré"
            f" ({date_short(issued_on)}).",
            field="valid_until",
        )
