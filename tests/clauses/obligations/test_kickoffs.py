"""The kick-off meeting, its minutes and its warning (DOMAIN.md 6.1 and 6.5, PRACTICE.md 1.5)."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import outloud
import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from clauses.obligations.actions import kickoffs
from clauses.obligations.choices import ModalityFamily
from clauses.obligations.models import KickOff, KickOffLot
from clauses.obligations.selectors.site import site_to_prepare
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award, Tender
from inclusiv.accounts.actions.contacts import Card
from inclusiv.accounts.choices import ContactRole
from inclusiv.accounts.models import Contact
from inclusiv.core.queues import Queue
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent
from tests.conftest import ActingClient, Cast

DUE = date(2025, 4, 10)
HELD = date(2025, 4, 8)
NOW = noon(date(2025, 4, 11))


@pytest.fixture(autouse=True)
def april() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def awards(cast: Cast) -> list[Award]:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    lots = [
        make.lot(tender),
        make.lot(tender, number=2, title="Peinture", amount=Decimal(220_000), hours=Decimal(410)),
    ]
    made = [
        make.award(lot, (company, Decimal(1)))
        for lot, company in zip(lots, (cast.builder, cast.painter), strict=True)
    ]
    make.notify(tender, notified_on=date(2025, 3, 10))
    return list(Award.objects.with_story().filter(pk__in=[one.pk for one in made]).order_by("lot__number"))


@pytest.fixture
def tender(awards: list[Award]) -> Tender:
    return Tender.objects.get(pk=awards[0].lot.tender_id)


def held(tender: Tender, awards: list[Award], cast: Cast, **other: Any) -> KickOff:
    karim = Card(name="Karim Haddad", role=ContactRole.SITE, mobile="06 39 98 00 01")
    facts: dict[str, Any] = {
        "held_on": HELD,
        "place": "Mairie de Valmont",
        "attended": "Nadia, PLIE Nord\nClaire, commune",
        "decisions": "Point chaque mois.",
        "next_on": date(2025, 6, 3),
        "lots": [
            kickoffs.Settled(
                award=awards[0],
                correspondent=karim,
                ways=[ModalityFamily.DIRECT_HIRE],
                posts="Deux aides-maçons",
            ),
            kickoffs.Settled(award=awards[1]),
        ],
    }
    return kickoffs.hold(tender=tender, **facts | other, by=cast.facilitator, at=NOW)


def test_the_meeting_is_told_with_its_correspondent(tender: Tender, awards: list[Award], cast: Cast) -> None:
    told = held(tender, awards, cast)
    assert (told.held_on, told.version) == (HELD, 1)
    contact = Contact.objects.get(organisation=cast.builder, name="Karim Haddad")
    assert KickOffLot.objects.get(award=awards[0]).correspondent == contact
    assert KickOffLot.objects.get(award=awards[1]).correspondent is None
    event = AuditEvent.objects.get(code="kickoff.held")
    assert event.on_behalf_of == cast.commune.name


def test_a_correction_keeps_the_contact_and_loses_nobodys_change(
    tender: Tender, awards: list[Award], cast: Cast
) -> None:
    held(tender, awards, cast)
    again = held(tender, awards, cast, place="Base vie", version=1)
    assert (KickOff.objects.count(), again.version, again.place) == (1, 2, "Base vie")
    assert Contact.objects.filter(organisation=cast.builder, name="Karim Haddad").count() == 1
    with pytest.raises(Refused) as refusal:
        held(tender, awards, cast, version=1)
    assert refusal.value.code == "stale_version"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"held_on": date(2025, 4, 12)}, "in_future"),
        ({"held_on": date(2025, 3, 9)}, "held_before_notification"),
        ({"next_on": HELD}, "next_before_meeting"),
    ],
)
def test_days_that_contradict_one_another(
    tender: Tender, awards: list[Award], cast: Cast, facts: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        held(tender, awards, cast, **facts)
    assert refusal.value.code == code


def test_a_lot_of_another_tender_is_refused(tender: Tender, awards: list[Award], cast: Cast) -> None:
    other = make.tender(buyer=cast.commune, structure=cast.structure, reference="2025-002")
    stranger = make.award(make.lot(other), (cast.builder, Decimal(1)))
    with pytest.raises(Refused) as refusal:
        held(tender, awards, cast, lots=[kickoffs.Settled(award=stranger)])
    assert refusal.value.code == "not_visible"


def whats(cast: Cast, on: date) -> list[str]:
    waiting = site_to_prepare(Queue(actor=cast.facilitator, on=on))
    return [todo.what for todo in waiting.todos] if waiting else []


def test_a_missing_meeting_warns_and_blocks_nothing(tender: Tender, awards: list[Award], cast: Cast) -> None:
    assert whats(cast, DUE) == []
    assert whats(cast, date(2025, 4, 11)) == ["Tenir la réunion de mise au point"]
    staff = ActingClient().acting(cast.facilitator)
    for name in ("procurement:tender", "obligations:start"):
        page = staff.get(reverse(name, args=[tender.pk])).text
        assert "en retard" in page
        assert "notice-warn" in page
    held(tender, awards, cast)
    assert whats(cast, date(2025, 4, 11)) == []
    assert "en retard" not in staff.get(reverse("procurement:tender", args=[tender.pk])).text


def test_nothing_is_asked_for_once_the_execution_is_over(
    tender: Tender, awards: list[Award], cast: Cast, browser: ActingClient
) -> None:
    page = reverse("obligations:start", args=[tender.pk])
    assert "À proposer par l’entreprise" in browser.acting(cast.facilitator).get(page).text
    Tender.objects.filter(pk=tender.pk).update(status=TenderStatus.TERMINATED)
    body = browser.get(page).text
    assert "Aucune réunion n’a été renseignée" in body
    assert "À tenir avant" not in body
    assert "À proposer par l’entreprise" not in body


def test_minutes_are_tagged_and_the_same_twice(
    tender: Tender, awards: list[Award], cast: Cast, tmp_path: Path
) -> None:
    held(tender, awards, cast)
    address = reverse("obligations:kick-off-minutes", args=[tender.pk])
    first = ActingClient().acting(cast.buyer).get(address)
    with time_machine.travel(datetime(2026, 1, 5, 9, tzinfo=NOW.tzinfo), tick=False):
        later = ActingClient().acting(cast.facilitator).get(address)
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.content == later.content
    file = tmp_path / "compte-rendu.pdf"
    file.write_bytes(first.content)
    result = outloud.check(str(file))
    assert result.error is None
    assert [f"{said.rule} p.{said.page}: {said.message}" for said in result.findings] == []
    read = result_text(file)
    for word in ("Karim Haddad", "Deux aides-maçons", "Point chaque mois.", "Peinture", "8 avril 2025"):
        assert word in read


def result_text(file: Path) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(file).pages)
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_company_reads_the_minutes_of_its_own_lot(
    tender: Tender, awards: list[Award], cast: Cast, tmp_path: Path
) -> None:
    address = reverse("obligations:kick-off-minutes", args=[tender.pk])
    assert ActingClient().acting(cast.contractor).get(address).status_code == 404
    held(tender, awards, cast)
    file = tmp_path / "compte-rendu.pdf"
    file.write_bytes(ActingClient().acting(cast.other_contractor).get(address).content)
    assert "Peinture" in result_text(file)
    assert "Karim Haddad" not in result_text(file)
    assert ActingClient().acting(cast.employer).get(address).status_code == 404


def test_the_form_names_what_is_wrong_and_keeps_what_was_typed(
    tender: Tender, awards: list[Award], cast: Cast
) -> None:
    buyer = ActingClient().acting(cast.buyer)
    address = reverse("obligations:kick-off", args=[tender.pk])
    typed = {
        "submission": str(uuid4()),
        "version": "0",
        "held_on": "2025-04-12",
        "place": "Mairie",
        "attended": "Claire",
        f"email_{awards[0].pk}": "karim@bati.example",
    }
    page = buyer.post(address, typed)
    assert page.status_code == 422
    assert "Indiquez le nom de cette personne" in page.text
    assert 'value="karim@bati.example"' in page.text
    typed |= {f"name_{awards[0].pk}": "Karim Haddad", f"ways_{awards[0].pk}": "DIRECT_HIRE"}
    assert "après aujourd’hui" in buyer.post(address, typed).text
    done = buyer.post(address, typed | {"held_on": "2025-04-08", "submission": str(uuid4())}, follow=True)
    assert "Le compte rendu est enregistré" in done.text
    assert "Karim Haddad" in done.text
    assert KickOffLot.objects.get(award=awards[0]).ways == [ModalityFamily.DIRECT_HIRE]


def test_the_page_is_filled_in_for_a_buyer_with_what_it_told_itself(
    tender: Tender, awards: list[Award], cast: Cast
) -> None:
    """It reads no address that a company gave to the network; the facilitation, which keeps them, does."""
    told = {"organisation": awards[0].lead, "role": ContactRole.SITE}
    Contact.objects.create(
        **told, name="Directeur", email="directeur@bati.example", mobile="0639980009", rank=1
    )
    address = reverse("obligations:kick-off", args=[tender.pk])
    assert "directeur@bati.example" in ActingClient().acting(cast.facilitator).get(address).text
    buyer = ActingClient().acting(cast.buyer)
    assert "Directeur" not in buyer.get(address).text
    Contact.objects.create(**told, name="Dit", mobile="0639980008", rank=2, told_by=cast.commune.pk)
    assert "Dit" in buyer.get(address).text
