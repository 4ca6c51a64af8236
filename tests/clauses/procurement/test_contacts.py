"""Companies are asked whom to call at the notification, then each quarter without a word."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import QuerySet

from clauses.procurement.actions.contacts import ask_each_quarter
from clauses.procurement.choices import Sector
from clauses.procurement.models import Lot, Tender
from inclusiv.accounts.choices import ContactRole
from inclusiv.accounts.models import Contact
from inclusiv.demo.make import clauses
from inclusiv.records.actions.links import TOKEN
from inclusiv.records.models import OutgoingEmail, SignedLink
from tests.conftest import Cast


@pytest.fixture
def tender(cast: Cast) -> Tender:
    Contact.objects.create(
        organisation=cast.builder, name="Karim Haddad", role=ContactRole.SITE, email="karim@bati-sud.example"
    )
    made = clauses.tender(buyer=cast.commune, structure=cast.structure)
    for number in (1, 2):
        clauses.award(clauses.lot(made, number=number), (cast.builder, Decimal(1)))
    clauses.notify(made, notified_on=date(2025, 3, 10))
    return made


def asks() -> QuerySet[OutgoingEmail]:
    """The mails that ask whom to call: alone, or with the welcome of a first lot."""
    asking = [mail.pk for mail in OutgoingEmail.objects.all() if "qui joindre" in mail.text.lower()]
    return OutgoingEmail.objects.filter(pk__in=asking)


def test_notification_asks_each_company_once_in_the_mail_that_welcomes_it(tender: Tender) -> None:
    mail = asks().get()
    assert mail.recipient == "karim@bati-sud.example"
    assert mail.subject.startswith("Bienvenue")
    assert OutgoingEmail.objects.count() == 1, "one for its two lots, and no other"
    opened = {link.purpose for link in SignedLink.objects.filter(revoked_at=None)}
    assert opened == {"contacts", "month-plan"}
    assert len(set(TOKEN.findall(mail.text))) == 3


def test_who_is_not_the_lead_is_asked_alone(cast: Cast) -> None:
    for one, name in ((cast.builder, "karim"), (cast.painter, "lea")):
        Contact.objects.create(
            organisation=one, name=name, role=ContactRole.SITE, email=f"{name}@bati-sud.example"
        )
    made = clauses.tender(buyer=cast.commune, structure=cast.structure)
    clauses.award(clauses.lot(made), (cast.builder, Decimal("0.6")), (cast.painter, Decimal("0.4")))
    clauses.notify(made, notified_on=date(2025, 3, 10))
    alone = asks().get(recipient="lea@bati-sud.example")
    assert alone.subject.endswith("qui joindre pour les clauses sociales ?")
    assert f"Le marché {made.reference}" in alone.text
    assert asks().count() == 2


def test_whom_a_partner_told_of_is_welcomed_and_not_asked(cast: Cast) -> None:
    Contact.objects.create(
        organisation=cast.builder,
        name="X",
        role=ContactRole.SITE,
        email="x@mairie.example",
        told_by=cast.commune.pk,
    )
    made = clauses.tender(buyer=cast.commune, structure=cast.structure)
    clauses.award(clauses.lot(made), (cast.builder, Decimal(1)))
    clauses.notify(made, notified_on=date(2025, 3, 10))
    assert OutgoingEmail.objects.get().recipient == "x@mairie.example"
    assert not asks().exists()
    assert not SignedLink.objects.filter(purpose="contacts").exists()


def test_the_company_of_a_lot_without_a_clause_is_left_alone(cast: Cast) -> None:
    for one, name in ((cast.builder, "karim"), (cast.painter, "lea")):
        Contact.objects.create(
            organisation=one, name=name, role=ContactRole.SITE, email=f"{name}@bati-sud.example"
        )
    made = clauses.tender(buyer=cast.commune, structure=cast.structure)
    clauses.award(clauses.lot(made), (cast.builder, Decimal(1)))
    bare = Lot.objects.create(tender=made, number=2, title="Peinture", sector=Sector.PAINTING)
    clauses.award(bare, (cast.painter, Decimal(1)))
    clauses.notify(made, notified_on=date(2025, 3, 10))
    assert asks().get().recipient == "karim@bati-sud.example"


def test_company_without_an_address_is_not_written_to(cast: Cast) -> None:
    made = clauses.tender(buyer=cast.commune, structure=cast.structure)
    clauses.award(clauses.lot(made), (cast.builder, Decimal(1)))
    clauses.notify(made, notified_on=date(2025, 3, 10))
    assert not asks().exists()


def test_each_quarter_without_a_word_is_asked_once(tender: Tender, at: datetime) -> None:
    asked = asks().get().queued_at
    assert ask_each_quarter(at=asked + timedelta(days=80)) == 0
    assert ask_each_quarter(at=asked + timedelta(days=95)) == 1
    assert ask_each_quarter(at=asked + timedelta(days=96)) == 0
    Contact.objects.update(confirmed_on=(asked + timedelta(days=150)).date())
    assert ask_each_quarter(at=asked + timedelta(days=200)) == 0
    assert ask_each_quarter(at=asked + timedelta(days=250)) == 1


def test_company_whose_tenders_are_over_is_left_alone(tender: Tender, at: datetime) -> None:
    Tender.objects.update(status="CLOSED")
    assert ask_each_quarter(at=at + timedelta(days=400)) == 0
