"""Coming in, changing hats, going out."""

from django.conf import settings
from django.urls import reverse

from inclusiv.accounts.models import User
from tests.conftest import Cast
from tests.journeys.conftest import Doors


def test_a_password_opens_what_waits_and_a_wrong_one_says_so(doors: Doors, cast: Cast) -> None:
    user = User.objects.get(memberships=cast.facilitator.membership_id)
    user.set_password("une-phrase-assez-longue")
    user.save()
    visitor = doors.visitor()
    visitor.go("/")
    visitor.fill(login=user.email, password="pas-la-bonne")
    visitor.press("Se connecter")
    assert visitor.sees("L’adresse e-mail ou le mot de passe")
    visitor.fill(login=user.email, password="une-phrase-assez-longue")
    visitor.press("Se connecter")
    assert visitor.sees("À faire")


def test_a_facilitator_notes_a_call_without_a_mouse(doors: Doors, cast: Cast) -> None:
    visitor = doors.acting(cast.facilitator)
    visitor.go("/")
    visitor.press("Noter un échange", role="link")
    visitor.page.get_by_label("Une personne, une entreprise ou un marché").fill("bati")
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_role("link", name="Noter un échange").first.focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_label("Ce qui s’est dit").fill("Rappeler lundi pour le lot 2.")
    visitor.page.get_by_role("button", name="Noter l’échange").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(f"**{reverse('accounts:organisation', args=[cast.builder.pk])}")
    visitor.check()
    assert visitor.sees("Rappeler lundi pour le lot 2.")


def test_personas_are_offered_in_the_demonstration_only(doors: Doors) -> None:
    assert settings.DEMO
    visitor = doors.visitor(width=390)
    visitor.go(reverse("account_login"))
    assert not visitor.sees("Essayer la démonstration")
