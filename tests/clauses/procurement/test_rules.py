"""A tender moves only along its table, and its dates and groups hold together (DOMAIN.md 2.2, PRACTICE.md 2)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clauses.procurement.choices import GroupType
from clauses.procurement.choices import TenderAction as A
from clauses.procurement.choices import TenderStatus as S
from clauses.procurement.rules import tenders as rules
from inclusiv.core.actors import Actor, Role
from inclusiv.core.refusals import Refused
from inclusiv.core.transitions import open_to

OPEN_FROM: dict[S, set[A]] = {
    S.PLANNED: {A.SIZE, A.PUBLISH},
    S.SIZING: {A.DRAFT, A.REPLAN},
    S.DRAFTED: {A.PUBLISH, A.REWRITE},
    S.PUBLISHED: {A.EVALUATE, A.AWARD, A.ABANDON, A.UNPUBLISH},
    S.EVALUATION: {A.AWARD, A.ABANDON, A.WAIT_OFFERS},
    S.AWARDED: {A.REOPEN, A.NOTIFY, A.ABANDON},
    S.NOTIFIED: {A.START, A.TERMINATE},
    S.IN_PROGRESS: {A.SUSPEND, A.COMPLETE, A.TERMINATE},
    S.SUSPENDED: {A.RESUME, A.TERMINATE},
    S.COMPLETED: {A.CLOSE},
    S.CLOSED: set(),
    S.NO_AWARD: set(),
    S.TERMINATED: {A.CLOSE},
}
"""The whole life of a tender, written a second time by hand."""

TARGETS = {
    A.SIZE: S.SIZING,
    A.DRAFT: S.DRAFTED,
    A.PUBLISH: S.PUBLISHED,
    A.EVALUATE: S.EVALUATION,
    A.AWARD: S.AWARDED,
    A.REOPEN: S.EVALUATION,
    A.NOTIFY: S.NOTIFIED,
    A.START: S.IN_PROGRESS,
    A.SUSPEND: S.SUSPENDED,
    A.RESUME: S.IN_PROGRESS,
    A.COMPLETE: S.COMPLETED,
    A.CLOSE: S.CLOSED,
    A.ABANDON: S.NO_AWARD,
    A.TERMINATE: S.TERMINATED,
    A.REPLAN: S.PLANNED,
    A.REWRITE: S.SIZING,
    A.UNPUBLISH: S.DRAFTED,
    A.WAIT_OFFERS: S.PUBLISHED,
}
OWNERS = {Role.BUYER, Role.FACILITATOR}


def actor(role: Role) -> Actor:
    return Actor(user_id=None, membership_id=None, organisation_id=1, role=role, name="X", organisation="Y")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("status", S)
def test_each_state_opens_its_actions_to_owners_and_nothing_to_others(status: S, role: Role) -> None:
    opened = set(open_to(rules.TENDER, status=status, actor=actor(role)))
    assert opened == (OPEN_FROM[status] if role in OWNERS else set())


def test_each_action_leads_where_it_says() -> None:
    assert {action: transition.target for action, transition in rules.TENDER.items()} == TARGETS


def test_what_comes_next_is_always_open() -> None:
    assert all(status in rules.TENDER[action].sources for status, action in rules.NEXT.items())
    assert set(S) - rules.NEXT.keys() == {S.CLOSED, S.NO_AWARD}


LAUNCHED, OFFERS, AWARDED = date(2025, 1, 13), date(2025, 2, 10), date(2025, 2, 24)
NOTIFIED, STARTS, ENDS = date(2025, 3, 10), date(2025, 3, 24), date(2025, 11, 28)
TODAY = date(2025, 4, 1)


def award_day(day: date, *, offers: date | None = OFFERS) -> None:
    rules.check_award_day(day, today=TODAY, launched_on=LAUNCHED, offers_due_on=offers)


def notification(
    day: date = NOTIFIED, *, awarded: date = AWARDED, starts: date = STARTS, ends: date = ENDS
) -> None:
    rules.check_notification(day, today=TODAY, awarded_on=awarded, starts_on=starts, ends_on=ends)


FINE: list[Callable[[], None]] = [
    lambda: rules.check_period(STARTS, STARTS),
    lambda: rules.check_period(None, ENDS),
    lambda: rules.check_consultation(LAUNCHED, LAUNCHED),
    lambda: award_day(OFFERS),
    lambda: award_day(LAUNCHED, offers=None),
    lambda: award_day(TODAY),
    lambda: notification(AWARDED, starts=STARTS),
    lambda: notification(NOTIFIED, starts=NOTIFIED),
    lambda: rules.check_time(A.START, starts_on=TODAY, ends_on=None, today=TODAY),
    lambda: rules.check_time(A.COMPLETE, starts_on=TODAY, ends_on=date(2025, 3, 31), today=TODAY),
    lambda: rules.check_time(A.CLOSE, starts_on=TODAY, ends_on=date(2025, 3, 31), today=TODAY),
    lambda: rules.check_amounts(Decimal("2660000.00"), Decimal("2660000.00")),
    lambda: rules.check_amounts(Decimal("2660000.00"), None),
    lambda: rules.check_draft(lots_with_clause=1, is_decided=False),
    lambda: rules.check_draft(lots_with_clause=0, is_decided=True),
]


@pytest.mark.parametrize("check", FINE)
def test_a_boundary_is_accepted(check: Callable[[], None]) -> None:
    check()


WRONG: list[tuple[str, str, Callable[[], None]]] = [
    ("ends_before_start", "27/11/2025", lambda: rules.check_period(ENDS, date(2025, 11, 27))),
    ("offers_before_launch", "12/01/2025", lambda: rules.check_consultation(LAUNCHED, date(2025, 1, 12))),
    ("in_future", "02/04/2025", lambda: award_day(date(2025, 4, 2))),
    ("award_too_early", "09/02/2025", lambda: award_day(date(2025, 2, 9))),
    ("award_too_early", "12/01/2025", lambda: award_day(date(2025, 1, 12), offers=None)),
    ("in_future", "02/04/2025", lambda: notification(date(2025, 4, 2), starts=date(2025, 4, 3))),
    ("notified_before_award", "23/02/2025", lambda: notification(date(2025, 2, 23))),
    ("starts_before_notification", "09/03/2025", lambda: notification(starts=date(2025, 3, 9))),
    ("ends_before_start", "23/03/2025", lambda: notification(ends=date(2025, 3, 23))),
    (
        "too_early_to_start",
        "02/04/2025",
        lambda: rules.check_time(A.START, starts_on=date(2025, 4, 2), ends_on=None, today=TODAY),
    ),
    (
        "too_early_to_start",
        "pas de date",
        lambda: rules.check_time(A.START, starts_on=None, ends_on=None, today=TODAY),
    ),
    (
        "still_running",
        "01/04/2025",
        lambda: rules.check_time(A.COMPLETE, starts_on=TODAY, ends_on=TODAY, today=TODAY),
    ),
    (
        "still_running",
        "01/04/2025",
        lambda: rules.check_time(A.CLOSE, starts_on=TODAY, ends_on=TODAY, today=TODAY),
    ),
    (
        "lots_over_tender",
        "2\u202f660\u202f000",
        lambda: rules.check_amounts(Decimal("2660000.01"), Decimal("2660000")),
    ),
    ("no_clause", "Aucun lot", lambda: rules.check_draft(lots_with_clause=0, is_decided=False)),
]


@pytest.mark.parametrize(("code", "named", "check"), WRONG)
def test_what_is_past_a_boundary_is_refused_with_the_value(
    code: str, named: str, check: Callable[[], None]
) -> None:
    with pytest.raises(Refused, match=named) as refusal:
        check()
    assert refusal.value.code == code


GROUPS = [
    (["1"], GroupType.NONE, None),
    (["0.7", "0.3"], GroupType.SEVERAL, None),
    (["0.33333", "0.33333", "0.33334"], GroupType.JOINT, None),
    ([], GroupType.NONE, "no_contractor"),
    (["0.7", "0.2"], GroupType.SEVERAL, "shares_total"),
    (["0.9"], GroupType.NONE, "shares_total"),
    (["1.2", "-0.2"], GroupType.SEVERAL, "share_not_positive"),
    (["1", "0"], GroupType.SEVERAL, "share_not_positive"),
    (["1"], GroupType.SEVERAL, "group_type"),
    (["0.5", "0.5"], GroupType.NONE, "group_type"),
]


@pytest.mark.parametrize(("shares", "group_type", "code"), GROUPS)
def test_a_group_shares_all_the_hours(shares: list[str], group_type: GroupType, code: str | None) -> None:
    parts = [Decimal(share) for share in shares]
    if code is None:
        rules.check_group(parts, group_type)
        return
    with pytest.raises(Refused) as refusal:
        rules.check_group(parts, group_type)
    assert refusal.value.code == code


@given(st.lists(st.integers(1, 99_999), min_size=2, max_size=5))
def test_a_group_is_accepted_exactly_when_its_parts_make_one(parts: list[int]) -> None:
    shares = [Decimal(part) / 100_000 for part in parts]
    if sum(parts) == 100_000:
        rules.check_group(shares, GroupType.SEVERAL)
    else:
        with pytest.raises(Refused, match="totalisent"):
            rules.check_group(shares, GroupType.SEVERAL)
        rest = Decimal(100_000 - sum(parts)) / 100_000
        if rest > 0:
            rules.check_group([*shares, rest], GroupType.SEVERAL)
