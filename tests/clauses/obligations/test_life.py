"""A notified contract changes, and what is owed follows exactly (DOMAIN.md 2.1, 3.1, 3.6, 12.1, 12.7: 17, 21, 22)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from clauses.obligations.actions import clauses, life
from clauses.obligations.choices import ObligationStatus, VersionCause
from clauses.obligations.models import Obligation, ObligationVersion, SocialClause
from clauses.obligations.rules import owed
from clauses.obligations.rules.owed import Known
from clauses.obligations.rules.sizing import SizingInputs
from clauses.obligations.selectors.contract import lots_to_amend, low_value_so_far
from clauses.obligations.selectors.owed import accounts, owed_by
from clauses.procurement.actions import life as procurement_life
from clauses.procurement.actions import tenders
from clauses.procurement.choices import (
    AmendmentArticle,
    AmendmentKind,
    Sector,
    TenderAction,
    TenderStatus,
)
from clauses.procurement.models import (
    Amendment,
    Award,
    GroupMember,
    Lot,
    Renewal,
    Suspension,
    Tender,
    Tranche,
)
from clauses.procurement.rules.life import doubt_on_amount, end_of_next
from clauses.procurement.selectors.tenders import lot_row, lots_shown
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import AuditEvent
from tests.conftest import Cast

NOTIFIED, STARTS, ENDS = date(2025, 3, 10), date(2025, 3, 24), date(2025, 11, 28)
"""The golden contract's days (DOMAIN.md 12.1): 250 days of execution."""

LATER = datetime(2025, 12, 1, 9, tzinfo=UTC)

ROADS = SizingInputs(
    amount=Decimal(640_000),
    labour_share=Decimal("0.30"),
    effort_rate=Decimal("0.05"),
    hourly_cost=Decimal(30),
    rounding_step=Decimal(5),
)


@pytest.fixture
def tender(cast: Cast) -> Tender:
    made = make.tender(buyer=cast.commune, structure=cast.structure)
    Tender.objects.filter(pk=made.pk).update(renewals_max=2)
    made.refresh_from_db()
    return made


@pytest.fixture
def lot(tender: Tender) -> Lot:
    return make.lot(
        tender,
        number=2,
        title="VRD",
        sector=Sector.EARTHWORKS_ROADS,
        amount=Decimal(640_000),
        hours=Decimal(320),
    )


def bound(lot: Lot, cast: Cast) -> Tender:
    make.award(lot, (cast.builder, Decimal(1)))
    make.notify(lot.tender, notified_on=NOTIFIED)
    tender: Tender = lot.tender
    assert (tender.starts_on, tender.ends_on) == (STARTS, ENDS)
    return tender


def the_obligation(lot: Lot) -> Obligation:
    return Obligation.objects.get(lot=lot, tranche=None, renewal=None)


def causes(lot: Lot) -> list[tuple[str, Decimal, date]]:
    rows = ObligationVersion.objects.filter(obligation__lot=lot).order_by("obligation", "number")
    return list(rows.values_list("cause", "quantity", "effective_on"))


def test_the_golden_amendment_adds_fifty_hours(lot: Lot, cast: Cast) -> None:
    """+96 000 € on 640 000 €: 368.00 h before rounding, 370 h, so 50 more (DOMAIN.md 12.1)."""
    added = owed.hours_of_amendment(
        ROADS, before=Decimal(640_000), delta=Decimal(96_000), trigger=Decimal("0.05")
    )
    assert added == Decimal(50)
    tender = bound(lot, cast)
    life.amend(
        tender=tender,
        kind=AmendmentKind.AMOUNT,
        notified_on=date(2025, 7, 21),
        changes=[life.LotChange(lot=lot, amount=Decimal(96_000), hours=added)],
        by=cast.buyer,
        at=LATER,
    )
    assert the_obligation(lot).quantity == Decimal(370)
    assert owed_by(lot, on=date(2025, 7, 20), known_at=LATER) == Decimal(320)
    assert owed_by(lot, on=date(2025, 7, 21), known_at=LATER) == Decimal(370)
    assert owed_by(lot, on=date(2025, 7, 21), known_at=LATER - timedelta(days=1)) == Decimal(320)
    assert owed_by(lot, on=NOTIFIED - timedelta(days=1), known_at=LATER) == 0
    assert AuditEvent.objects.get(code="obligation.changed").data["before"] == "320"


@pytest.mark.parametrize(
    ("delta", "hours"),
    [
        (Decimal("31999.99"), Decimal(0)),
        (Decimal(32_000), Decimal(15)),
        (Decimal(-32_000), Decimal(-15)),
        (Decimal(-640_000), Decimal(-320)),
    ],
)
def test_an_amendment_under_the_trigger_changes_no_hour(delta: Decimal, hours: Decimal) -> None:
    assert (
        owed.hours_of_amendment(ROADS, before=Decimal(640_000), delta=delta, trigger=Decimal("0.05")) == hours
    )


@pytest.mark.parametrize(
    ("article", "delta", "before", "is_works", "said"),
    [
        (AmendmentArticle.LOW_VALUE, 150_000, 0, True, ""),
        (AmendmentArticle.LOW_VALUE, 150_001, 0, True, "s’arrête à 15"),
        (AmendmentArticle.LOW_VALUE, 100_001, 0, False, "s’arrête à 10"),
        (AmendmentArticle.LOW_VALUE, 100_000, 60_000, True, "en tout font 16"),
        (AmendmentArticle.UNFORESEEN, 500_000, 400_000, True, ""),
        (AmendmentArticle.UNFORESEEN, 500_001, 0, True, "s’arrête à 50"),
        (AmendmentArticle.REVIEW_CLAUSE, 900_000, 0, True, ""),
        (None, 900_000, 0, True, ""),
    ],
)
def test_an_amendment_over_its_article_is_doubted_and_low_values_add_up(
    article: AmendmentArticle | None, delta: int, before: int, is_works: bool, said: str
) -> None:
    """R2194-3, R2194-8, and R2194-9 CCP: successive amendments of low value are judged together."""
    doubt = doubt_on_amount(
        article,
        amount=Decimal(1_000_000),
        delta=Decimal(delta),
        before=Decimal(before),
        is_works=is_works,
    )
    assert said in doubt
    assert bool(doubt) is bool(said)


def test_low_values_are_added_up_over_the_amendments_of_a_tender(lot: Lot, cast: Cast) -> None:
    tender = bound(lot, cast)
    for article in (AmendmentArticle.LOW_VALUE, AmendmentArticle.UNFORESEEN, AmendmentArticle.LOW_VALUE):
        life.amend(
            tender=tender,
            kind=AmendmentKind.AMOUNT,
            notified_on=date(2025, 7, 21),
            changes=[life.LotChange(lot=lot, amount=Decimal(30_000))],
            article=article,
            by=cast.buyer,
            at=LATER,
        )
    assert low_value_so_far(tender) == Decimal(60_000)
    (terms,) = lots_to_amend(tender, trigger=Decimal("0.05"))
    assert (terms.amount, terms.added) == (Decimal(730_000), Decimal(90_000))


def test_what_was_under_the_trigger_counts_in_the_next_total(lot: Lot, cast: Cast) -> None:
    """640 000 € owe 320 h; +10 000 € changes nothing; +86 000 € then makes 736 000 €: 370 h, so 50 more."""
    tender, trigger = bound(lot, cast), Decimal("0.05")

    def added(delta: int) -> Decimal:
        (terms,) = lots_to_amend(tender, trigger=trigger)
        hours = owed.hours_of_amendment(
            ROADS, before=terms.amount, delta=Decimal(delta), trigger=trigger, ignored=terms.ignored
        )
        life.amend(
            tender=tender,
            kind=AmendmentKind.AMOUNT,
            notified_on=date(2025, 7, 21),
            changes=[life.LotChange(lot=lot, amount=Decimal(delta), hours=hours)],
            by=cast.buyer,
            at=LATER,
        )
        return hours

    assert [added(delta) for delta in (10_000, 86_000, 100_000)] == [0, 50, 50]
    assert the_obligation(lot).quantity == Decimal(420)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "following"),
    [
        (date(2026, 10, 1), date(2027, 9, 30), date(2028, 9, 30)),
        (date(2026, 10, 1), date(2027, 11, 30), date(2029, 1, 31)),
        (date(2027, 3, 1), date(2028, 2, 29), date(2029, 2, 28)),
        (STARTS, ENDS, date(2026, 8, 5)),
    ],
)
def test_the_next_period_is_as_long_as_the_one_before(
    starts_on: date, ends_on: date, following: date
) -> None:
    assert end_of_next(starts_on, ends_on=ends_on) == following


def test_an_amendment_of_nothing_is_refused_whatever_its_object(lot: Lot, cast: Cast) -> None:
    tender = bound(lot, cast)
    told: dict[str, Any] = {"notified_on": date(2025, 7, 21), "by": cast.buyer, "at": LATER}
    for kind in (AmendmentKind.DURATION, AmendmentKind.SCOPE):
        with pytest.raises(Refused) as refusal:
            life.amend(tender=tender, kind=kind, **told)
        assert refusal.value.code == "no_change"
    life.amend(tender=tender, kind=AmendmentKind.SCOPE, months=1, **told)
    assert the_obligation(lot).ends_on == date(2025, 12, 28)


def test_an_amendment_before_the_notification_is_refused(lot: Lot, cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        amend(lot.tender, lot, cast, notified_on=NOTIFIED)
    assert refusal.value.code == "not_running"
    tender = bound(lot, cast)
    for day, code in (
        (NOTIFIED - timedelta(days=1), "amendment_before_notification"),
        (LATER.date() + timedelta(days=1), "in_future"),
    ):
        with pytest.raises(Refused) as refusal:
            amend(tender, lot, cast, notified_on=day)
        assert (refusal.value.code, refusal.value.field) == (code, "notified_on")
    assert not Amendment.objects.exists()


def amend(
    tender: Tender, lot: Lot, cast: Cast, *, notified_on: date, hours: int = 10, **told: Any
) -> Amendment:
    return life.amend(
        tender=tender,
        kind=AmendmentKind.CLAUSE_CHANGED,
        notified_on=notified_on,
        changes=[life.LotChange(lot=lot, hours=Decimal(hours))],
        by=cast.buyer,
        at=LATER,
        **told,
    )


def test_the_history_never_goes_back_in_time_and_never_below_nothing(lot: Lot, cast: Cast) -> None:
    tender = bound(lot, cast)
    amend(tender, lot, cast, notified_on=date(2025, 7, 21))
    with pytest.raises(Refused) as refusal:
        amend(tender, lot, cast, notified_on=date(2025, 7, 20))
    assert refusal.value.code == "before_last_change"
    with pytest.raises(Refused) as refusal:
        amend(tender, lot, cast, notified_on=date(2025, 7, 22), hours=-331)
    assert refusal.value.code == "less_than_nothing"
    assert [quantity for _, quantity, _ in causes(lot)] == [Decimal(320), Decimal(330)]
    assert Amendment.objects.get().number == 1


def test_an_amendment_moves_the_end_of_the_execution(lot: Lot, cast: Cast) -> None:
    tender = bound(lot, cast)
    amend(tender, lot, cast, notified_on=date(2025, 7, 21), months=3)
    tender.refresh_from_db()
    assert tender.ends_on == the_obligation(lot).ends_on == date(2026, 2, 28)


def test_an_amendment_gives_a_clause_to_a_lot_that_had_none(tender: Tender, lot: Lot, cast: Cast) -> None:
    bare = Lot.objects.create(tender=tender, number=9, title="Signalisation", sector=Sector.EARTHWORKS_ROADS)
    bound(lot, cast)
    amend(Tender.objects.get(pk=tender.pk), bare, cast, notified_on=date(2025, 7, 21), hours=70)
    assert the_obligation(bare).quantity == Decimal(70)
    assert SocialClause.objects.get(lot=bare).get_clause_type_display() == "Clause ajoutée par avenant"
    assert causes(bare) == [(VersionCause.AMENDMENT, Decimal(70), date(2025, 7, 21))]
    bare.refresh_from_db()
    assert bare.has_clause


def test_another_company_takes_over_what_is_owed_as_it_stands(lot: Lot, cast: Cast) -> None:
    tender = bound(lot, cast)
    successor = cast.painter
    life.amend(
        tender=tender,
        kind=AmendmentKind.TRANSFER,
        notified_on=date(2025, 9, 1),
        changes=[life.LotChange(lot=lot, successor=successor)],
        by=cast.buyer,
        at=LATER,
    )
    assert GroupMember.objects.get(award__lot=lot).organisation == successor
    assert [member.organisation for member in Award.objects.get(lot=lot).ranked] == [successor]
    assert causes(lot)[-1] == (VersionCause.TRANSFER, Decimal(320), date(2025, 9, 1))
    for actor in (cast.other_contractor, cast.contractor):
        assert Lot.objects.visible_to(actor).filter(pk=lot.pk).exists()


def test_a_group_is_read_from_its_lead_on_even_after_a_transfer(lot: Lot, cast: Cast) -> None:
    make.award(lot, (cast.builder, Decimal("0.6")), (cast.painter, Decimal("0.4")))
    make.notify(lot.tender, notified_on=NOTIFIED)
    life.amend(
        tender=lot.tender,
        kind=AmendmentKind.TRANSFER,
        notified_on=date(2025, 9, 1),
        changes=[life.LotChange(lot=lot, successor=cast.etti)],
        by=cast.buyer,
        at=LATER,
    )
    (shown,) = lots_shown(cast.buyer, lot.tender)
    assert lot_row(shown).partners == [f"{cast.etti} 60\u202f%", f"{cast.painter} 40\u202f%"]


def test_an_optional_tranche_owes_nothing_until_it_is_affirmed(lot: Lot, cast: Cast, at: datetime) -> None:
    """DOMAIN.md 12.7, case 21."""
    tranche = procurement_life.add_tranche(
        lot=lot,
        number=1,
        hours=Decimal(120),
        amount=Decimal(240_000),
        deadline_on=date(2025, 10, 1),
        by=cast.buyer,
        at=at,
    )
    bound(lot, cast)
    assert owed_by(lot, on=date(2025, 9, 1), known_at=LATER) == Decimal(320)
    for day, code in (
        (NOTIFIED - timedelta(days=1), "affirmed_before_notification"),
        (date(2025, 10, 2), "affirmed_too_late"),
        (LATER.date() + timedelta(days=1), "in_future"),
    ):
        with pytest.raises(Refused) as refusal:
            life.affirm(tranche=tranche, affirmed_on=day, by=cast.buyer, at=LATER)
        assert refusal.value.code == code
    life.affirm(tranche=tranche, affirmed_on=date(2025, 9, 2), by=cast.buyer, at=LATER)
    assert owed_by(lot, on=date(2025, 9, 1), known_at=LATER) == Decimal(320)
    assert owed_by(lot, on=date(2025, 9, 2), known_at=LATER) == Decimal(440)
    with pytest.raises(Refused) as refusal:
        life.affirm(tranche=tranche, affirmed_on=date(2025, 9, 3), by=cast.buyer, at=LATER)
    assert refusal.value.code == "already_affirmed"


def test_orders_owe_hours_in_proportion_of_what_is_invoiced(lot: Lot, cast: Cast) -> None:
    """DOMAIN.md 12.7, case 17: at 35 h per 100 000 €, 65.61 h then 144.31 h."""
    SocialClause.objects.filter(lot=lot).update(hours_per_100k=Decimal(35))
    bound(lot, cast)
    assert the_obligation(lot).quantity == 0
    for quarter_end, amount, hours in (
        (date(2025, 6, 30), Decimal(187_450), Decimal("65.61")),
        (date(2025, 9, 30), Decimal(412_300), Decimal("144.31")),
    ):
        life.invoice(lot=lot, quarter_end=quarter_end, amount=amount, by=cast.buyer, at=LATER)
        assert the_obligation(lot).quantity == hours
    for quarter_end, amount, code in (
        (date(2025, 9, 30), Decimal(500_000), "invoices_in_order"),
        (date(2025, 11, 30), Decimal(412_299), "invoices_go_down"),
        (date(2025, 12, 31), Decimal(500_000), "in_future"),
    ):
        with pytest.raises(Refused) as refusal:
            life.invoice(lot=lot, quarter_end=quarter_end, amount=amount, by=cast.buyer, at=LATER)
        assert refusal.value.code == code


@pytest.mark.parametrize("over", [TenderStatus.COMPLETED, TenderStatus.TERMINATED])
def test_the_last_invoices_come_after_the_last_day(lot: Lot, cast: Cast, over: TenderStatus) -> None:
    SocialClause.objects.filter(lot=lot).update(hours_per_100k=Decimal(35))
    tender = bound(lot, cast)
    life.invoice(lot=lot, quarter_end=date(2025, 6, 30), amount=Decimal(100_000), by=cast.buyer, at=LATER)
    Tender.objects.filter(pk=tender.pk).update(status=over)
    life.invoice(lot=lot, quarter_end=date(2025, 9, 30), amount=Decimal(200_000), by=cast.buyer, at=LATER)
    assert the_obligation(lot).quantity == Decimal(70)
    Tender.objects.filter(pk=tender.pk).update(status=TenderStatus.CLOSED)
    with pytest.raises(Refused) as refusal:
        life.invoice(
            lot=lot, quarter_end=date(2025, 11, 30), amount=Decimal(300_000), by=cast.buyer, at=LATER
        )
    assert refusal.value.code == "not_running"


def test_what_follows_the_invoices_is_not_cut_again_by_a_termination(lot: Lot, cast: Cast) -> None:
    """Half the days, but what was invoiced was done: 65.61 h stay 65.61 h (DOMAIN.md 3.6)."""
    SocialClause.objects.filter(lot=lot).update(hours_per_100k=Decimal(35))
    tender = bound(lot, cast)
    life.invoice(lot=lot, quarter_end=date(2025, 9, 30), amount=Decimal(187_450), by=cast.buyer, at=LATER)
    last_on = STARTS + timedelta(days=124)
    life.terminate(tender=tender, last_on=last_on, reason="Liquidation.", by=cast.buyer, at=LATER)
    assert the_obligation(lot).quantity == Decimal("65.61")
    assert causes(lot)[-1] == (VersionCause.TERMINATION, Decimal("65.61"), date(2025, 9, 30))


def test_a_tranche_needs_the_clause_of_its_lot_and_leaves_with_it(
    tender: Tender, lot: Lot, cast: Cast, at: datetime
) -> None:
    bare = Lot.objects.create(tender=tender, number=9, title="Signalisation", sector=Sector.EARTHWORKS_ROADS)
    told: dict[str, Any] = {"number": 1, "hours": Decimal(120), "by": cast.buyer, "at": at}
    with pytest.raises(Refused) as refusal:
        procurement_life.add_tranche(lot=bare, **told)
    assert refusal.value.code == "no_clause"
    procurement_life.add_tranche(lot=lot, **told)
    clauses.remove(lot=lot, by=cast.buyer, at=at)
    assert not Tranche.objects.exists()


def test_a_clause_of_fixed_hours_does_not_follow_the_invoices(lot: Lot, cast: Cast) -> None:
    bound(lot, cast)
    with pytest.raises(Refused) as refusal:
        life.invoice(lot=lot, quarter_end=date(2025, 6, 30), amount=Decimal(1000), by=cast.buyer, at=LATER)
    assert refusal.value.code == "not_proportional"


def test_each_renewal_owes_the_hours_once_more(lot: Lot, cast: Cast) -> None:
    tender = bound(lot, cast)
    amend(tender, lot, cast, notified_on=date(2025, 7, 21))
    first, last = ENDS + timedelta(days=1), date(2026, 11, 28)
    for starts_on, decided_on, code in (
        (first + timedelta(days=1), date(2025, 11, 1), "renewal_with_a_gap"),
        (first, first + timedelta(days=1), "renewal_decided_late"),
    ):
        with pytest.raises(Refused) as refusal:
            life.renew(
                tender=tender,
                decided_on=decided_on,
                starts_on=starts_on,
                ends_on=last,
                by=cast.buyer,
                at=LATER,
            )
        assert refusal.value.code == code
    life.renew(
        tender=tender, decided_on=date(2025, 11, 1), starts_on=first, ends_on=last, by=cast.buyer, at=LATER
    )
    assert owed_by(lot, on=ENDS, known_at=LATER) == Decimal(330)
    assert owed_by(lot, on=first, known_at=LATER) == Decimal(660)
    tender.refresh_from_db()
    assert tender.ends_on == last
    award = lot.award.pk
    account = accounts({award})[award]
    base, renewed = the_obligation(lot).pk, Obligation.objects.get(renewal__number=1).pk
    assert [account.of(day) for day in (date(2025, 1, 1), STARTS, ENDS, first, last)] == [
        base,
        base,
        base,
        renewed,
        renewed,
    ]


def test_a_tranche_keeps_the_end_of_its_period_when_the_renewal_lasts_longer(
    lot: Lot, cast: Cast, at: datetime
) -> None:
    tranche = procurement_life.add_tranche(lot=lot, number=1, hours=Decimal(120), by=cast.buyer, at=at)
    tender = bound(lot, cast)
    life.affirm(tranche=tranche, affirmed_on=date(2025, 9, 2), by=cast.buyer, at=LATER)
    life.renew(
        tender=tender,
        decided_on=date(2025, 11, 1),
        starts_on=ENDS + timedelta(days=1),
        ends_on=date(2026, 8, 4),
        by=cast.buyer,
        at=LATER,
    )
    later = datetime(2026, 6, 1, 9, tzinfo=UTC)
    life.amend(
        tender=tender,
        kind=AmendmentKind.DURATION,
        notified_on=date(2026, 5, 4),
        months=2,
        by=cast.buyer,
        at=later,
    )
    ends = dict(Obligation.objects.filter(lot=lot).values_list("renewal__number", "ends_on"))
    assert Obligation.objects.get(tranche=tranche).ends_on == ENDS
    assert ends[1] == date(2026, 10, 4)


def test_a_contract_is_not_renewed_more_often_than_it_says(lot: Lot, cast: Cast) -> None:
    tender = bound(lot, cast)
    Tender.objects.filter(pk=tender.pk).update(renewals_max=0)
    with pytest.raises(Refused) as refusal:
        life.renew(
            tender=tender,
            decided_on=date(2025, 11, 1),
            starts_on=ENDS + timedelta(days=1),
            ends_on=date(2026, 11, 28),
            by=cast.buyer,
            at=LATER,
        )
    assert refusal.value.code == "too_many_renewals"
    assert not Renewal.objects.exists()


def test_a_contract_terminated_at_half_time_owes_half_the_hours(lot: Lot, cast: Cast) -> None:
    """DOMAIN.md 12.7, case 22: day 125 of 250."""
    tender = bound(lot, cast)
    last_on = STARTS + timedelta(days=124)
    life.terminate(tender=tender, last_on=last_on, reason="Liquidation.", by=cast.buyer, at=LATER)
    tender.refresh_from_db()
    obligation = the_obligation(lot)
    assert (tender.status, tender.ends_on, obligation.ends_on) == (TenderStatus.TERMINATED, last_on, last_on)
    assert obligation.quantity == Decimal(160)
    assert causes(lot)[-1] == (VersionCause.TERMINATION, Decimal(160), last_on)


@pytest.mark.parametrize("day", [STARTS - timedelta(days=1), ENDS + timedelta(days=1)])
def test_a_contract_is_terminated_within_its_execution(lot: Lot, cast: Cast, day: date) -> None:
    tender = bound(lot, cast)
    with pytest.raises(Refused) as refusal:
        life.terminate(tender=tender, last_on=day, reason="Liquidation.", by=cast.buyer, at=LATER)
    assert refusal.value.code == "outside_execution"
    tender.refresh_from_db()
    assert tender.status == TenderStatus.IN_PROGRESS


def test_a_suspension_stops_what_is_expected_and_a_resumption_moves_the_end(lot: Lot, cast: Cast) -> None:
    tender = bound(lot, cast)
    life.suspend(tender=tender, starts_on=date(2025, 6, 2), reason="Réseaux.", by=cast.buyer, at=LATER)
    assert the_obligation(lot).status == ObligationStatus.SUSPENDED
    for resumed_on, ends_on, code in (
        (date(2025, 6, 2), ENDS, "resumed_before"),
        (date(2025, 9, 1), ENDS - timedelta(days=1), "end_brought_forward"),
    ):
        with pytest.raises(Refused) as refusal:
            life.resume(tender=tender, resumed_on=resumed_on, ends_on=ends_on, by=cast.buyer, at=LATER)
        assert refusal.value.code == code
    life.resume(
        tender=tender, resumed_on=date(2025, 9, 1), ends_on=date(2026, 2, 27), by=cast.buyer, at=LATER
    )
    obligation = the_obligation(lot)
    assert (obligation.status, obligation.ends_on, obligation.quantity) == (
        ObligationStatus.BINDING,
        date(2026, 2, 27),
        Decimal(320),
    )
    assert Suspension.objects.get().resumed_on == date(2025, 9, 1)


def test_a_move_with_facts_is_never_a_bare_press(lot: Lot, cast: Cast) -> None:
    tender = bound(lot, cast)
    for action in (TenderAction.SUSPEND, TenderAction.TERMINATE):
        with pytest.raises(Refused) as refusal:
            tenders.move(tender=tender, action=action, by=cast.buyer, at=LATER)
        assert refusal.value.code == "needs_facts"


def test_the_database_refuses_a_second_obligation_of_the_same_lot(lot: Lot, cast: Cast) -> None:
    bound(lot, cast)
    same = Obligation(lot=lot, quantity=Decimal(1), starts_on=STARTS, ends_on=ENDS)
    with pytest.raises(IntegrityError), transaction.atomic():
        same.save()


def test_nobody_changes_the_contract_of_another(lot: Lot, cast: Cast, at: datetime) -> None:
    tender = bound(lot, cast)
    for actor in (cast.other_buyer, cast.other_facilitator, cast.contractor):
        with pytest.raises(Refused):
            life.terminate(tender=tender, last_on=ENDS, reason="Non.", by=actor, at=LATER)
    tranche = Tranche.objects.create(lot=lot, number=1, hours=Decimal(10))
    with pytest.raises(Refused) as refusal:
        life.affirm(tranche=tranche, affirmed_on=STARTS, by=cast.other_buyer, at=LATER)
    assert refusal.value.code == "not_visible"


CHANGES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 400), st.integers(-300, 300)), min_size=1, max_size=12
)
"""Days since the change before, days until it is recorded, hours more or less."""


@given(CHANGES)
def test_what_is_owed_is_the_sum_of_the_changes_known_by_then(changes: list[tuple[int, int, int]]) -> None:
    day, versions, total = NOTIFIED, [], Decimal(0)
    for gap, late, hours in changes:
        day += timedelta(days=gap)
        total += hours
        recorded = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=late)
        versions.append(Known(quantity=total, effective_on=day, recorded_at=recorded))
    end = datetime(2100, 1, 1, tzinfo=UTC)
    assert owed.owed_on(versions, on=end.date(), known_at=end) == sum(hours for _, _, hours in changes)
    assert owed.owed_on(versions, on=NOTIFIED - timedelta(days=1), known_at=end) == 0
    for before, after in pairwise(versions):
        owed.check_after(after.effective_on, last=before.effective_on)
        if before.effective_on < after.effective_on:
            with pytest.raises(Refused):
                owed.check_after(before.effective_on, last=after.effective_on)
            assert (
                owed.owed_on(versions, on=after.effective_on - timedelta(days=1), known_at=end)
                == before.quantity
            )
