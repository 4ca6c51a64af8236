"""What the rules of eligibility read and answer: documents, a person on a day, limits, verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from beneficiaries.people.choices import Criterion, EvidenceKind, Refusal
from inclusiv.core.french import date_short


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A document seen for a criterion; `valid_until` is inclusive.

    `since` is the day from which the situation holds (registered, right open, out of school); for a youth programme,
    the day on which it ended. `worked_months` are those worked in the last twelve, as a job seeker's attestation tells.
    """

    criterion: Criterion
    kind: EvidenceKind
    issued_on: date | None = None
    valid_until: date | None = None
    since: date | None = None
    worked_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The parameters of the tests: ages in years, durations in months unless said otherwise (DOMAIN.md annex A)."""

    min_age: int
    youth_max_age: int
    """Exclusive: the day of this birthday is already too late."""
    senior_min_age: int
    """Inclusive: the day of this birthday counts."""
    youth_inactive_months: int
    youth_programme_months: int
    deld_min_months: int
    """Exclusive: registered for longer than that."""
    detld_min_months: int
    """Inclusive."""
    deld_max_worked_months: int
    """Exclusive."""
    pass_iae_days: int
    evidence_max_age: Mapping[str, int]
    """Kind of document → how old it may be on the first day of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person on one first day of work, judged on `decided_on` with the parameters of the reference date."""

    birth_date: date
    education: str
    """An EducationLevel, or empty when nobody noted it."""
    reference_date: date
    decided_on: date
    limits: Limits

    @property
    def age(self) -> int:
        """Age in whole years on the first day of work."""
        return age_on(self.birth_date, self.reference_date)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a criterion is not met: the refusal that it leads to, and one sentence."""

    refusal: Refusal
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was found about one criterion; `source` is the text that the criterion comes from."""

    criterion: Criterion
    is_met: bool
    sentence: str
    source: str
    refusal: Refusal | None = None
    proven_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Eligible or not, with what was found about each criterion; RSA comes first in every list."""

    is_eligible: bool
    criteria: tuple[Criterion, ...]
    refusals: tuple[Refusal, ...]
    judgements: tuple[Judgement, ...]
    proven_on: date | None = None
    """Day on which the documents show the situation, never after the reference date; None when not eligible."""


def described(proof: Proof) -> str:
    """Name a document with its date."""
    return f"{proof.kind.label} du {date_short(proof.issued_on)}" if proof.issued_on else proof.kind.label


def age_on(birth_date: date, day: date) -> int:
    """Return the age in whole years; who is born on 29 February is a year older on 1 March of ordinary years."""
    return relativedelta(day, birth_date).years
