"""« À faire » and the search: each hears what waits for it, and nothing of others."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from clauses.procurement.actions import awards, lots, tenders
from clauses.procurement.choices import Sector, TenderAction, TenderNature
from clauses.procurement.models import Tender
from clauses.procurement.selectors import advice, awaited
from clauses.procurement.selectors import tenders as selectors
from inclusiv.core.providers import load_subject
from inclusiv.core.queues import Queue
from inclusiv.demo.make import clauses as make
from tests.conftest import Cast


def planned(cast: Cast, at: datetime, *, reference: str = "P-1") -> Tender:
    tender = tenders.register(
        buyer=cast.commune,
        structure=cast.structure,
        reference=reference,
        title="Entretien des parcs",
        nature=TenderNature.SERVICES,
        place=None,
        by=cast.buyer,
        at=at,
    )
    lots.add(tender=tender, title="Parcs", sector=Sector.LANDSCAPE_MAINTENANCE, by=cast.buyer, at=at)
    return tender


def offered(cast: Cast, at: datetime) -> Tender:
    """A published tender whose offers were due on 1 June 2025: 45 days later is 16 July."""
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    return tenders.change(tender=tender, offers_due_on=date(2025, 6, 1), by=cast.buyer, at=at)


@pytest.mark.parametrize(("today", "asked"), [(date(2025, 7, 15), False), (date(2025, 7, 16), True)])
def test_a_buyer_is_asked_for_the_contractor_45_days_after_the_offers(
    today: date, asked: bool, cast: Cast, at: datetime
) -> None:
    make.lot(offered(cast, at))
    group = awaited.awards_awaited(Queue(actor=cast.buyer, on=today))
    assert group is not None
    assert [todo.what for todo in group.todos] == ["Indiquer le titulaire du lot 1"] * asked
    assert group.oldest == (date(2025, 7, 16) if asked else None)


def test_an_awarded_lot_is_not_asked_for_any_more(cast: Cast, at: datetime) -> None:
    tender = offered(cast, at)
    first = make.lot(tender)
    make.lot(tender, number=2, amount=Decimal(1000))
    awards.award(
        lot=first,
        contractors=[(cast.builder, Decimal(1))],
        awarded_on=date(2025, 6, 20),
        by=cast.buyer,
        at=at,
    )
    group = awaited.awards_awaited(Queue(actor=cast.buyer, on=date(2025, 9, 1)))
    assert group is not None
    assert [todo.what for todo in group.todos] == ["Indiquer le titulaire du lot 2"]


def test_a_buyer_is_asked_for_the_hours_of_lots_in_preparation(cast: Cast, at: datetime) -> None:
    tender = planned(cast, at)
    group = awaited.hours_to_compute(Queue(actor=cast.buyer, on=at.date()))
    assert group is not None
    assert (group.total, group.todos[0].since) == (1, at.date())
    make.lot(tender, number=2)
    again = awaited.hours_to_compute(Queue(actor=cast.buyer, on=at.date()))
    assert again is not None
    assert again.total == 1


def test_a_facilitator_hears_of_tenders_to_study_with_a_day_to_answer(cast: Cast, at: datetime) -> None:
    tender = planned(cast, at)
    empty = advice.advice_asked(Queue(actor=cast.facilitator, on=at.date()))
    assert empty is not None
    assert (empty.total, empty.hint) == (0, "rien n’attend")
    tenders.move(tender=tender, action=TenderAction.SIZE, by=cast.buyer, at=at)
    group = advice.advice_asked(Queue(actor=cast.facilitator, on=at.date()))
    assert group is not None
    assert (group.todos[0].who, group.todos[0].due) == ("Commune de Valmont", date(2025, 10, 28))
    other = advice.advice_asked(Queue(actor=cast.other_facilitator, on=at.date()))
    assert other is not None
    assert other.total == 0


def test_nothing_waits_for_others(cast: Cast, at: datetime) -> None:
    make.lot(offered(cast, at))
    tenders.move(tender=planned(cast, at), action=TenderAction.SIZE, by=cast.buyer, at=at)
    providers = (awaited.awards_awaited, awaited.hours_to_compute, advice.advice_asked)
    owners = {"buyer", "facilitator"}
    for name, actor in cast.everyone().items():
        heard = [provide(Queue(actor=actor, on=date(2025, 10, 14))) for provide in providers]
        assert any(group and group.total for group in heard) == (name in owners), name
        assert all(group is None for group in heard) == (not name.endswith(("buyer", "facilitator"))), name


def test_a_tender_is_found_by_its_number_or_its_object_among_ones_own(cast: Cast, at: datetime) -> None:
    planned(cast, at, reference="2025-099")
    for text in ("2025-0", "entretien", "PARCS"):
        assert [hit.label for hit in selectors.find_tenders(cast.buyer, text)] == ["Entretien des parcs"]
    assert selectors.find_tenders(cast.other_buyer, "entretien") == []
    assert selectors.find_tenders(cast.buyer, "gymnase") == []


def test_a_tender_is_the_subject_of_exchanges_of_who_sees_it(cast: Cast, at: datetime) -> None:
    tender = planned(cast, at)
    assert load_subject(cast.buyer, f"tender:{tender.pk}") is not None
    assert load_subject(cast.other_buyer, f"tender:{tender.pk}") is None


def test_the_duties_of_the_worked_example_fall_on_their_days(cast: Cast, at: datetime) -> None:
    """DOMAIN.md 12.1: contact due 24 March, kick-off 10 April, final report 28 February 2026."""
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    make.award(make.lot(tender), (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    duties = selectors.duties(tender, selectors.lots_shown(cast.buyer, tender), today=at.date())
    assert duties is not None
    assert (duties.contact_on, duties.kickoff_on, duties.final_report_on) == (
        date(2025, 3, 24),
        date(2025, 4, 10),
        date(2026, 2, 28),
    )
