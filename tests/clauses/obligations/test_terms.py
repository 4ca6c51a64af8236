"""The terms of a clause: copied from what is in force, its own from then on, frozen when it binds."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from clauses.obligations.actions import clauses
from clauses.obligations.choices import DueDocument, ModalityFamily
from clauses.obligations.models import ObligationVersion, SocialClause
from clauses.obligations.rules.terms import Terms, check_terms
from clauses.obligations.selectors.terms import statement_due_days, terms_in_force, terms_of, told
from clauses.procurement.models import Lot, Tender
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.parameters.choices import ParameterKind
from inclusiv.parameters.models import Parameter
from tests.clauses.obligations.test_views import typed
from tests.conftest import ActingClient, Cast

TERMS = Terms(
    modalities=(ModalityFamily.DIRECT_HIRE,),
    documents=(DueDocument.MONTHLY_STATEMENT,),
    statement_due_day=5,
    contact_days=10,
    kickoff_months=2,
    plan_days=20,
    final_report_months=4,
    penalty_hour=Decimal("60.00"),
    penalty_action=Decimal("400.00"),
    penalty_document_day=Decimal("80.00"),
    penalty_cap_applies=True,
    penalty_cap_rate=Decimal("0.10000"),
    small_penalty_waiver_applies=True,
    small_penalty_limit=Decimal("1000.00"),
)


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return make.tender(buyer=cast.commune, structure=cast.structure)


@pytest.fixture
def lot(tender: Tender) -> Lot:
    return make.lot(tender)


def test_a_new_clause_takes_the_terms_in_force_for_its_buyer(tender: Tender, cast: Cast) -> None:
    Parameter.objects.create(
        code="PENALTY_HOUR", value="45.00", kind=ParameterKind.DECIMAL, starts_on=date(2020, 1, 1),
        buyer=cast.commune, source="CCAP type",
    )  # fmt: skip
    terms = terms_of(make.lot(tender).clause)
    assert (terms.penalty_hour, terms.penalty_document_day) == (Decimal(45), Decimal(100))
    assert (terms.penalty_cap_applies, terms.small_penalty_waiver_applies) == (False, False)
    assert terms.modalities == tuple(ModalityFamily)


def test_a_parameter_that_changes_later_leaves_a_written_clause_as_it_is(
    lot: Lot, cast: Cast, at: datetime
) -> None:
    Parameter.objects.filter(code="PENALTY_HOUR").update(value="70.00")
    assert terms_in_force(lot, on=at.date()).penalty_hour == 70
    clauses.put(lot=lot, quantity=Decimal(2000), by=cast.buyer, at=at)
    assert SocialClause.objects.get(lot=lot).penalty_hour == 50


def test_the_terms_given_are_those_of_the_clause_and_bind_with_it(lot: Lot, cast: Cast, at: datetime) -> None:
    clauses.put(lot=lot, terms=TERMS, by=cast.buyer, at=at)
    assert terms_of(SocialClause.objects.get(lot=lot)) == TERMS
    make.award(lot, (cast.builder, Decimal(1)))
    make.notify(lot.tender, notified_on=date(2025, 3, 10))
    frozen = ObligationVersion.objects.get().terms
    assert {name: frozen[name] for name in TERMS.frozen()} == TERMS.frozen()
    assert frozen["penalty_hour"] == "60.00"


def test_the_day_of_the_clause_is_the_day_of_the_statements(lot: Lot, cast: Cast, at: datetime) -> None:
    award = make.award(lot, (cast.builder, Decimal(1)))
    SocialClause.objects.filter(lot=lot).update(statement_due_day=5)
    assert statement_due_days([award.pk]) == {award.pk: 5}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"modalities": ()}, "modalities"),
        ({"documents": (DueDocument.ACTION_PLAN,)}, "documents"),
        ({"statement_due_day": 31}, "statement_due_day"),
        ({"statement_due_day": 0}, "statement_due_day"),
        ({"penalty_hour": Decimal(-1)}, "penalty_hour"),
        ({"penalty_document_day": Decimal(-1)}, "penalty_document_day"),
        ({"hours_per_100k": Decimal(0)}, "hours_per_100k"),
    ],
)
def test_impossible_terms_are_refused_by_the_rule_and_by_the_database(
    changes: dict[str, Any], field: str, lot: Lot
) -> None:
    with pytest.raises(Refused) as refusal:
        check_terms(replace(TERMS, **changes))
    assert refusal.value.field == field
    columns = {name: list(one) if isinstance(one, tuple) else one for name, one in changes.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        SocialClause.objects.filter(lot=lot).update(**columns)


def test_terms_without_fault_pass() -> None:
    check_terms(TERMS)


def test_the_terms_are_told_in_words() -> None:
    words = dict(told(replace(TERMS, hours_per_100k=Decimal(35), statement_due_day=1)))
    assert words["Relevé mensuel"] == "au plus tard le 1er du mois suivant"
    assert words["Plafond des pénalités"] == "plafonnées à 10\u202f% du montant HT"
    assert words["Petites pénalités"].endswith("1\u202f000\u00a0€")
    assert words["Heures par tranche de 100 000 € HT facturés"] == "35\u00a0h"
    assert dict(told(replace(TERMS, penalty_cap_applies=False)))["Plafond des pénalités"] == "aucun"


def test_the_page_folds_the_terms_and_writes_them(lot: Lot, cast: Cast, browser: ActingClient) -> None:
    address = reverse("obligations:sizing", args=[lot.pk])
    page = browser.acting(cast.buyer).get(address).content.decode()
    assert '<details class="guide">' in page
    assert "Pénalités plafonnées à 10\u202f% du montant HT" in page
    form = typed(seen="1", penalty_hour="62,50", statement_due_day="5", penalty_cap_applies="on",
                 expression="PER_AMOUNT", hours_per_100k="35", modalities=["SECONDMENT"])  # fmt: skip
    assert browser.post(address, form).status_code == 302
    terms = terms_of(SocialClause.objects.get(lot=lot))
    assert (terms.penalty_hour, terms.hours_per_100k) == (Decimal("62.50"), Decimal(35))
    assert terms.statement_due_day == 5
    assert (terms.modalities, terms.penalty_cap_applies) == ((ModalityFamily.SECONDMENT,), True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"statement_due_day": "30"}, "30 est trop grand"),
        ({"penalty_hour": "beaucoup"}, "n’est pas un nombre"),
        ({"modalities": []}, "au moins une manière"),
        ({"documents": ["ACTION_PLAN"]}, "Le relevé mensuel est toujours à remettre"),
    ],
)
def test_a_fault_in_the_terms_opens_the_fold_and_says_why(
    wrong: dict[str, Any], said: str, lot: Lot, cast: Cast, browser: ActingClient
) -> None:
    form = typed(seen="1", **wrong)
    response = browser.acting(cast.buyer).post(reverse("obligations:sizing", args=[lot.pk]), form)
    body = response.content.decode()
    assert response.status_code == 422
    assert said in body
    assert '<details class="guide" open>' in body


def test_the_clause_of_a_notified_tender_shows_its_terms(
    lot: Lot, cast: Cast, browser: ActingClient, at: datetime
) -> None:
    clauses.put(lot=lot, terms=TERMS, by=cast.buyer, at=at)
    make.award(lot, (cast.builder, Decimal(1)))
    make.notify(lot.tender, notified_on=date(2025, 3, 10))
    body = browser.acting(cast.buyer).get(reverse("obligations:sizing", args=[lot.pk])).content.decode()
    for _, value in told(TERMS):
        assert value in body
