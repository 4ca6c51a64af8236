"""What a mise à l'emploi obeys: its state follows its dates, its employer fits its form (DOMAIN.md 2.3, 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from beneficiaries.placements.choices import (
    Modality,
    Permission,
    PlacementAction,
    PlacementStatus,
    ReferralAction,
    ReferralStatus,
    RequestAction,
    RequestStatus,
)
from inclusiv.accounts.choices import CompanyKind
from inclusiv.core.french import date_short
from inclusiv.core.periods import last_day_of_window
from inclusiv.core.refusals import Refused
from inclusiv.core.transitions import Transition

REQUEST: Mapping[RequestAction, Transition] = {
    RequestAction.FILL: Transition(
        frozenset({RequestStatus.OPEN}), RequestStatus.FILLED, Permission.DECIDE_REFERRAL, "Poste pourvu"
    ),
    RequestAction.CANCEL: Transition(
        frozenset({RequestStatus.OPEN}), RequestStatus.CANCELLED, Permission.ASK, "Annuler ce besoin"
    ),
}
"""The life of a request; somebody named fills it at once."""

REFERRAL: Mapping[ReferralAction, Transition] = {
    ReferralAction.ACCEPT: Transition(
        frozenset({ReferralStatus.PROPOSED}), ReferralStatus.ACCEPTED, Permission.DECIDE_REFERRAL, "Retenir"
    ),
    ReferralAction.DECLINE: Transition(
        frozenset({ReferralStatus.PROPOSED}),
        ReferralStatus.DECLINED_BY_EMPLOYER,
        Permission.DECIDE_REFERRAL,
        "Ne pas retenir",
    ),
    ReferralAction.RENOUNCE: Transition(
        frozenset({ReferralStatus.PROPOSED}),
        ReferralStatus.DECLINED_BY_PERSON,
        Permission.ANSWER_REQUEST,
        "La personne renonce",
    ),
}
"""The life of a mise en relation."""

PLACEMENT: Mapping[PlacementAction, Transition] = {
    PlacementAction.CANCEL: Transition(
        frozenset({PlacementStatus.PLANNED}),
        PlacementStatus.CANCELLED,
        Permission.CHANGE_PLACEMENT,
        "Annuler la mise à l’emploi",
    ),
}
"""A mise à l'emploi is only cancelled before it starts; afterwards it ends."""

M, C = Modality, CompanyKind

EMPLOYERS: Mapping[Modality, frozenset[CompanyKind]] = {
    M.SECONDMENT_AI: frozenset({C.AI}),
    M.SECONDMENT_ETTI: frozenset({C.ETTI}),
    M.SECONDMENT_EATT: frozenset({C.EATT}),
    M.SECONDMENT_GEIQ: frozenset({C.GEIQ}),
    M.SECONDMENT_ETT: frozenset({C.ETT, C.ETTI}),
    M.SUBCONTRACT_EI: frozenset({C.EI}),
    M.SUBCONTRACT_ACI: frozenset({C.ACI}),
    M.SUBCONTRACT_REGIE: frozenset({C.REGIE}),
    M.SUBCONTRACT_EA: frozenset({C.EA}),
    M.SUBCONTRACT_ESAT: frozenset({C.ESAT}),
}
"""Kinds of employers that each form asks for (DOMAIN.md 5); the other forms take any employer."""

WEEKLY_HOURS_MAX = 48
"""The longest week of work (L3121-20 of the labour code)."""

SECONDMENTS = frozenset(
    {M.SECONDMENT_AI, M.SECONDMENT_ETTI, M.SECONDMENT_EATT, M.SECONDMENT_GEIQ, M.SECONDMENT_ETT}
)
"""Forms in which the person works for another company than the employer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A post: what, how, from when, until when (inclusive, or not known), hours a week; ROME and INSEE codes."""

    post: str
    modality: Modality
    starts_on: date
    ends_on: date | None = None
    weekly_hours: Decimal = Decimal("35.00")
    trade: str | None = None
    place: str | None = None


def check_days(starts_on: date, ends_on: date | None) -> None:
    """Refuse a planned end that comes before the first day."""
    if ends_on and ends_on < starts_on:
        raise Refused(
            "ends_before_start",
            f"La fin prévue ({date_short(ends_on)}) précède le premier jour ({date_short(starts_on)}).",
            field="ends_on",
        )


def status_on(day: date, *, hired_on: date, ended_on: date | None) -> PlacementStatus:
    """Return the state of a mise à l'emploi that nobody cancelled: the last day is still a day of work."""
    if day < hired_on:
        return PlacementStatus.PLANNED
    if ended_on and ended_on < day:
        return PlacementStatus.ENDED
    return PlacementStatus.ACTIVE


def may_employ(kind: str, modality: Modality) -> bool:
    """Say whether an organisation of this kind may employ in this form."""
    return modality not in EMPLOYERS or kind in EMPLOYERS[modality]


def still_covers(
    *, first_day: date, last_day: date | None, hired_on: date, months: int, gap_months: int
) -> bool:
    """Say whether an eligibility already counting covers a new start (DOMAIN.md 4.5).

    The start falls within `months` from the first day of work, and no more than `gap_months` after the last one;
    `last_day` is None while the person is still at work.
    """
    if not first_day <= hired_on <= last_day_of_window(first_day, months):
        return False
    return last_day is None or hired_on <= last_day + relativedelta(months=gap_months)
