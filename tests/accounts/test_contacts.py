"""Whom to call: kept in order, asked again, and replaced by the next one when an address fails."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from inclusiv.accounts.actions import contacts
from inclusiv.accounts.actions.contacts import Card
from inclusiv.accounts.choices import ContactRole
from inclusiv.accounts.models import Contact
from inclusiv.core.messages import Message
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import mails
from inclusiv.records.models import AuditEvent, OutgoingEmail
from tests.accounts.conftest import link_of
from tests.conftest import ActingClient, Cast

SITE = Card(
    name="Karim Haddad", role=ContactRole.SITE, mobile="06 39 98 00 01", email="karim@bati-sud.example"
)
OFFICE = Card(name="Anne Leroux", role=ContactRole.MANAGEMENT, email="anne@bati-sud.example")


@pytest.fixture(autouse=True)
def _today(at: datetime) -> Any:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def kept(cast: Cast, at: datetime) -> list[Contact]:
    return contacts.keep(organisation=cast.builder, cards=[SITE, OFFICE], by=cast.contractor, at=at)


def typed(*rows: dict[str, str], standing: int = 0) -> dict[str, str]:
    form = {
        "submission": str(uuid4()),
        "contacts-TOTAL_FORMS": str(len(rows)),
        "contacts-INITIAL_FORMS": str(standing),
    }
    for rank, row in enumerate(rows):
        usual = {"role": "SITE", "ORDER": str(rank + 1)}
        form |= {f"contacts-{rank}-{name}": value for name, value in (usual | row).items()}
    return form


def test_contacts_are_kept_in_the_order_of_calls(cast: Cast, kept: list[Contact], at: datetime) -> None:
    assert [row.name for row in cast.builder.contacts.present()] == ["Karim Haddad", "Anne Leroux"]
    assert {row.confirmed_on for row in kept} == {at.date()}
    assert AuditEvent.objects.get(code="contacts.changed").data == {"count": "2"}


def test_who_is_left_out_has_left_and_stays_in_history(cast: Cast, kept: list[Contact], at: datetime) -> None:
    site, office = kept
    again = Card(contact=office.pk, name=office.name, role=ContactRole.MANAGEMENT, phone="01 99 00 00 09")
    contacts.keep(organisation=cast.builder, cards=[again], by=cast.contractor, at=at)
    site.refresh_from_db()
    assert site.left_on == at.date()
    assert [row.pk for row in cast.builder.contacts.present()] == [office.pk]


@pytest.mark.parametrize(
    ("cards", "code"),
    [([], "no_contact"), ([Card(name="Sans rien", role=ContactRole.SITE)], "not_reachable")],
)
def test_contact_can_be_reached(cast: Cast, at: datetime, cards: list[Card], code: str) -> None:
    with pytest.raises(Refused) as refused:
        contacts.keep(organisation=cast.builder, cards=cards, by=cast.contractor, at=at)
    assert refused.value.code == code


def test_company_keeps_its_own_and_its_facilitator_too(
    cast: Cast, kept: list[Contact], browser: ActingClient
) -> None:
    url = reverse("accounts:contacts", args=[cast.builder.pk])
    assert browser.acting(cast.other_contractor).get(url).status_code == 404
    assert browser.acting(cast.coordinator).get(url).status_code == 403
    assert "Karim Haddad" in browser.acting(cast.contractor).get(url).text
    rows = [
        {"contact": str(kept[0].pk), "name": "Karim Haddad", "mobile": "06 39 98 00 02", "ORDER": "2"},
        {"contact": str(kept[1].pk), "name": "Anne Leroux", "email": "anne@bati-sud.example", "ORDER": "1"},
    ]
    browser.acting(cast.facilitator).post(url, typed(*rows, standing=2))
    first, second = cast.builder.contacts.present()
    assert (first.name, second.mobile) == ("Anne Leroux", "06 39 98 00 02")
    assert Contact.objects.count() == 2


def test_row_of_another_organisation_is_not_taken_over(
    cast: Cast, kept: list[Contact], browser: ActingClient
) -> None:
    url = reverse("accounts:contacts", args=[cast.painter.pk])
    stolen = {"contact": str(kept[0].pk), "name": "Volé", "mobile": "06 39 98 00 03"}
    answer = browser.acting(cast.other_contractor).post(url, typed(stolen, standing=1))
    assert answer.status_code == 422
    kept[0].refresh_from_db()
    assert kept[0].name == "Karim Haddad"
    assert not cast.painter.contacts.exists()


def test_wrong_row_says_why_and_keeps_what_was_typed(cast: Cast, browser: ActingClient) -> None:
    url = reverse("accounts:contacts", args=[cast.builder.pk])
    page = browser.acting(cast.contractor).post(url, typed({"name": "Karim Haddad", "email": "karim"}))
    assert page.status_code == 422
    assert 'value="Karim Haddad"' in page.text
    assert not Contact.objects.exists()


def test_link_asks_once_and_serves_once(
    cast: Cast, kept: list[Contact], browser: ActingClient, at: datetime
) -> None:
    ask = reverse("accounts:ask-contacts", args=[cast.builder.pk])
    browser.acting(cast.facilitator).post(ask)
    mail = OutgoingEmail.objects.get()
    assert mail.recipient == "karim@bati-sud.example"
    link, stranger = link_of(mail), ActingClient()
    assert "Qui joindre ?" in stranger.get(link).text
    gone = [{"contact": str(row.pk), "DELETE": "on"} for row in kept]
    new = {"name": "Nora Saïd", "mobile": "06 39 98 00 04"}
    answer = stranger.post(link, typed(*gone, new, standing=len(gone)))
    assert "Merci, c’est enregistré" in answer.text
    assert [row.name for row in cast.builder.contacts.present()] == ["Nora Saïd"]
    author = AuditEvent.objects.filter(code="contacts.changed").latest("pk").author
    assert author == "Karim Haddad (lien par courriel)"
    assert stranger.post(link, typed({"name": "Encore", "mobile": "1"})).status_code == 410


def test_nobody_to_write_to_is_said(cast: Cast, browser: ActingClient) -> None:
    url = reverse("accounts:ask-contacts", args=[cast.painter.pk])
    page = browser.acting(cast.facilitator).post(url, follow=True)
    assert "Aucune adresse e-mail ne fonctionne" in page.text


def test_address_that_fails_is_marked_and_the_next_contact_written_to(
    cast: Cast, kept: list[Contact], at: datetime
) -> None:
    message = Message(subject="Relevé de mars", paragraphs=("Attendu.",))
    mail = mails.queue(to="KARIM@bati-sud.example", message=message, subjects=[cast.builder], at=at)
    mails.bounce(mail=mail, reason="550", at=at)
    kept[0].refresh_from_db()
    assert kept[0].bounced_at == at
    again = OutgoingEmail.objects.latest("pk")
    assert (again.recipient, again.subject) == ("anne@bati-sud.example", "Relevé de mars")
    assert again.message_id != mail.message_id
    mails.bounce(mail=again, reason="550", at=at)
    assert OutgoingEmail.objects.count() == 2


def test_corrected_address_is_tried_again(cast: Cast, kept: list[Contact], at: datetime) -> None:
    Contact.objects.update(bounced_at=at)
    card = Card(
        contact=kept[0].pk, name="Karim Haddad", role=ContactRole.SITE, email="k.haddad@bati-sud.example"
    )
    contacts.keep(organisation=cast.builder, cards=[card], by=cast.contractor, at=at + timedelta(days=1))
    assert [row.email for row in cast.builder.contacts.reachable()] == ["k.haddad@bati-sud.example"]
