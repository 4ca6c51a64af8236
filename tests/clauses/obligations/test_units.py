"""What is not owed in hours: actions, places, participants; and hours that follow the work (DOMAIN.md 3.6)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beneficiaries.hours.selectors.duties import expected_statements
from clauses.obligations.actions import clauses, life
from clauses.obligations.choices import Expression, SocialActionKind, Unit
from clauses.obligations.models import Obligation, ObligationVersion, SocialClause
from clauses.obligations.rules.units import actions_owed, expression_of, quantity_text, rounded, years_begun
from clauses.obligations.selectors.owed import owed_by
from clauses.obligations.selectors.terms import terms_in_force, terms_of
from clauses.procurement.choices import AmendmentKind
from clauses.procurement.models import Award, Lot, Tender
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import beneficiaries
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import AuditEvent
from reporting.figures.selectors.annual import Perimeter
from reporting.figures.selectors.annual import obligations as annual_obligations
from reporting.followup.selectors.standings import today, with_standing
from reporting.followup.selectors.totals import totals
from tests.clauses.obligations.test_views import typed
from tests.conftest import ActingClient, Cast

NOTIFIED, STARTS, ENDS = date(2025, 3, 10), date(2025, 3, 24), date(2025, 11, 28)
LATER = datetime(2025, 12, 1, 9, tzinfo=UTC)
NB = "\u00a0"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "years"),
    [
        (date(2025, 3, 24), date(2025, 3, 24), 1),
        (date(2025, 3, 24), date(2026, 3, 23), 1),
        (date(2025, 3, 24), date(2026, 3, 24), 2),
        (date(2025, 1, 1), date(2028, 12, 31), 4),
        (date(2024, 2, 29), date(2025, 2, 27), 1),
    ],
)
def test_a_year_that_has_begun_counts(starts_on: date, ends_on: date, years: int) -> None:
    assert years_begun(starts_on, ends_on) == years
    assert actions_owed(3, starts_on=starts_on, ends_on=ends_on) == 3 * years


def test_quantities_are_told_in_their_unit_and_only_hours_have_parts() -> None:
    assert quantity_text(Decimal("1890.50"), Unit.HOURS) == f"1\u202f890,50{NB}h"
    assert quantity_text(Decimal(1), Unit.ACTIONS) == f"1{NB}action sociale"
    assert quantity_text(Decimal(4), Unit.PLACES) == f"4{NB}places de formation ou de stage"
    assert quantity_text(Decimal(2), Unit.PARTICIPANTS) == f"2{NB}participants"
    assert rounded(Decimal("1.005"), Unit.HOURS) == Decimal("1.01")
    assert rounded(Decimal("1.005"), Unit.ACTIONS) == Decimal("2.00")


def test_a_clause_says_what_it_asks_for_in_one_way() -> None:
    ways = [
        expression_of(unit, hours_per_100k=per_amount, hours_rate=rate)
        for unit, per_amount, rate in [
            (Unit.HOURS, None, None),
            (Unit.HOURS, Decimal(35), None),
            (Unit.HOURS, None, Decimal("0.05")),
            (Unit.ACTIONS, None, None),
            (Unit.PLACES, None, None),
            (Unit.PARTICIPANTS, None, None),
        ]
    ]
    assert ways == list(Expression)


@pytest.fixture
def tender(cast: Cast) -> Tender:
    made = make.tender(buyer=cast.commune, structure=cast.structure)
    Tender.objects.filter(pk=made.pk).update(renewals_max=2)
    made.refresh_from_db()
    return made


@pytest.fixture
def lot(tender: Tender) -> Lot:
    return make.lot(tender)


def other_terms(lot: Lot, **changes: Any) -> Any:
    return replace(terms_in_force(lot, on=date(2025, 1, 13)), **changes)


def owing_actions(lot: Lot, cast: Cast, at: datetime, *, per_year: int = 2) -> SocialClause:
    kinds = (SocialActionKind.MENTORING, SocialActionKind.INTERNSHIP)
    terms = other_terms(lot, actions_per_year=per_year, action_kinds=kinds)
    return clauses.put(lot=lot, unit=Unit.ACTIONS, terms=terms, by=cast.buyer, at=at)


def bound(lot: Lot, cast: Cast) -> Obligation:
    make.award(lot, (cast.builder, Decimal(1)))
    make.notify(lot.tender, notified_on=NOTIFIED)
    return Obligation.objects.get(lot=lot)


def test_actions_are_owed_for_each_year_begun_at_the_notification(lot: Lot, cast: Cast, at: datetime) -> None:
    clause = owing_actions(lot, cast, at)
    assert (clause.quantity, clause.sizing, clause.hours) == (Decimal(2), None, Decimal(0))
    obligation = bound(lot, cast)
    assert (obligation.unit, obligation.quantity, obligation.hours) == (Unit.ACTIONS, Decimal(2), Decimal(0))
    terms = ObligationVersion.objects.get().terms
    assert (terms["actions_per_year"], terms["action_kinds"]) == (2, ["MENTORING", "INTERNSHIP"])
    codes = set(AuditEvent.objects.values_list("code", flat=True))
    assert {"clause.set_other", "obligation.bound_other"} <= codes
    assert "obligation.bound" not in codes


def test_actions_follow_the_days_that_the_notification_tells(
    lot: Lot, tender: Tender, cast: Cast, at: datetime
) -> None:
    owing_actions(lot, cast, at)
    Tender.objects.filter(pk=tender.pk).update(ends_on=date(2027, 6, 30))
    lot.tender.refresh_from_db()
    assert bound(lot, cast).quantity == Decimal(6)
    assert SocialClause.objects.get(lot=lot).quantity == Decimal(6)


def amend(lot: Lot, cast: Cast, **told: Any) -> None:
    usual: dict[str, Any] = {
        "tender": lot.tender,
        "kind": AmendmentKind.DURATION,
        "notified_on": date(2025, 7, 1),
        "by": cast.buyer,
        "at": LATER,
    }
    life.amend(**usual | told)


def test_an_amendment_that_lengthens_adds_the_actions_of_its_years(
    lot: Lot, cast: Cast, at: datetime
) -> None:
    owing_actions(lot, cast, at)
    obligation = bound(lot, cast)
    amend(lot, cast, months=3)
    obligation.refresh_from_db()
    assert obligation.quantity == Decimal(2), "eleven months are still one year"
    amend(lot, cast, months=12, notified_on=date(2025, 8, 1))
    obligation.refresh_from_db()
    assert obligation.quantity == Decimal(4)
    assert obligation.versions.count() == 2
    assert AuditEvent.objects.get(code="obligation.changed_other").data["before"] == "2"


def test_the_number_of_an_amendment_wins_over_its_years(lot: Lot, cast: Cast, at: datetime) -> None:
    owing_actions(lot, cast, at)
    obligation = bound(lot, cast)
    amend(lot, cast, months=24, changes=[life.LotChange(lot=lot, hours=Decimal(1))])
    obligation.refresh_from_db()
    assert obligation.quantity == Decimal(3)


@pytest.mark.parametrize(("delta", "code"), [("0.5", "not_whole"), ("-3", "less_than_nothing")])
def test_an_amendment_takes_whole_actions_and_no_more_than_are_owed(
    delta: str, code: str, lot: Lot, cast: Cast, at: datetime
) -> None:
    owing_actions(lot, cast, at)
    bound(lot, cast)
    with pytest.raises(Refused) as refusal:
        amend(lot, cast, kind=AmendmentKind.SCOPE, changes=[life.LotChange(lot=lot, hours=Decimal(delta))])
    assert refusal.value.code == code


def test_a_renewal_owes_the_actions_of_its_own_years(lot: Lot, cast: Cast, at: datetime) -> None:
    owing_actions(lot, cast, at)
    bound(lot, cast)
    life.renew(
        tender=lot.tender,
        decided_on=date(2025, 10, 1),
        starts_on=date(2025, 11, 29),
        ends_on=date(2027, 11, 28),
        by=cast.buyer,
        at=LATER,
    )
    assert Obligation.objects.get(renewal__number=1).quantity == Decimal(4)


def test_a_termination_keeps_what_the_years_begun_owe(lot: Lot, cast: Cast, at: datetime) -> None:
    clauses.put(lot=lot, unit=Unit.PLACES, quantity=Decimal(5), terms=other_terms(lot), by=cast.buyer, at=at)
    obligation = bound(lot, cast)
    life.terminate(tender=lot.tender, last_on=date(2025, 7, 26), reason="Fin", by=cast.buyer, at=LATER)
    obligation.refresh_from_db()
    assert obligation.quantity == Decimal(3), "125 days of 250: 2.5 places, whole ones"


@pytest.mark.parametrize(
    ("unit", "quantity", "terms", "code"),
    [
        (Unit.PLACES, "0", {}, "not_whole"),
        (Unit.PARTICIPANTS, "2.5", {}, "not_whole"),
        (Unit.ACTIONS, "1", {"actions_per_year": None}, "no_action"),
        (Unit.ACTIONS, "1", {"actions_per_year": 1, "action_kinds": ()}, "no_action_kind"),
        (Unit.HOURS, "10", {"hours_rate": Decimal("1.2")}, "rate_out_of_range"),
    ],
)
def test_what_no_contract_could_hold_is_refused(
    unit: Unit, quantity: str, terms: dict[str, Any], code: str, lot: Lot, cast: Cast, at: datetime
) -> None:
    with pytest.raises(Refused) as refusal:
        clauses.put(
            lot=lot,
            unit=unit,
            quantity=Decimal(quantity),
            terms=other_terms(lot, **terms),
            by=cast.buyer,
            at=at,
        )
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "ACTIONS"},
        {"actions_per_year": 1},
        {"unit": "PLACES", "hours_per_100k": Decimal(35)},
        {"hours_rate": Decimal("0.05"), "hours_per_100k": Decimal(35)},
        {"hours_rate": Decimal(0)},
    ],
)
def test_the_database_holds_one_way_of_saying(changes: dict[str, Any], lot: Lot) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SocialClause.objects.filter(lot=lot).update(**changes)


def test_no_sum_of_hours_takes_anything_else(lot: Lot, cast: Cast, at: datetime) -> None:
    """Lists, figures and expected statements: an action is not an hour."""
    clauses.put(
        lot=lot, unit=Unit.PARTICIPANTS, quantity=Decimal(7), terms=other_terms(lot), by=cast.buyer, at=at
    )
    other = make.lot(lot.tender, number=2, hours=Decimal(300))
    make.award(other, (cast.builder, Decimal(1)))
    award = make.award(lot, (cast.builder, Decimal(1)))
    make.notify(lot.tender, notified_on=NOTIFIED)
    validated = beneficiaries.validated_check(
        beneficiaries.dossier(cast.structure), reference_date=date(2025, 4, 1)
    )
    beneficiaries.placement(award, validated, employer=cast.builder)
    lots = Lot.objects.filter(tender=lot.tender)
    assert totals(lots, actor=cast.buyer, on=NOTIFIED, people_told_from=20).owed == Decimal(300)
    rows = {row.number: row.owed for row in with_standing(lots, actor=cast.buyer, day=today(NOTIFIED))}
    assert rows == {1: None, 2: Decimal(300)}
    assert [
        one.owed.quantity for one in annual_obligations(Perimeter(year=2025, department="91", cut_off=LATER))
    ] == [Decimal(300)]
    assert owed_by(lot, on=ENDS, known_at=LATER) == 0
    assert expected_statements(Award.objects.all(), on=date(2025, 12, 1)) == []
    assert list(Obligation.objects.in_hours().values_list("lot__number", flat=True)) == [2]


WAYS: list[tuple[dict[str, str | list[str]], dict[str, Any]]] = [
    ({"expression": "HOURS"}, {"unit": "HOURS", "quantity": Decimal(1890)}),
    (
        {"expression": "PER_AMOUNT", "hours_per_100k": "35"},
        {"unit": "HOURS", "quantity": Decimal(630), "hours_per_100k": Decimal(35)},
    ),
    (
        {"expression": "PER_WORK", "hours_rate": "5", "effort_rate": "9"},
        {"unit": "HOURS", "quantity": Decimal(1350), "hours_rate": Decimal("0.05000")},
    ),
    (
        {"expression": "ACTIONS", "actions_per_year": "3", "action_kinds": ["MENTORING"], "amount": ""},
        {"unit": "ACTIONS", "quantity": Decimal(3), "action_kinds": ["MENTORING"], "actions_per_year": 3},
    ),
    ({"expression": "PLACES", "count": "4", "quantity": ""}, {"unit": "PLACES", "quantity": Decimal(4)}),
    (
        {"expression": "PARTICIPANTS", "count": "2", "labour_share": "trop"},
        {"unit": "PARTICIPANTS", "quantity": Decimal(2)},
    ),
]


@pytest.mark.parametrize(("changes", "written"), WAYS, ids=[str(way[0]["expression"]) for way in WAYS])
def test_each_way_is_typed_on_the_page_of_the_calculation_and_found_again(
    changes: dict[str, str | list[str]],
    written: dict[str, Any],
    lot: Lot,
    cast: Cast,
    browser: ActingClient,
) -> None:
    page = reverse("obligations:sizing", args=[lot.pk])
    response = browser.acting(cast.buyer).post(page, typed(seen="1", **changes), follow=True)
    assert response.redirect_chain, response.content.decode().partition("error-summary")[2][:600]
    clause = SocialClause.objects.get(lot=lot)
    assert {name: getattr(clause, name) for name in written} == written
    again = browser.get(page).content.decode()
    shown = again.partition(f'value="{changes["expression"]}"')[2].partition(">")[0]
    assert "checked" in shown
    if changes["expression"] != "HOURS":
        assert terms_of(clause).hours_per_100k == written.get("hours_per_100k")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expression": "PER_AMOUNT"}, "est à remplir"),
        ({"expression": "PER_AMOUNT", "hours_per_100k": "9 999 999"}, "au-delà de"),
        ({"expression": "PER_WORK", "hours_rate": "120"}, "trop grand"),
        ({"expression": "ACTIONS", "actions_per_year": ""}, "est à remplir"),
        ({"expression": "ACTIONS", "actions_per_year": "1"}, "Laissez au moins une action possible"),
        ({"expression": "PLACES"}, "est à remplir"),
        ({"expression": "PARTICIPANTS", "count": "0"}, "trop petit"),
        ({"expression": "SONGS"}, "SONGS"),
        ({"staff_total": "20"}, "ou laissez les deux vides"),
        ({"staff_total": "20", "staff_taken_over": "20"}, "aucun poste nouveau"),
        ({"staff_total": "8", "staff_taken_over": "9"}, "est inférieur au personnel prévu"),
    ],
)
def test_what_a_way_needs_is_asked_for(
    changes: dict[str, str], said: str, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    page = reverse("obligations:sizing", args=[lot.pk])
    response = browser.acting(cast.buyer).post(page, typed(seen="1", **changes))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert SocialClause.objects.get(lot=lot).unit == Unit.HOURS


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expression": "PER_AMOUNT", "hours_per_100k": "35"}, f"630{NB}h"),
        (
            {"expression": "PER_WORK", "hours_rate": "5"},
            f"× 45\u202f% × 5\u202f% ÷ 30{NB}€ = 1\u202f350{NB}h",
        ),
        (
            {"staff_total": "20", "staff_taken_over": "12"},
            f"× 40\u202f% de personnel nouveau (8 sur 20) ÷ 30{NB}€ = 756{NB}h",
        ),
    ],
)
def test_the_result_follows_what_is_chosen(
    changes: dict[str, str], said: str, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    page = reverse("obligations:sizing", args=[lot.pk])
    browser.acting(cast.buyer)
    body = browser.post(page, typed(calculer="1", **changes), headers={"HX-Request": "true"})
    assert said in body.content.decode()


def test_staff_taken_over_is_kept_with_the_calculation_and_follows_an_amendment(
    lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    page = reverse("obligations:sizing", args=[lot.pk])
    form = typed(seen="1", staff_total="20", staff_taken_over="12", quantity="755")
    browser.acting(cast.buyer).post(page, form)
    clause = SocialClause.objects.get(lot=lot)
    assert clause.sizing is not None
    assert (clause.sizing.staff_total, clause.sizing.staff_taken_over) == (Decimal(20), Decimal(12))
    assert clause.sizing.hours == Decimal(755)
    bound(lot, cast)
    frozen = ObligationVersion.objects.get().terms["sizing"]
    assert (frozen["staff_total"], frozen["staff_taken_over"]) == ("20.00", "12.00")
    shown = browser.get(page).content.decode()
    assert "40\u202f% de personnel nouveau (8 sur 20)" in shown


def test_pages_say_actions_where_they_would_say_hours(
    lot: Lot, cast: Cast, at: datetime, browser: ActingClient
) -> None:
    owing_actions(lot, cast, at)
    browser.acting(cast.buyer)
    actions = f"2{NB}actions sociales"
    notify = reverse("obligations:notify", args=[lot.tender_id])
    tender_page = reverse("procurement:tender", args=[lot.tender_id])
    for page in (notify, tender_page):
        assert actions in browser.get(page).content.decode()
    bound(lot, cast)
    for page in (
        tender_page,
        reverse("obligations:contract", args=[lot.tender_id]),
        reverse("obligations:amend", args=[lot.tender_id]),
        reverse("obligations:sizing", args=[lot.pk]),
    ):
        assert actions in browser.get(page).content.decode()
