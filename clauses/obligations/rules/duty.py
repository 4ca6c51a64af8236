"""Must this contract carry a social clause? L2112-2-1 CCP, said as « à justifier » and never as a fault.

Sources: DOMAIN.md 1.2 and 1.3, PRACTICE.md 2. We are not the legal control: the verdict helps the buyer, with its
facilitator, and goes to nobody else.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from clauses.obligations.choices import RESERVED, ClauseType
from clauses.procurement.choices import NoClauseReason, TenderForm, TenderNature
from inclusiv.accounts.choices import BuyerKind
from inclusiv.core.french import date_short, euros, listed, quoted
from inclusiv.core.refusals import Refused

ARTICLE = "article L2112-2-1 du code de la commande publique"

DEROGATIONS = frozenset(
    {
        NoClauseReason.IMMEDIATE_SOLUTION,
        NoClauseReason.NO_SUFFICIENT_LINK,
        NoClauseReason.RESTRICTS_COMPETITION_OR_DIFFICULT,
        NoClauseReason.WORKS_UNDER_3_MONTHS,
    }
)
"""The four cases in which the law lets a buyer do without (L2112-2-1, II)."""

WORKS_LIMIT_MONTHS = 3
"""« Une durée inférieure à trois mois » (L2112-2-1, II, 4°)."""

REASON_MIN = 50
"""Characters under which reasons say nothing (DOMAIN.md 1.2)."""


class ThresholdClass(StrEnum):
    """Which column of the EU thresholds a buyer reads (annexe 2 CCP)."""

    STATE = "STATE"
    LOCAL = "LOCAL"
    UTILITY = "UTILITY"
    NONE = "NONE"


CLASSES: Mapping[str, ThresholdClass] = {
    BuyerKind.STATE: ThresholdClass.STATE,
    BuyerKind.STATE_AGENCY: ThresholdClass.STATE,
    BuyerKind.UTILITY: ThresholdClass.UTILITY,
    BuyerKind.PRIVATE: ThresholdClass.NONE,
}
"""Kinds of buyers that do not read the column of local authorities (DOMAIN.md 1.9)."""


class Duty(StrEnum):
    """What the duty says of a contract."""

    NOT_REQUIRED = "NOT_REQUIRED"
    UNKNOWN = "UNKNOWN"
    SATISFIED = "SATISFIED"
    JUSTIFIED = "JUSTIFIED"
    TO_JUSTIFY = "TO_JUSTIFY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the duty is judged from: the whole need in € HT, the day of the consultation, each lot's type of clause."""

    buyer_kind: str
    form: TenderForm
    nature: TenderNature
    is_defence: bool
    amount: Decimal | None
    launched_on: date | None
    registered_on: date
    lots: Mapping[int, ClauseType | None]
    reason: NoClauseReason | None = None
    months: int | None = None
    """Whole months of the execution, None while its days are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLimits:
    """What is in force on the day that is tested: the law's beginning, the threshold in € HT, the network's readings."""

    since: date
    threshold: Decimal | None
    """None on a day before the first threshold that is known."""
    reserved_counts: bool
    every_lot: bool
    delay_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the duty says, why, from what source; `due_on` is the day by which it is to be justified (inclusive)."""

    duty: Duty
    why: str
    warning: str = ""
    due_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to justify it."""
        return self.duty is Duty.TO_JUSTIFY


def threshold_class(buyer_kind: str) -> ThresholdClass:
    """Return the column that a kind of buyer reads; local authorities' when it is not told."""
    return CLASSES.get(buyer_kind, ThresholdClass.LOCAL)


def threshold_code(buyer_kind: str, *, form: TenderForm, nature: TenderNature) -> str:
    """Return the parameter that holds the threshold: works and concessions have one for every buyer."""
    if nature is TenderNature.WORKS or form is TenderForm.CONCESSION:
        return "EU_THRESHOLD.WORKS"
    column = threshold_class(buyer_kind)
    return f"EU_THRESHOLD.{ThresholdClass.LOCAL if column is ThresholdClass.NONE else column}"


def judge(facts: Facts, limits: DutyLimits, *, today: date) -> Verdict:
    """Say whether the contract must carry a social clause, and whether it does (DOMAIN.md 1.2, engine).

    The day tested is that of the consultation, today while it is not known. Equality with the threshold counts.
    """
    day = facts.launched_on or today
    if why := _outside(facts, limits, day=day):
        return Verdict(duty=Duty.NOT_REQUIRED, why=why)
    threshold = limits.threshold
    if threshold is None:
        return Verdict(
            duty=Duty.NOT_REQUIRED, why=f"Aucun seuil européen n’est connu ici au {date_short(day)}."
        )
    if facts.amount is None:
        return Verdict(
            duty=Duty.UNKNOWN,
            why=f"Indiquez le montant estimé de tout le besoin : à partir de {euros(threshold)} HT, une"
            f" clause sociale est obligatoire ({ARTICLE}).",
        )
    if facts.amount < threshold:
        return Verdict(
            duty=Duty.NOT_REQUIRED,
            why=f"Le montant estimé est sous le seuil européen de {euros(threshold)} HT : la clause reste"
            " possible, au titre de la charte.",
        )
    required = f"Le montant estimé atteint le seuil européen de {euros(threshold)} HT ({ARTICLE})"
    carrying = {number for number, kind in facts.lots.items() if satisfies(kind, limits=limits)}
    bare = sorted(facts.lots.keys() - carrying)
    if carrying and not (bare and limits.every_lot):
        return Verdict(
            duty=Duty.SATISFIED, why=f"{required}, et une clause est prévue.", warning=_without(bare)
        )
    lapsed = _lapsed(facts)
    if facts.reason in DEROGATIONS and not lapsed:
        return Verdict(
            duty=Duty.JUSTIFIED, why=f"{required} ; l’absence de clause est justifiée : {facts.reason.label}."
        )
    due_on = facts.launched_on or facts.registered_on + timedelta(days=limits.delay_days)
    return Verdict(
        duty=Duty.TO_JUSTIFY,
        why=f"{required} : {lapsed}prévoyez une clause, ou dites lequel des quatre cas prévus par la loi vous en"
        " dispense.",
        warning=_without(bare) if carrying else "",
        due_on=due_on,
    )


def _lapsed(facts: Facts) -> str:
    """Say that the case of short works, decided once, does not fit the contract any more; nothing when it does."""
    if facts.reason is not NoClauseReason.WORKS_UNDER_3_MONTHS:
        return ""
    is_short = facts.months is not None and facts.months < WORKS_LIMIT_MONTHS
    if facts.nature is TenderNature.WORKS and is_short:
        return ""
    return f"ce ne sont plus des travaux de moins de {WORKS_LIMIT_MONTHS} mois, le cas retenu ne convient plus ; "


def _outside(facts: Facts, limits: DutyLimits, *, day: date) -> str:
    if threshold_class(facts.buyer_kind) is ThresholdClass.NONE or facts.form is TenderForm.PRIVATE:
        return "Un achat privé n’est pas soumis au code de la commande publique : la clause suit la charte."
    if facts.is_defence:
        return "Les marchés de défense ou de sécurité sont en dehors de cette obligation."
    if day < limits.since:
        return (
            f"La consultation ({date_short(day)}) précède l’entrée en vigueur de l’obligation, le"
            f" {date_short(limits.since)}."
        )
    return ""


def satisfies(kind: ClauseType | None, *, limits: DutyLimits) -> bool:
    """Say whether a lot's clause is a social execution condition: a criterion alone is none (PRACTICE.md 2)."""
    if kind is None or kind is ClauseType.AWARD_CRITERION:
        return False
    return limits.reserved_counts or kind not in RESERVED


def _without(bare: Collection[int]) -> str:
    if not bare:
        return ""
    numbers = listed([str(number) for number in bare])
    return f"Lots sans clause : {numbers}." if len(bare) > 1 else f"Lot sans clause : {numbers}."


def check_decision(
    reason: NoClauseReason, *, text: str, nature: TenderNature, months: int | None, field: str = "text"
) -> None:
    """Refuse a decision without its reasons, and the case of short works for what is not (DOMAIN.md 12.7, case 11)."""
    if len(text.strip()) < REASON_MIN:
        raise Refused(
            "reason_too_short",
            f"Expliquez la décision en {REASON_MIN} caractères au moins ({quoted(text.strip())} en compte"
            f" {len(text.strip())}) : elle sera conservée avec le marché.",
            field=field,
        )
    if reason is not NoClauseReason.WORKS_UNDER_3_MONTHS:
        return
    if nature is not TenderNature.WORKS:
        raise Refused(
            "not_works", "Ce cas concerne les marchés de travaux ; celui-ci n’en est pas un.", field="reason"
        )
    if months is None or months >= WORKS_LIMIT_MONTHS:
        said = "n’est pas connue" if months is None else f"est de {months} mois"
        raise Refused(
            "not_short",
            f"Ce cas concerne les travaux de moins de {WORKS_LIMIT_MONTHS} mois ; la durée de celui-ci {said}.",
            field="reason",
        )
