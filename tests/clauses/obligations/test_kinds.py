"""Types of clauses: what each counts and lets reserve (DOMAIN.md 1.1), and whom a contract is for (1.5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from clauses.obligations.actions import clauses
from clauses.obligations.choices import (
    RESERVED,
    UNIT_OF_TYPE,
    ClauseType,
    Expression,
    SocialActionKind,
    Unit,
)
from clauses.obligations.forms.clauses import ClauseForm
from clauses.obligations.models import ObligationVersion, SocialClause
from clauses.obligations.rules import kinds
from clauses.obligations.selectors.articles import known_articles
from clauses.obligations.selectors.sizing import sizing_sheet
from clauses.obligations.selectors.terms import terms_in_force
from clauses.procurement.actions import parties
from clauses.procurement.choices import InsertionPolicy, TenderNature
from clauses.procurement.models import Tender
from clauses.texts.rules.values import RESERVED as RESERVED_WORDS
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent
from tests.conftest import Cast

TODAY = date(2026, 11, 25)
NOW = noon(TODAY)


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("kind", ClauseType)
def test_a_type_that_is_not_about_hours_counts_only_its_own_unit(kind: ClauseType, unit: Unit) -> None:
    if UNIT_OF_TYPE.get(kind, unit) is unit:
        kinds.check_unit(kind, unit=unit)
        return
    with pytest.raises(Refused) as caught:
        kinds.check_unit(kind, unit=unit)
    assert (caught.value.code, caught.value.field) == ("unit_of_type", "clause_type")
    assert kind.label in caught.value.message
    assert unit.label in caught.value.message


@pytest.mark.parametrize(
    ("nature", "starts_on", "ends_on", "code"),
    [
        (TenderNature.SERVICES, date(2027, 1, 1), date(2029, 12, 31), None),
        (TenderNature.SERVICES, None, None, None),
        (TenderNature.SERVICES, date(2027, 1, 1), date(2030, 1, 1), "too_long"),
        (TenderNature.WORKS, date(2027, 1, 1), date(2027, 12, 31), "not_services"),
        (TenderNature.SUPPLIES, None, None, "not_services"),
    ],
)
def test_the_social_economy_has_services_for_three_years_at_most(
    nature: TenderNature, starts_on: date | None, ends_on: date | None, code: str | None
) -> None:
    """L2113-15 and L2113-16: the last day is included, three whole years are three years."""
    found = None
    try:
        kinds.check_social_economy(
            ClauseType.RESERVED_ESS, nature=nature, starts_on=starts_on, ends_on=ends_on
        )
    except Refused as refused:
        found = refused.code
    assert found == code
    kinds.check_social_economy(ClauseType.EXECUTION, nature=nature, starts_on=starts_on, ends_on=ends_on)


def test_every_reserved_type_has_its_article_and_its_sentence() -> None:
    """What is reserved is said in the tender's rules, with the article that allows it."""
    assert set(RESERVED_WORDS) == RESERVED
    cited = {kind for one in known_articles() for kind in one.clause_types}
    assert cited >= RESERVED


def put_actions(tender: Tender, cast: Cast) -> SocialClause:
    """Write a clause of two social actions a year on a lot of the tender."""
    lot = make.lot(tender)
    return clauses.put(
        lot=lot,
        clause_type=ClauseType.SOCIAL_ACTION,
        unit=Unit.ACTIONS,
        terms=replace(
            terms_in_force(lot, on=TODAY), actions_per_year=2, action_kinds=(SocialActionKind.MENTORING,)
        ),
        by=cast.buyer,
        at=NOW,
    )


def test_the_database_keeps_a_type_to_its_unit(cast: Cast) -> None:
    written = put_actions(make.tender(buyer=cast.commune, structure=cast.structure), cast)
    with pytest.raises(IntegrityError, match="socialclause_places_of_its_type"), transaction.atomic():
        SocialClause.objects.filter(pk=written.pk).update(clause_type=ClauseType.TRAINING_CLAUSE)


def test_tenders_take_the_policy_of_their_renewal_project_unless_they_are_notified(cast: Cast) -> None:
    first, second, bound = (
        make.tender(buyer=cast.commune, structure=cast.structure, reference=f"2025-0{rank}")
        for rank in range(3)
    )
    make.award(make.lot(bound), (cast.builder, Decimal(1)))
    make.notify(bound, notified_on=date(2025, 3, 10))
    operation = parties.open_operation(tender=first, title="Quartier du Parc", by=cast.buyer, at=NOW)
    parties.join_operation(tender=bound, operation=operation, by=cast.buyer, at=NOW)
    parties.change_operation(
        operation=operation, version=operation.version, is_anru=True, by=cast.buyer, at=NOW
    )
    parties.join_operation(tender=second, operation=operation, by=cast.buyer, at=NOW)
    policies = Tender.objects.order_by("reference").values_list("insertion_policy", flat=True)
    assert list(policies) == [InsertionPolicy.ANRU, InsertionPolicy.ANRU, InsertionPolicy.STANDARD]
    told = AuditEvent.objects.get(code="operation.changed")
    assert f"tender:{first.pk}" in told.subjects
    assert f"tender:{bound.pk}" not in told.subjects


def test_a_renewal_starts_from_its_part_of_the_hours_worked(cast: Cast) -> None:
    """DOMAIN.md 1.5: 5 % of the hours of works, 10 % for the upkeep, for those who live there."""
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    lot = make.lot(tender)
    clauses.remove(lot=lot, by=cast.buyer, at=NOW)
    for nature, rate in ((TenderNature.WORKS, 5), (TenderNature.SERVICES, 10)):
        Tender.objects.filter(pk=tender.pk).update(insertion_policy=InsertionPolicy.ANRU, nature=nature)
        lot.refresh_from_db()
        form = ClauseForm(sheet=sizing_sheet(lot, on=TODAY))
        assert form.initial["expression"] == Expression.PER_WORK
        assert form.initial["hours_rate"] == rate
        assert form.initial["priority_publics"] == ["QPV_RESIDENT", "RSA"]


def test_what_is_owed_says_for_whom(cast: Cast) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    Tender.objects.filter(pk=tender.pk).update(insertion_policy=InsertionPolicy.ANRU)
    lot = make.lot(tender, hours=Decimal(400))
    make.award(lot, (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    assert ObligationVersion.objects.get(obligation__lot=lot).terms["insertion_policy"] == "ANRU"
