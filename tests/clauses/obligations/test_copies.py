"""« Copier pour un nouveau marché »: last year’s purchase with its lots and clauses, in a tender of its own."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clauses.obligations.actions import clauses, copies
from clauses.obligations.actions import life as contract_life
from clauses.obligations.choices import ClauseType, Public, SocialActionKind, Unit
from clauses.obligations.forms.copies import CopyForm
from clauses.obligations.models import SocialClause
from clauses.obligations.rules.terms import NAMES
from clauses.obligations.selectors.sizing import sizing_ground
from clauses.obligations.selectors.terms import terms_in_force
from clauses.procurement.actions import ccag, life
from clauses.procurement.choices import Ccag, TenderStatus
from clauses.procurement.models import Tender, Tranche
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent
from tests.conftest import ActingClient, Cast

TODAY = date(2026, 11, 25)
NOW = noon(TODAY)


@pytest.fixture
def source(cast: Cast) -> Tender:
    """A notified tender of two lots, one of them with a clause of its own terms."""
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    lot = make.lot(tender)
    make.lot(tender, number=2, title="Peinture", amount=Decimal(220_000), hours=Decimal(410))
    clauses.put(
        lot=lot,
        inputs=sizing_ground(lot, on=TODAY).inputs,
        quantity=Decimal(2000),
        clause_type=ClauseType.EXECUTION_AND_CRITERION,
        priority_publics=(Public.RSA,),
        strict_prior_validation=True,
        by=cast.buyer,
        at=tender.created_at,
    )
    SocialClause.objects.filter(lot=lot).update(penalty_hour=Decimal("64.50"), statement_due_day=9)
    for one in tender.lots.order_by("number"):
        make.award(one, (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    return tender


def test_identification_lots_and_clauses_with_their_terms_are_copied(source: Tender, cast: Cast) -> None:
    made = copies.copy(tender=source, years=2, by=cast.buyer, at=NOW)
    assert (made.reference, made.status) == ("PROV-2026-001", TenderStatus.SIZING)
    assert (made.title, made.nature, made.place, made.estimated_amount) == (
        source.title,
        source.nature,
        source.place,
        source.estimated_amount,
    )
    assert (made.starts_on, made.ends_on) == (date(2027, 3, 24), date(2027, 11, 28))
    assert (made.notified_on, made.awarded_on) == (None, None)
    columns = (
        *NAMES,
        "quantity",
        "clause_type",
        "priority_publics",
        "strict_prior_validation",
        "count_training",
    )
    for lot in source.lots.order_by("number"):
        copied = made.lots.get(number=lot.number)
        assert (copied.title, copied.sector, copied.estimated_amount) == (
            lot.title,
            lot.sector,
            lot.estimated_amount,
        )
        old, new = SocialClause.objects.get(lot=lot), SocialClause.objects.get(lot=copied)
        assert [getattr(old, name) for name in columns] == [getattr(new, name) for name in columns]
        assert new.status == "DRAFT"
        assert (old.sizing and old.sizing.amount) == (new.sizing and new.sizing.amount)
    assert not made.lots.filter(award__isnull=False).exists()


def test_what_counts_something_else_staff_taken_over_tranches_and_general_clauses_are_copied_too(
    cast: Cast,
) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    ccag.choose(tender=tender, ccag=Ccag.MI, by=cast.buyer, at=NOW)
    cleaning, training, acting = (
        make.lot(tender, number=number, amount=Decimal(300_000)) for number in (1, 2, 3)
    )
    taken = replace(
        sizing_ground(cleaning, on=TODAY).inputs, staff_total=Decimal(10), staff_taken_over=Decimal(8)
    )
    clauses.put(lot=cleaning, inputs=taken, by=cast.buyer, at=NOW)
    clauses.put(lot=training, unit=Unit.PLACES, quantity=Decimal(4), by=cast.buyer, at=NOW)
    terms = replace(
        terms_in_force(acting, on=TODAY), actions_per_year=2, action_kinds=(SocialActionKind.MENTORING,)
    )
    clauses.put(lot=acting, unit=Unit.ACTIONS, terms=terms, by=cast.buyer, at=NOW)
    life.add_tranche(
        lot=cleaning, number=1, hours=Decimal(120), deadline_on=date(2025, 10, 1), by=cast.buyer, at=NOW
    )
    made = copies.copy(tender=tender, years=2, by=cast.buyer, at=NOW)
    assert made.ccag == Ccag.MI
    copied = {
        one.lot.number: one for one in SocialClause.objects.filter(lot__tender=made).select_related("lot")
    }
    sizing = copied[1].sizing
    assert sizing
    assert (sizing.staff_total, sizing.staff_taken_over) == (Decimal(10), Decimal(8))
    assert [(copied[one].unit, copied[one].quantity) for one in (2, 3)] == [
        (Unit.PLACES, Decimal(4)),
        (Unit.ACTIONS, Decimal(2)),
    ]
    tranche = Tranche.objects.get(lot__tender=made)
    assert (tranche.number, tranche.hours, tranche.deadline_on, tranche.affirmed_on) == (
        1,
        Decimal(120),
        date(2027, 10, 1),
        None,
    )


def test_a_contract_that_was_renewed_is_bought_again_for_its_first_period(source: Tender, cast: Cast) -> None:
    Tender.objects.filter(pk=source.pk).update(renewals_max=1)
    contract_life.renew(
        tender=source,
        decided_on=date(2025, 11, 3),
        starts_on=date(2025, 11, 29),
        ends_on=date(2026, 8, 5),
        by=cast.buyer,
        at=NOW,
    )
    renewed = Tender.objects.get(pk=source.pk)
    assert renewed.ends_on == date(2026, 8, 5)
    made = copies.copy(tender=renewed, years=2, by=cast.buyer, at=NOW)
    assert (made.starts_on, made.ends_on) == (date(2027, 3, 24), date(2027, 11, 28))
    form = CopyForm(tender=renewed, today=TODAY)
    assert "exécution du 24/03/2027 au 28/11/2027" in str(form["years"])


def test_the_story_of_the_copy_tells_where_it_comes_from(source: Tender, cast: Cast) -> None:
    made = copies.copy(tender=source, years=None, by=cast.facilitator, at=NOW)
    event = AuditEvent.objects.get(code="tender.copied")
    assert event.subjects == [f"tender:{made.pk}"]
    assert event.data == {"reference": source.reference}
    assert event.on_behalf_of == "Commune de Valmont"
    assert (made.starts_on, made.ends_on, made.consultation_launched_on) == (None, None, None)


def test_a_copy_that_its_author_would_not_see_is_refused(source: Tender, cast: Cast) -> None:
    """The place has gone to another structure: it, or the buyer, prepares the new tender."""
    accounts.territory(cast.other_structure, name="Sud", epci=("200059228",))
    with pytest.raises(Refused, match="suivi par PLIE Sud"):
        copies.copy(tender=source, years=2, by=cast.facilitator, at=NOW)
    assert copies.copy(tender=source, years=2, by=cast.buyer, at=NOW).structure == cast.other_structure


@pytest.mark.parametrize("who", ["other_buyer", "other_facilitator", "contractor", "coordinator"])
def test_nobody_copies_the_tender_of_another(who: str, source: Tender, cast: Cast) -> None:
    with pytest.raises(Refused):
        copies.copy(tender=source, years=1, by=cast.everyone()[who], at=NOW)
    assert Tender.objects.count() == 1


@pytest.mark.parametrize("years", [0, -1, 21])
def test_dates_move_by_whole_years_within_reason(years: int, source: Tender, cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        copies.copy(tender=source, years=years, by=cast.buyer, at=NOW)
    assert refusal.value.field == "years"


def test_the_same_number_is_refused_and_nothing_is_half_copied(source: Tender, cast: Cast) -> None:
    with pytest.raises(Refused, match="sous ce numéro"):
        copies.copy(tender=source, reference=source.reference, years=1, by=cast.buyer, at=NOW)
    assert Tender.objects.count() == 1


def test_the_page_proposes_the_dates_after_today(source: Tender, cast: Cast, browser: ActingClient) -> None:
    address = reverse("obligations:copy", args=[source.pk])
    with time_machine.travel(NOW, tick=False):
        page = browser.acting(cast.buyer).get(address).content.decode()
        assert "Décalées de 2\u00a0ans" in page.replace("2 ans", "2\u00a0ans")
        assert "exécution du 24/03/2027 au 28/11/2027" in page
        form = {"submission": str(uuid4()), "years": "2", "reference": "2027-03"}
        answer = browser.post(address, form, follow=True)
        assert "Le marché 2027-03 est préparé" in answer.content.decode()
        assert "Marché préparé par copie du marché 2025-001" in answer.content.decode()
        assert browser.post(address, form | {"submission": str(uuid4()), "years": "7"}).status_code == 422
    made = Tender.objects.get(reference="2027-03")
    assert made.starts_on == date(2027, 3, 24)


def test_the_page_of_another_does_not_exist(source: Tender, cast: Cast, browser: ActingClient) -> None:
    address = reverse("obligations:copy", args=[source.pk])
    assert browser.acting(cast.other_buyer).get(address).status_code == 404
    assert browser.acting(cast.coordinator).get(address).status_code == 403
