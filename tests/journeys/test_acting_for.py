"""For whom one acts: invited with an account to protect, under two hats, for a company that telephones, by a link."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from beneficiaries.hours.choices import Received
from beneficiaries.hours.models import Statement
from inclusiv.accounts.choices import ContactRole
from inclusiv.accounts.models import Contact, Membership
from inclusiv.core.actors import Role
from inclusiv.demo.make import accounts
from inclusiv.records.models import OutgoingEmail
from tests.accounts.conftest import PASSWORD, Application, link_of, user_of, with_password
from tests.beneficiaries.hours.conftest import Scene, scene
from tests.conftest import Cast
from tests.journeys.conftest import Doors
from tests.journeys.test_signing_in import fresh_code, type_code
from tests.uploads import pdf

__all__ = ["scene"]
JUNE = date(2025, 6, 1)


@pytest.mark.parametrize("width", [390, 1320])
def test_an_invitation_leads_to_a_protected_account(
    doors: Doors, cast: Cast, settings: Any, width: int
) -> None:
    doors.site = doors.site.replace("127.0.0.1", "localhost")
    with_password(cast.coordinator)
    Membership.objects.filter(pk=cast.coordinator.membership_id or 0).update(is_manager=True)
    coordinator = doors.acting(cast.coordinator, width=width)
    coordinator.go(reverse("accounts:invite"))
    coordinator.fill(email="jeanne@plie.example", role=Role.FACILITATOR, siret=str(cast.structure.siret))
    coordinator.press("Envoyer l’invitation")
    assert coordinator.sees("Confirmez que c’est vous")
    coordinator.fill(password=PASSWORD)
    coordinator.press("Continuer")
    assert coordinator.sees("jeanne@plie.example")

    settings.SECOND_FACTOR_COMPULSORY = True
    guest = doors.visitor(width=width)
    link = link_of(OutgoingEmail.objects.get(recipient="jeanne@plie.example"))
    guest.go(link)
    assert guest.sees("vous invite à agir pour PLIE Nord")
    guest.fill(first_name="Jeanne", last_name="Roy", phone="06 12 34 56 78", password="jeanne")
    guest.press("Ouvrir mon accès")
    assert guest.sees("il en faut 80")
    assert guest.page.locator("[name='first_name']").input_value() == "Jeanne"
    guest.fill(password=PASSWORD)
    guest.press("Ouvrir mon accès")
    assert guest.sees("Protégez votre compte")
    guest.go("/personnes/")
    assert guest.sees("Protégez votre compte")
    guest.press("Une application de codes", role="link")
    application = Application(guest.page.locator(".totp-secret").inner_text())
    type_code(guest, fresh_code(application), "Activer")
    guest.press("C’est fait, continuer", role="link")
    assert guest.sees("À faire")

    again = doors.visitor(width=width)
    again.go(link)
    assert again.sees("c’est fait")


def test_one_click_changes_for_whom_one_acts_and_the_page_always_says_it(doors: Doors, cast: Cast) -> None:
    user = user_of(cast.coordinator)
    second = accounts.member(
        cast.structure,
        Role.FACILITATOR,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
    )
    visitor = doors.acting(cast.coordinator)
    visitor.go(reverse("figures:dashboard"))
    sign = visitor.page.locator("[popovertarget='account']")
    assert "Coordination départementale" in sign.inner_text()
    sign.click()
    visitor.press("PLIE Nord Facilitation des clauses sociales")
    assert visitor.sees("À faire")
    for address in (reverse("accounts:team"), reverse("people:list"), "/"):
        visitor.go(address)
        assert "PLIE Nord" in sign.inner_text()
    Membership.objects.filter(pk=second.membership_id or 0).update(
        ends_on=date(2025, 1, 1), starts_on=date(2024, 1, 1)
    )
    visitor.go("/")
    assert not visitor.sees("À faire")


@pytest.mark.usefixtures("storage")
def test_a_month_that_came_by_mail_is_entered_for_the_company(
    doors: Doors, scene: Scene, tmp_path: Any
) -> None:
    received = tmp_path / "relevé de juin.pdf"
    received.write_bytes(pdf("Relevé de juin"))
    visitor = doors.acting(scene.cast.facilitator)
    visitor.go(reverse("hours:declare-for", args=[scene.award.pk, JUNE, scene.cast.builder.pk]))
    assert visitor.sees("saisi pour le compte de Bâti-Sud")
    visitor.fill(**{f"heures-{scene.anna.pk}": "cent", f"heures-{scene.bruno.pk}": "70,5"})
    visitor.fill(received=Received.EMAIL)
    visitor.page.locator("input[type=file]").set_input_files(received)
    visitor.press("Envoyer")
    assert visitor.sees("n’est pas un nombre d’heures")
    assert visitor.page.locator(f"[name='heures-{scene.bruno.pk}']").input_value() == "70,5"
    visitor.fill(**{f"heures-{scene.anna.pk}": "140"})
    visitor.page.locator("input[type=file]").set_input_files(received)
    visitor.press("Envoyer")
    assert visitor.sees("pour le compte de Bâti-Sud")
    statement = Statement.objects.get()
    assert statement.document is not None
    visitor.go(reverse("hours:statement", args=[statement.pk]))
    assert visitor.sees("relevé de juin.pdf")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_opened_twice_changes_nothing_and_serves_once(
    doors: Doors, scene: Scene, scripts: bool
) -> None:
    OutgoingEmail.objects.all().delete()
    Contact.objects.create(
        organisation=scene.cast.builder,
        name="Karim Haddad",
        role=ContactRole.SITE,
        email="karim@bati-sud.example",
    )
    sender = doors.acting(scene.cast.facilitator)
    sender.go(reverse("hours:expected"))
    sender.page.get_by_role("button", name="Envoyer le lien").first.click()
    sender.page.wait_for_load_state("networkidle")
    link = link_of(OutgoingEmail.objects.get(recipient="karim@bati-sud.example"))

    first, second = (doors.visitor(width=390, scripts=scripts) for _ in range(2))
    for foreman in (first, second):
        foreman.go(link)
        assert foreman.sees("Anna Martin")
    assert not Statement.objects.exists()
    hours = first.page.locator("input[name^='heures-']")
    for row in range(hours.count()):
        hours.nth(row).fill("70")
    first.press("Envoyer")
    assert first.sees("Merci, c’est envoyé")
    late = second.page.locator("input[name^='heures-']")
    for row in range(late.count()):
        late.nth(row).fill("12")
    second.page.get_by_role("button", name="Envoyer").click()
    second.page.wait_for_load_state("networkidle")
    assert second.sees("c’est fait")
    assert Statement.objects.count() == 1
