"""A company declares its month by the link of a mail, without an account (PRACTICE.md 2 and 3)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.hours.actions import reminders
from beneficiaries.hours.choices import Received, StatementStatus
from beneficiaries.hours.models import Statement
from inclusiv.accounts.choices import ContactRole
from inclusiv.accounts.models import Contact
from inclusiv.core.history import CHANGES
from inclusiv.demo.make import hours as making
from inclusiv.records.models import AccessLog, AuditEvent, OutgoingEmail, SignedLink, reference
from tests.accounts.conftest import link_of
from tests.beneficiaries.hours.conftest import Scene
from tests.conftest import ActingClient

JUNE = date(2025, 6, 1)


@pytest.fixture(autouse=True)
def today(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def contact(scene: Scene) -> Contact:
    OutgoingEmail.objects.all().delete()
    return Contact.objects.create(
        organisation=scene.cast.builder,
        name="Karim Haddad",
        role=ContactRole.SITE,
        email="karim@bati-sud.example",
    )


def sending(scene: Scene) -> str:
    return reverse("hours:send-link", args=[scene.award.pk, JUNE, scene.cast.builder.pk])


@pytest.fixture
def link(scene: Scene, contact: Contact, browser: ActingClient) -> str:
    browser.acting(scene.cast.facilitator).post(sending(scene))
    return link_of(OutgoingEmail.objects.get())


def typed(scene: Scene, anna: str = "140", bruno: str = "70,5") -> dict[str, str]:
    rows = {f"heures-{scene.anna.pk}": anna, f"heures-{scene.bruno.pk}": bruno}
    return {"submission": str(uuid4())} | rows


def test_mail_names_the_work_and_the_day_and_no_person(scene: Scene, link: str) -> None:
    mail = OutgoingEmail.objects.get()
    assert mail.recipient == "karim@bati-sud.example"
    assert mail.subject.startswith("Heures de juin 2025")
    assert "15\u00a0juillet 2025" in mail.text
    assert "Martin" not in mail.text + mail.html
    assert AuditEvent.objects.filter(code="statement.link_sent").exists()


def test_link_shows_the_month_of_the_company_only(scene: Scene, link: str) -> None:
    page = ActingClient().get(link).text
    assert "Anna Martin" in page
    assert "Chloé" not in page
    assert "PLIE Nord" in page
    assert not Statement.objects.exists()


def test_opening_the_link_is_a_reading_of_each_person(scene: Scene, link: str) -> None:
    ActingClient().get(link)
    noted = AccessLog.objects.filter(action="statement.filling_by_link")
    assert {one.subject for one in noted} == {reference(scene.anna.person), reference(scene.bruno.person)}
    assert {(one.membership_id, one.link_id) for one in noted} == {
        (None, SignedLink.objects.get(purpose=reminders.PURPOSE).pk)
    }
    staff = ActingClient().acting(scene.cast.facilitator)
    page = staff.get(reverse("people:readings", args=[scene.anna.dossier_id])).text
    for said in ("karim@bati-sud.example", "Bâti-Sud", "Lien par courriel", "par le lien d’un courriel"):
        assert said in page


def test_the_token_of_the_link_lies_in_no_trace(scene: Scene, link: str) -> None:
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) > 40
    ActingClient().post(link, typed(scene))
    told = [str(row) for changes in CHANGES.values() for row in changes._base_manager.values()]
    assert told
    assert not [one for one in told if token in one]


def test_month_is_sent_once_by_the_link(scene: Scene, link: str) -> None:
    stranger = ActingClient()
    answer = stranger.post(link, typed(scene))
    assert "Merci, c’est envoyé" in answer.text
    sent = Statement.objects.get()
    assert (sent.status, sent.received) == (StatementStatus.SUBMITTED, Received.ONLINE)
    assert sent.submitted_by == "Karim Haddad (lien par courriel), Bâti-Sud"
    assert sum(line.hours for line in sent.lines.all()) == Decimal("210.50")
    for again in (stranger.get(link), stranger.post(link, typed(scene))):
        assert again.status_code == 410
        assert "c’est fait" in again.text
    assert Statement.objects.count() == 1


def test_wrong_month_says_why_and_the_link_still_serves(scene: Scene, link: str) -> None:
    stranger = ActingClient()
    page = stranger.post(link, typed(scene, anna="cent"))
    assert page.status_code == 422
    assert "n’est pas un nombre d’heures" in page.text
    assert 'value="70,5"' in page.text
    assert stranger.post(link, typed(scene)).status_code == 200


def test_month_sent_otherwise_leaves_nothing_to_do(scene: Scene, link: str, at: datetime) -> None:
    making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    stranger = ActingClient()
    assert "Il n’y a rien à refaire" in stranger.get(link).text
    assert "Il n’y a rien à refaire" in stranger.post(link, typed(scene)).text
    assert Statement.objects.count() == 1
    with time_machine.travel(at + timedelta(days=60), tick=False):
        assert "plus rien à faire" in stranger.post(f"{link}renvoyer/").text


def test_second_link_replaces_the_first(scene: Scene, link: str, browser: ActingClient) -> None:
    browser.acting(scene.cast.facilitator).post(sending(scene))
    assert ActingClient().get(link).status_code == 410
    assert ActingClient().get(link_of(OutgoingEmail.objects.latest("pk"))).status_code == 200


def test_company_without_an_address_is_called(scene: Scene, browser: ActingClient) -> None:
    page = browser.acting(scene.cast.facilitator).post(sending(scene), follow=True)
    assert "Aucune adresse e-mail vérifiée ne fonctionne pour Bâti-Sud" in page.text


@pytest.mark.parametrize(
    ("who", "status"), [("other_facilitator", 404), ("contractor", 403), ("buyer", 403), ("coordinator", 403)]
)
def test_only_the_facilitator_of_the_tender_sends_it(
    scene: Scene, contact: Contact, browser: ActingClient, who: str, status: int
) -> None:
    assert browser.acting(scene.cast.everyone()[who]).post(sending(scene)).status_code == status
    assert not OutgoingEmail.objects.exists()


def test_company_gets_a_copy_of_what_was_entered_for_it(
    scene: Scene, contact: Contact, browser: ActingClient
) -> None:
    url = reverse("hours:declare-for", args=[scene.award.pk, JUNE, scene.cast.builder.pk])
    received = {"received": Received.PHONE, "received_on": "2025-07-04"}
    browser.acting(scene.cast.facilitator).post(url, typed(scene) | received)
    mail = OutgoingEmail.objects.get()
    assert mail.recipient == "karim@bati-sud.example"
    assert "210,50\u00a0h, 2\u00a0personnes" in mail.text
    assert "Martin" not in mail.text
