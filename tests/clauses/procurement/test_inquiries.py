"""The buyer is asked by link who holds its lots, until it says so (PRACTICE.md 1.5)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from clauses.obligations.models import Obligation
from clauses.procurement.actions import inquiries
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Award, AwardInquiry, Lot, Tender
from clauses.procurement.rules.inquiries import ask_on, check_later
from clauses.procurement.selectors.awaited import awards_awaited
from clauses.procurement.selectors.inquiries import missing_of
from inclusiv.accounts.choices import ContactRole
from inclusiv.accounts.models import Contact, Membership, Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.periods import PARIS
from inclusiv.core.queues import Queue
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.records.models import AuditEvent, OutgoingEmail, SignedLink
from tests.accounts.conftest import link_of
from tests.conftest import ActingClient, Cast

OFFERS = date(2025, 2, 3)
FIRST = date(2025, 3, 20)
"""45 days after the offers: the first asking."""
NOW = datetime(2025, 3, 20, 7, 40, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def tender(cast: Cast) -> Tender:
    """A consultation with two lots that carry a clause, whose offers were due 45 days ago."""
    made = make.tender(
        buyer=cast.commune, structure=cast.structure, starts_on=date(2025, 4, 14), ends_on=date(2025, 12, 19)
    )
    make.lot(made, number=1, hours=Decimal(1890))
    make.lot(made, number=2, title="VRD", amount=Decimal(640_000), hours=Decimal(320))
    Tender.objects.filter(pk=made.pk).update(offers_due_on=OFFERS)
    made.refresh_from_db()
    return made


@pytest.fixture
def lots(tender: Tender) -> list[Lot]:
    return list(tender.lots.order_by("number"))


def asked(cast: Cast) -> str:
    """Let the clock ask, and return the path of the link."""
    OutgoingEmail.objects.all().delete()
    assert inquiries.ask_those_due(at=timezone.now()) == 1
    return link_of(OutgoingEmail.objects.get())


def typed(lot: Lot, company: Organisation, *, day: str = "2025-03-18", **more: str) -> dict[str, str]:
    facts = {"siret": company.siret or "", "awarded_on": day} | more
    return {f"{name}_{lot.pk}": value for name, value in facts.items()}


def sent(**fields: str) -> dict[str, str]:
    return {"submission": str(uuid4())} | fields


NOTIFIED = {"notified_on": "2025-03-20", "starts_on": "2025-04-14", "ends_on": "2025-12-19"}


class TestDays:
    AFTER, EVERY = timedelta(days=45), timedelta(days=15)

    @pytest.mark.parametrize(
        ("last", "later", "day"),
        [
            (None, None, FIRST),
            (FIRST, None, date(2025, 4, 4)),
            (FIRST, date(2025, 5, 2), date(2025, 5, 2)),
            (None, date(2025, 3, 25), date(2025, 3, 25)),
        ],
    )
    def test_next_asking(self, last: date | None, later: date | None, day: date) -> None:
        said = ask_on(offers_due_on=OFFERS, last_on=last, later_on=later, after=self.AFTER, every=self.EVERY)
        assert said == day

    @pytest.mark.parametrize(("day", "code"), [(FIRST, "later_is_past"), (date(2026, 4, 1), "later_is_far")])
    def test_later_is_a_day_to_come(self, day: date, code: str) -> None:
        with pytest.raises(Refused) as refusal:
            check_later(day, today=FIRST)
        assert (refusal.value.code, refusal.value.field) == (code, "later_on")


def test_the_clock_asks_on_the_day_then_every_fortnight(
    cast: Cast, tender: Tender, morning: time_machine.Traveller
) -> None:
    days = []
    for _ in range(35):
        if inquiries.ask_those_due(at=timezone.now()):
            days.append(timezone.localdate())
        morning.shift(timedelta(days=1))
    assert days == [FIRST, date(2025, 4, 4), date(2025, 4, 19)]
    inquiry = AwardInquiry.objects.get()
    assert (inquiry.times, inquiry.last_on) == (3, date(2025, 4, 19))
    assert inquiry.sent_to == "Claire Commune de Valmont, claire@example.org"
    usable = SignedLink.objects.filter(purpose=inquiries.PURPOSE, revoked_at=None)
    assert usable.count() == 1
    assert AuditEvent.objects.filter(code="award.asked").count() == 3


def test_nobody_is_asked_before_the_day_nor_without_a_clause(cast: Cast, tender: Tender) -> None:
    day_before = datetime(2025, 3, 19, 9, tzinfo=PARIS)
    assert inquiries.ask_those_due(at=day_before) == 0
    Lot.objects.update(has_clause=False)
    assert inquiries.ask_those_due(at=NOW) == 0


def test_the_mail_goes_to_the_contact_of_the_buyer_first(cast: Cast, tender: Tender) -> None:
    Contact.objects.create(
        organisation=cast.commune, name="Léa Achats", role=ContactRole.PURCHASING, email="lea@valmont.example"
    )
    asked(cast)
    mail = OutgoingEmail.objects.get()
    assert mail.recipient == "lea@valmont.example"
    assert "le titulaire des lots 1 et 2, puis la date de notification" in mail.text


def test_who_cannot_be_written_to_is_left_to_the_facilitator(cast: Cast, tender: Tender) -> None:
    Membership.objects.filter(capacity__organisation=cast.commune).delete()
    assert inquiries.ask_those_due(at=NOW) == 0
    page = ActingClient().acting(cast.facilitator)
    assert "appelez l’acheteur" in page.get(reverse("obligations:start", args=[tender.pk])).text
    answer = page.post(reverse("obligations:award-ask", args=[tender.pk]), follow=True)
    assert "Aucune adresse e-mail ne fonctionne" in answer.text
    assert not AwardInquiry.objects.exists()


def test_opening_the_link_twice_changes_nothing(cast: Cast, tender: Tender) -> None:
    link = asked(cast)
    before = AuditEvent.objects.count()
    for _ in range(2):
        page = ActingClient().get(link)
        assert page.status_code == 200
        assert "Lot 1, Gros œuvre" in page.text
        assert cast.structure.name in page.text
    assert AuditEvent.objects.count() == before
    assert (SignedLink.objects.get(purpose=inquiries.PURPOSE).used_at, Award.objects.count()) == (None, 0)


def test_a_part_of_the_answer_is_kept_and_the_link_goes_on(
    cast: Cast, tender: Tender, lots: list[Lot]
) -> None:
    link = asked(cast)
    visitor = ActingClient()
    answer = visitor.post(link, sent(**typed(lots[0], cast.builder), later_on="2025-04-30"))
    assert "Il restera à indiquer le titulaire du lot 2" in answer.text.replace("\xa0", " ")
    award = Award.objects.get()
    assert (award.lot, award.lead, award.awarded_on) == (lots[0], cast.builder, date(2025, 3, 18))
    told = AuditEvent.objects.get(code="lot.awarded")
    assert "lien par courriel" in told.author
    assert inquiries.ask_those_due(at=datetime(2025, 4, 29, 9, tzinfo=PARIS)) == 0
    OutgoingEmail.objects.all().delete()
    assert inquiries.ask_those_due(at=datetime(2025, 4, 30, 9, tzinfo=PARIS)) == 1
    assert "le titulaire du lot 2, puis" in OutgoingEmail.objects.get().text


def test_not_yet_awarded_stops_the_asking_on_every_screen(cast: Cast, tender: Tender) -> None:
    link = asked(cast)
    assert ActingClient().post(link, sent(later_on="2025-05-02")).status_code == 200
    assert AwardInquiry.objects.get().later_on == date(2025, 5, 2)
    waiting = awards_awaited(Queue(actor=cast.buyer, on=date(2025, 5, 1)))
    assert waiting is not None
    assert waiting.total == 0
    resumed = awards_awaited(Queue(actor=cast.buyer, on=date(2025, 5, 2)))
    assert resumed is not None
    assert resumed.total == 2


def test_everything_told_notifies_welcomes_and_closes_the_link(
    cast: Cast, tender: Tender, lots: list[Lot]
) -> None:
    link = asked(cast)
    contact = {"contact": "Karim Haddad", "mobile": "06 39 98 00 01", "email": "karim@bati.example"}
    contact |= {"amount": "1 750 000"}
    fields = typed(lots[0], cast.builder, **contact) | typed(lots[1], cast.painter) | NOTIFIED
    visitor = ActingClient()
    assert "est notifié" in visitor.post(link, sent(**fields)).text
    tender.refresh_from_db()
    assert (tender.status, tender.notified_on) == (TenderStatus.NOTIFIED, date(2025, 3, 20))
    assert Obligation.objects.count() == 2
    amounts = Award.objects.order_by("lot__number").values_list("amount", flat=True)
    assert list(amounts) == [Decimal(1_750_000), None]
    known = Contact.objects.get(organisation=cast.builder)
    assert (known.name, known.role, known.mobile) == ("Karim Haddad", ContactRole.SITE, "06 39 98 00 01")
    welcome = OutgoingEmail.objects.get(subject__startswith="Bienvenue", recipient="karim@bati.example")
    assert "1\u202f890\u00a0h" in welcome.subject
    again = visitor.get(link)
    assert again.status_code == 410
    assert "c’est fait" in again.text


def test_the_name_of_a_known_company_is_enough(cast: Cast, tender: Tender, lots: list[Lot]) -> None:
    link = asked(cast)
    fields = {f"name_{lots[0].pk}": "bati-sud", f"awarded_on_{lots[0].pk}": "2025-03-18"}
    assert ActingClient().post(link, sent(**fields)).status_code == 200
    assert Award.objects.get().lead == cast.builder


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Indiquez au moins un titulaire"),
        ({"siret_0": "12345"}, "n’est pas un SIRET"),
        ({"name_0": "Inconnue SARL", "awarded_on_0": "2025-03-18"}, "indiquez son SIRET"),
        ({"awarded_on_0": "2025-03-18"}, "Indiquez l’entreprise retenue pour ce lot"),
        ({"amount_0": "1 750 000"}, "Indiquez l’entreprise retenue pour ce lot"),
        ({"name_0": "Bâti-Sud"}, "Indiquez le jour de l’attribution"),
        ({"name_0": "Bâti-Sud", "awarded_on_0": "2025-02-01"}, "précède la remise des offres"),
        ({"name_0": "Bâti-Sud", "awarded_on_0": "2025-03-18"} | NOTIFIED, "d’abord le titulaire du lot 2"),
        ({"notified_on": "2025-03-20", "ends_on": ""}, "Indiquez ce jour"),
        ({"contact_0": "Karim"}, "Indiquez un mobile ou une adresse e-mail"),
        ({"contact_0": "Karim", "mobile_0": "06 12 34"}, "n’est pas un numéro de téléphone"),
        ({"later_on": "2025-03-20"}, "indiquez un jour à venir"),
    ],
)
def test_bad_answers_say_why_and_keep_what_was_typed(
    cast: Cast, tender: Tender, lots: list[Lot], fields: dict[str, str], said: str
) -> None:
    link = asked(cast)
    named = {name.replace("_0", f"_{lots[0].pk}"): value for name, value in fields.items()}
    page = ActingClient().post(link, sent(**named))
    assert page.status_code == 422
    assert said in page.text.replace("\u00a0", " ").replace("\u202f", " ")
    for value in fields.values():
        assert f'value="{value}"' in page.text or not value
    assert not Award.objects.exists()


def test_the_same_form_sent_twice_acts_once(cast: Cast, tender: Tender, lots: list[Lot]) -> None:
    link = asked(cast)
    fields = sent(**typed(lots[0], cast.builder))
    ActingClient().post(link, fields)
    again = ActingClient().post(link, fields)
    assert again.status_code == 422
    assert Award.objects.count() == 1


def test_the_facilitator_sees_the_asking_and_answers_for_the_buyer(
    cast: Cast, tender: Tender, lots: list[Lot]
) -> None:
    asked(cast)
    staff = ActingClient().acting(cast.facilitator)
    page = staff.get(reverse("obligations:start", args=[tender.pk])).text
    assert "Demandé 1 fois" in page
    assert "Saisir sa réponse" in page
    answer = staff.post(
        reverse("obligations:award-answer", args=[tender.pk]),
        sent(**typed(lots[0], cast.builder)),
        follow=True,
    )
    assert "C’est noté" in answer.text
    told = AuditEvent.objects.get(code="lot.awarded")
    assert told.on_behalf_of == cast.commune.name
    assert AwardInquiry.objects.get().answered_by.startswith("Nadia")


def test_what_was_asked_and_told_otherwise_names_no_answer(
    cast: Cast, tender: Tender, lots: list[Lot], browser: ActingClient
) -> None:
    """Asked by mail, then awarded and notified on the ordinary pages: nobody answered anything."""
    page = reverse("obligations:start", args=[tender.pk])
    inquiries.ask(tender=tender, by=cast.facilitator, at=NOW)
    assert "On attend de vous" in browser.acting(cast.buyer).get(page).text
    assert "On attend de l’acheteur" in browser.acting(cast.facilitator).get(page).text
    for lot in lots:
        make.award(lot, (cast.builder, Decimal(1)))
    Tender.objects.filter(pk=tender.pk).update(status=TenderStatus.NOTIFIED, notified_on=date(2025, 3, 19))
    body = browser.get(page).text
    assert "Il n’y a plus rien à demander à l’acheteur" in body
    assert "réponse du" not in body


def test_a_link_expires_and_is_sent_again_unless_nothing_remains(
    cast: Cast, tender: Tender, morning: time_machine.Traveller
) -> None:
    link = asked(cast)
    morning.shift(timedelta(days=46))
    visitor = ActingClient()
    assert visitor.get(link).status_code == 410
    OutgoingEmail.objects.all().delete()
    assert visitor.post(f"{link}renvoyer/").status_code == 200
    assert visitor.get(link_of(OutgoingEmail.objects.get())).status_code == 200


def test_what_is_missing_is_nothing_once_given_up(cast: Cast, tender: Tender) -> None:
    link = asked(cast)
    Tender.objects.filter(pk=tender.pk).update(status=TenderStatus.NO_AWARD)
    tender.refresh_from_db()
    assert missing_of(tender).words == ""
    assert "C’est déjà connu" in ActingClient().get(link).text


@pytest.mark.parametrize("name", ["buyer", "contractor", "coordinator"])
def test_only_the_facilitator_asks(cast: Cast, tender: Tender, name: str) -> None:
    actor: Actor = getattr(cast, name)
    with pytest.raises(Refused) as refusal:
        inquiries.ask(tender=tender, by=actor, at=NOW)
    assert refusal.value.code == "not_permitted"
