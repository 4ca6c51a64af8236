"""Tenders change hands many at once, inside a structure (PRACTICE.md 1.13)."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from clauses.procurement.actions import portfolios
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Capacity, User
from inclusiv.core.actors import Role
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts, clauses
from inclusiv.records.models import AuditEvent
from tests.conftest import ActingClient, Cast

URL = "procurement:hand-over"


@pytest.fixture
def colleague(cast: Cast) -> User:
    accounts.member(
        cast.structure, Role.FACILITATOR, first_name="Inès", last_name="Morel", email="ines@plie.example"
    )
    return User.objects.get(email="ines@plie.example")


@pytest.fixture
def tenders(cast: Cast) -> list[Tender]:
    return [
        clauses.tender(buyer=cast.commune, structure=cast.structure, reference=f"2025-0{rank}")
        for rank in range(3)
    ]


def form(tenders: list[Tender], to: int | None) -> dict[str, object]:
    return {"submission": str(uuid4()), "tenders": [tender.pk for tender in tenders], "to": to}


def test_portfolio_changes_hands_and_each_story_tells_it(
    cast: Cast, colleague: User, tenders: list[Tender], browser: ActingClient
) -> None:
    page = browser.acting(cast.facilitator).post(reverse(URL), form(tenders[:2], colleague.pk), follow=True)
    assert "2\xa0marchés confiés" in page.text
    assert Tender.objects.filter(facilitator=colleague).count() == 2
    told = AuditEvent.objects.filter(code="tender.handed_over")
    assert {event.subjects[0] for event in told} == {f"tender:{tender.pk}" for tender in tenders[:2]}
    assert {event.data["who"] for event in told} == {"Inès Morel"}


def test_page_narrows_to_one_facilitator_or_to_nobody(
    cast: Cast, colleague: User, tenders: list[Tender], browser: ActingClient
) -> None:
    Tender.objects.update(facilitator=None)
    Tender.objects.filter(pk=tenders[0].pk).update(facilitator=colleague)
    browser.acting(cast.facilitator)
    hers = browser.get(reverse(URL), {"de": str(colleague.pk)}).text
    nobodys = browser.get(reverse(URL), {"de": "0"}).text
    assert ("2025-00" in hers, "2025-01" in hers) == (True, False)
    assert ("2025-00" in nobodys, "2025-01" in nobodys) == (False, True)


@pytest.mark.parametrize("chosen", ["nothing", "stranger", "nobody", "other role"])
def test_wrong_choice_moves_nothing(
    cast: Cast, colleague: User, tenders: list[Tender], browser: ActingClient, chosen: str
) -> None:
    Capacity.objects.create(
        organisation=cast.structure, role=Role.EMPLOYER, department="91", starts_on=accounts.OPENED_ON
    )
    accountant = accounts.member(
        cast.structure, Role.EMPLOYER, first_name="A", last_name="B", email="a@plie.example"
    )
    to = {
        "stranger": cast.other_facilitator.user_id, "nobody": None, "other role": accountant.user_id,
    }.get(chosen, colleague.pk)  # fmt: skip
    wrong = form([] if chosen == "nothing" else tenders, to)
    page = browser.acting(cast.facilitator).post(
        reverse(URL), {k: v for k, v in wrong.items() if v is not None}
    )
    assert page.status_code == 422
    assert not AuditEvent.objects.filter(code="tender.handed_over").exists()


def test_tender_of_another_structure_is_out_of_reach(
    cast: Cast, colleague: User, tenders: list[Tender], browser: ActingClient, at: datetime
) -> None:
    foreign = clauses.tender(buyer=cast.other_commune, structure=cast.other_structure, reference="2025-99")
    page = browser.acting(cast.facilitator).post(reverse(URL), form([*tenders, foreign], colleague.pk))
    assert page.status_code == 422
    with pytest.raises(Refused) as refused:
        portfolios.hand_over(tenders=[foreign.pk], to=colleague, by=cast.facilitator, at=at)
    assert refused.value.code == "not_visible"
    assert not Tender.objects.filter(facilitator=colleague).exists()


def test_others_have_no_such_page(cast: Cast, browser: ActingClient) -> None:
    for who in (cast.buyer, cast.contractor, cast.coordinator):
        assert browser.acting(who).get(reverse(URL)).status_code == 403
